"""Numbers as people read them."""

from datetime import UTC, datetime

from application.pages import TOTAL_LIMIT

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def count(value: float) -> str:
    """Return a number: without fractions from ten on."""
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2g}"


def bounded(value: int) -> str:
    """Return a number that is counted to a bound."""
    return f"{value:,}" if value < TOTAL_LIMIT else f"at least {TOTAL_LIMIT:,}"


def rate(value: float) -> str:
    return f"{count(value)}/s"


def per_minute(value: float) -> str:
    return f"{count(value)}/min"


def percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g} %"


def duration(seconds: float | None) -> str:
    """Return how long a call takes."""
    if seconds is None:
        return "–"
    if seconds < 0.0995:
        return f"{seconds * 1000:.2g} ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.3g} s"


def lag(seconds: float | None) -> str:
    """Return how far a replica is behind."""
    return "unknown" if seconds is None else duration(seconds)


def span(seconds: float) -> str:
    """Return how long something lasts, in its largest unit but one."""
    if seconds < 2 * _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < 2 * _HOUR:
        return f"{seconds // _MINUTE:.0f} min"
    if seconds < 2 * _DAY:
        return f"{seconds // _HOUR:.0f} h"
    return f"{seconds // _DAY:.0f} days"


def moment(at: datetime) -> str:
    """Return a moment, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
