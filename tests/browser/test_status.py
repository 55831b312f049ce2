"""`/status` in a real browser: it fits, renews itself, and replays by its button."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, HttpCredentials, expect
from sqlalchemy import create_engine, insert

from domain.ids import new_id
from domain.job import State
from domain.tenant import DEFAULT_TENANT
from infra.database.tables import jobs
from tests.browser.test_site import SCHEMES, WIDTHS, call, faults_on, requests_of
from tests.harness.waiting import wait_until
from tests.support.server import run_main, serving

ACCOUNT = {"username": "root", "email": "r@x.org", "password": "hot off the press"}
Scheme = Literal["light", "dark"]


@dataclass(frozen=True)
class Blog:
    """A server with an admin."""

    address: str
    token: str
    folder: Path

    def opened(self, browser: Browser, **options: Any) -> BrowserContext:
        sent = HttpCredentials(username="root", password=self.token)
        return browser.new_context(base_url=self.address, http_credentials=sent, **options)

    def dead_job(self) -> UUID:
        job_id, now = new_id(), datetime.now(UTC)
        row = {"id": job_id, "tenant": DEFAULT_TENANT, "kind": "of_no_version", "payload": {}}
        row |= {"state": State.DEAD, "attempts": 5, "max_attempts": 5, "created_at": now}
        row |= {"run_at": now, "finished_at": now, "error": "No such kind. " * 20}
        engine = create_engine(f"sqlite:///{self.folder}/data/broadsheet.db")
        with engine.begin() as connection:
            connection.execute(insert(jobs).values(row))
        engine.dispose()
        return job_id


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    folder = tmp_path_factory.mktemp("status")
    with serving(folder) as server:
        call(server.address, "/auth/register", ACCOUNT)
        assert run_main(folder, "users", "promote", "root").returncode == 0
        form = {name: ACCOUNT[name] for name in ("username", "password")}
        login = httpx.post(f"{server.address}/api/v1/auth/token", data=form, timeout=60).json()
        wanted = {"name": "Status", "scopes": ["admin"]}
        made = call(server.address, "/users/me/tokens", wanted, login["access_token"])
        blog = Blog(server.address, made["token"], folder)
        wait_until(lambda: has_plots(blog), "two samples are taken")
        yield blog


def has_plots(blog: Blog) -> bool:
    answer = httpx.get(f"{blog.address}/status/now", auth=("root", blog.token), timeout=60)
    return "<svg" in answer.raise_for_status().text


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("wide", WIDTHS)
def test_it_fits_and_is_accessible(
    browser: Browser, blog: Blog, wide: int, scheme: Scheme, tmp_path: Path
) -> None:
    blog.dead_job()
    size = {"width": wide, "height": 800}
    context = blog.opened(browser, viewport=size, color_scheme=scheme)
    asked, page = requests_of(context), context.new_page()
    page.goto("/status")
    page.screenshot(path=tmp_path / "status.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= wide
    assert faults_on(page) == []
    assert {address.split("/")[2] for address in asked} == {blog.address.split("/")[2]}
    context.close()


def test_it_renews_itself(browser: Browser, blog: Blog) -> None:
    context = blog.opened(browser)
    page = context.new_page()
    page.clock.install()
    page.goto("/status")
    expect(page.locator("#renewal")).to_have_text("It renews itself every 10 seconds.")
    job_id = blog.dead_job()
    page.clock.run_for(10_000)
    expect(page.get_by_text(str(job_id))).to_be_visible(timeout=60_000)
    page.get_by_role("button", name=str(job_id)).focus()
    page.clock.run_for(10_000)
    expect(page.locator("#renewal")).to_contain_text("Paused")
    context.close()


def test_it_needs_no_script(browser: Browser, blog: Blog) -> None:
    context = blog.opened(browser, java_script_enabled=False)
    page, job_id = context.new_page(), blog.dead_job()
    page.goto("/status")
    page.get_by_role("button", name=str(job_id)).click()
    expect(page.get_by_text(str(job_id))).to_have_count(0)
    assert page.url == f"{blog.address}/status/now"
    context.close()


def test_the_blog_is_shown_to_whoever_has_opened_it(browser: Browser, blog: Blog) -> None:
    context = blog.opened(browser)
    page = context.new_page()
    page.goto("/status")
    with page.expect_request(f"{blog.address}/") as asked:
        opened = page.goto("/")
    assert opened
    assert opened.status == 200
    assert "authorization" not in asked.value.all_headers()
    context.close()


def test_a_page_of_another_origin_can_press_no_button(browser: Browser, blog: Blog) -> None:
    context = blog.opened(browser)
    page, job_id = context.new_page(), blog.dead_job()
    page.goto("/status")
    # for a browser, another origin, which has the credentials too
    elsewhere = blog.address.replace("127.0.0.1", "localhost")
    form = f'<form method="post" action="{blog.address}/status/jobs/{job_id}/replay"><button>'
    page.route(f"{elsewhere}/**", lambda route: route.fulfill(body=form, content_type="text/html"))
    page.goto(f"{elsewhere}/form")
    with page.expect_response("**/replay") as answer:
        page.get_by_role("button").click()
    assert answer.value.status == 403
    page.goto(f"{blog.address}/status")
    expect(page.get_by_role("button", name=str(job_id))).to_be_visible()
    context.close()
