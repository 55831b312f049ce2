"""Texts that try to run a script in the page, after OWASP's cheat sheet and known mutations."""

from pathlib import Path

_FILE = Path(__file__).with_name("hostile_texts.txt")
HOSTILE = [line.encode().decode("unicode_escape") for line in _FILE.read_text().splitlines()]
