"""Tags."""

from application.tag.ports import TagReader
from application.tag.queries import TagQueryService
from core.dependencies.aggregate import Aggregate, queries
from infra.blog.tag.reader import SqlTagReader
from infra.database.ports import provided

TAGS = Aggregate(
    readers=(provided(TagReader)(SqlTagReader),),
    services=(queries(TagQueryService),),
)
