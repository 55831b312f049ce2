"""Comments."""

from application.comment.commands import CommentCommandService
from application.comment.ports import CommentReader, CommentRepository
from application.comment.queries import CommentQueryService
from core.dependencies.aggregate import Aggregate, commands, queries
from infra.blog.comment.reader import SqlCommentReader
from infra.blog.comment.repository import SqlCommentRepository
from infra.database.ports import provided

COMMENTS = Aggregate(
    readers=(provided(CommentReader)(SqlCommentReader),),
    repositories=(provided(CommentRepository)(SqlCommentRepository),),
    services=(
        queries(CommentQueryService),
        commands(CommentCommandService),
    ),
)
