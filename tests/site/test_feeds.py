"""The feeds and the sitemap, read as feed readers and search engines read them."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.etree import ElementTree

import feedparser
import pytest

from application.site import feeds
from application.site import ports as site_ports
from domain.caller import Role
from infra.blog.site import reader as site_reader
from tests.site.test_pages import opened, text_of
from tests.support.api import Api, Person

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HARD = "Tom & <Jerry> \N{PILE OF POO}"


@pytest.fixture
async def ann(api: Api) -> Person:
    ann = await api.person(Role.EDITOR, "ann")
    await api.write(ann, title=HARD, body="a \x0b *b* ]]> &amp; <b>c</b>", tags=["R & D"], slug="x")
    await api.write(ann, title="Second", summary="In short.")
    return ann


async def test_atom_is_read_by_a_feed_reader(api: Api, ann: Person) -> None:
    feed = feedparser.parse(await text_of(api, "/feed.atom"))
    assert (feed.bozo, feed.version) == (False, "atom10")
    second, first = feed.entries
    assert (first.title, second.summary) == ("Tom & <Jerry> \N{PILE OF POO}", "In short.")
    assert "<em>b</em> ]]&gt; &amp; <b>c</b>" in first.content[0].value
    assert [tag.term for tag in first.tags] == ["R & D"]
    assert (feed.feed.title, first.author) == ("Broadsheet", "ann")
    links = {link.rel: link.href for link in feed.feed.links}
    assert links == {"self": "http://blog.test/feed.atom", "alternate": "http://blog.test/"}


async def test_json_feed_has_the_same_entries(api: Api, ann: Person) -> None:
    feed = (await opened(api, "/feed.json")).json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://blog.test/feed.json"
    assert [item["title"] for item in feed["items"]] == ["Second", HARD]
    for item in feed["items"]:
        assert {"id", "url", "content_html", "date_published", "authors"} <= item.keys()
        assert (await opened(api, item["url"])).status_code == 301


async def test_an_entry_stays_the_same_when_its_slug_changes(api: Api, ann: Person) -> None:
    [_, before] = feedparser.parse(await text_of(api, "/feed.atom")).entries
    post = (await api.get("/posts/x")).json()
    await api.patch(f"/posts/{post['id']}", ann, json={"slug": "y"})
    [_, after] = feedparser.parse(await text_of(api, "/feed.atom")).entries
    same = ("id", "link", "published")
    assert [before[name] for name in same] == [after[name] for name in same]
    assert after.updated > before.updated or after.updated == before.updated


async def test_feeds_of_tags_and_authors_have_theirs_alone(api: Api, ann: Person) -> None:
    tagged = feedparser.parse(await text_of(api, "/tags/R%20%26%20D/feed.atom"))
    assert [entry.title for entry in tagged.entries] == [HARD]
    assert tagged.feed.links[0].href == "http://blog.test/tags/R%20%26%20D/feed.atom"
    assert (await opened(api, tagged.feed.links[0].href)).status_code == 200
    bea = await api.person(name="bea")
    assert feedparser.parse(await text_of(api, "/authors/bea/feed.atom")).entries == []
    await api.write(bea, title="Of Bea")
    of_bea = feedparser.parse(await text_of(api, "/authors/bea/feed.atom"))
    assert ([entry.title for entry in of_bea.entries], of_bea.bozo) == (["Of Bea"], False)


@pytest.mark.parametrize("path", ["/feed.atom", "/feed.json"])
async def test_a_reader_that_has_it_gets_304(api: Api, ann: Person, path: str) -> None:
    for _ in range(2):
        answer = await opened(api, path)
        modified = answer.headers["Last-Modified"]
        assert parsedate_to_datetime(modified) <= datetime.now(UTC)
        for name, value in (
            ("If-None-Match", answer.headers["ETag"]),
            ("If-Modified-Since", modified),
        ):
            again = await opened(api, path, {name: value})
            assert (again.status_code, again.content) == (304, b"")
        stale = {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}
        assert (await opened(api, path, stale)).status_code == 200
        assert (await opened(api, path, {"If-Modified-Since": "yesterday"})).status_code == 200
        # an ETag decides alone where there is one
        both = {"If-None-Match": '"other"', "If-Modified-Since": modified}
        assert (await opened(api, path, both)).status_code == 200


async def test_the_sitemap_names_every_page(api: Api, ann: Person) -> None:
    await api.write(ann, title="About", kind="page")
    await api.write(ann, title="Draft", status="draft")
    root = ElementTree.fromstring(await text_of(api, "/sitemap.xml"))
    assert root.tag == f"{MAP}urlset"
    places = [url.findtext(f"{MAP}loc") for url in root]
    base = "http://blog.test"
    assert sorted(map(str, places)) == [f"{base}/about", f"{base}/posts/second", f"{base}/posts/x"]
    for url in root:
        datetime.fromisoformat(str(url.findtext(f"{MAP}lastmod")))


async def test_a_large_sitemap_has_parts(
    api: Api, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (site_ports, site_reader, feeds):
        monkeypatch.setattr(module, "PAGES_OF_A_PART", 1)
    index = ElementTree.fromstring(await text_of(api, "/sitemap.xml"))
    parts = [str(part.findtext(f"{MAP}loc")) for part in index]
    assert (index.tag, len(parts)) == (f"{MAP}sitemapindex", 2)
    for part in parts:
        assert len(ElementTree.fromstring(await text_of(api, part))) == 1


async def test_robots_are_told_where_the_map_is(api: Api) -> None:
    said = await text_of(api, "/robots.txt")
    assert "Sitemap: http://blog.test/sitemap.xml" in said
