"""How many statements each route sends, and where they run."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.support.api import PASSWORD, Api, Person
from tests.support.statements import recorded, without_tenant


@pytest.fixture
async def ann(api: Api) -> Person:
    return await api.person()


def reads_of(api: Api) -> str:
    """Where reads run: this container has a replica or not."""
    return "replica" if api.container._resources.reads.replicas else "primary"


async def sent_by(api: Api, method: str, path: str, by: Person | None, **options: Any) -> list[str]:
    """What a call sends to the databases; waits for positions are tested elsewhere."""
    with recorded(api.container) as seen:
        await api.call(method, path, by, **options)
    return [entry for entry in seen if not entry.endswith("WAIT")]


async def test_one_post_is_one_select(api: Api, ann: Person) -> None:
    post = await api.write(ann)
    for key in (post["id"], post["slug"]):
        [sent] = await sent_by(api, "GET", f"/posts/{key}", None)
        assert sent.startswith(f"{reads_of(api)}: SELECT")


@pytest.mark.parametrize("query", ["", "&tag=x", "&tag=x&tag=y", "&author=ann", "&status=draft"])
async def test_a_list_is_one_select_and_one_count(api: Api, ann: Person, query: str) -> None:
    for status in ("published", "draft"):
        for title in "abc":
            await api.write(ann, title=title, tags=["x", "y"], status=status)
    await api.patch("/users/me", ann, json={"username": f"ann{ann.username}"})
    path = f"/posts?limit=2{query.replace('=ann', f'=ann{ann.username}')}"
    select, count = await sent_by(api, "GET", path, ann)
    assert select.startswith(f"{reads_of(api)}: SELECT")
    assert count == f"{reads_of(api)}: COUNT"


async def test_a_list_that_fits_on_a_page_needs_no_count(api: Api, ann: Person) -> None:
    await api.write(ann)
    assert await sent_by(api, "GET", "/posts", None) == [f"{reads_of(api)}: SELECT post"]


async def test_users_are_one_select(api: Api, ann: Person) -> None:
    select = [f"{reads_of(api)}: SELECT user"]
    assert await sent_by(api, "GET", "/users/me", ann) == select
    assert await sent_by(api, "GET", f"/users/{ann.username}", None) == select


async def test_a_command_writes_its_rows_and_reads_its_answer(api: Api, ann: Person) -> None:
    body = {"title": "One", "body": "b", "tags": ["x", "y"]}
    assert await sent_by(api, "POST", "/posts", ann, json=body) == [
        "writes: INSERT address",
        "writes: INSERT post",
        "writes: INSERT post_tag",
        "writes: SELECT post",
        "writes: COMMIT",
    ]
    post = await api.write(ann, title="Two", tags=["x"])
    path = f"/posts/{post['id']}"
    change = ["writes: SELECT post", "writes: UPDATE post", "writes: SELECT post", "writes: COMMIT"]
    assert await sent_by(api, "PATCH", path, ann, json={"title": "2"}) == change
    tags = ["writes: DELETE post_tag", "writes: INSERT post_tag"]
    assert await sent_by(api, "POST", f"{path}/archive", ann) == [*change[:2], *tags, *change[2:]]
    assert await sent_by(api, "DELETE", path, ann) == [*change[:2], "writes: COMMIT"]


async def test_who_may_not_write_sends_nothing(api: Api) -> None:
    assert await sent_by(api, "POST", "/posts", None, json={"title": "t", "body": "b"}) == []
    assert await sent_by(api, "GET", "/users/me", None) == []
    assert await sent_by(api, "GET", "/posts?status=draft", None) == []


async def test_accounts_are_few_statements(api: Api, ann: Person) -> None:
    body = {"username": "new", "email": "new@x.org", "password": PASSWORD}
    assert await sent_by(api, "POST", "/auth/register", None, json=body) == [
        "writes: INSERT user",
        "writes: INSERT token_family",
        "writes: SELECT user",
        "writes: COMMIT",
    ]
    refresh = {"refresh_token": ann.refresh_token}
    assert await sent_by(api, "POST", "/auth/refresh", None, json=refresh) == [
        "writes: SELECT token_family",
        "writes: UPDATE token_family",
        "writes: SELECT user",
        "writes: COMMIT",
    ]


async def test_a_read_connection_refuses_to_write(api: Api) -> None:
    resources = api.container._resources
    engines = [resources.reads.primary, *(replica.engine for replica in resources.reads.replicas)]
    for engine in engines:
        async with engine.connect() as connection:
            with pytest.raises(Exception, match=r"READ ONLY|readonly|read only"):
                await connection.execute(text("DELETE FROM tenant"))


@pytest.mark.parametrize(
    ("statement", "lacks"),
    [
        ("SELECT post.id FROM post WHERE post.tenant = ?", None),
        ("SELECT post.id FROM post WHERE post.id = ?", "post"),
        ('SELECT 1 FROM post JOIN "user" ON "user".id = post.author_id', "post"),
        ('SELECT 1 FROM post JOIN "user" ON "user".id = 1 WHERE post.tenant = ?', "user"),
        ("SELECT 1 FROM post_tag AS t WHERE t.tenant = ?", None),
        ("SELECT 1 FROM post_tag AS t WHERE t.tag = ?", "post_tag"),
        ("UPDATE post SET title = ? WHERE post.id = ?", "post"),
        ("DELETE FROM address WHERE address.tenant = ?", None),
        ("INSERT INTO post (id, tenant) VALUES (?, ?)", None),
        ("INSERT INTO post (id) VALUES (?)", "post"),
        ("SELECT tenant.id FROM tenant WHERE tenant.name = ?", None),
    ],
)
def test_the_check_for_the_tenant_finds_what_lacks_it(statement: str, lacks: str | None) -> None:
    assert without_tenant(statement) == lacks
