"""What the people of `make load` know together, and which posts they ask for."""

from collections import Counter
from math import nextafter

import pytest

from bench.day.blog import Blog, rank
from bench.day.checks import Least


@pytest.mark.parametrize("count", [1, 7, 1000])
def test_the_first_post_is_asked_for_n_times_as_often_as_the_nth(count: int) -> None:
    visits = 100_000
    asked = Counter(rank(visit / visits, count) for visit in range(visits))
    assert asked.keys() == set(range(count))
    for place in range(min(count, 10)):
        assert asked[place] == pytest.approx(asked[0] / (place + 1), rel=0.01)


def test_no_chance_asks_beyond_the_last_post() -> None:
    highest = nextafter(1, 0)
    for count in range(1, 1001):
        assert rank(0, count) == 0
        assert rank(highest, count) == count - 1


def test_a_blog_of_fewer_posts_is_asked_for_these() -> None:
    blog = Blog()
    blog.posts.extend([{"id": "new"}, {"id": "old"}])
    assert {blog.popular_post()["id"] for _ in range(200)} == {"new", "old"}


def test_what_was_acknowledged_is_not_taken_back() -> None:
    blog = Blog()
    assert blog.acknowledged("1") == Least()
    blog.acknowledge("1", Least(version=2))
    blog.acknowledge("1", Least(version=1, favorites_count=3))
    assert blog.acknowledged("1") == Least(version=2, favorites_count=3)
