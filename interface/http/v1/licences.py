"""Licences and their offers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response

from application.licence.commands import (
    LicenceCommand,
    LicenceCommandService,
    LicencePatch,
    OfferCommand,
)
from application.licence.queries import LicenceQueryService
from application.licence.views import LicencePage, LicenceView, NumberedOfferView
from interface.http.addresses import address_of
from interface.http.answers import json_answer, read_answer
from interface.http.dependencies import AuthenticatedScope, IfMatch, OpenScope, ScopeOfList
from interface.http.idempotency import OnceForEachKey
from interface.http.problems import NOT_MODIFIED, problems
from interface.http.query_strings import PageInQuery

router = APIRouter(prefix="/licences", tags=["licences"])
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("", response_model=LicencePage, responses=problems(403) | NOT_MODIFIED)
async def list_licences(scope: ScopeOfList, request: Request, query: PageInQuery) -> Response:
    """List licences, as an editor, the newest first, without their offers."""
    return read_answer(await scope[LicenceQueryService].get_licences.encoded(query), request)


@router.post("", status_code=201, response_model=LicenceView, responses=problems(403, 409))
async def create_licence(
    scope: AuthenticatedScope, request: Request, command: LicenceCommand, once: OnceForEachKey
) -> Response:
    """Store that somebody lets this blog distribute, as an editor."""

    async def create() -> Response:
        licence = await scope[LicenceCommandService].create_licence(command)
        return _answer(licence, 201, {"Location": _address(request, licence.id)})

    return await once(create)


@router.get(
    "/{licence_id}", response_model=LicenceView, responses=problems(403, 404) | NOT_MODIFIED
)
async def get_licence(scope: OpenScope, request: Request, licence_id: UUID) -> Response:
    """Get a licence with its offers, as an editor."""
    return read_answer(await scope[LicenceQueryService].get_licence.encoded(licence_id), request)


@router.patch("/{licence_id}", response_model=LicenceView, responses=problems(403, 404, 409, 412))
async def update_licence(
    scope: AuthenticatedScope, licence_id: UUID, command: LicencePatch, versions: IfMatch
) -> Response:
    """Change a licence, as an editor; its window can't cut one of its offers."""
    commands = scope[LicenceCommandService]
    return _answer(await commands.update_licence(licence_id, command, versions))


@router.delete("/{licence_id}", status_code=204, responses=problems(403, 404, 409, 412))
async def delete_licence(scope: AuthenticatedScope, licence_id: UUID, versions: IfMatch) -> None:
    """Delete a licence without offers in force, as an editor; what readers hold stays."""
    await scope[LicenceCommandService].delete_licence(licence_id, versions)


@router.post(
    "/{licence_id}/offers",
    status_code=201,
    response_model=NumberedOfferView,
    responses=problems(403, 404, 409),
)
async def create_offer(
    scope: AuthenticatedScope,
    request: Request,
    licence_id: UUID,
    command: OfferCommand,
    once: OnceForEachKey,
) -> Response:
    """Make an offer on a post, as an editor; offers on one post never overlap."""

    async def create() -> Response:
        offer = await scope[LicenceCommandService].add_offer(licence_id, command)
        return json_answer(offer, 201, {"Location": _address(request, licence_id)})

    return await once(create)


@router.delete("/{licence_id}/offers/{number}", status_code=204, responses=problems(403, 404, 409))
async def withdraw_offer(scope: AuthenticatedScope, licence_id: UUID, number: Number) -> None:
    """End an offer that is in force, or take back one to come, as an editor."""
    await scope[LicenceCommandService].withdraw_offer(licence_id, number)


def _answer(
    licence: LicenceView, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    return json_answer(licence, status, {"ETag": licence.encoded().etag, **(headers or {})})


def _address(request: Request, licence_id: UUID) -> str:
    return address_of(request, f"/api/v1/licences/{licence_id}")
