"""Who may read the text of a post."""

from datetime import datetime

from application.licence.ports import LicenceRepository
from application.unit_of_work import WriteUnitOfWork
from domain.licence import check_standing
from domain.post import Access, Post


async def check_offered(uow: WriteUnitOfWork, post: Post, now: datetime) -> None:
    """Raise Conflict for a post that is, or will be, public to holders of an offer, where there is
    none in force or to come."""
    if post.access is Access.OFFER and post.is_or_will_be_public:
        check_standing(await uow[LicenceRepository].offers_on(post.id), now)
