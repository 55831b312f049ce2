"""What all people of a day have in common, and what all of them do who sign in."""

from typing import ClassVar

from locust import FastHttpUser
from locust.env import Environment

from bench.day.blog import Blog
from bench.day.calls import Caller, KnownBy
from bench.day.checks import Check, Json, Least
from bench.day.tally import Tally


class Visitor(FastHttpUser):
    """Somebody who reads posts, and knows what they have read."""

    abstract = True
    blog: ClassVar[Blog] = Blog()
    tally: ClassVar[Tally] = Tally()
    # the address of another server of the same blog; empty where there is one server
    elsewhere: ClassVar[str] = ""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.caller = Caller(self.client, self.tally, past_cache=goes_past_cache(environment))
        self._read: dict[str, Least] = {}

    def read_post(
        self, post_id: str, *own: Check, key: str | None = None, known_by: KnownBy = "account"
    ) -> Json:
        """Read a post, by another key than its id where one is given."""
        answer = self.caller.read(
            "/posts/{key}",
            *own,
            *self._known(post_id),
            key=key or post_id,
            known_by=known_by,
            may_lag=True,
        )
        self._read[post_id] = Least.of(answer.body).joined(self._read.get(post_id, Least()))
        post: Json = answer.body
        return post

    def _known(self, post_id: str) -> list[Check]:
        known = {
            "a post after anyone's change": self.blog.acknowledged(post_id),
            "a post that was read before": self._read.get(post_id, Least()),
        }
        return [
            Check(f"{name} (cached)", least.is_shown_by, of_cache=True)
            for name, least in known.items()
            if least != Least()
        ]


class SignedIn(Visitor):
    """Somebody with an account."""

    abstract = True

    def on_start(self) -> None:
        """Register."""
        self.caller.sign_up(type(self).__name__.lower())

    @property
    def username(self) -> str:
        account = self.caller.account
        return account.username if account else ""


def goes_past_cache(environment: Environment) -> bool:
    """Whether the option `--cache` is off."""
    return getattr(environment.parsed_options, "cache", "on") == "off"
