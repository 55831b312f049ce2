"""What can be wrong with a command, in the words of the blog.

DomainError
├── Invalid               a value breaks a rule; names the field
├── Unauthenticated       nobody is signed in, or the proof is no good
├── Forbidden             this caller may see the thing, but not do this to it
├── NotFound              there is no such thing, or not for this caller's eyes
└── Conflict              the present state does not allow it
    ├── Taken             another holds this value; names the field
    ├── StaleVersion      the caller decided on an older version
    ├── ForbiddenTransition
    ├── NotPublished      it has neither favourites nor comments
    ├── OwnAccount        nobody follows, demotes or closes themselves
    └── StillRunning      the same request is being answered just now
"""


class DomainError(Exception):
    """The root of all that the domain refuses."""


class Invalid(DomainError):
    """A value breaks a rule of its field."""

    def __init__(self, field: str, message: str, code: str = "invalid") -> None:
        super().__init__(message)
        self.field = field
        self.code = code


class Unauthenticated(DomainError):
    """Nobody is signed in, or the proof of it is no good."""


class Forbidden(DomainError):
    """The caller may see the thing, but not do this to it."""


class NotFound(DomainError):
    """There is no such thing, or not for this caller's eyes."""

    def __init__(self, what: str) -> None:
        super().__init__(f"There is no such {what}.")
        self.what = what


class Conflict(DomainError):
    """The present state of the thing does not allow it."""


class Taken(Conflict):
    """Another holds this value already."""

    def __init__(self, field: str) -> None:
        super().__init__(f"This {field} is taken: choose another.")
        self.field = field
        self.code = "taken"


class StaleVersion(Conflict):
    """The caller decided on a version that is no longer the present one."""

    def __init__(self, present: int) -> None:
        super().__init__(f"It is at version {present} by now: read it again, then decide.")


class ForbiddenTransition(Conflict):
    """The status does not allow this step."""

    def __init__(self, what: str, step: str, status: str) -> None:
        super().__init__(f"A {what} that is {status} cannot be {step}.")


class NotPublished(Conflict):
    """A post that not everyone may see has neither favourites nor comments."""

    def __init__(self) -> None:
        super().__init__("This post is not published: publish it first.")


class OwnAccount(Conflict):
    """What a user may do to others, but not to themselves."""


class StillRunning(Conflict):
    """The same request came before, and has no answer yet."""

    def __init__(self) -> None:
        super().__init__("This request is still running: send it again in a moment.")
