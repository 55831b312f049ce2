"""The README's tour, run as it is printed."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.test_server import on_mysql
from tests.harness.rabbitmq_server import RabbitMQServer
from tests.support.profile import IS_FULL
from tests.support.server import ENVIRONMENT, ROOT, serving, stacked
from tests.support.worker import working

__all__ = ["on_mysql"]
README = (ROOT / "README.md").read_text()


def commands(title: str, address: str) -> str:
    """The commands of a chapter of the README, for a server at another address."""
    [found] = re.findall(rf"## {title}\n.*?```bash\n(.*?)```", README, re.DOTALL)
    here: str = found.replace("http://127.0.0.1:8000", address)
    return here.replace(".venv/bin/python", sys.executable)


def done_as_printed(
    commands: str, folder: Path, settings: dict[str, str], shell: str | Path = "bash"
) -> str:
    """Run them in a folder that looks like the project's, but for the data."""
    for name in ("docs", "main.py", "tests"):
        (folder / name).symlink_to(ROOT / name)
    done = subprocess.run(
        [shell, "-eu", "-c", commands],
        cwd=folder,
        env=ENVIRONMENT | settings,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def with_workers(
    on_mysql: dict[str, str], rabbitmq: RabbitMQServer, tmp_path: Path
) -> Iterator[dict[str, str]]:
    settings = on_mysql | {"CELERY_BROKER_URL": rabbitmq.url}
    with working(tmp_path, "worker1", **settings):
        yield settings


@pytest.mark.parametrize("where", ["on_mysql", "with_workers"] if IS_FULL else ["with_workers"])
def test_the_tour_works_as_printed(
    tmp_path: Path, where: str, request: pytest.FixtureRequest
) -> None:
    settings = request.getfixturevalue(where)
    with serving(tmp_path, **settings) as server:
        said = done_as_printed(commands("A tour", server.address), tmp_path, settings)
    check_tour(said)


def test_the_tour_works_in_zsh_with_nothing_configured(tmp_path: Path, zsh: Path) -> None:
    with serving(tmp_path) as server:
        check_tour(done_as_printed(commands("A tour", server.address), tmp_path, {}, zsh))


def test_waiting_for_the_job_ends_with_a_token_that_has_expired(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        tour = commands("A tour", server.address)
        begin, _, rest = tour.partition("\n\n# an account")
        _, found, waiting = rest.partition("\nPOSTS=")
        loop, done, _ = waiting.partition("\ndone\n")
        assert found
        assert done
        with_expired = f"{begin}\nTOKEN=expired{found}{loop}{done}echo went on"
        assert done_as_printed(with_expired, tmp_path, {}) == "went on\n"


def check_tour(said: str) -> None:
    """Check what the tour prints."""
    for part in (
        '"username":"ann"',
        "HTTP/1.1 201 Created",
        "consistency-token: ",
        'etag: "1-',
        '"version":2',
        '"status": 412',
        '"version":3',
        "<p>Still wet.</p>",
        "imported 14, already here 0, bad 0",
        'rel="next"',
        '"tags":["news"]',
        '"number":1',
        '{"favorites_count":1,"favorited":true}',
        '{"name":"news","posts_count":',
        '<img src="/media/',
        "HTTP/1.1 301 Moved Permanently",
        '"state":"succeeded","attempts":1,"progress":{"done":100,"total":100}',
        "100/100",
        '"may_read":false,"offer":{"post_id":',
        '{"may_read":true,"body":"A misprint!"}',
        '"role":"editor"',
        "exported 116",
    ):
        assert part in said


@pytest.mark.usefixtures("mysql_program", "redis_program", "rabbitmq_program")
def test_what_is_said_of_a_replica_that_is_held_back_is_so(tmp_path: Path) -> None:
    title = "A write that the replica has not applied"
    with stacked(tmp_path) as address:
        said = done_as_printed(commands(title, address), tmp_path, {"PYTHONPATH": str(ROOT)})
    of_list = r"HTTP/1.1 200 OK.*?x-cache: (\w+).*?\"title\":\"(\w+)\""
    lists = re.findall(of_list, said, re.DOTALL)
    assert [title for _, title in lists] == [*["Before"] * 2, *["After"] * 3, "Before"]
    first, again, written, by_token, by_anyone, past_cache = (outcome for outcome, _ in lists)
    assert (first, written, past_cache) == ("MISS", "MISS", "BYPASS")
    # on a busy machine another process may invalidate once more what its writer has invalidated
    assert again in ("HIT", "MISS")
    assert "HIT" in (by_token, by_anyone)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/production.md"])
def test_every_target_that_a_page_names_is_there(page: str) -> None:
    named = set(re.findall(r"(?:`|^    )make ([a-z-]+)", (ROOT / page).read_text(), re.MULTILINE))
    assert named
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert named <= {line.split()[0] for line in listed.splitlines()}


def test_every_file_that_the_readme_names_is_there() -> None:
    named = re.findall(r"`((?:domain|application|infra|core|interface|docs)/[^`]*)`", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
