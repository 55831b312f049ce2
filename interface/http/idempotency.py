"""`Idempotency-Key`: a POST that is sent again gets its first answer again."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Annotated

from fastapi import Depends, Header, Request, Response

from application.callers import signed_in
from application.idempotency.ports import Answer, RequestKey
from interface.http.dependencies import SignedInScope

KEY_LIMIT = 255
_REPLAYED = {"Idempotency-Replayed": "true"}
# what the server adds to every answer by itself
_NOT_KEPT = ("content-length",)

Work = Callable[[], Awaitable[Response]]


class Once:
    """Answers a request, once for each key."""

    def __init__(self, scope: SignedInScope, key: RequestKey | None) -> None:
        self._scope = scope
        self._key = key

    async def __call__(self, work: Work) -> Response:
        """Give the answer that the work gives, or gave when it was done."""
        if self._key is None:
            return await work()

        async def answer() -> Answer:
            response = await work()
            headers = {n: v for n, v in response.headers.items() if n not in _NOT_KEPT}
            return Answer(response.status_code, headers, bytes(response.body))

        given, is_replay = await self._scope.idempotency.once(self._key, answer)
        headers = given.headers | (_REPLAYED if is_replay else {})
        return Response(given.content, given.status, headers)


async def _once(
    scope: SignedInScope,
    request: Request,
    key: Annotated[
        str | None, Header(alias="Idempotency-Key", min_length=1, max_length=KEY_LIMIT)
    ] = None,
) -> Once:
    if key is None:
        return Once(scope, None)
    address = sha256(f"{request.url.path}\0{key}".encode()).digest()
    # no body says the same as an empty one; with another version it is another request
    said = (await request.body() or b"{}", *map(str.encode, request.headers.getlist("If-Match")))
    body = sha256(b"\0".join(said)).digest()
    return Once(scope, RequestKey(signed_in(scope.caller).id, address, body))


OnceForEachKey = Annotated[Once, Depends(_once)]
