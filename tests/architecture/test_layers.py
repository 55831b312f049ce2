"""The layers hold, and no module imports itself in a circle."""

import ast
import subprocess
import sys
from configparser import ConfigParser
from graphlib import TopologicalSorter
from pathlib import Path

from grimp import build_graph

ROOT = Path(__file__).parents[2]
LAYERS = ("domain", "application", "infra", "core", "interface")
FILES = [
    path
    for layer in LAYERS
    for path in sorted((ROOT / layer).rglob("*.py"))
    # Celery alone loads the messaging, where its broker is set
    if "migrations" not in path.parts and path.name != "messaging.py"
]
# what tests of another blog, or of no blog, could use as it is
MACHINE_OF_TESTS = [
    *sorted((ROOT / "tests/harness").rglob("*.py")),
    *sorted((ROOT / "tests/model").rglob("*.py")),
    *(
        ROOT / "tests/support" / f"{name}.py"
        for name in (
            *("commits", "held_loop", "hits", "metrics", "reads", "routes", "server", "settings"),
            *("stale_proxy", "statements", "stored", "tenant_check", "waiting", "watched"),
            "worker",
        )
    ),
]


def imports(path: Path) -> list[ast.Import | ast.ImportFrom]:
    tree = ast.parse(path.read_text())
    return [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def test_the_contracts_on_imports_are_kept() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


def test_the_harness_names_no_aggregate() -> None:
    """As the contract on the machine, for what tests of any machine share."""
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter")
    machine = contracts["importlinter:contract:machine"]
    of_blog = tuple(machine["forbidden_modules"].split())
    named = [
        f"{path.relative_to(ROOT)}: {node.module}"
        for path in MACHINE_OF_TESTS
        for node in imports(path)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith(of_blog)
    ]
    assert named == []


def test_every_folder_is_a_package() -> None:
    """The contracts pass over what has no `__init__.py`."""
    assert [path for path in FILES if not path.with_name("__init__.py").exists()] == []


def test_main_imports_the_interface_and_core_alone() -> None:
    named = [node.module for node in imports(ROOT / "main.py") if isinstance(node, ast.ImportFrom)]
    assert len(named) == len(imports(ROOT / "main.py"))
    assert {str(name).partition(".")[0] for name in named} <= {"interface", "core"}


def test_nothing_is_imported_inside_a_function_or_for_types_alone() -> None:
    inner = [f"{path}:{node.lineno}" for path in FILES for node in imports(path) if node.col_offset]
    assert inner == []


def test_no_module_imports_itself_in_a_circle() -> None:
    """So each can be imported first."""
    graph = build_graph(*LAYERS, cache_dir=None)
    assert len(graph.modules) >= len(FILES)
    imported = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    TopologicalSorter(imported).prepare()
