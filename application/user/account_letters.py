"""The mails about an account."""

from application.mail.letter import Letter
from application.user.account_jobs import Notice
from domain.confirmation import Purpose

_WORDS = {
    Purpose.RESET: (
        "Set a new password",
        "Somebody, probably you, has asked for a new password.",
        "The link is good for an hour, and once. If it was not you, do nothing.",
    ),
    Purpose.EMAIL: (
        "Verify your address",
        "Somebody, probably you, has given this address for an account.",
        "The link is good for three days, and once. If it was not you, do nothing.",
    ),
}
_NOTICES = {
    Notice.CHANGED: "The password of your account was changed.",
    Notice.RESET: "The password of your account was set by a link that was mailed to you.",
    Notice.MOVING: "Another address was given for your account. It takes this one's place"
    " as soon as a link that was sent there is opened.",
}
_REASON = "You get this mail because an account at {site} has this address."


def letter_with_link(purpose: Purpose, username: str, link: str, site: str) -> Letter:
    """Write the mail with a link for this purpose."""
    subject, asked, terms = _WORDS[purpose]
    paragraphs = (f"Account: {username}", asked, terms)
    return Letter(subject, paragraphs, link, subject, _REASON.format(site=site))


def letter_of_notice(notice: Notice, name: str, site: str) -> Letter:
    """Write the mail that tells what has happened."""
    was_not_me = "If it was not you, set a new password at once, and tell whoever runs this site."
    paragraphs = (f"Account: {name}", _NOTICES[notice], was_not_me)
    return Letter("Your account was changed", paragraphs, site, site, _REASON.format(site=site))
