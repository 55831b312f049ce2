"""What authors do: write, publish and edit, and read their own at once."""

from collections import deque
from secrets import token_hex

from locust.env import Environment

from bench.day import texts
from bench.day.blog import chance
from bench.day.bulks import send_bulk
from bench.day.calls import WAYS
from bench.day.checks import Check, Json, Least, lists, says, shows
from bench.day.visitors import SignedIn

_EDITED = 10  # of one's newest posts
_POSTS_OF_A_BULK = 20


class Writer(SignedIn):
    """Somebody who has posts of their own, each as it was last acknowledged."""

    abstract = True

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.own: deque[Json] = deque(maxlen=_EDITED)

    def on_start(self) -> None:
        """Register, and see that a first post may be sent again."""
        super().on_start()
        send_again(self)


def publish(writer: Writer) -> None:
    """Write a draft, look at it, and publish it."""
    draft = writer.caller.write("POST", "/posts", texts.post())
    check = Check("own draft", shows(draft))
    writer.read_post(draft["id"], check)
    writer.read_post(draft["id"], check, key=draft["slug"])
    writer.caller.read("/posts?status=draft", Check("own draft: list of drafts", lists(draft)))
    route = "/posts/{id}/publish"
    post = writer.caller.write("POST", route, headers=_if_match(draft), id=draft["id"])
    writer.own.append(post)
    writer.blog.posts.appendleft(post)
    _read_again(writer, post, "own post after publish")


def edit(writer: Writer) -> None:
    """Change one of one's newest posts; begin with one where there is none."""
    if not writer.own:
        publish(writer)
        return
    place = chance.randrange(len(writer.own))
    old = writer.own[place]
    body = {"title": texts.title(), "body": texts.body()}
    post = writer.caller.write("PATCH", "/posts/{id}", body, _if_match(old), id=old["id"])
    writer.own[place] = post
    _read_again(writer, post, "own post after PATCH")


def send_again(writer: Writer) -> None:
    """Send a post twice under one key, as after an answer that was lost: it is there, and one."""
    key = {"Idempotency-Key": token_hex(16)}
    body = texts.post() | {"status": "published"}
    post = writer.caller.write("POST", "/posts", body, key)
    again = writer.caller.write("POST", "/posts", body, key, through=writer.elsewhere)
    for known_by, how in WAYS:
        check = Check(f"own post sent again{how}", says(id=post["id"]))
        writer.read_post(again["id"], check, known_by=known_by)


def write_many(writer: Writer) -> None:
    """Let a job write many posts, and wait for its end; begin with one that is one's own work."""
    if not writer.own:
        publish(writer)
        return
    found = send_bulk(writer.caller, [texts.post() for _ in range(_POSTS_OF_A_BULK)])
    writer.own.extend(found)
    writer.blog.posts.extendleft(found)


def _read_again(writer: Writer, post: Json, what: str) -> None:
    """Read a post alone and on lists: as oneself, by the Consistency-Token, and as anybody."""
    writer.blog.acknowledge(post["id"], Least.of(post))
    for known_by, how in WAYS:
        check = Check(f"{what}{how}", shows(post))
        writer.read_post(post["id"], check, known_by=known_by)
        writer.read_post(post["id"], check, key=post["slug"], known_by=known_by)
        check = Check(f"{what}: lists{how}", lists(post))
        writer.caller.read("/posts", check, known_by=known_by)
        route = "/posts?author={author}"
        writer.caller.read(route, check, known_by=known_by, author=writer.username)
        for tag in post["tags"][:1]:
            writer.caller.read("/posts?tag={tag}", check, known_by=known_by, tag=tag)
    writer.read_post(post["id"], known_by="nothing")
    check = Check(f"{what}: lists (cached, anybody)", lists(post), of_cache=True)
    writer.caller.read("/posts", check, known_by="nothing")
    for tag in post["tags"][:1]:
        writer.caller.read("/posts?tag={tag}", check, known_by="nothing", tag=tag)


def _if_match(post: Json) -> dict[str, str]:
    return {"If-Match": f'"{post["version"]}-"'}
