"""Pictures on the site: of posts, and in their texts."""

from typing import Any

import feedparser
import pytest

from domain.ids import new_id
from tests.site.test_pages import opened, text_of
from tests.support.api import Api, Person
from tests.support.pictures import picture, processed, upload


@pytest.fixture
async def ann(api: Api) -> Person:
    return await api.person(name="ann")


async def ready(api: Api, by: Person) -> dict[str, Any]:
    made = await upload(api.call, by, picture(800, 600), alt="A <press>.")
    return await processed(api.call, by, made["id"])


async def test_a_cover_is_shown_in_the_size_that_fits(api: Api, ann: Person) -> None:
    own = await ready(api, ann)
    await api.write(ann, title="Post", cover=own["id"])
    small, large = own["sizes"]
    for path in ("/", "/posts/post"):
        page = await text_of(api, path)
        assert f'srcset="{small["url"]} 320w, {large["url"]} 640w"' in page
        assert 'width="800" height="600" alt="A &lt;press&gt;."' in page
    assert f'<meta property="og:image" content="http://blog.test{large["url"]}">' in page
    [entry] = feedparser.parse(await text_of(api, "/feed.atom")).entries
    assert [link.href for link in entry.enclosures] == [f"http://blog.test{large['url']}"]
    [item] = (await opened(api, "/feed.json")).json()["items"]
    assert item["image"] == f"http://blog.test{large['url']}"


async def test_a_picture_in_a_text_has_its_sizes(api: Api, ann: Person) -> None:
    own = await ready(api, ann)
    other = f"/media/{new_id()}/other.png"
    await api.write(ann, title="Post", body=f"![A press]({own['url']}) ![Other]({other})")
    page = await text_of(api, "/posts/post")
    assert f'<img src="{own["url"]}" width="800" height="600" srcset="' in page
    assert f'<img src="{other}" alt="Other">' in page
