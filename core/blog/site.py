"""The site: pages, feeds and sitemaps."""

from application.site.feeds import FeedQueryService
from application.site.pages import SiteQueryService
from application.site.ports import SiteReader
from core.blog.rendering import RENDERER
from core.dependencies.aggregate import Aggregate, service
from infra.blog.site.reader import SqlSiteReader
from infra.database.ports import provided

SITE = Aggregate(
    readers=(provided(SiteReader)(SqlSiteReader),),
    services=(
        service(SiteQueryService)(
            lambda scope: SiteQueryService(scope.read_uow, scope.cache, RENDERER)
        ),
        service(FeedQueryService)(
            lambda scope: FeedQueryService(scope.read_uow, scope.cache, RENDERER)
        ),
    ),
)
