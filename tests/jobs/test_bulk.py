"""Bulks of posts, done by the process itself, on each kind of database."""

from typing import Any

import pytest

from domain.ids import new_id
from tests.support.api import Api, Person
from tests.support.jobs import ended

CREATE = {"op": "create", "title": "t", "body": "b"}
FIELDS = {"body": "b", "status": "published"}


@pytest.fixture
async def ann(api: Api) -> Person:
    return await api.person()


async def bulk(api: Api, by: Person, *operations: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Ask for a bulk, and wait until it has ended."""
    answer = await api.post("/posts/bulk", by, json={"operations": operations, **options})
    assert answer.status_code == 202, answer.text
    return await ended(api, by, answer.json()["id"])


async def test_each_operation_has_a_result_in_its_place(api: Api, ann: Person) -> None:
    draft, shown = await api.write(ann, status="draft"), await api.write(ann, title="Shown")
    job = await bulk(
        api,
        ann,
        {"op": "create", "title": "New", **FIELDS},
        {"op": "publish", "id": draft["id"]},
        {"op": "update", "id": shown["id"], "title": "Changed"},
        {"op": "archive", "id": str(new_id())},
        {"op": "create", "title": " ", **FIELDS},
        {"op": "delete", "id": shown["id"]},
        max_concurrent=1,
    )
    assert (job["state"], job["progress"]) == ("succeeded", {"done": 6, "total": 6})
    result = job["result"]
    assert (result["succeeded"], result["failed"]) == (4, 2)
    statuses = [each["status"] for each in result["operations"]]
    assert statuses == ["succeeded"] * 3 + ["failed"] * 2 + ["succeeded"]
    errors = [each["error"] for each in result["operations"] if each["status"] == "failed"]
    assert errors == ["NotFound", "Invalid"]
    titles = {post["title"] for post in (await api.get("/posts", ann)).json()["items"]}
    assert titles == {"New", draft["title"]}


async def test_a_hundred_posts_are_written_once_each(api: Api, ann: Person) -> None:
    creates = [{"op": "create", "title": f"post {number}", **FIELDS} for number in range(100)]
    job = await bulk(api, ann, *creates)
    assert job["result"]["succeeded"] == 100
    assert (await api.get("/posts", ann)).json()["total"] == 100


async def test_a_bulk_may_be_larger_than_a_post(api: Api, ann: Person) -> None:
    creates = [{"op": "create", "title": "Long", "body": "x" * 1_000_000} for _ in range(3)]
    assert (await bulk(api, ann, *creates))["result"]["succeeded"] == 3


@pytest.mark.parametrize(
    "body",
    [
        {"operations": []},
        {"operations": [CREATE] * 1001},
        {"operations": [{"op": "destroy", "id": str(new_id())}]},
        {"operations": [{"op": "publish", "id": "a-slug"}]},
        {"operations": [{"op": "delete", "id": str(new_id())}], "max_concurrent": 51},
    ],
    ids=["none", "too many", "an unknown one", "no id", "too many at once"],
)
async def test_what_is_no_bulk_is_refused(api: Api, ann: Person, body: dict[str, Any]) -> None:
    assert (await api.post("/posts/bulk", ann, json=body)).status_code == 422
    assert (await api.get("/jobs", ann)).json()["total"] == 0
