"""Calls of the API by one person: counted by their routes, each answer judged."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Literal
from urllib.parse import quote

from cachetools import LRUCache
from locust.contrib.fasthttp import FastHttpSession, FastResponse
from locust.exception import RescheduleTask

from bench.day.accounts import Account, registration
from bench.day.checks import Answer, Check, Json
from bench.day.tally import Tally

KnownBy = Literal["account", "token", "nothing"]
Headers = dict[str, str]
# the two by which whoever wrote is known, and what is said of the second
WAYS: tuple[tuple[KnownBy, str], ...] = (("account", ""), ("token", " (token alone)"))

logger = logging.getLogger(__name__)

_API = "/api/v1"
_KEPT = 50
_TOLD = ("x-request-id", "x-cache", "etag", "date")


class Caller:
    """One person's calls. One that fails is counted, and ends the task that it was made for."""

    def __init__(self, session: FastHttpSession, tally: Tally, *, past_cache: bool) -> None:
        self.session = session
        self.account: Account | None = None
        self._tally = tally
        self._of_reads = {"Cache-Control": "no-cache"} if past_cache else {}
        self._token = ""
        # as browsers keep what anybody may see
        self._kept: LRUCache[str, Answer] = LRUCache(_KEPT)

    def sign_up(self, role: str) -> None:
        """Register under a name that nobody has."""
        self.account = Account.of(self.write("POST", "/auth/register", registration(role)))

    def read(
        self,
        route: str,
        *checks: Check,
        known_by: KnownBy = "account",
        may_lag: bool = False,
        **values: str,
    ) -> Answer:
        """Read, and make checks; what `may_lag` may not be there yet, where it is not cached."""
        who = self._who(known_by)
        path = _path(route, values)
        kept = None if who else self._kept.get(path)
        headers = who | self._of_reads | _if_changed(kept)
        judge = partial(self._fault, checks=checks, kept=kept, may_lag=may_lag)
        answer = _unchanged(self._send("GET", route, path, judge, headers), kept)
        if answer.status != 200:
            raise RescheduleTask
        if not who:
            self._kept[path] = answer
        return answer

    def write(
        self,
        method: str,
        route: str,
        body: Json | None = None,
        headers: Mapping[str, str] | None = None,
        through: str = "",
        **values: str,
    ) -> Json:
        """Send a command, to another server's address where one is given."""
        sent = self._who("account") | dict(headers or {})
        path = through + _path(route, values)
        answer = self._send(method, route, path, _refusal, sent, body)
        self._token = answer.headers["consistency-token"]
        found: Json = answer.body
        return found

    def _who(self, known_by: KnownBy) -> Headers:
        if known_by == "token":
            return {"Consistency-Token": self._token}
        if known_by == "nothing" or self.account is None:
            return {}
        return {"Authorization": f"Bearer {self._fresh(self.account).access_token}"}

    def _fresh(self, account: Account) -> Account:
        if account.is_ending:
            tokens = {"refresh_token": account.refresh_token}
            path = f"{_API}/auth/refresh"
            answer = self._send("POST", "/auth/refresh", path, _refusal, {}, tokens)
            account.renew(answer.body)
        return account

    def _fault(
        self, answer: Answer, checks: tuple[Check, ...], kept: Answer | None, *, may_lag: bool
    ) -> str:
        answer = _unchanged(answer, kept)
        if answer.status not in (200, 404):
            return _refusal(answer)
        if stale := self._tally.stale_names(answer, checks):
            fault = f"stale: {'; '.join(stale)}"
            logger.warning("%s: %s", fault, {name: answer.headers.get(name) for name in _TOLD})
            return fault
        is_behind = may_lag and answer.status == 404 and not answer.is_from_cache
        return "" if is_behind else _refusal(answer)

    def _send(
        self,
        method: str,
        route: str,
        path: str,
        judge: Callable[[Answer], str],
        headers: Headers,
        body: Json | None = None,
    ) -> Answer:
        with self.session.request(
            method, path, route, json=body, headers=headers, catch_response=True
        ) as response:
            answer = _answer(response)
            if outcome := answer.headers.get("x-cache"):
                # hits and misses of a route are rows of their own
                response.request_meta["name"] = f"{route} {outcome}"
            if fault := judge(answer):
                response.failure(fault)
            else:
                response.success()
        if fault:
            raise RescheduleTask(fault)
        return answer


def _path(route: str, values: Mapping[str, str]) -> str:
    return _API + route.format_map({name: quote(each, safe="") for name, each in values.items()})


def _answer(response: FastResponse) -> Answer:
    headers = {name.lower(): value for name, value in (response.headers or {}).items()}
    is_json = "json" in headers.get("content-type", "")
    error = getattr(response, "error", None)
    body = json.loads(response.content) if is_json and response.content else {"title": repr(error)}
    return Answer(response.status_code, headers, body)


def _unchanged(answer: Answer, kept: Answer | None) -> Answer:
    """What a 304 stands for."""
    return replace(kept, headers=answer.headers) if kept and answer.status == 304 else answer


def _if_changed(kept: Answer | None) -> Headers:
    etag = kept.headers.get("etag") if kept else None
    return {"If-None-Match": etag} if etag else {}


def _refusal(answer: Answer) -> str:
    if 200 <= answer.status < 300:
        return ""
    kind = answer.body.get("type", "").rpartition(":")[2]
    return f"{answer.status} {kind or answer.body.get('title', '')}".rstrip()
