"""SITE=off: the addresses of pages are as they were before there were pages."""

from pathlib import Path

import httpx

from tests.support.server import serving

PAGES = ("/posts/x", "/tags", "/archive", "/search", "/feed.atom", "/sitemap.xml", "/robots.txt")


def test_there_are_no_pages(tmp_path: Path) -> None:
    with serving(tmp_path, SITE="off") as server, httpx.Client(base_url=server.address) as client:
        accept = {"Accept": "text/html"}
        assert client.get("/", headers=accept).json()["name"] == "Broadsheet"
        for path in PAGES:
            answer = client.get(path, headers=accept)
            problem = "application/problem+json"
            assert (answer.status_code, answer.headers["Content-Type"]) == (404, problem)
