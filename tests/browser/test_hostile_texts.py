"""Hostile texts in a real browser, which runs none of their scripts."""

from playwright.sync_api import Browser, Page, Route

from infra.blog.rendering.texts import rendered_comment, rendered_post
from tests.rendering.hostile import HOSTILE

NOTE_CALLS = "window.calls = []; window.alert = (what) => window.calls.push(what)"


def calls_on(browser: Browser, *texts: str) -> int:
    """Show texts, each in a document of its own and on one page; return how many scripts ran."""
    page = browser.new_page()
    page.route("**", Route.abort)
    try:
        return sum(_calls(page, html) for html in ("".join(texts), *texts))
    finally:
        page.close()


def _calls(page: Page, html: str) -> int:
    page.set_content(f"<!doctype html><script>{NOTE_CALLS}</script><main>{html}</main>")
    return int(page.evaluate("window.calls.splice(0).length"))


def test_no_script_of_a_text_runs(browser: Browser) -> None:
    assert calls_on(browser, "".join(map(rendered_post, HOSTILE))) == 0
    assert calls_on(browser, "".join(map(rendered_comment, HOSTILE))) == 0


def test_scripts_of_unsafe_pages_run(browser: Browser) -> None:
    assert calls_on(browser, "<img src=x onerror=alert(1)>", "<script>alert(1)</script>") > 1
