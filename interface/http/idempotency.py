"""The header `Idempotency-Key`: a repeated POST gets its first answer."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header, Request, Response

from application.callers import authenticated
from application.idempotency.commands import IdempotencyCommandService
from application.idempotency.ports import Answer, RequestKey
from interface.http.dependencies import UncountedScope

KEY_LIMIT = 255
_REPLAYED = {"Idempotency-Replayed": "true"}
# added to every answer by the server
_NOT_KEPT = ("content-length",)

Work = Callable[[], Awaitable[Response]]


class Once:
    """Answers a request, once for each key."""

    def __init__(self, scope: UncountedScope, key: RequestKey | None) -> None:
        self._scope = scope
        self._key = key

    async def __call__(self, work: Work) -> Response:
        """Return the answer of the work, or the stored one where it was done before."""
        if self._key is None:
            return await work()

        async def answer() -> Answer:
            response = await work()
            headers = {n: v for n, v in response.headers.items() if n not in _NOT_KEPT}
            return Answer(response.status_code, headers, bytes(response.body))

        given, is_replay = await self._scope[IdempotencyCommandService].once(self._key, answer)
        headers = given.headers | (_REPLAYED if is_replay else {})
        return Response(given.content, given.status, headers)


async def _once(
    scope: UncountedScope,
    request: Request,
    key: Annotated[
        str | None, Header(alias="Idempotency-Key", min_length=1, max_length=KEY_LIMIT)
    ] = None,
) -> Once:
    if key is None:
        return Once(scope, None)
    address = sha256(f"{request.url.path}\0{key}".encode()).digest()
    # a missing body equals `{}`; with another If-Match it is another request
    said = (await request.body() or b"{}", *map(str.encode, request.headers.getlist("If-Match")))
    body = sha256(b"\0".join(said)).digest()
    return Once(scope, RequestKey(authenticated(scope.caller).id, address, body))


OnceForEachKey = Annotated[Once, Depends(_once)]
