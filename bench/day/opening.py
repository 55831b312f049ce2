"""What comes before the day: finding out what the blog has, and filling it where that is little."""

from bench.day import texts
from bench.day.blog import Blog
from bench.day.bulks import send_bulk
from bench.day.calls import Caller

_PAGES = 10
_ENOUGH = 100
_FILLED = 200


def open_blog(caller: Caller, blog: Blog) -> None:
    """Find posts and tags; raises RescheduleTask where a call fails."""
    _find_posts(caller, blog)
    if len(blog.posts) < _ENOUGH:
        caller.sign_up("filler")
        send_bulk(caller, [texts.post() for _ in range(_FILLED)])
        _find_posts(caller, blog)
    blog.tags = [tag["name"] for tag in caller.read("/tags").body["items"]]


def _find_posts(caller: Caller, blog: Blog) -> None:
    blog.posts.clear()
    page = caller.read("/posts?limit=100").body
    blog.posts.extend(page["items"])
    for _ in range(_PAGES - 1):
        if page["next_cursor"] is None:
            return
        route = "/posts?limit=100&cursor={cursor}"
        page = caller.read(route, cursor=page["next_cursor"]).body
        blog.posts.extend(page["items"])
