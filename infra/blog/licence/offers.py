"""Offers as rows: their columns stand in two tables."""

from typing import Any

from sqlalchemy import Row

from domain.licence import Offer, Price, Window


def values_of_offer(offer: Offer) -> dict[str, Any]:
    """Return the values of an offer's columns."""
    return {
        "post_id": offer.post_id,
        "amount": offer.price.amount,
        "currency": offer.price.currency,
        "starts_at": offer.window.starts_at,
        "ends_at": offer.window.ends_at,
    }


def offer_of(row: Row[Any]) -> Offer:
    window = Window(row.starts_at, row.ends_at)
    return Offer(row.post_id, Price(row.amount, row.currency), window)
