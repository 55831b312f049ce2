"""What an answer shows of a post: the number of its last edit, which its writer put into it."""

from typing import Any

from tests.torture.calls import Look, Seen
from tests.torture.posts import Post

ABSENT, DELETED = -1, 1_000_000


def post(body: dict[str, Any]) -> Seen:
    """The number of a post, with what the next edit of it needs."""
    number = DELETED if body.get("deleted_at") else int(body["summary"])
    if "body" in body and not body["body"].startswith(f"{body['summary']} "):
        number = ABSENT  # a body of one edit under the summary of another
    version, is_draft = body["version"], body["status"] == "draft"
    return {"number": number, "id": body["id"], "version": version, "is_draft": is_draft}


def post_alone(of: Post) -> Look:
    """See a post, or that it is not there: gone, where its writer has told it to go."""
    return lambda status, body: post(body) if status == 200 else _absent(of)


def on_list(of: Post) -> Look:
    """See a post on a list that has room for it."""

    def look(_status: int, body: Any) -> Seen:
        found = [each for each in body.get("items", ()) if each["id"] == of.id]
        return post(found[0]) if found else _absent(of)

    return look


def written(status: int, body: Any) -> Seen:
    """See what a write of a post answers."""
    return post(body) if body and status in (200, 201) else {}


def is_on_list(post_id: str) -> Look:
    """See whether a post is among one's favourites."""

    def look(_status: int, body: Any) -> Seen:
        is_there = any(each["id"] == post_id for each in body.get("items", ()))
        return {"number": int(is_there), "is_set": True}

    return look


def following(status: int, body: Any) -> Seen:
    return {"number": int(body["following"]), "is_set": True} if status == 200 else {}


def job(status: int, body: Any) -> Seen:
    return {"id": body["id"], "state": body["state"]} if status in (200, 202) else {}


def _absent(of: Post) -> Seen:
    return {"number": DELETED if of.is_going else ABSENT}
