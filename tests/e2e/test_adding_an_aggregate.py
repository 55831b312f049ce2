"""The page on adding an aggregate, followed word for word in a copy of the project."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.harness.ports import free_port
from tests.support.server import ENVIRONMENT, ROOT, started

PAGE = (ROOT / "docs/adding-an-aggregate.md").read_text()
# each block names its file in its first line
BLOCKS = re.findall(r"```(python|diff)\n# (\S+)\n(.*?)```", PAGE, re.DOTALL)
VERSIONS = "infra/database/migrations/versions"
FOLDERS = ("domain", "application", "infra", "core", "interface", "tests", "bench")
IGNORED = shutil.ignore_patterns("results")
MYPY_CACHE = ".mypy_cache"  # without it, mypy takes half a minute
TESTS = (
    "tests/integration/contracts/test_stored.py",
    "tests/integration/test_bad_input.py",
    "tests/integration/test_callers_apart.py",
    "tests/integration/test_changes_seen.py",
    "tests/integration/test_description.py",
    "tests/integration/test_isolation.py",
    "tests/integration/test_migrations.py",
    "tests/integration/test_rights.py",
)
# of these, what sees the page's example, without a server of MySQL
OF_ALL = "(test_description or test_every or test_nobody or make_the_tables)"
CONCERNED = f"notice or ({OF_ALL} and not shows_a_change)"
REGISTRATION = {"username": "ann", "email": "ann@example.com", "password": "hot off the press"}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of whoever has followed the page."""
    folder = tmp_path_factory.mktemp("copy")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=IGNORED)
    if (ROOT / MYPY_CACHE).exists():
        shutil.copytree(ROOT / MYPY_CACHE, folder / MYPY_CACHE)
    for name in ("main.py", "pyproject.toml", ".importlinter"):
        shutil.copy(ROOT / name, folder)
    for kind, name, block in BLOCKS:
        follow(kind, folder / name, block)
    return folder


def follow(kind: str, path: Path, block: str) -> None:
    """Write a new file, or change one as its diff says."""
    path.parent.mkdir(exist_ok=True)
    if kind == "python":
        assert not path.exists(), path
        path.write_text(block)
        return
    text = path.read_text()
    for hunk in block.split("@@\n"):
        lines = hunk.splitlines(keepends=True)
        found, made = ("".join(line[1:] or line for line in lines if line[0] != s) for s in "+-")
        assert text.count(found) == 1, f"not once in {path}:\n{found}"
        text = text.replace(found, made)
    path.write_text(text)


def run(folder: Path, *command: str) -> None:
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_revision_is_the_next_one() -> None:
    newest = max((ROOT / VERSIONS).glob("*.py")).name[:4]
    assert f'down_revision = "{newest}"' in PAGE, "number the page's revision on"


def test_every_block_names_its_file() -> None:
    assert len(BLOCKS) == PAGE.count("```") / 2


def test_the_layers_hold(copy: Path) -> None:
    run(copy, str(Path(sys.executable).with_name("lint-imports")), "--no-cache")


def test_its_style_and_types_are_right(copy: Path) -> None:
    for command in (("ruff", "check"), ("ruff", "format", "--check"), ("mypy",)):
        pytest.importorskip(command[0])
        run(copy, "-m", *command, *(str(path) for path in copy.rglob("*notice*.py")))


def test_its_tests_pass(copy: Path) -> None:
    chosen = f"({CONCERNED}) and not mysql"
    run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen, *TESTS)


def test_it_serves(copy: Path, tmp_path: Path) -> None:
    main, port = str(copy / "main.py"), free_port()
    serve = (sys.executable, main, "serve", "--port", str(port))
    with started(tmp_path, port, serve) as blog, httpx.Client(base_url=blog.address) as client:
        client.post("/api/v1/auth/register", json=REGISTRATION).raise_for_status()
        run(tmp_path, main, "users", "promote", "ann")
        form = {name: REGISTRATION[name] for name in ("username", "password")}
        token = client.post("/api/v1/auth/token", data=form).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        said = client.post("/api/v1/notices", json={"text": "Open"})
        changed = client.patch(said.headers["Location"], json={"text": "Closed"}).json()
        assert changed == said.json() | {"text": "Closed"}
        assert client.get(said.headers["Location"]).json() == changed
        assert client.get("/api/v1/notices").json()["items"] == [changed]
