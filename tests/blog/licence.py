"""Licences, offers and grants."""

from datetime import timedelta
from typing import Any

from application.licence.ports import LicenceReader, LicenceRepository
from domain.ids import new_id
from domain.licence import Licence, Offer, Price, Window
from tests.blog.post import HIDDEN, published, withdrawn
from tests.blog.user import registered
from tests.support.routes import (
    Blog,
    Route,
    Routes,
    Samples,
    authenticated,
    editors,
    everyone,
)
from tests.support.samples import NOW
from tests.support.stored import Stored

LICENCE = "/licences/{licence_id}"
GRANT = "/posts/{post_id}/grants/{username}"
GIVEN = {"holder": "Ink & Sons", "starts_at": "2020-01-01T00:00:00Z"}
PRICE = {"amount": 250, "currency": "EUR"}
OFFER = {"post_id": str(new_id()), "price": PRICE, "starts_at": "2020-01-01T00:00:00Z"}
BAD_WINDOWS: list[dict[str, Any]] = [
    {"starts_at": "2021-01-01T00:00:00Z", "ends_at": "2020-01-01T00:00:00Z"},
    {"starts_at": "2021-01-01T00:00:00Z", "ends_at": "2021-01-01T00:00:00Z"},
    {"starts_at": "2021-01-01T00:00:00Z", "ends_at": "2021-01-01T01:00:00+01:00"},
    {"starts_at": "2021-01-01T00:00:00"},
    {"starts_at": "9999-12-31T23:59:59Z"},
    {"starts_at": "2021-01-01T00:00:00Z", "ends_at": "9999-12-31T23:59:59-10:00"},
    {"starts_at": "0001-01-01T00:00:00+10:00"},
    {"starts_at": None},
]
BAD_PRICES: list[dict[str, Any]] = [
    {"amount": -1},
    {"amount": 2.5},
    {"amount": "250"},
    {"amount": 10**15 + 1},
    {"currency": "eur"},
    {"currency": "ZZZ"},
    {"currency": "XAU"},
    {"currency": "EURO"},
]
BAD_LICENCES = [
    *(GIVEN | window for window in BAD_WINDOWS),
    GIVEN | {"holder": " "},
    GIVEN | {"note": "a\0b"},
]
BAD_OFFERS = [
    OFFER,  # on a post that is not there
    *(OFFER | window for window in BAD_WINDOWS),
    *(OFFER | {"price": PRICE | price} for price in BAD_PRICES),
]


async def licensed(blog: Blog) -> Samples:
    """A post with an offer in force, and a reader who holds it."""
    post, reader = await published(blog), await registered(blog)
    licence = await blog.post("/licences", GIVEN, by=blog.editor)
    samples = {"post_id": post["post_id"], "username": reader["username"]}
    samples["licence_id"] = licence["id"]
    offer = OFFER | {"post_id": post["post_id"]}
    made = await blog.post(f"/licences/{licence['id']}/offers", offer, by=blog.editor)
    await blog.call("PUT", GRANT.format(**samples), blog.editor)
    return samples | {"number": made["number"]}


ROUTES = Routes(
    (
        Route("GET", "/licences", editors(200)),
        Route("POST", "/licences", editors(201), body=GIVEN, bad=BAD_LICENCES),
        Route("GET", LICENCE, editors(200)),
        Route("PATCH", LICENCE, editors(200), body={"holder": "Ink"}, bad=[{"starts_at": None}]),
        Route("DELETE", LICENCE, editors(409)),
        Route("POST", f"{LICENCE}/offers", editors(422), body=OFFER, bad=BAD_OFFERS),
        Route("DELETE", f"{LICENCE}/offers/{{number}}", editors(204)),
        Route("GET", "/posts/{post_id}/offers", everyone(200), HIDDEN),
        Route("PUT", GRANT, editors(204)),
        Route("DELETE", GRANT, editors(204)),
        Route("GET", "/users/me/grants", authenticated(200)),
    ),
    licensed,
    withdrawn,
)


def _made() -> Licence:
    licence = Licence.given("Ink & Sons", "By letter.", Window(NOW), NOW)
    licence.add(Offer(new_id(), Price(250, "EUR"), Window(NOW, NOW + timedelta(days=1))), ())
    return licence


def _change(licence: Licence) -> None:
    licence.annotate("By mail.")
    licence.withdraw(1, NOW + timedelta(hours=1))
    licence.add(Offer(new_id(), Price(0, "JPY"), Window(NOW)), ())


STORED = Stored(
    LicenceRepository,
    _made,
    _change,
    lambda uow, query: uow[LicenceReader].page(query),
)
