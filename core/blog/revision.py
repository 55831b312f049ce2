"""Revisions of posts."""

from functools import partial

from application.post.ports import PostRepository
from application.revision.commands import RevisionCommandService
from application.revision.ports import RevisionReader
from application.revision.queries import RevisionQueryService
from core.dependencies.aggregate import Aggregate, commands, queries
from infra.blog.post.repository import SqlPostRepository
from infra.blog.revision.reader import SqlRevisionReader
from infra.blog.revision.table import revisions
from infra.blog.revision.thinning import superfluous, thinned
from infra.database.housekeeping import Chore
from infra.database.ports import provided

REVISIONS = Aggregate(
    readers=(provided(RevisionReader)(SqlRevisionReader),),
    services=(queries(RevisionQueryService), commands(RevisionCommandService)),
    chores=(Chore("revisions", revisions, superfluous, still=thinned),),
)
# takes the place of the port of posts that keeps revisions
WITHOUT_REVISIONS = Aggregate(
    repositories=(provided(PostRepository)(partial(SqlPostRepository, keeps_revisions=False)),),
)
