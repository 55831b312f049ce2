"""What every reader does: lists, most of all, and what is found on them."""

from bench.day.blog import chance
from bench.day.checks import Check, Json, counts
from bench.day.visitors import Visitor

_PAGES = 3
_LETTERS = 6  # so long is no stop word


def read_front_page(visitor: Visitor) -> None:
    visitor.caller.read("/posts")


def turn_pages(visitor: Visitor) -> None:
    page = visitor.caller.read("/posts").body
    for _ in range(_PAGES):
        if page["next_cursor"] is None:
            return
        visitor.wait()
        page = visitor.caller.read("/posts?cursor={cursor}", cursor=page["next_cursor"]).body


def read_popular_post(visitor: Visitor) -> None:
    """Read one of the posts that many read, and perhaps what others say of it."""
    post = visitor.blog.popular_post()
    key = chance.choice((post["id"], post["slug"]))
    visitor.read_post(post["id"], key=key)
    if chance.random() < 0.5:
        visitor.wait()
        read_comments(visitor, post)


def read_comments(visitor: Visitor, post: Json) -> None:
    said = visitor.blog.acknowledged(post["id"]).comments_count
    name = "comments after anyone's (cached)"
    checks = [Check(name, counts(said), of_cache=True)] if said else []
    visitor.caller.read("/posts/{id}/comments", *checks, id=post["id"], may_lag=True)


def read_tags(visitor: Visitor) -> None:
    visitor.caller.read("/tags")


def read_by_tag(visitor: Visitor) -> None:
    if visitor.blog.tags:
        visitor.caller.read("/posts?tag={tag}", tag=chance.choice(visitor.blog.tags))


def read_by_author(visitor: Visitor) -> None:
    author = visitor.blog.popular_post()["author"]["username"]
    visitor.caller.read("/users/{username}", username=author, may_lag=True)
    visitor.caller.read("/posts?author={author}", author=author)


def search(visitor: Visitor) -> None:
    """Look for a word that is in some title."""
    words = visitor.blog.popular_post()["title"].split()
    if long := [word for word in words if word.isalpha() and len(word) >= _LETTERS]:
        visitor.caller.read("/posts?q={q}", q=chance.choice(long))
