"""Calls of one client through any server: each is judged and goes into the history."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from time import monotonic
from typing import Any

from httpx import AsyncClient, HTTPError, Response

from tests.torture.bounds import CLIENT_SECONDS
from tests.torture.checks import Checker
from tests.torture.disturbances import PRIMARY, REDIS, Disturbances, server_part
from tests.torture.history import History
from tests.torture.op import KnownBy, Op

Seen = Mapping[str, Any]
Look = Callable[[int, Any], Seen]
PASSWORD = "hot off the press"
_TELLING = (200, 201, 202, 404)  # statuses that say what there is
_TOKEN_SECONDS = 400  # access tokens live for 600


@dataclass(frozen=True)
class Desk:
    """What all clients share."""

    addresses: list[str]
    history: History
    checker: Checker
    disturbances: Disturbances
    began: float


def see_nothing(_status: int, _body: Any) -> Seen:
    return {}


class Calls:
    """One client's calls; `token` is the Consistency-Token of its last acknowledged write."""

    def __init__(self, desk: Desk, name: str, chance: Random, *, carries: bool = False) -> None:
        self.desk = desk
        self.name = name
        self.token = ""
        self._chance = chance
        self._known_by: KnownBy = "both" if carries else "account"
        self._access_token = ""
        self._good_until = 0.0
        self._clients = [
            AsyncClient(base_url=f"{address}/api/v1", timeout=CLIENT_SECONDS, trust_env=False)
            for address in desk.addresses
        ]

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()

    async def register(self) -> None:
        """Get an account, before there are faults."""
        body = {"username": self.name, "email": f"{self.name}@example.com", "password": PASSWORD}
        answer = await self._clients[0].post("/auth/register", json=body)
        self._keep(answer.raise_for_status())

    async def call(
        self,
        kind: str,
        method: str,
        path: str,
        look: Look = see_nothing,
        *,
        subject: str = "",
        value: int = 0,
        server: int | None = None,
        known_by: KnownBy | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Op:
        """Call a server, any where none is named, and return what came of it."""
        through = self._chance.randrange(len(self._clients)) if server is None else server
        who: KnownBy = known_by or self._known_by
        sent = await self._identity(who, through) | dict(headers or {})
        start, fault, answer = monotonic(), "", None
        try:
            answer = await self._clients[through].request(method, path, json=body, headers=sent)
        except HTTPError as error:
            fault = repr(error)
        op = self._op(kind, through, who, start, fault, answer, look, subject=subject, value=value)
        if method != "GET" and answer and op.is_done and op.kind != "bulk":
            self.token = answer.headers.get("Consistency-Token", self.token)
        self.desk.history.add(op)
        for violation in self.desk.checker.take(op):
            self.desk.history.note(violation=violation.kind, what=violation.what, at=op.end)
        return op

    def _op(
        self,
        kind: str,
        server: int,
        known_by: KnownBy,
        start: float,
        fault: str,
        answer: Response | None,
        look: Look,
        **about: Any,
    ) -> Op:
        disturbances = self.desk.disturbances
        shown = _shown(answer, look) if answer is not None else {"fault": fault}
        return Op(
            client=self.name,
            kind=kind,
            server=server,
            known_by=known_by,
            start=start - self.desk.began,
            end=monotonic() - self.desk.began,
            server_disturbed=disturbances.touched(server_part(server), start),
            twice_calm=disturbances.calm_of_both(REDIS, PRIMARY),
            **({"status": 0} | shown | about),
        )

    async def _identity(self, who: KnownBy, server: int) -> dict[str, str]:
        token = {"Consistency-Token": self.token} if self.token else {}
        if who == "nothing":
            return {}
        if who == "token":
            return token
        await self._sign_in_again(server)
        authenticated = {"Authorization": f"Bearer {self._access_token}"}
        return authenticated | (token if who == "both" else {})

    async def _sign_in_again(self, server: int) -> None:
        if monotonic() < self._good_until:
            return
        form = {"username": self.name, "password": PASSWORD}
        try:
            answer = await self._clients[server].post("/auth/token", data=form)
        except HTTPError:
            return
        if answer.status_code == 200:
            self._keep(answer)

    def _keep(self, answer: Response) -> None:
        self._access_token = answer.json()["access_token"]
        self._good_until = monotonic() + _TOKEN_SECONDS


def _shown(answer: Response, look: Look) -> dict[str, Any]:
    headers, is_json = answer.headers, "json" in answer.headers.get("Content-Type", "")
    body = answer.json() if is_json and answer.content else {}
    return {
        "status": answer.status_code,
        "seen": look(answer.status_code, body) if answer.status_code in _TELLING else {},
        "x_cache": headers.get("X-Cache", ""),
        "etag": headers.get("ETag", ""),
        "digest": hashlib.sha256(answer.content).hexdigest()[:16],
        "is_problem": "problem+json" in headers.get("Content-Type", ""),
        "retry_after": headers.get("Retry-After", ""),
        "replayed": "Idempotency-Replayed" in headers,
        "fault": "" if answer.status_code < 400 else f"{body.get('type')}: {body.get('detail')}",
    }
