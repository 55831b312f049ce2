"""Only Debian's own archives are taken from apt's sources, in either format."""

from pathlib import Path

from tests.harness.debian_sources import debian_archives

DEBIAN = """\
Types: deb deb-src
# a comment between fields
URIs: http://mirror.invalid/debian
  http://second.invalid/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.invalid/debian-security
Suites: bookworm-security
Components: main
"""
SWITCHED_OFF = DEBIAN.replace("Types:", "Enabled: no\nTypes:")
THIRD_PARTY = """\
Types: deb
URIs: http://vendor.invalid/apt
Suites: bookworm
Components: main
Signed-By: /usr/share/keyrings/vendor.gpg
"""
ONE_LINERS = """\
# deb http://commented.invalid/debian bookworm main
deb-src http://source.invalid/debian bookworm main
deb http://old.invalid/debian bookworm main non-free # and why
deb [arch=amd64 signed-by=/usr/share/keyrings/vendor.gpg] http://vendor.invalid/ bookworm main
deb http://vendor.invalid/sdk sdk-bookworm main
deb http://vendor.invalid/stable bookworm stable
"""


def archives_of(folder: Path, **files: str) -> list[str]:
    (folder / "sources.list.d").mkdir()
    for name, text in files.items():
        (folder / "sources.list.d" / name.replace("_", ".")).write_text(text)
    return debian_archives(folder, "bookworm")


def test_stanzas_give_every_main_archive(tmp_path: Path) -> None:
    found = archives_of(tmp_path, debian_sources=DEBIAN)
    assert found == ["http://mirror.invalid/debian", "http://second.invalid/debian"]


def test_switched_off_and_third_party_stanzas_are_left_out(tmp_path: Path) -> None:
    assert archives_of(tmp_path, off_sources=SWITCHED_OFF, vendor_sources=THIRD_PARTY) == []


def test_the_one_line_format_is_read_too(tmp_path: Path) -> None:
    assert archives_of(tmp_path, old_list=ONE_LINERS) == ["http://old.invalid/debian"]


def test_no_sources_give_no_archives(tmp_path: Path) -> None:
    assert debian_archives(tmp_path, "bookworm") == []
