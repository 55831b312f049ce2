"""`make load`: it passes where the promises are kept, and fails by name where one is not."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.command_line import CommandLine
from tests.harness.ports import free_port
from tests.support.server import ENVIRONMENT, ROOT, Server, serving
from tests.support.stale_proxy import repeating

SUMMARY = re.compile(r"Read again after a change: (\d+) comparisons, (\d+) stale")
CACHE = re.compile(r"X-Cache of \d+ reads: (.+)")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for a day, with enough posts: to fill it takes seconds on a busy machine."""
    folder = tmp_path_factory.mktemp("server")
    posts = tmp_path_factory.mktemp("posts")
    for number in range(120):
        (posts / f"{number}.md").write_text(
            f'+++\ntitle = "Edition {number}"\ndate = 2024-05-17\n+++\nInk.'
        )
    CommandLine(folder).run("import", posts)
    with serving(folder) as server:
        yield server


def load(address: str, *variables: str) -> tuple[int, str]:
    """Run it with few people, with what is installed here; returns the exit code, and all it
    says."""
    installed = ["--old-file=.venv/installed", f"BIN={Path(sys.executable).parent}"]
    day = [f"HOST={address}", "USERS=8", "DURATION=5s", "HEADLESS=1", *variables]
    done = subprocess.run(
        ["make", *installed, "load", *day],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
    )
    return done.returncode, done.stdout


def comparisons(said: str) -> tuple[int, int]:
    [(compared, stale)] = SUMMARY.findall(said)
    return int(compared), int(stale)


# needs enough calls in its seconds
@pytest.mark.timing
def test_a_day_is_played(server: Server) -> None:
    code, said = load(server.address, "DURATION=15s")
    assert code == 0, said
    assert "own post sent again (token alone)" in said
    compared, stale = comparisons(said)
    assert compared > 0
    assert stale == 0
    [shares] = CACHE.findall(said)
    assert "HIT" in shares
    assert "BYPASS" not in shares


def test_what_is_sent_again_goes_to_the_second_server(server: Server) -> None:
    # on a busy machine it takes seconds until all have registered
    addresses = f"{server.address}/,http://127.0.0.1:{free_port()}"
    code, said = load(addresses, "DURATION=15s")
    assert code != 0
    [failed] = set(re.findall(r"(\w+ /\S*): 0 ", said)) or {said}
    assert failed == "POST /posts"


def test_with_the_cache_off_every_read_goes_past_it(server: Server) -> None:
    code, said = load(server.address, "CACHE=off", "DURATION=15s")
    assert code == 0, said
    assert comparisons(said)[0] > 0
    assert CACHE.findall(said) == ["BYPASS 100.0%"]


# needs enough calls in its few seconds
@pytest.mark.timing
def test_a_stale_answer_fails_the_run_by_its_name(server: Server) -> None:
    with repeating(server.address) as address:
        code, said = load(address, "DURATION=20s")
    assert code != 0
    assert re.search(r"GET /posts/{key} \w+: stale: own post after publish", said), said
    compared, stale = comparisons(said)
    assert 0 < stale < compared


def test_an_error_fails_the_run(server: Server) -> None:
    code, said = load(f"{server.address}/nowhere")
    assert code != 0
    assert "has no blog to read: 404" in said
    assert "Traceback" not in said
