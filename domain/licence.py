"""The licence: somebody lets us distribute; its offers say which posts, when and for how much."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from domain.errors import Conflict, Invalid, NotFound, StaleVersion
from domain.ids import new_id
from domain.text import checked_line, checked_note

HOLDER_LIMIT = 200
NOTE_LIMIT = 2000
OFFERS_LIMIT = 500
AMOUNT_LIMIT = 10**15
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Price:
    """What an offer costs: a number of the smallest unit of a currency, such as cents."""

    amount: int
    currency: str

    @classmethod
    def of(cls, amount: int, currency: str) -> "Price":
        """Check a price; raises Invalid."""
        if not 0 <= amount <= AMOUNT_LIMIT:
            raise Invalid("price.amount", f"It is from 0 to {AMOUNT_LIMIT}.", "out_of_range")
        if not _CURRENCY.fullmatch(currency):
            raise Invalid("price.currency", "It is a code of ISO 4217, such as EUR.", "unknown")
        return cls(amount, currency)


@dataclass(frozen=True, slots=True)
class Window:
    """The time from `starts_at` until before `ends_at`, in UTC; without `ends_at` it never ends."""

    starts_at: datetime
    ends_at: datetime | None = None

    @classmethod
    def between(cls, starts_at: datetime, ends_at: datetime | None) -> "Window":
        """Check a window; raises Invalid where it has no length or lies too far away."""
        start = _checked_moment("starts_at", starts_at)
        end = None if ends_at is None else _checked_moment("ends_at", ends_at)
        if end is not None and end <= start:
            raise Invalid("ends_at", "It must be later than starts_at.", "too_early")
        return cls(start, end)

    def __str__(self) -> str:
        end = "on" if self.ends_at is None else f"until {self.ends_at.isoformat()}"
        return f"from {self.starts_at.isoformat()} {end}"

    def has(self, moment: datetime) -> bool:
        return self.starts_at <= moment and not self.is_over(moment)

    def is_over(self, moment: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= moment

    def covers(self, other: "Window") -> bool:
        ends_in_time = self.ends_at is None or other.is_over(self.ends_at)
        return self.starts_at <= other.starts_at and ends_in_time

    def overlaps(self, other: "Window") -> bool:
        return not (self.is_over(other.starts_at) or other.is_over(self.starts_at))


@dataclass(frozen=True, slots=True)
class Offer:
    """A price for reading one post, in a window of time."""

    post_id: UUID
    price: Price
    window: Window

    def is_standing(self, now: datetime) -> bool:
        """Return whether it is in force or to come."""
        return not self.window.is_over(now)


class PlacedOffer(NamedTuple):
    """An offer, and where it stands: its licence, and its number there."""

    licence_id: UUID
    number: int
    offer: Offer

    def __str__(self) -> str:
        return f"offer {self.number} of licence {self.licence_id}"


@dataclass(slots=True)
class Licence:
    """A licence with its offers by their numbers, of which none is assigned twice; `version` is as
    in a post, and counts the changes of offers too."""

    id: UUID
    holder: str
    note: str | None
    window: Window
    version: int
    created_at: datetime
    updated_at: datetime
    offers: dict[int, Offer] = field(default_factory=dict)
    offers_numbered: int = 0

    @classmethod
    def given(cls, holder: str, note: str | None, window: Window, now: datetime) -> "Licence":
        """Make a licence without offers."""
        licence = cls(new_id(), "", None, window, 1, now, now)
        licence.name_holder(holder)
        licence.annotate(note)
        return licence

    def name_holder(self, holder: str) -> None:
        self.holder = checked_line("holder", holder, HOLDER_LIMIT)

    def annotate(self, note: str | None) -> None:
        self.note = None if note is None else checked_note("note", note, NOTE_LIMIT)

    def move(self, window: Window) -> None:
        """Change its window; raises Conflict where an offer would stand out of it."""
        for number, offer in sorted(self.offers.items()):
            if not window.covers(offer.window):
                placed = PlacedOffer(self.id, number, offer)
                raise Conflict(f"This window would cut {placed}.")
        self.window = window

    def add(self, offer: Offer, others: Iterable[PlacedOffer]) -> int:
        """Add an offer and return its number; `others` are all offers on its post, of whatever
        licence. Raises Invalid out of the licence's window, and Conflict."""
        self._check_inside(offer.window)
        for placed in others:
            if placed.offer.window.overlaps(offer.window):
                raise Conflict(f"It overlaps {placed}.")
        if len(self.offers) >= OFFERS_LIMIT:
            raise Conflict(f"A licence has at most {OFFERS_LIMIT} offers.")
        self.offers_numbered += 1
        self.offers[self.offers_numbered] = offer
        return self.offers_numbered

    def withdraw(self, number: int, now: datetime) -> bool:
        """End an offer that is in force, or take back one to come; returns whether this changed
        anything. Raises NotFound."""
        offer = self.offers.get(number)
        if offer is None:
            raise NotFound("offer")
        if offer.window.is_over(now):
            return False
        if offer.window.starts_at < now:
            self.offers[number] = replace(offer, window=replace(offer.window, ends_at=now))
        else:
            del self.offers[number]
        return True

    def check_removal(self, now: datetime) -> None:
        """Raise Conflict where one of its offers is in force."""
        for number, offer in sorted(self.offers.items()):
            if offer.window.has(now):
                placed = PlacedOffer(self.id, number, offer)
                raise Conflict(f"It has {placed}, which is in force: end that first.")

    def check_version(self, expected: frozenset[int] | None) -> None:
        """Raise StaleVersion where the present version is not one of these; None allows any."""
        if expected is not None and self.version not in expected:
            raise StaleVersion(self.version)

    def _check_inside(self, window: Window) -> None:
        if not self.window.covers(window):
            is_early = window.starts_at < self.window.starts_at
            name = "starts_at" if is_early else "ends_at"
            raise Invalid(name, f"The licence goes {self.window}.", "outside_licence")


@dataclass(slots=True)
class Grant:
    """A reader holds an offer on a post; it outlives the offer."""

    user_id: UUID
    offer: Offer
    granted_at: datetime


def present_offer(placed: Iterable[PlacedOffer], now: datetime) -> Offer:
    """Return the offer that is in force; raises Conflict where there is none."""
    for each in placed:
        if each.offer.window.has(now):
            return each.offer
    raise Conflict("No offer on this post is in force.")


def check_standing(placed: Iterable[PlacedOffer], now: datetime) -> None:
    """Raise Conflict where none of the offers is in force or to come."""
    if not any(each.offer.is_standing(now) for each in placed):
        raise Conflict("No offer on this post is in force or to come: make one first.")


def _checked_moment(name: str, moment: datetime) -> datetime:
    try:
        utc = moment.astimezone(UTC)
    except OverflowError as error:
        raise Invalid(name, "It lies too far away.", "out_of_range") from error
    if not _FIRST <= utc < _LAST:
        raise Invalid(name, "It lies between the years 1970 and 9000.", "out_of_range")
    return utc
