"""The audit trail: who did what to whom."""

from enum import StrEnum


class Action(StrEnum):
    """What is noted."""

    LOGGED_IN = "logged_in"
    LOGIN_FAILED = "login_failed"
    SESSION_ENDED = "session_ended"
    PASSWORD_CHANGED = "password_changed"
    PASSWORD_RESET = "password_reset"
    EMAIL_CHANGED = "email_changed"
    ROLE_CHANGED = "role_changed"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_OPENED = "account_opened"
    ACCOUNT_DELETED = "account_deleted"
    TOKEN_MADE = "token_made"
    TOKEN_REVOKED = "token_revoked"
    POST_DELETED = "post_deleted"
    COMMENT_DELETED = "comment_deleted"
    LICENCE_MADE = "licence_made"
    LICENCE_CHANGED = "licence_changed"
    LICENCE_DELETED = "licence_deleted"
    OFFER_MADE = "offer_made"
    OFFER_WITHDRAWN = "offer_withdrawn"
    GRANT_MADE = "grant_made"
    GRANT_REVOKED = "grant_revoked"
    JOB_REPLAYED = "job_replayed"
    JOB_DISCARDED = "job_discarded"
