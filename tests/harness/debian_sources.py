"""Which Debian archives this machine's apt knows, in both formats of its sources."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ONE_LINE = re.compile(r"deb\s+(?:\[(?P<options>[^]]*)\]\s+)?(?P<uri>\S+)\s+(?P<rest>.+)")
MOVING_SUITES = {"oldstable", "stable", "testing", "unstable", "sid"}


@dataclass(frozen=True)
class AptSource:
    """One archive as apt's sources name it."""

    uri: str
    suites: tuple[str, ...]
    components: tuple[str, ...]
    signed_by: str

    def is_debian_archive(self, codename: str) -> bool:
        """Whether Debian signs it and has its main suites: not security, not a third party's."""
        return (
            "main" in self.components
            and not MOVING_SUITES.union({codename}).isdisjoint(self.suites)
            and (not self.signed_by or "debian-archive" in self.signed_by)
        )


def debian_archives(apt_folder: Path, codename: str) -> list[str]:
    """The addresses of the Debian archives in an /etc/apt, without repetition."""
    sources = (source for path in _source_files(apt_folder) for source in _sources_in(path))
    return list(dict.fromkeys(s.uri for s in sources if s.is_debian_archive(codename)))


def _source_files(apt_folder: Path) -> list[Path]:
    parts = apt_folder / "sources.list.d"
    found = [apt_folder / "sources.list", *parts.glob("*.list"), *parts.glob("*.sources")]
    return sorted(path for path in found if path.is_file())


def _sources_in(path: Path) -> Iterator[AptSource]:
    text = re.sub(r"^\s*#.*\n?", "", path.read_text(), flags=re.MULTILINE)
    if path.suffix == ".sources":
        for stanza in re.split(r"\n\s*\n", text):
            yield from _sources_in_stanza(stanza)
    else:
        for line in text.splitlines():
            yield from _source_in_line(line.strip())


def _sources_in_stanza(stanza: str) -> Iterator[AptSource]:
    joined = re.sub(r"\n[ \t]+", " ", stanza)
    fields = dict(_field(line) for line in joined.splitlines() if ":" in line)
    if "deb" in fields.get("types", "").split() and fields.get("enabled", "yes") != "no":
        for uri in fields.get("uris", "").split():
            yield AptSource(
                uri,
                tuple(fields.get("suites", "").split()),
                tuple(fields.get("components", "").split()),
                fields.get("signed-by", ""),
            )


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


def _source_in_line(line: str) -> Iterator[AptSource]:
    if match := ONE_LINE.match(line):
        suite, *components = match["rest"].partition("#")[0].split()
        signed_by = re.search(r"signed-by=(\S+)", match["options"] or "")
        yield AptSource(
            match["uri"], (suite,), tuple(components), signed_by[1] if signed_by else ""
        )
