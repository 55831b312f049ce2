"""The limits of what callers do, and how a setting changes them."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from application.limits import Limit
from core.errors import WrongSetting

_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
_WRITTEN = re.compile(r"([1-9]\d{0,6})/([1-9]\d{0,4})? ?(second|minute|hour|day)s?", re.ASCII)
_LONGEST_SECONDS = 30 * 86_400
_DEFAULTS = (
    # wrong passwords
    Limit("account_passwords", 10, 900),
    Limit("address_passwords", 50, 900),
    Limit("registrations", 10, 3600),
    # requests for a new password: of an address, and for an account
    Limit("forgotten_passwords", 10, 3600),
    Limit("account_resets", 3, 3600),
    Limit("mails", 3, 3600),
    Limit("commands", 120, 60),
    Limit("comments", 20, 60),
    Limit("working_copies", 60, 60),
    Limit("bulks", 10, 3600),
    Limit("exports", 10, 3600),
    Limit("uploads", 100, 3600),
    Limit("user_reads", 600, 60),
    Limit("address_reads", 300, 60),
)
RATE_LIMITS: Mapping[str, Limit] = MappingProxyType({limit.name: limit for limit in _DEFAULTS})


def rate_limits(variable: str, value: str) -> Mapping[str, Limit]:
    """Read `off`, or limits to change, such as `commands=300/minute,mails=5/2 hours`; raises
    WrongSetting."""
    if value == "off":
        return {}
    changed = [_limit(variable, part.strip()) for part in value.split(",") if part.strip()]
    if len({limit.name for limit in changed}) < len(changed):
        raise WrongSetting(f"{variable}: it has a limit twice")
    return {**RATE_LIMITS, **{limit.name: limit for limit in changed}}


def _limit(variable: str, text: str) -> Limit:
    name, is_given, rate = (part.strip() for part in text.partition("="))
    if name not in RATE_LIMITS:
        known = ", ".join(RATE_LIMITS)
        raise WrongSetting(f"{variable}: there is no limit {name!r}: it is off, or some of {known}")
    written = _WRITTEN.fullmatch(rate)
    if not (is_given and written):
        raise WrongSetting(f"{variable}: write {name}=300/minute, or {name}=10/15 minutes")
    most, periods, unit = written.groups()
    seconds = int(periods or 1) * _SECONDS[unit]
    if seconds > _LONGEST_SECONDS:
        raise WrongSetting(f"{variable}: {name}: a window lasts 30 days at most")
    return Limit(name, int(most), seconds)
