"""Headers in the API's description: those of answers, and optional ones of requests."""

from typing import Any

_WHAT = {
    "X-Request-ID": "The id of this request: the caller's, if it sent a sane one.",
    "Consistency-Token": "Send it with reads that must show what this command did.",
    "ETag": "Names this answer, for `If-None-Match`; a post's begins with its version.",
    "Location": "Where it is.",
    "Link": "The next page, as `rel=next`, where there is one.",
    "Idempotency-Replayed": "`true` where this is the answer to an earlier request.",
    "WWW-Authenticate": "How to sign in.",
    "Retry-After": "Seconds to wait before trying again.",
    "RateLimit-Policy": "The limits that the call was counted under: `q` uses in `w` seconds.",
    "RateLimit": "What is left of each: `r` uses, and `t` seconds until it begins anew.",
}
_SPECIAL = {
    "201": ("Location",),
    "301": ("Location",),
    "401": ("WWW-Authenticate",),
    "429": ("Retry-After", "RateLimit-Policy", "RateLimit"),
    "503": ("Retry-After",),
}


def _sent(name: str, what: str) -> dict[str, Any]:
    schema = {"type": "string", "title": name}
    return {"name": name, "in": "header", "required": False, "schema": schema, "description": what}


_OF_SCOPES = (
    _sent("X-Tenant-Token", "The tenant, where it is not the default one."),
    _sent("Consistency-Token", "What the caller has seen: the answer is no older."),
)
_IF_NONE_MATCH = _sent(
    "If-None-Match", "ETags that the caller has: 304 where one of them names the answer."
)
_IF_MATCH = _sent(
    "If-Match", "The ETag of the version to change: 412 where the post has another by now."
)


def describe_headers(method: str, call: dict[str, Any]) -> None:
    """Add the headers of a call's answers, and the optional ones of its request."""
    is_conditional = "304" in call["responses"]
    sent = list(_OF_SCOPES if call["security"] else ())
    if is_conditional:
        sent.append(_IF_NONE_MATCH)
    if "412" in call["responses"]:
        sent.append(_IF_MATCH)
    if sent:
        call.setdefault("parameters", []).extend(sent)
    for status, answer in call["responses"].items():
        names = [*_of_status(status), *_of_call(method, call, status)]
        if status == "304" or (is_conditional and status == "200") or _is_post(answer):
            names.append("ETag")
        answer["headers"] = {
            name: {"description": _WHAT[name], "schema": {"type": "string"}} for name in names
        }


def _is_post(answer: dict[str, Any]) -> bool:
    content = answer.get("content", {}).get("application/json", {})
    return bool(content) and content["schema"] == {"$ref": "#/components/schemas/Post"}


def _of_status(status: str) -> list[str]:
    return ["X-Request-ID", *_SPECIAL.get(status, ())]


def _of_call(method: str, call: dict[str, Any], status: str) -> list[str]:
    names = [] if method == "get" else ["Consistency-Token"]
    sent = {parameter["name"] for parameter in call.get("parameters", ())}
    if "Idempotency-Key" in sent and status < "300":
        names.append("Idempotency-Replayed")
    if "cursor" in sent and status == "200":
        names.append("Link")
    return names
