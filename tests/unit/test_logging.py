"""What callers chose, in the log: short, and nothing that a terminal obeys."""

import logging

import pytest

from core.logging import configure_logging


@pytest.mark.parametrize("as_json", [True, False])
def test_what_callers_chose_is_cut_and_escaped(
    capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure_logging(as_json=as_json)
    path = "/\x1b[2J\u202e" + "x" * 65_536
    logging.getLogger("broadsheet.http").info("request", extra={"path": path})
    root.handlers[:] = before
    root.setLevel(level)
    [line] = capsys.readouterr().err.splitlines()
    assert len(line) < 1_000
    assert "x" * 400 in line
    assert "\x1b[2J" not in line
    assert "\u202e" not in line
