"""Previews of posts."""

from application.preview.commands import PreviewCommandService
from application.preview.queries import PreviewQueryService
from core.blog.rendering import RENDERER
from core.dependencies.aggregate import Aggregate, service
from core.dependencies.scope import ServiceScope
from infra.security.preview_tokens import TenantPreviewLinks


def _commands(scope: ServiceScope) -> PreviewCommandService:
    resources = scope.resources
    links = TenantPreviewLinks(resources.preview_tokens, scope.tenant, to_pages=resources.has_site)
    return PreviewCommandService(scope.write_uow, scope.caller, scope.clock, links)


PREVIEWS = Aggregate(
    services=(
        service(PreviewCommandService)(_commands),
        service(PreviewQueryService)(
            lambda scope: PreviewQueryService(scope.read_uow, scope.cache, scope.caller, RENDERER)
        ),
    )
)
