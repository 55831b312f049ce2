"""Clients that generators make of the API's description: they compile, and they work."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from core.blog.container import blog_container
from interface.http.app import create_api
from tests.harness.servers_folder import kept_folder
from tests.support.server import ENVIRONMENT, serving
from tests.support.settings import settings_for

HERE = Path(__file__).parent
SOURCES = ("package.json", "tsconfig.json", "hey_api.ts", "openapi_fetch.ts")
GENERATORS = (
    ("openapi-ts", "--input", "openapi.json", "--output", "hey"),
    ("openapi-typescript", "openapi.json", "--default-non-nullable", "false", "-o", "schema.ts"),
)


def run(folder: Path, *command: str) -> None:
    done = subprocess.run(
        command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr


def install(folder: Path) -> None:
    shutil.copy(HERE / "package.json", folder)
    quiet = ("--silent", "--no-audit", "--no-fund", "--no-package-lock")
    subprocess.run(["npm", "install", *quiet], cwd=folder, check=True, timeout=300)


def installed() -> Path:
    """Return the folder of the generators; skips the test where they can't be had."""
    if not shutil.which("npm"):
        pytest.skip("not run for want of node: put node 20 or later and npm on PATH")
    try:
        return kept_folder("clients", install)
    except subprocess.SubprocessError as error:
        pytest.skip(f"not run for want of node: npm could not install: {error}")


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the clients, generated and compiled."""
    node_modules = installed() / "node_modules"
    folder = tmp_path_factory.mktemp("clients")
    for name in SOURCES:
        shutil.copy(HERE / name, folder)
    (folder / "node_modules").symlink_to(node_modules)
    api = create_api(blog_container(settings_for(f"sqlite:///{folder}/never-opened.db")))
    (folder / "openapi.json").write_text(json.dumps(api.openapi()))
    for generator, *options in GENERATORS:
        run(folder, f"node_modules/.bin/{generator}", *options)
    run(folder, "node_modules/.bin/tsc", "--project", ".")
    return folder


@pytest.mark.parametrize("client", ["hey_api.ts", "openapi_fetch.ts"])
def test_a_generated_client_works(clients: Path, tmp_path: Path, client: str) -> None:
    with serving(tmp_path) as server:
        run(clients, "node_modules/.bin/tsx", client, server.address)
