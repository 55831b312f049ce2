"""The yardsticks as uvicorn starts them: what they need stands in the environment."""

import os
from pathlib import Path

from redis.asyncio import Redis
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from starlette.types import ASGIApp

from application.post.views import PostPage
from bench import yardsticks
from domain.tenant import DEFAULT_TENANT
from infra.database.engines import read_engine

KEY = "yardstick"
LIST_FILE = "BENCH_LIST"  # has the bytes of the list that all of them send


def raw() -> ASGIApp:
    return yardsticks.raw_asgi(_content())


def memory() -> ASGIApp:
    return yardsticks.from_memory(_content())


def redis() -> ASGIApp:
    return yardsticks.one_redis_get(Redis.from_url(_redis_url()), KEY)


def with_cashews() -> ASGIApp:
    return yardsticks.with_cashews(_redis_url(), _page())


def with_aiocache() -> ASGIApp:
    return yardsticks.with_aiocache(_redis_url(), _page())


def core() -> ASGIApp:
    replica = read_engine(make_url(os.environ["DATABASE_REPLICA_URL"]))
    return yardsticks.core_by_hand(replica, DEFAULT_TENANT)


def insert() -> ASGIApp:
    primary: AsyncEngine = create_async_engine(os.environ["DATABASE_URL"])
    return yardsticks.one_insert(primary)


def _content() -> bytes:
    return Path(os.environ[LIST_FILE]).read_bytes()


def _page() -> PostPage:
    return PostPage.model_validate_json(_content())


def _redis_url() -> str:
    return os.environ["REDIS_URL"]
