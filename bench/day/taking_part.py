"""What readers with an account do besides, each time followed by a look at what came of it."""

from bench.day import texts
from bench.day.calls import WAYS
from bench.day.checks import Check, Json, Least, lists, says
from bench.day.visitors import SignedIn


def favour(member: SignedIn) -> None:
    """Favour a popular post; its count and one's own favourites show it."""
    _favour(member, member.blog.popular_post(), "own favourite")


def favour_and_follow_twice(member: SignedIn) -> None:
    """Send idempotent commands again, as after answers that were lost: what they did is there."""
    post = member.blog.popular_post()
    for _ in range(2):
        _favour(member, post, "own favourite, twice")
        _follow(member, post, "own follow, twice")


def _favour(member: SignedIn, post: Json, what: str) -> None:
    favored = member.caller.write("PUT", "/posts/{id}/favorite", id=post["id"])
    least = Least(favorites_count=favored["favorites_count"])
    _look_at_counts(member, post["id"], least, what)
    check = Check(f"{what}: favourites", lists(post))
    member.caller.read("/posts?favorited_by={username}", check, username=member.username)


def comment(member: SignedIn) -> None:
    """Comment on a popular post; the comment is there, and counted."""
    post_id = member.blog.popular_post()["id"]
    before = member.read_post(post_id)["comments_count"]
    member.wait()
    body = {"body": f"{texts.sentence(10)}."}
    said = member.caller.write("POST", "/posts/{id}/comments", body, id=post_id)
    _look_at_counts(member, post_id, Least(comments_count=before + 1), "own comment")
    route = "/posts/{id}/comments/{number}"
    number = str(said["number"])
    for known_by, how in WAYS:
        check = Check(f"own comment{how}", says(**body))
        member.caller.read(route, check, known_by=known_by, id=post_id, number=number)


def follow(member: SignedIn) -> None:
    """Follow the author of a popular post; their profile and one's feed show it."""
    _follow(member, member.blog.popular_post(), "own follow")


def _follow(member: SignedIn, post: Json, what: str) -> None:
    author = post["author"]["username"]
    member.caller.write("PUT", "/users/{username}/follow", username=author)
    check = Check(f"{what}: profile", says(following=True))
    member.caller.read("/users/{username}", check, username=author)
    member.caller.read("/posts?feed=following", Check(f"{what}: feed", lists(post)))


def read_feed(member: SignedIn) -> None:
    member.caller.read("/posts?feed=following")


def _look_at_counts(member: SignedIn, post_id: str, least: Least, of_what: str) -> None:
    member.blog.acknowledge(post_id, least)
    for known_by, how in WAYS:
        check = Check(f"{of_what}: the post's count{how}", least.is_shown_by)
        member.read_post(post_id, check, known_by=known_by)
