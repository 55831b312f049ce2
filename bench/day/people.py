"""Who comes on a day, how many of each, how often they do what, and how long they think."""

from collections.abc import Callable, Mapping
from typing import Any

from locust import TaskSet, between

from bench.day import reading, taking_part, writing
from bench.day.visitors import SignedIn, Visitor
from bench.day.writing import Writer

Task = Callable[[Any], None]

_READING: Mapping[Task, int] = {
    reading.read_front_page: 40,
    reading.turn_pages: 10,
    reading.read_by_tag: 10,
    reading.read_by_author: 4,
    reading.read_popular_post: 30,
    reading.read_tags: 4,
    reading.search: 2,
}
_MEMBERSHIP: Mapping[Task, int] = {
    taking_part.read_feed: 20,
    taking_part.favour: 10,
    taking_part.comment: 10,
    taking_part.follow: 5,
    taking_part.favour_and_follow_twice: 3,
}
_WRITING: Mapping[Task, int] = {writing.publish: 30, writing.edit: 50, writing.send_again: 10}


def weighted(*tables: Mapping[Task, int]) -> list[TaskSet | Task]:
    """Return each task as often as its weight says, as locust wants it."""
    return [task for table in tables for task, weight in table.items() for _ in range(weight)]


class Reader(Visitor):
    """Reads, as nobody in particular."""

    weight = 80
    wait_time = between(1, 5)
    tasks = weighted(_READING)


class Member(SignedIn):
    """Reads, and takes part."""

    weight = 15
    wait_time = between(1, 5)
    tasks = weighted(_READING, _MEMBERSHIP)


class Author(Writer):
    """Writes, and looks at what came of it."""

    weight = 5
    wait_time = between(2, 8)
    tasks = weighted(_WRITING)


class Agency(Writer):
    """Writes much at once, now and then; there is one."""

    fixed_count = 1
    wait_time = between(2, 8)
    tasks = weighted(_WRITING, {writing.write_many: 20})
