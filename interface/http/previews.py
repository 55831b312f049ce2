"""What the link to a preview opens."""

from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import Depends, Query, Request

from core.dependencies.scope import ServiceScope
from interface.http.callers import client_address
from interface.http.consistency import sent_position
from interface.http.dependencies import container_of, note_scope
from interface.http.limits import of_address

# the answer is private, as the scope has a caller: whoever made the link
UNLISTED = {"X-Robots-Tag": "noindex"}


class OpenedPreview(NamedTuple):
    """The scope of whoever made a link, and the post that it leads to."""

    scope: ServiceScope
    post_id: UUID


async def open_preview(
    request: Request, token: Annotated[str, Query(max_length=500)]
) -> OpenedPreview:
    """Open what a link leads to, and count it as a read of its reader's address; raises Invalid
    and LimitReached."""
    container, address = container_of(request), client_address(request.scope)
    tenant, maker, post_id = container.read_preview_link(token)
    position = sent_position(container, request.headers.getlist("Consistency-Token"))
    scope = container.scope(tenant, maker, position, address=address)
    note_scope(request, scope)
    await scope.limits.take(of_address("address_reads", scope))
    return OpenedPreview(scope, post_id)


Preview = Annotated[OpenedPreview, Depends(open_preview)]
