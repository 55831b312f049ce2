"""The page on adding an aggregate, followed word for word in a copy of the project."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.support import server
from tests.support.server import ENVIRONMENT, ROOT

PAGE = (ROOT / "docs/adding-an-aggregate.md").read_text()
# each block names its file in its first line
BLOCKS = re.findall(r"```(python|diff)\n# (\S+)\n(.*?)```", PAGE, re.DOTALL)
VERSIONS = "infra/database/migrations/versions"
FOLDERS = ("domain", "application", "infra", "core", "interface", "tests")
TESTS = (
    "tests/unit/test_domain_announcements.py",
    "tests/integration/contracts/test_announcements.py",
    "tests/integration/test_description.py",
    "tests/integration/test_migrations.py",
    "tests/integration/test_rights.py",
    "tests/integration/test_isolation.py",
    "tests/integration/test_callers_apart.py",
)
# of these, what sees the page's example, without a server of MySQL
CONCERNED = "announcement or test_description or test_every or make_the_tables"
REGISTRATION = {"username": "ann", "email": "ann@example.com", "password": "hot off the press"}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project of whoever has followed the page."""
    folder = tmp_path_factory.mktemp("copy")
    for name in FOLDERS:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("main.py", "pyproject.toml", ".importlinter"):
        shutil.copy(ROOT / name, folder)
    newest = int(max((folder / VERSIONS).glob("*.py")).name[:4])
    numbers = {"0036": f"{newest + 1:04}", "0035": f"{newest:04}"}
    for kind, name, block in BLOCKS:
        follow(kind, folder / renumbered(name, numbers), renumbered(block, numbers))
    return folder


def renumbered(text: str, numbers: dict[str, str]) -> str:
    """Number the page's migration on from the newest, as a reader does."""
    return re.sub('(?<=["/])003[56](?=["_])', lambda found: numbers[found[0]], text)


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


def test_every_block_names_its_file() -> None:
    assert len(BLOCKS) == PAGE.count("```") / 2


def test_the_layers_hold(copy: Path) -> None:
    run(copy, str(Path(sys.executable).with_name("lint-imports")), "--no-cache")


def test_its_tests_pass(copy: Path) -> None:
    chosen = f"({CONCERNED}) and not mysql"
    run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", chosen, *TESTS)


def test_it_serves(copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    main = str(copy / "main.py")
    monkeypatch.setattr(server, "MAIN", (sys.executable, main))
    with server.serving(tmp_path) as blog, httpx.Client(base_url=blog.address) as client:
        client.post("/api/v1/auth/register", json=REGISTRATION).raise_for_status()
        run(tmp_path, main, "users", "promote", "ann")
        form = {name: REGISTRATION[name] for name in ("username", "password")}
        token = client.post("/api/v1/auth/token", data=form).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        said = client.post("/api/v1/announcements", json={"text": "Open"})
        changed = client.patch(said.headers["Location"], json={"text": "Closed"}).json()
        assert changed == said.json() | {"text": "Closed"}
        assert client.get(said.headers["Location"]).json() == changed
        assert client.get("/api/v1/announcements").json()["items"] == [changed]
