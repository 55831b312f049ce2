"""Search, tags and sorts over the API, on both kinds of database."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.support.api import Api, Person


@pytest.fixture
async def ann(api: Api) -> Person:
    return await api.person()


async def titles(api: Api, query: str, by: Person | None = None) -> list[str]:
    answer = (await api.get(f"/posts?{query}", by)).raise_for_status()
    return [post["title"] for post in answer.json()["items"]]


async def found(api: Api, words: str, query: str = "") -> list[str]:
    return await titles(api, f"q={quote(words)}{query}")


async def change(api: Api, post: dict[str, Any], by: Person, **fields: Any) -> None:
    (await api.patch(f"/posts/{post['id']}", by, json=fields)).raise_for_status()


async def test_each_word_occurs_in_title_summary_or_body(api: Api, ann: Person) -> None:
    await api.write(ann, title="Borrow checker", summary="A tale", body="Lifetimes explained")
    await api.write(ann, title="Lifetimes", body="Another story")
    assert await found(api, "lifetimes") == ["Lifetimes", "Borrow checker"]
    assert await found(api, "TALE lifetimes borrow") == ["Borrow checker"]
    assert await found(api, "lifetimes story nowhere") == []
    assert await found(api, "lifetime") == [], "a part of a word is no word"


TEXTS = {
    "compiler": "The compiler of C++, 1.62.1",
    "error": "Some error",
    "panic": "don't panic",
    "snake": "snake_case",
    "finally": "it is finally here",
    "both": "compiler error",
    "résumé": "",
    "日本語版": "",
    "हिन्दी": "",
    "straße": "",
    "x" * 90: "",
}
FOUND = {
    "C++ compiler": ["both", "compiler"],
    '"compiler': ["both", "compiler"],
    "compiler*": ["both", "compiler"],
    "-compiler": ["both", "compiler"],
    "+compiler -error": ["both"],
    "compiler)": ["both", "compiler"],
    "don't panic": ["panic"],
    "panic@home": [],
    "the compiler and the": [],
    "the compiler of the": ["both", "compiler"],
    "panic OR": ["panic"],
    "compiler NEAR": [],
    "compiler AND NOT": [],
    "résumé": ["résumé"],
    "RÉSUMÉ": ["résumé"],
    "re\u0301sume\u0301": ["résumé"],
    "resume": [],
    "日本語版": ["日本語版"],
    "हिन्दी": ["हिन्दी"],
    "ﬁnally": ["finally"],
    "STRASSE": ["straße"],
    "snake_case": ["snake"],
    "async_fn compiler": [],
    "🦀 compiler": ["both", "compiler"],
    "1.62.1 compiler": ["both", "compiler"],
    "x" * 90: ["x" * 90],
    "x" * 91: [],
}


async def test_words_of_every_kind_are_words_alone(api: Api, ann: Person) -> None:
    for title, body in TEXTS.items():
        await api.write(ann, title=title, body=body or title)
    assert {words: await found(api, words) for words in FOUND} == FOUND


@pytest.mark.parametrize("words", ["C++", "a b)", "1.62.1", "the of", "🦀", "'", " ", "\0"])
async def test_no_word_that_counts_is_refused(api: Api, words: str) -> None:
    answer = await api.get(f"/posts?q={quote(words)}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "q")


async def test_10000_characters_are_refused(api: Api) -> None:
    answer = await api.get(f"/posts?q={'word%20' * 2000}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "q")


async def test_a_changed_post_is_found_by_what_it_says_now(api: Api, ann: Person) -> None:
    post = await api.write(ann, title="Before", body="Ink")
    await change(api, post, ann, title="After", body="Paper", summary="Glue")
    assert [await found(api, word) for word in ("before", "ink")] == [[], []]
    assert await found(api, "after paper glue") == ["After"]
    await change(api, post, ann, tags=["untouched"])
    assert await found(api, "paper") == ["After"]


async def test_what_nobody_may_see_is_found_by_its_author_alone(api: Api, ann: Person) -> None:
    post, bob = await api.write(ann, title="Secret plan"), await api.person()
    await api.post(f"/posts/{post['id']}/unpublish", ann)
    assert await found(api, "secret") == []
    assert await titles(api, "q=secret&status=draft", ann) == ["Secret plan"]
    assert await titles(api, "q=secret&status=draft", bob) == []
    assert await titles(api, "q=plans&status=draft", ann) == []
    await api.post(f"/posts/{post['id']}/publish", ann)
    assert await found(api, "secret") == ["Secret plan"]
    await api.delete(f"/posts/{post['id']}", ann)
    assert await found(api, "secret") == []
    assert await titles(api, "q=secret&status=deleted", ann) == ["Secret plan"]


async def test_a_search_is_filtered_and_paged(api: Api, ann: Person) -> None:
    bob = await api.person()
    for number in range(5):
        by = ann if number % 2 else bob
        await api.write(by, title=f"n{number}", body="common word", tags=[f"t{number % 2}", "all"])
    assert await found(api, "common", "&tag=t1") == ["n3", "n1"]
    assert await found(api, "common", "&tag=all&tag=t0&sort=published_at") == ["n0", "n2", "n4"]
    assert await found(api, "common", f"&author={ann.username}&limit=1") == ["n3"]
    page = (await api.get(f"/posts?q=common&author={ann.username}&limit=1")).json()
    assert page["total"] == 2
    page = (await api.get("/posts?q=common&limit=2")).json()
    assert page["total"] == 5
    assert await found(api, "common", f"&limit=2&cursor={page['next_cursor']}") == ["n2", "n1"]
    assert await found(api, "common", "&offset=4") == ["n0"]


@pytest.mark.parametrize("found_whole", [10_000, 4])
async def test_every_page_of_a_search_has_the_total(
    api: Api, ann: Person, found_whole: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.blog.post.reader.TOTAL_LIMIT", found_whole)
    written = [f"n{number}" for number in range(5)]
    for title in written:
        post = await api.write(ann, title=title, body="common", tags=["all"])
        await api.call("PUT", f"/posts/{post['id']}/favorite", ann)
    await api.write(ann, body="uncommon", tags=["all"])
    for query in ("", "&tag=all", f"&author={ann.username}", f"&favorited_by={ann.username}"):
        path = f"/posts?q=common&limit=2{query}"
        await assert_pages(api, f"{path}&sort=published_at", written)
        await assert_pages(api, f"{path}&sort=-published_at", written[::-1])


async def assert_pages(api: Api, path: str, expected: list[str]) -> None:
    """Read all pages, by offset and by cursor, and one beyond the last."""
    following = ""
    for offset in (0, 2, 4):
        for place in (f"&offset={offset}", following):
            page = (await api.get(path + place)).json()
            assert page["total"] == 5
            assert [post["title"] for post in page["items"]] == expected[offset : offset + 2]
        following = f"&cursor={page['next_cursor']}"
    page = (await api.get(f"{path}&offset=6")).json()
    assert (page["total"], page["items"]) == (5, [])


async def test_tags_count_what_everyone_sees(api: Api, ann: Person) -> None:
    async def tags() -> dict[str, int]:
        items = (await api.get("/tags")).json()["items"]
        return {item["name"]: item["posts_count"] for item in items}

    first = await api.write(ann, tags=["Rust", "news"])
    second = await api.write(ann, tags=["rust"])
    await api.write(ann, tags=["rust", "hidden"], status="draft")
    assert await tags() == {"Rust": 2, "news": 1}
    assert list(await tags()) == ["Rust", "news"], "the most used first"
    await change(api, second, ann, tags=["news", "RUST", "new"])
    assert list((await tags()).items()) == [("news", 2), ("Rust", 2), ("new", 1)]
    for step in ("unpublish", "publish", "archive"):
        await api.post(f"/posts/{first['id']}/{step}", ann)
        assert (await tags())["Rust"] == (2 if step == "publish" else 1)
    await api.delete(f"/posts/{second['id']}", ann)
    assert await tags() == {}
    await api.post(f"/posts/{second['id']}/restore", ann)
    assert await tags() == {"news": 1, "Rust": 1, "new": 1}


async def test_all_sorts(api: Api, ann: Person) -> None:
    posts = {title: await api.write(ann, title=title) for title in ("b", "a", "B", "é", "c")}
    await change(api, posts["a"], ann, body="changed")
    assert await titles(api, "sort=-updated_at") == ["a", "c", "é", "B", "b"]
    assert await titles(api, "sort=title") == ["B", "a", "b", "c", "é"]
    for sort, expected in (("title", "Babcé"), ("-updated_at", "acéBb")):
        for who in ("", f"&author={ann.username}"):
            page = (await api.get(f"/posts?sort={sort}&limit=2{who}")).json()
            rest = await titles(api, f"sort={sort}&cursor={page['next_cursor']}{who}")
            assert [post["title"] for post in page["items"]] + rest == list(expected)


@pytest.mark.parametrize("sort", ["-updated_at", "title"])
@pytest.mark.parametrize("query", ["tag=x", "q=word", "favorited_by=ann", "feed=following"])
async def test_filters_by_publication_go_with_its_sorts(
    api: Api, ann: Person, sort: str, query: str
) -> None:
    answer = await api.get(f"/posts?{query}&sort={sort}", ann)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "sort")


async def test_drafts_are_sorted_too(api: Api, ann: Person) -> None:
    for title in "ba":
        await api.write(ann, title=title, status="draft")
    assert await titles(api, "status=draft&sort=title", ann) == ["a", "b"]
    assert await titles(api, "status=draft&sort=-updated_at", ann) == ["a", "b"]
