"""Commands on licences and their offers."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from application.audit.ports import AuditTrail
from application.callers import at_least
from application.clock import Clock
from application.commands import Command
from application.handlers import command_handler
from application.licence.ports import Currencies, LicenceReader, LicenceRepository
from application.licence.turning import plan_turns
from application.licence.views import LicenceView, NumberedOfferView, numbered_offer
from application.post.ports import PostRepository
from application.services import Commands
from application.unit_of_work import WriteUnitOfWork
from domain.audit import Action
from domain.caller import Caller, Role
from domain.errors import Invalid, NotFound
from domain.licence import (
    AMOUNT_LIMIT,
    HOLDER_LIMIT,
    NOTE_LIMIT,
    Licence,
    Offer,
    Price,
    Window,
)

Holder = Annotated[str, Field(min_length=1, max_length=HOLDER_LIMIT)]
Note = Annotated[str, Field(max_length=NOTE_LIMIT)]
Versions = frozenset[int] | None  # those that the caller accepts; None for any


class LicenceCommand(Command):
    """A licence: who lets us distribute, and when."""

    holder: Holder = Field(examples=["Ink & Sons"])
    note: Note | None = Field(default=None, examples=["By letter of 12 December."])
    starts_at: AwareDatetime = Field(examples=["2026-01-01T00:00:00Z"])
    ends_at: AwareDatetime | None = Field(default=None, examples=["2027-01-01T00:00:00Z"])


class LicencePatch(Command):
    """A change of a licence; omitted fields are left alone."""

    # A factory makes a field optional without making it nullable.
    holder: Holder = Field(default_factory=str, examples=["Ink & Daughters"])
    note: Note | None = None
    starts_at: AwareDatetime = Field(
        default_factory=lambda: datetime.min, examples=["2026-01-01T00:00:00Z"]
    )
    ends_at: AwareDatetime | None = Field(default=None, examples=["2028-01-01T00:00:00Z"])


class PriceCommand(Command):
    """What an offer costs."""

    amount: int = Field(ge=0, le=AMOUNT_LIMIT, strict=True, examples=[250])
    currency: str = Field(min_length=3, max_length=3, examples=["EUR"])


class OfferCommand(Command):
    """An offer on a post."""

    post_id: UUID = Field(examples=["0198c5b2-7a10-7f3c-8d2e-5a6b7c8d9e0f"])
    price: PriceCommand
    starts_at: AwareDatetime = Field(examples=["2026-01-01T00:00:00Z"])
    ends_at: AwareDatetime | None = Field(default=None, examples=["2026-02-01T00:00:00Z"])


class LicenceCommandService(Commands):
    """Changes licences, for editors."""

    def __init__(
        self,
        write_uow: WriteUnitOfWork,
        caller: Caller | None,
        clock: Clock,
        currencies: Currencies,
    ) -> None:
        super().__init__(write_uow, caller, clock)
        self._currencies = currencies

    @command_handler
    async def create_licence(self, command: LicenceCommand) -> LicenceView:
        """Store a licence."""
        at_least(Role.EDITOR, self.caller)
        window = Window.between(command.starts_at, command.ends_at)
        licence = Licence.given(command.holder, command.note, window, self.clock())
        await self.write_uow[LicenceRepository].add(licence)
        await self._note(Action.LICENCE_MADE, licence)
        return await self._view(licence)

    @command_handler
    async def update_licence(
        self, licence_id: UUID, patch: LicencePatch, versions: Versions = None
    ) -> LicenceView:
        """Change a licence; without a difference it keeps its version.

        Raises Conflict where its window would cut one of its offers.
        """
        licence = await self._locked(licence_id, versions)
        before = replace(licence)
        _revise(licence, patch)
        if licence != before:
            await self._store(licence)
            await self._note(Action.LICENCE_CHANGED, licence)
        return await self._view(licence)

    @command_handler
    async def delete_licence(self, licence_id: UUID, versions: Versions = None) -> None:
        """Delete a licence, with its offers that have ended or are to come."""
        licence = await self._locked(licence_id, versions)
        licence.check_removal(self.clock())
        await self.write_uow[LicenceRepository].remove(licence)
        await self._note(Action.LICENCE_DELETED, licence)

    @command_handler
    async def add_offer(self, licence_id: UUID, command: OfferCommand) -> NumberedOfferView:
        """Make an offer on a post; raises Conflict where it overlaps another one."""
        licence = await self._locked(licence_id)
        offer = self._offer(command)
        await self._lock_post(offer.post_id)
        others = await self.write_uow[LicenceRepository].offers_on(offer.post_id)
        number = licence.add(offer, others)
        await plan_turns(self.write_uow, offer, self.clock())
        await self._store(licence)
        await self._note_offer(Action.OFFER_MADE, licence, number, offer)
        return numbered_offer(number, offer)

    @command_handler
    async def withdraw_offer(self, licence_id: UUID, number: int) -> None:
        """End an offer that is in force, or take back one to come."""
        licence = await self._locked(licence_id)
        offer = licence.offers.get(number)
        if licence.withdraw(number, self.clock()) and offer:
            await self._store(licence)
            await self._note_offer(Action.OFFER_WITHDRAWN, licence, number, offer)

    def _offer(self, command: OfferCommand) -> Offer:
        price = Price.of(command.price.amount, command.price.currency)
        if not self._currencies.has(price.currency):
            raise Invalid("price.currency", "ISO 4217 has no such currency.", "unknown")
        window = Window.between(command.starts_at, command.ends_at)
        return Offer(command.post_id, price, window)

    async def _lock_post(self, post_id: UUID) -> None:
        """Lock the post, so that its offers are added one after the other, of whatever licence.

        Always after the licence: two commands never wait for each other.
        """
        try:
            post = await self.write_uow[PostRepository].get_locked(post_id)
            post.check_not_deleted()
        except NotFound as error:
            raise Invalid("post_id", "There is no such post.", "unknown") from error

    async def _locked(self, licence_id: UUID, versions: Versions = None) -> Licence:
        at_least(Role.EDITOR, self.caller)
        licence = await self.write_uow[LicenceRepository].get_locked(licence_id)
        licence.check_version(versions)
        return licence

    async def _store(self, licence: Licence) -> None:
        licence.updated_at = self.clock()
        await self.write_uow[LicenceRepository].store(licence)

    async def _note(self, action: Action, licence: Licence) -> None:
        what = f"{licence.id} {licence.window}, {licence.holder}"
        await self.write_uow[AuditTrail].note(action, what=what)

    async def _note_offer(
        self, action: Action, licence: Licence, number: int, offer: Offer
    ) -> None:
        price = f"{offer.price.amount} {offer.price.currency}"
        what = f"{number} of {licence.id} on {offer.post_id}: {price} {offer.window}"
        await self.write_uow[AuditTrail].note(action, what=what)

    async def _view(self, licence: Licence) -> LicenceView:
        return await self.write_uow[LicenceReader].get(licence.id)


def _revise(licence: Licence, patch: LicencePatch) -> None:
    fields, window = patch.model_fields_set, licence.window
    if "holder" in fields:
        licence.name_holder(patch.holder)
    if "note" in fields:
        licence.annotate(patch.note)
    starts_at = patch.starts_at if "starts_at" in fields else window.starts_at
    ends_at = patch.ends_at if "ends_at" in fields else window.ends_at
    licence.move(Window.between(starts_at, ends_at))
