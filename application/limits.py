"""Limits: how often a subject may do something in a window of time."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Protocol

_OF_SUBSCRIBER = 64  # prefix length of one subscriber's IPv6 network


@dataclass(frozen=True, slots=True)
class Limit:
    """So many uses in so many seconds, which begin with the first use."""

    name: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a limit by a subject; without a subject it is not counted.

    With `by`, which names one of several who use it for the same subject, the first use of each is
    granted even where the others have used the limit up.
    """

    limit: str
    subject: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """What is left of a limit, and the seconds until it begins anew."""

    limit: Limit
    remaining: int
    seconds: float


def subscriber_of(address: str) -> str:
    """Return an IPv4 address, or the /64 network of an IPv6 address; others as they are."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if isinstance(read, IPv6Address) and read.ipv4_mapped is None:
        return str(ip_network((read, _OF_SUBSCRIBER), strict=False))
    return address


class LimitReached(Exception):
    """A limit is used up for now."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Too many requests: try again in {seconds} seconds.")
        self.seconds = seconds


class QuotaReached(LimitReached):
    """There are as many of something as a user may have at a time."""

    def __init__(self, said: str, seconds: int) -> None:
        super().__init__(seconds)
        self.args = (said,)


class Limits(Protocol):
    """Counts the uses of limits in one request or job, for its tenant."""

    @property
    def address(self) -> str:
        """The network address of the caller's subscriber; empty where it is not known."""

    @property
    def are_off(self) -> bool:
        """Whether nothing is limited."""

    async def take(self, *uses: Use) -> None:
        """Count all uses, or none; raises LimitReached where one of them is not granted."""

    async def forgive(self, once: Use, wholly: Use | None = None) -> None:
        """Take one use of a limit back, and all uses of another one, if it is given."""
