"""How many statements each route sends, and where they run."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import (
    ClauseElement,
    and_,
    delete,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    text,
    union_all,
    update,
)

from domain.caller import Role
from domain.ids import new_id
from infra.blog.post.table import addresses, post_tags, posts
from infra.blog.user.table import users
from infra.database.positions import reached
from infra.database.tables import tenants
from tests.blog.licence import GIVEN, OFFER
from tests.support.api import PASSWORD, Api, Person
from tests.support.mail_desk import verify
from tests.support.pictures import form, picture, processed
from tests.support.statements import recorded
from tests.support.tenant_check import without_tenant
from tests.support.waiting import until


@pytest.fixture
async def ann(api: Api) -> Person:
    return await api.person()


def reads_of(api: Api) -> str:
    """Where reads run: this container has a replica or not."""
    return "replica" if api.container._resources.reads.replicas else "primary"


async def sent_by(api: Api, method: str, path: str, by: Person | None, **options: Any) -> list[str]:
    """What a call sends to the databases past the cache; waits are tested elsewhere."""
    headers = options.pop("headers", {}) | {"Cache-Control": "no-cache"}
    await caught_up(api)
    with recorded(api.container) as seen:
        await api.call(method, path, by, headers=headers, **options)
    return [entry for entry in seen if not entry.endswith("WAIT")]


async def caught_up(api: Api) -> None:
    """Wait for the replica, if there is one: a read that comes too early runs on the primary."""
    reads = api.container._resources.reads
    position = await reads.position_of_newest()
    assert position is not None
    if reads.replicas:
        await until(lambda: reads.replicas[0].why_not is None, "a replica that can be read")
        async with asyncio.timeout(15), reads.replicas[0].engine.connect() as connection:
            while not await reached(connection, position):
                pass  # each turn waited on the server, for 50 ms


def writes(*statements: str) -> list[str]:
    """What a command sends after it has asked whether its caller's login stands."""
    return [f"writes: {statement}" for statement in ("SELECT token_family", *statements)]


def touching(*statements: str) -> list[str]:
    """The same, and what a change tells to caches."""
    return writes(*statements[:-1], "INSERT touched", statements[-1])


async def test_one_post_is_one_select_and_one_of_its_neighbours(api: Api, ann: Person) -> None:
    post = await api.write(ann)
    for key in (post["id"], post["slug"]):
        for fields, selects in (("", 2), ("?fields=title,body", 1), ("?fields=title,next", 2)):
            sent = await sent_by(api, "GET", f"/posts/{key}{fields}", None)
            assert [entry.split(" ")[:2] for entry in sent] == [[f"{reads_of(api)}:", "SELECT"]] * (
                selects
            )


async def test_texts_in_a_list_are_one_select_more(api: Api, ann: Person) -> None:
    await api.write(ann)
    for query, selects in (("", 1), ("?fields=title", 1), ("?include=html", 2)):
        sent = await sent_by(api, "GET", f"/posts{query}", None)
        assert len(sent) == selects


LISTS = ["", "&tag=x", "&tag=x&tag=y", "&author=ann", "&status=draft", "&q=title", "&sort=title"]


@pytest.mark.parametrize("query", [*LISTS, "&favorited_by=ann", "&feed=following"])
async def test_a_list_is_one_select_and_one_count_after_its_tags(
    api: Api, ann: Person, query: str
) -> None:
    bob = await api.person()
    await api.call("PUT", f"/users/{bob.username}/follow", ann)
    for author, status in ((ann, "published"), (ann, "draft"), (bob, "published")):
        for number in "abc":
            fields = {"title": f"title {number}", "tags": ["x", "y"], "status": status}
            post = await api.write(author, **fields)
            if status == "published":
                await api.call("PUT", f"/posts/{post['id']}/favorite", ann)
    await api.patch("/users/me", ann, json={"username": f"ann{ann.username}"})
    path = f"/posts?limit=2{query.replace('=ann', f'=ann{ann.username}')}"
    sent = await sent_by(api, "GET", path, ann)
    if not query.startswith("&q"):  # a search is counted where it is found
        counted = "SELECT tag" if query == "&tag=x" else "COUNT"
        assert sent.pop() == f"{reads_of(api)}: {counted}"
    *counts, select = sent
    assert counts == ([f"{reads_of(api)}: SELECT tag"] if query.count("tag") > 1 else [])
    assert select.startswith(f"{reads_of(api)}: SELECT")


async def test_a_list_that_fits_on_a_page_needs_no_count(api: Api, ann: Person) -> None:
    await api.write(ann)
    assert await sent_by(api, "GET", "/posts", None) == [f"{reads_of(api)}: SELECT post"]


async def test_users_are_one_select_and_one_more_for_the_caller(api: Api, ann: Person) -> None:
    select = f"{reads_of(api)}: SELECT user"
    assert await sent_by(api, "GET", "/users/me", ann) == [select]
    path = f"/users/{ann.username}"
    assert await sent_by(api, "GET", path, None) == [select]
    assert await sent_by(api, "GET", path, ann) == [select, f"{reads_of(api)}: SELECT follow"]
    admin = await api.person(Role.ADMIN)
    count = f"{reads_of(api)}: COUNT"
    assert await sent_by(api, "GET", "/users", admin) == [select, count]


async def test_comments_and_tags_are_few_selects(api: Api, ann: Person) -> None:
    post = await api.write(ann, tags=["x"])
    path = f"/posts/{post['id']}/comments"
    for _ in range(3):
        await api.post(path, ann, json={"body": "b"})
    select = [f"{reads_of(api)}: SELECT {table}" for table in ("post", "comment")]
    assert await sent_by(api, "GET", f"{path}?limit=2", None) == select
    assert await sent_by(api, "GET", f"{path}/1", None) == select[1:]
    assert await sent_by(api, "GET", "/tags", None) == [f"{reads_of(api)}: SELECT tag"]


async def test_what_readers_do_is_few_statements(api: Api, ann: Person) -> None:
    post, bob = await api.write(ann), await api.person()
    path, lock, count = f"/posts/{post['id']}", "SELECT post", "UPDATE post"
    sent = await sent_by(api, "POST", f"{path}/comments", bob, json={"body": "b"})
    said = ["SELECT blog_settings", lock, "INSERT comment", count, "SELECT comment"]
    assert sent == touching(lock, *said, "COMMIT")
    favored = touching(lock, "INSERT favorite", count, "SELECT post", "COMMIT")
    assert await sent_by(api, "PUT", f"{path}/favorite", bob) == favored
    again = writes(lock, "INSERT favorite", "SELECT post", "COMMIT")
    assert await sent_by(api, "PUT", f"{path}/favorite", bob) == again
    followed = touching("SELECT user", "INSERT follow", "UPDATE user", "COMMIT")
    assert await sent_by(api, "PUT", f"/users/{ann.username}/follow", bob) == followed


async def test_a_command_writes_its_rows_and_reads_its_answer(api: Api, ann: Person) -> None:
    body = {"title": "One", "body": "b", "tags": ["x", "y"]}
    added = [
        "INSERT address",
        "INSERT post",
        "INSERT revision",
        "INSERT post_tag",
        "INSERT post_search",
    ]
    answered = ["SELECT post", "COMMIT"]
    assert await sent_by(api, "POST", "/posts", ann, json=body) == writes(*added, *answered)
    published = body | {"title": "Two", "status": "published"}
    new_tags = ["UPDATE tag", "SELECT tag", "INSERT tag", "INSERT tag"]
    followed = "SELECT follow"  # does anybody want to be told of it?
    sent = await sent_by(api, "POST", "/posts", ann, json=published)
    assert sent == touching(*added, *new_tags, followed, *answered)
    taken = ["INSERT address", "SELECT address", "SELECT address"]
    sent = await sent_by(api, "POST", "/posts", ann, json=published)
    assert sent == touching(*taken, *added, "UPDATE tag", followed, *answered)
    bob = await api.person()
    await verify(api, bob)
    await api.call("PUT", f"/users/{ann.username}/follow", bob)
    sent = await sent_by(api, "POST", "/posts", ann, json=published | {"slug": "told"})
    assert sent == touching(*added, "UPDATE tag", followed, "INSERT job", *answered)


async def test_pictures_are_few_statements(api: Api, ann: Person) -> None:
    sent = await sent_by(api, "POST", "/media", ann, files=form(picture()))
    begun = writes("SELECT picture", "INSERT picture", "COMMIT")
    ended = writes("SELECT picture", "INSERT job", "UPDATE picture", "SELECT picture", "COMMIT")
    assert sent == begun + ended
    [made] = (await api.get("/media", ann)).json()["items"]
    await processed(api.call, ann, made["id"])
    select = f"{reads_of(api)}: SELECT picture"
    assert await sent_by(api, "GET", f"/media/{made['id']}", ann) == [select]
    assert await sent_by(api, "GET", "/media", ann) == [select, f"{reads_of(api)}: COUNT"]
    await caught_up(api)
    with recorded(api.container) as seen:
        assert (await api.client.get(made["url"])).status_code == 200
    assert [entry for entry in seen if not entry.endswith("WAIT")] == [select]
    changed = ["SELECT picture", "UPDATE picture", "SELECT picture_use", "SELECT picture"]
    sent = await sent_by(api, "PATCH", f"/media/{made['id']}", ann, json={"alt": "A"})
    assert sent == writes(*changed, "COMMIT")
    body = {"cover": made["id"], "body": "b", "title": "t"}
    sent = await sent_by(api, "POST", "/posts", ann, json=body)
    stored = ["INSERT address", "INSERT post", "INSERT revision"]
    added = [*stored, "INSERT post_search", "INSERT picture_use"]
    assert sent == writes("SELECT picture", *added, "SELECT post", "COMMIT")


async def test_offers_are_few_statements(api: Api, ann: Person) -> None:
    post, ed = await api.write(ann), await api.person(Role.EDITOR)
    licence = (await api.post("/licences", ed, json=GIVEN)).json()
    path, select = f"/licences/{licence['id']}", f"{reads_of(api)}: SELECT"
    loaded, slugs = ["SELECT licence", "SELECT offer"], ["SELECT address"]
    body = OFFER | {"post_id": post["id"]}
    sent = await sent_by(api, "POST", f"{path}/offers", ed, json=body)
    checked = ["SELECT post", "SELECT offer"]
    stored, noted = ["UPDATE licence", "INSERT offer"], ["INSERT audit", "COMMIT"]
    assert sent == touching(*loaded, *checked, *stored, *slugs, *noted)
    assert await sent_by(api, "GET", path, ed) == [f"{select} licence", f"{select} offer"]
    assert await sent_by(api, "GET", f"/posts/{post['id']}/offers", None) == [
        f"{select} post",
        f"{select} offer",
    ]
    sent = await sent_by(api, "PUT", f"/posts/{post['id']}/grants/{ann.username}", ed)
    put = ["DELETE post_grant", "INSERT post_grant"]
    assert sent == touching("SELECT post", "SELECT user", "SELECT offer", *put, *noted)
    ended = ["UPDATE licence", "UPDATE offer"]
    sent = await sent_by(api, "DELETE", f"{path}/offers/1", ed)
    assert sent == touching(*loaded, *ended, *slugs, *noted)


async def test_closed_posts_are_one_select_more_where_holders_read(api: Api, ann: Person) -> None:
    post, ed = await api.write(ann), await api.person(Role.EDITOR)
    licence = (await api.post("/licences", ed, json=GIVEN)).json()
    body = OFFER | {"post_id": post["id"]}
    await api.post(f"/licences/{licence['id']}/offers", ed, json=body)
    path = f"/posts/{post['id']}"
    for access, selects in (("members", 2), ("offer", 3)):
        await api.patch(path, ann, json={"access": access})
        for by in (ann, ed):
            # past the cache, an authenticated caller's answer takes the anonymous one first
            sent = await sent_by(api, "GET", path, by)
            assert len(sent) == 2 * selects, (access, sent)
        assert len(await sent_by(api, "GET", path, None)) == selects


async def test_a_key_costs_two_statements_and_a_replay_two(api: Api, ann: Person) -> None:
    body, key = {"title": "Once", "body": "b"}, {"Idempotency-Key": "k"}
    added = [
        "INSERT address",
        "INSERT post",
        "INSERT revision",
        "INSERT post_search",
        "SELECT post",
    ]
    sent = await sent_by(api, "POST", "/posts", ann, json=body, headers=key)
    assert sent == writes("INSERT answer", *added, "UPDATE answer", "COMMIT")
    sent = await sent_by(api, "POST", "/posts", ann, json=body, headers=key)
    assert sent == writes("INSERT answer", "SELECT answer", "COMMIT")


async def test_a_change_writes_what_differs(api: Api, ann: Person) -> None:
    post = await api.write(ann, tags=["x"])
    path = f"/posts/{post['id']}"
    change, answered = ["SELECT post", "UPDATE post"], ["SELECT post", "COMMIT"]
    slugs = ["SELECT address"]  # by which caches know it
    sent = await sent_by(api, "PATCH", path, ann, json={"title": "2"})
    left = "INSERT revision"  # by a change of the text, but not of the slug
    assert sent == touching(*change, left, "UPDATE post_search", *slugs, *answered)
    sent = await sent_by(api, "PATCH", path, ann, json={"slug": f"{post['slug']}-x"})
    assert sent == touching("SELECT post", "INSERT address", "UPDATE post", *slugs, *answered)
    draft = await api.write(ann, status="draft")
    sent = await sent_by(api, "PATCH", f"/posts/{draft['id']}", ann, json={"slug": "unseen"})
    assert sent == writes("SELECT post", "INSERT address", "UPDATE post", *answered)
    published = ["UPDATE revision", "UPDATE post_search", "UPDATE favorite", *slugs]
    sent = await sent_by(api, "POST", f"/posts/{draft['id']}/publish", ann)
    assert sent == touching(*change, *published, "SELECT follow", *answered)
    tags = ["DELETE post_tag", "INSERT post_tag", "UPDATE tag", "UPDATE tag"]
    await api.write(ann, tags=["y"])
    sent = await sent_by(api, "PATCH", path, ann, json={"tags": ["y"]})
    assert sent == touching(*change, left, *tags, *slugs, *answered)
    shown = ["UPDATE post_tag", "UPDATE post_search", "UPDATE favorite", "UPDATE tag"]
    sent = await sent_by(api, "POST", f"{path}/archive", ann)
    assert sent == touching(*change, *shown, *slugs, *answered)
    # nobody saw it any more
    assert await sent_by(api, "DELETE", path, ann) == writes(*change, "INSERT audit", "COMMIT")
    other = await api.write(ann)
    sent = await sent_by(api, "DELETE", f"/posts/{other['id']}", ann)
    hidden = ["UPDATE post_search", "UPDATE favorite"]
    assert sent == touching(*change, *hidden, *slugs, "INSERT audit", "COMMIT")


async def test_a_command_by_a_personal_token_changes_nothing_of_it(api: Api, ann: Person) -> None:
    body = {"name": "n", "scopes": ["write"]}
    sent = await sent_by(api, "POST", "/users/me/tokens", ann, json=body)
    locked = ["SELECT user", "COUNT", "INSERT personal_token", "INSERT audit"]
    assert sent == writes(*locked, "COMMIT")
    token = (await api.post("/users/me/tokens", ann, json=body)).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    await api.get("/users/me", headers=headers)
    await api.container._resources.personal_tokens.uses.store()  # type: ignore[union-attr]
    draft = {"title": "t", "body": "b"}
    sent = await sent_by(api, "POST", "/posts", None, json=draft, headers=headers)
    added = [
        "INSERT address",
        "INSERT post",
        "INSERT revision",
        "INSERT post_search",
        "SELECT post",
        "COMMIT",
    ]
    asked, *_ = own = [entry for entry in sent if not entry.startswith("primary")]
    assert asked == "writes: SELECT personal_token"
    assert own[1:] == [f"writes: {statement}" for statement in added]


async def test_articles_are_one_select_and_two_more_for_the_callers_marks(
    api: Api, ann: Person
) -> None:
    for title in ("one", "two"):
        await api.write(ann, title=title)
    post, count = f"{reads_of(api)}: SELECT post", f"{reads_of(api)}: COUNT"
    marks = [f"{reads_of(api)}: SELECT {table}" for table in ("post", "user")]
    of_page = [f"{reads_of(api)}: SELECT {table}" for table in ("address", "user")]
    for path, sent in (
        ("/api/articles/one", [post]),
        ("/api/articles", [post]),
        ("/api/articles?limit=1", [post, count]),
        (f"/api/articles?author={ann.username}&limit=1&offset=1", [post]),
    ):
        assert await sent_by(api, "GET", path, None) == sent
        assert await sent_by(api, "GET", path, ann) == [*sent, *marks]
    feed = await sent_by(api, "GET", "/api/articles/feed", ann)
    assert feed == [post]
    await api.call("PUT", f"/users/{ann.username}/follow", await api.person())
    for path in ("/api/articles?favorited=nobody", f"/api/articles?favorited={ann.username}"):
        assert await sent_by(api, "GET", path, ann) == [post]
    await api.call("POST", "/api/articles/one/favorite", ann)
    path = f"/api/articles?favorited={ann.username}"
    assert await sent_by(api, "GET", path, ann) == [post, *of_page]
    comments = f"{reads_of(api)}: SELECT comment"
    assert await sent_by(api, "GET", "/api/articles/one/comments", None) == [post, comments]
    assert await sent_by(api, "GET", "/api/tags", None) == [f"{reads_of(api)}: SELECT tag"]
    profile = await sent_by(api, "GET", f"/api/profiles/{ann.username}", None)
    assert profile == [f"{reads_of(api)}: SELECT user"]


async def test_commands_on_articles_are_those_on_posts_and_their_answers(
    api: Api, ann: Person
) -> None:
    await api.write(ann, title="one")
    bob, post, user = await api.person(), "SELECT post", "SELECT user"
    marked = [post, "SELECT address", user, "INSERT touched", "COMMIT"]
    favored = writes(post, post, "INSERT favorite", "UPDATE post", post, *marked)
    assert await sent_by(api, "POST", "/api/articles/one/favorite", bob) == favored
    followed = writes(user, "INSERT follow", "UPDATE user", user, user, *marked[-2:])
    assert await sent_by(api, "POST", f"/api/profiles/{ann.username}/follow", bob) == followed
    said = ["INSERT comment", "UPDATE post", "SELECT comment", "SELECT comment"]
    body: dict[str, Any] = {"comment": {"body": "b"}}
    sent = await sent_by(api, "POST", "/api/articles/one/comments", bob, json=body)
    assert sent == writes(post, post, "SELECT blog_settings", post, *said, *marked[-2:])
    body = {"article": {"title": "two", "description": "d", "body": "b"}}
    sent = await sent_by(api, "POST", "/api/articles", ann, json=body)
    added = [
        "INSERT address",
        "INSERT post",
        "INSERT revision",
        "INSERT post_search",
        "SELECT follow",
    ]
    assert sent == writes(*added, post, *marked)


async def test_a_hit_of_the_realworld_api_sends_nothing(api: Api, ann: Person) -> None:
    await api.write(ann, title="one")
    for path in ("/api/articles", "/api/articles/one", "/api/articles/one/comments", "/api/tags"):
        for by in (None, ann):
            await api.get(path, by)
            with recorded(api.container) as seen:
                assert (await api.get(path, by)).headers["X-Cache"] == "HIT"
            assert seen == []


async def test_who_may_not_write_sends_nothing(api: Api) -> None:
    assert await sent_by(api, "POST", "/posts", None, json={"title": "t", "body": "b"}) == []
    assert await sent_by(api, "GET", "/users/me", None) == []
    assert await sent_by(api, "GET", "/posts?status=draft", None) == []


async def test_accounts_are_few_statements(api: Api, ann: Person) -> None:
    body = {"username": "new", "email": "new@x.org", "password": PASSWORD}
    assert await sent_by(api, "POST", "/auth/register", None, json=body) == [
        "writes: SELECT blog_settings",
        "writes: INSERT user",
        "writes: INSERT job",  # mails the link to verify the address
        "writes: INSERT token_family",
        "writes: SELECT user",
        "writes: INSERT touched",
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


TENANT = uuid4()
OF_TENANT = posts.c.tenant == TENANT
AUTHORS = and_(users.c.tenant == posts.c.tenant, users.c.id == posts.c.author_id)
ANOTHER = post_tags.alias()
OTHERS = select(posts.c.id).where(OF_TENANT)
TAGGED = exists().where(ANOTHER.c.post_id == posts.c.id)


@pytest.mark.parametrize(
    ("statement", "lacks"),
    [
        (OTHERS, None),
        (select(posts.c.id).where(posts.c.id == TENANT), "post"),
        (select(posts.c.id), "post"),
        (select(posts.c.id).join(users, users.c.id == posts.c.author_id), "post"),
        (OTHERS.join(users, users.c.id == posts.c.author_id), "user"),
        (OTHERS.join(users, AUTHORS), None),
        (select(posts.c.id).join(users, AUTHORS), "post"),
        (select(posts.c.id).join(users, AUTHORS).where(users.c.tenant == TENANT), None),
        (select(posts.c.id).where(posts.c.id.in_(OTHERS)), "post"),
        (OTHERS.where(posts.c.author_id.in_(select(users.c.id))), "user"),
        (select(posts.c.id, users.c.id).where(OF_TENANT), "user"),
        (select(posts.c.id).where(or_(OF_TENANT, posts.c.id == TENANT)), "post"),
        (select(posts.c.id).where(or_(OF_TENANT, and_(OF_TENANT, posts.c.slug == "a"))), "post"),
        (select(posts.c.id).where(not_(and_(OF_TENANT, posts.c.slug == "a"))), "post"),
        (select(posts.c.id).where(posts.c.tenant == posts.c.tenant), "post"),
        (select(posts.c.id).where(posts.c.tenant != TENANT), "post"),
        (OTHERS.outerjoin(users, AUTHORS), None),
        (select(posts.c.id).outerjoin(users, and_(OF_TENANT, users.c.tenant == TENANT)), "post"),
        (select(ANOTHER.c.tag).where(ANOTHER.c.tenant == TENANT), None),
        (select(ANOTHER.c.tag).where(ANOTHER.c.tag == "a"), "post_tag"),
        (OTHERS.where(TAGGED), "post_tag"),
        (OTHERS.where(TAGGED.where(ANOTHER.c.tenant == TENANT)), None),
        (OTHERS.where(TAGGED.where(ANOTHER.c.tenant == posts.c.tenant)), None),
        (select(func.count()).select_from(OTHERS.subquery()), None),
        (select(func.count()).select_from(select(posts.c.id).subquery()), "post"),
        (select(select(func.count(users.c.id)).scalar_subquery()), "user"),
        (union_all(OTHERS, select(users.c.id)), "user"),
        (update(posts).values(title="a").where(posts.c.id == TENANT), "post"),
        (update(posts).values(title="a").where(OF_TENANT), None),
        (update(posts).values(title="a").where(OF_TENANT, users.c.id == TENANT), "user"),
        (
            update(posts).values(title=select(users.c.bio).scalar_subquery()).where(OF_TENANT),
            "user",
        ),
        (delete(addresses).where(addresses.c.tenant == TENANT), None),
        (delete(addresses).where(addresses.c.address.in_(select(posts.c.slug))), "address"),
        (insert(posts).values(id=TENANT, tenant=TENANT), None),
        (insert(posts).values([{"id": TENANT, "tenant": TENANT}]), None),
        (insert(posts).values(id=TENANT), "post"),
        (insert(posts).from_select(["id", "tenant"], select(users.c.id, users.c.tenant)), "user"),
        (select(tenants.c.id).where(tenants.c.name == "a"), None),
        (text("SELECT id FROM post, user WHERE post.tenant = ?"), "post"),
        (text("SELECT @@GLOBAL.gtid_executed"), None),
    ],
)
def test_the_check_for_the_tenant_finds_what_lacks_it(
    statement: ClauseElement, lacks: str | None
) -> None:
    assert without_tenant(statement.compile()) == lacks


async def test_what_lacks_the_tenant_fails(api: Api) -> None:
    async with api.container._resources.reads.primary.connect() as connection:
        for again in range(2):
            statement = select(posts.c.id).where(posts.c.id == new_id()).limit(again)
            with pytest.raises(AssertionError, match="a statement on post lacks the tenant"):
                await connection.execute(statement)
        with pytest.raises(AssertionError, match="a statement on user lacks the tenant"):
            await connection.exec_driver_sql("SELECT id FROM user")
