"""Posts that not all may read, of the blog that is measured, and who reads them."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from bench.speed.accounts import Account, promote

# far from the newest posts, so that the other lists have none of them
_MIXED = "/api/v1/posts?limit=20&offset=1000"
_SINCE = {"starts_at": "2020-01-01T00:00:00Z"}
_PRICE = {"price": {"amount": 250, "currency": "EUR"}}
_EACH = 7  # posts for members, and for holders, of the twenty
_HELD = 3


@dataclass(frozen=True)
class Closed:
    """The paths of a post for members, of one for holders, and of a list of both and others; the
    access tokens of a member and of a holder."""

    for_members: str
    for_holders: str
    mixed: str
    member: str
    holder: str


class _Editor:
    """Closes posts of the blog, and says who may read them."""

    def __init__(self, address: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._client = httpx.Client(base_url=f"{address}/api/v1", headers=headers)
        self._licence_id = self._send("POST", "/licences", {"holder": "Ink"} | _SINCE)["id"]

    def ids(self, path: str) -> list[str]:
        return [post["id"] for post in self._client.get(path).raise_for_status().json()["items"]]

    def close(self, post_id: str, access: str, body: str) -> None:
        if access == "offer":
            offer = {"post_id": post_id} | _PRICE | _SINCE
            self._send("POST", f"/licences/{self._licence_id}/offers", offer)
        self._send("PATCH", f"/posts/{post_id}", {"access": access, "body": body})

    def grant(self, post_id: str, username: str) -> None:
        self._client.put(f"/posts/{post_id}/grants/{username}").raise_for_status()

    def _send(self, method: str, path: str, body: Mapping[str, object]) -> Mapping[str, str]:
        answer = self._client.request(method, path, json=body).raise_for_status()
        said: Mapping[str, str] = answer.json()
        return said


def closed_posts(address: str, environment: Mapping[str, str], body: str) -> Closed:
    """Close some posts of the blog, all with this body."""
    editor, member, holder = (Account(address, name) for name in ("ed", "mia", "hal"))
    promote(editor.username, environment)
    ed = _Editor(address, editor.token())
    ids = ed.ids(address + _MIXED)
    for_members, for_holders = ids[:_EACH], ids[_EACH : 2 * _EACH]
    for post_id in for_members:
        ed.close(post_id, "members", body)
    for post_id in for_holders:
        ed.close(post_id, "offer", body)
    for post_id in for_holders[:_HELD]:
        ed.grant(post_id, holder.username)
    paths = f"/api/v1/posts/{for_members[0]}", f"/api/v1/posts/{for_holders[0]}"
    return Closed(*paths, _MIXED, member.token(), holder.token())
