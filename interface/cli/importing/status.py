"""The status of a post, by its front matter, its folder and its date."""

from datetime import UTC, datetime
from typing import Any

from domain.post import Status
from interface.cli.importing.bad_file import BadFile
from interface.cli.importing.dates import Dates
from interface.cli.importing.exact import Exact
from interface.cli.importing.front_matter import FrontMatter
from interface.cli.importing.place import Place

_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})


def status_of(front: FrontMatter, place: Place, exact: Exact | None) -> Status:
    """Read a post's status; raises BadFile."""
    if exact and exact.archived:
        return Status.ARCHIVED
    draft = _truth(front.get("draft"))
    if not isinstance(draft, bool | None):
        raise front.fault("draft", "It must be true or false, without quotation marks.")
    # Jekyll's key; for Hugo, `published` may be a date
    is_draft = draft or _truth(front.get("published")) is False or place.is_for_drafts
    return Status.DRAFT if is_draft else Status.PUBLISHED


def _truth(value: Any) -> Any:
    # as Jekyll and Hugo read them in YAML
    word = value.strip().lower() if isinstance(value, str) else None
    return (word in _TRUE) if word in _TRUE | _FALSE else value


def notice_of(front: FrontMatter, dates: Dates, status: Status) -> BadFile | None:
    """Return the reason why a public post is imported as a draft; None where there is none."""
    # Jekyll and Hugo hide a post until its date
    is_shown = status is Status.PUBLISHED
    if is_shown and dates.written and dates.written > datetime.now(UTC):
        return front.fault("date", "It is yet to come: it is a draft until somebody publishes it.")
    return None
