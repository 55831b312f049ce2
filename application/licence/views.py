"""Views of licences, offers and grants: their JSON is that of the API."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from application.pages import Page
from application.views import View
from domain.licence import Offer

_STARTS_AT = Field(examples=["2026-01-01T00:00:00Z"])
_ENDS_AT = Field(examples=["2026-02-01T00:00:00Z"], description="Exclusive; null for never.")
_POST_ID = Field(examples=["0198c5b2-7a10-7f3c-8d2e-5a6b7c8d9e0f"])


class PriceView(View):
    """What an offer costs."""

    amount: int = Field(
        examples=[250], description="A whole number of the currency's smallest unit, such as cents."
    )
    currency: str = Field(examples=["EUR"], description="By its code of ISO 4217.")


class OfferView(View):
    """An offer on a post, and when it is in force."""

    post_id: UUID = _POST_ID
    price: PriceView
    starts_at: datetime = _STARTS_AT
    ends_at: datetime | None = _ENDS_AT


class NumberedOfferView(OfferView):
    """An offer of a licence, by its number there."""

    number: int = Field(examples=[1])


def numbered_offer(number: int, offer: Offer) -> NumberedOfferView:
    return NumberedOfferView(number=number, **fields_of_offer(offer))


def fields_of_offer(offer: Offer) -> dict[str, Any]:
    return {
        "post_id": offer.post_id,
        "price": asdict(offer.price),
        "starts_at": offer.window.starts_at,
        "ends_at": offer.window.ends_at,
    }


class PostOffersView(View):
    """The offers on a post that are in force or to come, the first ones first."""

    items: tuple[OfferView, ...]


class LicenceSummary(View):
    """A licence in a list: all but its offers."""

    id: UUID = Field(examples=["0198c5b2-7c40-7b6d-9f1e-8c9d0e1f2a3b"])
    holder: str = Field(examples=["Ink & Sons"])
    note: str | None = Field(examples=["By letter of 12 December."])
    starts_at: datetime = _STARTS_AT
    ends_at: datetime | None = _ENDS_AT
    version: int = Field(examples=[2])
    created_at: datetime = Field(examples=["2025-12-12T09:00:00Z"])
    updated_at: datetime = Field(examples=["2025-12-12T09:00:00Z"])


class LicencePage(Page[LicenceSummary]):
    """A page of licences, the newest first."""


class LicenceView(LicenceSummary):
    """A licence. Its ETag begins with its version, by which alone `If-Match` goes."""

    offers: tuple[NumberedOfferView, ...]

    def _etag(self, digest: str) -> str:
        return f'"{self.version}-{digest}"'


class GrantView(View):
    """What a reader holds; the post's names are null while it is not public."""

    post_id: UUID = _POST_ID
    slug: str | None = Field(examples=["stop-the-presses"])
    title: str | None = Field(examples=["Stop the presses"])
    offer: OfferView
    granted_at: datetime = Field(examples=["2026-01-02T03:04:05Z"])


class GrantPage(Page[GrantView]):
    """A page of what a reader holds, the newest first."""
