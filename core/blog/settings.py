"""The settings of blogs."""

from application.blog.commands import BlogCommandService
from application.blog.ports import BlogReader, BlogRepository
from application.blog.queries import BlogQueryService
from core.dependencies.aggregate import Aggregate, commands, queries
from infra.blog.settings.repository import SqlBlogRepository
from infra.database.ports import provided

SETTINGS = Aggregate(
    readers=(provided(BlogReader)(SqlBlogRepository),),
    repositories=(provided(BlogRepository)(SqlBlogRepository),),
    services=(queries(BlogQueryService), commands(BlogCommandService)),
)
