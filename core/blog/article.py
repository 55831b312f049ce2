"""Articles: published posts, as the RealWorld API shows and changes them."""

from application.article.commands import ArticleCommandService
from application.article.ports import ArticleReader
from application.article.queries import ArticleQueryService
from core.dependencies.aggregate import Aggregate, commands, queries
from infra.blog.article.reader import SqlArticleReader
from infra.database.ports import provided

ARTICLES = Aggregate(
    readers=(provided(ArticleReader)(SqlArticleReader),),
    services=(queries(ArticleQueryService), commands(ArticleCommandService)),
)
