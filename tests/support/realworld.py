"""Callers of the RealWorld API, with tokens of its own logins."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from httpx import Response

from tests.support.api import PASSWORD, Api

ARTICLE = {"title": "A title", "description": "A summary", "body": "A body"}
_numbers = count(1)


@dataclass(frozen=True)
class Visitor:
    """Somebody with an account, as the RealWorld API knows them."""

    api: Api
    username: str
    token: str

    @property
    def email(self) -> str:
        return f"{self.username}@example.com"

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.token}"}

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        """Call `/api` + path."""
        sent = self.headers | headers
        return await self.api.call(method, f"/api{path}", headers=sent, json=body)

    async def get(self, path: str, **headers: str) -> Any:
        return (await self.call("GET", path, **headers)).raise_for_status().json()

    async def write(self, **fields: Any) -> dict[str, Any]:
        """Publish an article and give it as answered."""
        answer = await self.call("POST", "/articles", {"article": ARTICLE | fields})
        article: dict[str, Any] = answer.raise_for_status().json()["article"]
        return article


async def visitor(api: Api, name: str = "") -> Visitor:
    """Register somebody."""
    username = name or f"visitor{next(_numbers)}"
    user = {"username": username, "email": f"{username}@example.com", "password": PASSWORD}
    answer = await api.call("POST", "/api/users", json={"user": user})
    return Visitor(api, username, answer.raise_for_status().json()["user"]["token"])


def errors_of(answer: Response) -> tuple[int, dict[str, list[str]]]:
    """Return the status and the errors of a refusal, which has nothing else."""
    [(name, errors)] = answer.json().items()
    assert name == "errors"
    assert answer.headers["content-type"] == "application/json"
    return answer.status_code, errors
