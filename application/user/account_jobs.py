"""The jobs that send mails about an account."""

from datetime import datetime
from enum import StrEnum

from domain.job import Job
from domain.user import User

RESET_LINK = "mail_reset_link"
VERIFICATION = "mail_verification"
NOTICE = "mail_notice"


class Notice(StrEnum):
    """What an account's address is told."""

    CHANGED = "changed"  # the password, by the user
    RESET = "reset"  # the password, by a link
    MOVING = "moving"  # another address was given


def password_link(email: str, now: datetime) -> Job:
    """Make the job that mails a link to set a new password, where the address has an account."""
    return Job.queued(RESET_LINK, {"email": email}, None, now)


def verification(user: User, now: datetime) -> Job:
    """Make the job that mails a link to verify the user's address, or the pending one."""
    return Job.queued(VERIFICATION, {"user_id": user.id.hex}, None, now)


def notice(user: User, what: Notice, now: datetime) -> Job:
    """Make the job that tells a user's address what has happened."""
    payload = {"to": user.email, "name": user.mailed_name, "notice": what.value}
    return Job.queued(NOTICE, payload, None, now)
