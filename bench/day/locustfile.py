"""A day of a blog, which also checks that nobody reads the past: see docs/load-testing.md."""

import logging
from argparse import ArgumentParser

from gevent.hub import Hub
from locust import events
from locust.contrib.fasthttp import FastHttpSession
from locust.env import Environment
from locust.exception import RescheduleTask, StopTest

from bench.day.blog import Blog
from bench.day.calls import Caller
from bench.day.opening import open_blog
from bench.day.people import Agency, Author, Member, Reader
from bench.day.tally import Tally
from bench.day.visitors import Visitor, goes_past_cache

__all__ = ["Agency", "Author", "Member", "Reader"]

# locust says in one line why it stops: gevent would print a traceback too
Hub.NOT_ERROR = (*Hub.NOT_ERROR, StopTest)


@events.init_command_line_parser.add_listener
def add_options(parser: ArgumentParser) -> None:
    """Add `--cache`, on the web page too."""
    explained = "off: every read goes past the server's cache"
    parser.add_argument("--cache", choices=["on", "off"], default="on", help=explained)


@events.test_start.add_listener
def begin(environment: Environment) -> None:
    """Begin with a clean tally on a blog that has posts."""
    Visitor.blog, Visitor.tally = Blog(), Tally()
    environment.host, *others = (environment.host or "").replace("/,", ",").rstrip("/").split(",")
    Visitor.elsewhere = next(iter(others), "")
    session = FastHttpSession(environment.host, environment.events.request, user=None)
    past_cache = goes_past_cache(environment)
    try:
        open_blog(Caller(session, Visitor.tally, past_cache=past_cache), Visitor.blog)
    except RescheduleTask as error:
        raise StopTest(f"{environment.host} has no blog to read: {error}") from None


@events.quit.add_listener
def sum_up(exit_code: int) -> None:
    """Say at the end what was compared; a day on which nothing was proves nothing."""
    logging.getLogger("locust.stats_logger").info(Visitor.tally.summary())


@events.quitting.add_listener
def judge(environment: Environment) -> None:
    """Fail where nothing was compared."""
    if not Visitor.tally.compared:
        environment.process_exit_code = 1
