"""What the RealWorld API takes and answers, but for articles: wrapped in one field, in camel case.

Unknown fields are ignored.
"""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from application.article.views import CamelView
from application.comment.commands import CommentCommand
from application.post.commands import Body, PostCommand, PostPatch, Summary, Tags, Title
from application.user.commands import Bio, Email, Image, Password, Username, UserPatch
from application.user.sessions import RegisterCommand
from application.user.views import AccountView
from domain.comment import BODY_LIMIT_BYTES
from domain.post import Status


def _not_blank(text: str) -> str:
    if not text.strip():
        raise PydanticCustomError("blank", "can't be blank")
    return text


def _without_blanks(sent: object) -> object:
    # editors send one where somebody presses Enter in an empty field
    return [each for each in sent if each != ""] if isinstance(sent, list) else sent


_NotBlank = AfterValidator(_not_blank)
_Tags = Annotated[Tags, BeforeValidator(_without_blanks)]


class _Wrapped(BaseModel):
    """One field with all others in it. Where it is missing, or no object, all others are."""

    @model_validator(mode="before")
    @classmethod
    def _with_wrapper(cls, sent: Any) -> Any:
        if isinstance(sent, bytes):
            return sent  # it does not say that it is JSON
        [name] = cls.model_fields
        inner = sent.get(name) if isinstance(sent, dict) else None
        return {name: inner if isinstance(inner, dict) else {}}


class _Fields(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class NewUser(_Fields):
    """An account to create."""

    username: Annotated[Username, _NotBlank] = Field(examples=["ann"])
    email: Annotated[Email, _NotBlank] = Field(examples=["ann@example.com"])
    password: Annotated[Password, _NotBlank] = Field(examples=["hot off the press"])


class NewUserBody(_Wrapped):
    """An account to create."""

    user: NewUser

    @property
    def command(self) -> RegisterCommand:
        return RegisterCommand(**dict(self.user))


class Credentials(_Fields):
    """What a user logs in with."""

    email: Annotated[str, _NotBlank] = Field(examples=["ann@example.com"])
    password: Annotated[str, _NotBlank] = Field(examples=["hot off the press"])


class CredentialsBody(_Wrapped):
    """What a user logs in with."""

    user: Credentials


class UserChange(_Fields):
    """A change of one's own account; omitted fields are left alone."""

    # A factory makes a field optional without making it nullable.
    email: Annotated[Email, _NotBlank] = Field(default_factory=str)
    username: Annotated[Username, _NotBlank] = Field(default_factory=str)
    password: Annotated[Password, _NotBlank] = Field(default_factory=str)
    bio: Bio | None = Field(default=None, examples=["Prints. Daily."])
    image: Image | None = None


class UserChangeBody(_Wrapped):
    """A change of one's own account."""

    user: UserChange

    @property
    def patch(self) -> UserPatch:
        sent = self.user.model_dump(exclude_unset=True)
        return UserPatch(**{name: value or None for name, value in sent.items()})


class NewArticle(_Fields):
    """An article to publish."""

    title: Annotated[Title, _NotBlank] = Field(examples=["Stop the presses"])
    description: Annotated[Summary, _NotBlank] = Field(examples=["What the compositor found."])
    body: Annotated[Body, _NotBlank] = Field(examples=["A misprint!"])
    tag_list: _Tags = Field(default=(), examples=[["news", "Ink"]])


class NewArticleBody(_Wrapped):
    """An article to publish."""

    article: NewArticle

    @property
    def command(self) -> PostCommand:
        given = self.article
        return PostCommand(
            title=given.title,
            body=given.body,
            summary=given.description,
            tags=given.tag_list,
            status=Status.PUBLISHED,
        )


class ArticleChange(_Fields):
    """A change of an article; omitted fields are left alone."""

    title: Annotated[Title, _NotBlank] = Field(default_factory=str)
    description: Summary = Field(default_factory=str)
    body: Annotated[Body, _NotBlank] = Field(default_factory=str, examples=["Mended."])
    tag_list: _Tags = Field(default_factory=tuple)


class ArticleChangeBody(_Wrapped):
    """A change of an article."""

    article: ArticleChange

    @property
    def patch(self) -> PostPatch:
        sent = self.article.model_dump(exclude_unset=True)
        named = {_NAMES.get(name, name): value for name, value in sent.items()}
        if "summary" in named:
            named["summary"] = named["summary"] or None
        return PostPatch(**named)


_NAMES = {"description": "summary", "tag_list": "tags"}


class NewComment(_Fields):
    """The text of a comment."""

    body: Annotated[str, Field(max_length=BODY_LIMIT_BYTES), _NotBlank] = Field(
        examples=["Well spotted."]
    )


class NewCommentBody(_Wrapped):
    """A comment to add."""

    comment: NewComment

    @property
    def command(self) -> CommentCommand:
        return CommentCommand(body=self.comment.body)


class SignedIn(CamelView):
    """The caller's account, with the token that was sent, or a new one."""

    email: str | None = Field(examples=["ann@example.com"])
    token: str = Field(examples=["eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2ln"])
    username: str = Field(examples=["ann"])
    bio: str | None = Field(examples=["Prints. Daily."])
    image: str | None = Field(examples=[None])


class SignedInView(CamelView):
    """The caller's account."""

    user: SignedIn

    @classmethod
    def of(cls, account: AccountView, token: str) -> Self:
        """Show an account; an email that waits for its link to be opened in place of the other."""
        email = account.pending_email or account.email
        user = SignedIn(
            email=email,
            token=token,
            username=account.username,
            bio=account.bio,
            image=account.image,
        )
        return cls(user=user)
