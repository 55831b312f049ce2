"""Who lost rights after they caused a job: each kind goes by the rights of when it runs."""

from typing import Any
from uuid import UUID

import pytest

from application.post.bulk import BulkCommand, BulkCommandService, Create
from core.dependencies.background import job_queue, job_runner
from domain.caller import Caller, Role
from domain.errors import Forbidden
from tests.jobs.test_scheduled import FIELDS, ahead, appeared, titles
from tests.support.api import Api, Person
from tests.support.jobs import ended
from tests.support.mail_desk import Desk
from tests.support.mail_server import Post

LOST: list[dict[str, Any]] = [{"role": "reader"}, {"is_active": False}]


async def take_rights(api: Api, person: Person, rights: dict[str, Any]) -> None:
    admin = await api.person(Role.ADMIN)
    answer = await api.patch(f"/users/{person.username}", admin, json=rights)
    assert answer.status_code == 200


async def scheduled(api: Api, by: Person, seconds: float = 5) -> dict[str, Any]:
    answer = await api.post("/posts", by, json=FIELDS | {"publish_at": ahead(seconds)})
    post: dict[str, Any] = answer.raise_for_status().json()
    return post


async def job_of(api: Api, by: Person, kind: str) -> str:
    [job] = (await api.get(f"/jobs?kind={kind}", by)).json()["items"]
    return str(job["id"])


@pytest.mark.parametrize("rights", LOST, ids=["demoted", "closed"])
async def test_a_post_does_not_appear_whose_author_may_write_no_more(
    api: Api, rights: dict[str, Any]
) -> None:
    ann = await api.person()
    post = await scheduled(api, ann)
    await take_rights(api, ann, rights)
    admin = await api.person(Role.ADMIN)
    job = await ended(api, admin, await job_of(api, admin, "publish_post"))
    assert (job["state"], job["attempts"], await titles(api)) == ("dead", 1, [])
    assert (await api.get(f"/posts/{post['id']}", admin)).json()["status"] == "scheduled"
    # whoever may write again may have it appear again
    await api.give_role(ann, Role.AUTHOR)
    await take_rights(api, ann, {"is_active": True})
    await api.post(f"/jobs/{job['id']}/replay", admin)
    await appeared(api)


async def test_an_editor_who_is_one_no_more_publishes_nothing_of_others(api: Api) -> None:
    ann, editor = await api.person(), await api.person(Role.EDITOR)
    post = await api.write(ann, status="draft")
    at = {"publish_at": ahead(5)}
    (await api.post(f"/posts/{post['id']}/publish", editor, json=at)).raise_for_status()
    await take_rights(api, editor, {"role": "author"})
    await api.log_in(editor)
    job = await ended(api, editor, await job_of(api, editor, "publish_post"))
    assert (job["state"], await titles(api)) == ("dead", [])


async def test_who_was_given_more_rights_has_them(api: Api) -> None:
    ann, bob = await api.person(), await api.person()
    post = await api.write(ann, status="draft")
    # the access token says author still, and the job asks for more than that
    await api.give_role(bob, Role.EDITOR)
    publish = {"operations": [{"op": "publish", "id": post["id"]}]}
    asked = await api.post("/posts/bulk", bob, json=publish)
    assert (await ended(api, bob, asked.json()["id"]))["result"]["succeeded"] == 1


async def test_a_bulk_goes_by_the_rights_of_each_moment(desk: Desk) -> None:
    api, ann = desk.api, desk.author
    caller = Caller(ann.id, Role.AUTHOR)
    bulk = api.container.scope(api.tenant, caller)[BulkCommandService]
    create = Create(op="create", title="Title", body="b")
    job_id = (await bulk.request_bulk(BulkCommand(operations=(create,) * 2))).id
    claimed = await job_queue(api.container._resources).claim(job_id)
    assert claimed
    await bulk.do(claimed.lease, 0, create)
    await take_rights(api, ann, {"role": "reader"})
    with pytest.raises(Forbidden):
        await bulk.do(claimed.lease, 1, create)
    await api.log_in(ann)
    assert (await api.get("/posts?status=draft", ann)).json()["total"] == 1


@pytest.mark.parametrize("rights", LOST, ids=["demoted", "closed"])
async def test_followers_hear_no_more_of_whoever_may_write_no_more(
    desk: Desk, post: Post, rights: dict[str, Any]
) -> None:
    await desk.follow(3)
    job_id = await desk.publish()
    await take_rights(desk.api, desk.author, rights)
    job = await desk.work(job_id)
    assert (job["state"], post.mails) == ("dead", [])


async def test_an_editor_tells_of_the_post_of_whoever_writes_no_more(
    desk: Desk, post: Post
) -> None:
    addresses = await desk.follow(2)
    draft = await desk.api.write(desk.author, status="draft")
    editor = await desk.api.person(Role.EDITOR)
    await take_rights(desk.api, desk.author, {"role": "reader"})
    (await desk.api.post(f"/posts/{draft['id']}/publish", editor)).raise_for_status()
    assert await desk.jobs() == []
    job_id = await job_of(desk.api, editor, "tell_followers")
    await desk.let_due(UUID(job_id))
    await job_runner(desk.api.container._resources).run(UUID(job_id))
    assert sorted(post.addresses) == addresses
