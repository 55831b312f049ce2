"""The history: every call with what it sent and saw, one JSON line each, without tokens."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from tests.torture.op import Op
from tests.torture.tally import Tally


class History:
    """Appends to a file, and keeps no more than a tally in memory."""

    def __init__(self, file: Path, tally: Tally) -> None:
        self._tally = tally
        self._file = file.open("a", encoding="utf-8")

    def add(self, op: Op) -> None:
        self._tally.count(op)
        self._write({"op": asdict(op)})

    def note(self, **what: object) -> None:
        """Note what is no call: a fault's begin or end, a violation."""
        self._write(what)

    def close(self) -> None:
        self._file.close()

    def _write(self, line: Mapping[str, object]) -> None:
        self._file.write(json.dumps(line) + "\n")


def read_ops(file: Path) -> list[Op]:
    """Read the calls of a history back."""
    lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [Op(**line["op"]) for line in lines if "op" in line]
