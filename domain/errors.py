"""The errors of the domain.

DomainError
├── Invalid               a value breaks a rule; names the field
├── Unauthenticated       the caller is anonymous, or the credentials are invalid
├── Forbidden             the caller may see the object, but not do this to it
│   └── EmailNotVerified  this blog lets only those write whose address is verified
├── NotFound              the object does not exist, or the caller may not see it
└── Conflict              the present state does not allow it
    ├── Taken             another object has this value; names the fields
    ├── StaleVersion      the caller's version is not the present one
    │   └── ChangedMeanwhile  since a working copy was begun, its post's text was changed
    ├── ForbiddenTransition
    ├── NotPublished      an unpublished post has no favourites and comments
    ├── OwnAccount        users can't follow, demote or close themselves
    └── StillRunning      a request with the same key is being processed
"""


class DomainError(Exception):
    """The base of all errors of the domain."""


class Invalid(DomainError):
    """A value breaks a rule of its field."""

    def __init__(self, field: str, message: str, code: str = "invalid") -> None:
        super().__init__(message)
        self.field = field
        self.code = code


class Unauthenticated(DomainError):
    """The caller is anonymous, or the credentials are invalid."""


class Forbidden(DomainError):
    """The caller may see the object, but not do this to it."""


class EmailNotVerified(Forbidden):
    """This blog lets only those write whose address is verified."""

    def __init__(self) -> None:
        super().__init__(
            "Verify your address first: open the link that was mailed to it, or have another one"
            " mailed by POST /users/me/verification."
        )


class NotFound(DomainError):
    """The object does not exist, or the caller may not see it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"There is no such {what}.")
        self.what = what


class Conflict(DomainError):
    """The present state of the object does not allow it."""


class Taken(Conflict):
    """Another object has this value already."""

    def __init__(self, *fields: str) -> None:
        super().__init__(f"This {' and this '.join(fields)} is taken: use another.")
        self.fields = fields
        self.code = "taken"

    @property
    def field(self) -> str:
        return self.fields[0]


class StaleVersion(Conflict):
    """The version that the caller names is not the present one."""

    def __init__(self, present: int, cause: str = "") -> None:
        super().__init__(f"{cause}It is at version {present} by now: read it again, then decide.")


class ChangedMeanwhile(StaleVersion):
    """The text was changed since a working copy of it was begun; `by` is who did, if known."""

    def __init__(self, present: int, based_on: int, by: str | None) -> None:
        super().__init__(present, f"{by or 'Somebody'} changed it since version {based_on}. ")


class ForbiddenTransition(Conflict):
    """The present status does not allow this transition."""

    def __init__(self, what: str, step: str, status: str) -> None:
        super().__init__(f"A {what} that is {status} cannot be {step}.")


class NotPublished(Conflict):
    """A post that is not published has no favourites and comments."""

    def __init__(self) -> None:
        super().__init__("This post is not published: publish it first.")


class OwnAccount(Conflict):
    """An action that users can't perform on their own accounts."""


class StillRunning(Conflict):
    """A request with the same key is being processed."""

    def __init__(self) -> None:
        super().__init__("This request is still running: send it again in a moment.")
