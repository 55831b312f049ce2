"""Views of articles, which are published posts: their JSON is that of the RealWorld API.

Shared answers have `favorited` and `following` false; `application/article/marks.py` sets them. The
fields that it looks for come before the body, so that it finds them early.
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import ConfigDict, Field, PlainSerializer, PrivateAttr
from pydantic.alias_generators import to_camel

from application.views import Closed, View


def _in_milliseconds(moment: datetime) -> str:
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{utc.isoformat(timespec='milliseconds')}Z"


Moment = Annotated[
    datetime,
    PlainSerializer(_in_milliseconds, when_used="json"),
    Field(examples=["2026-01-02T03:04:05.678Z"]),
]


class CamelView(View):
    """A view whose JSON has names in camel case."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, serialize_by_alias=True
    )


class ArticleAuthor(CamelView):
    """A user's profile, and whether the caller follows the user."""

    username: str = Field(examples=["ann"])
    bio: str | None = Field(examples=["Prints. Daily."])
    image: str | None = Field(examples=[None])
    following: bool = Field(default=False, examples=[False])


class ArticleSummary(CamelView):
    """An article in a list: all but its body."""

    slug: str = Field(examples=["stop-the-presses"])
    title: str = Field(examples=["Stop the presses"])
    description: str = Field(examples=["What the compositor found."])
    tag_list: tuple[str, ...] = Field(examples=[["news", "Ink"]])
    created_at: Moment
    updated_at: Moment
    favorited: bool = Field(default=False, examples=[False])
    favorites_count: int = Field(examples=[3])
    author: ArticleAuthor


class Article(ArticleSummary):
    """An article."""

    body: str = Field(examples=["A misprint!"])


class ArticleComment(CamelView):
    """A comment; its id counts within its article."""

    id: int = Field(examples=[1])
    created_at: Moment
    updated_at: Moment
    author: ArticleAuthor
    body: str = Field(examples=["Well spotted."])


class ArticleView(CamelView):
    """One article, whose body is the excerpt for those who may not read it."""

    article: Article
    _is_closed: Closed | None = PrivateAttr(default=None)

    @classmethod
    def of(cls, article: Article, closed: Closed | None) -> "ArticleView":
        """Return an article, and what in it is not for all."""
        view = cls(article=article)
        view._is_closed = closed
        return view

    def _closed(self) -> Closed | None:
        return self._is_closed


class ArticlesView(CamelView):
    """A page of a list of articles, and how many the whole list has."""

    articles: tuple[ArticleSummary, ...]
    articles_count: int = Field(examples=[1])


class ArticleCommentView(CamelView):
    """One comment."""

    comment: ArticleComment


class ArticleCommentsView(CamelView):
    """The comments on an article, the newest first."""

    comments: tuple[ArticleComment, ...]


class ArticleAuthorView(CamelView):
    """One user's profile."""

    profile: ArticleAuthor


class ArticleTagsView(CamelView):
    """The names of tags, the most used first."""

    tags: tuple[str, ...] = Field(examples=[["news", "Ink"]])
