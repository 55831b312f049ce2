"""Marks: set in the JSON of answers as if it had been parsed, whatever people wrote in it."""

import json

import pytest
from hypothesis import given
from hypothesis.strategies import booleans, builds, lists, sampled_from, text

from application.article.marks import Marks, marked, slugs_in, usernames_in
from application.article.views import (
    ArticleAuthor,
    ArticleAuthorView,
    ArticleSummary,
    ArticlesView,
)
from application.views import Encoded
from tests.support.samples import NOW

TRICKS = sampled_from(
    [
        '"slug":"a","favorited":false',
        '","favorited":false,"x":"',
        '\\","slug":"b\\',
        '"username":"a","following":false',
        "slug",
        "favorited",
        "\\",
        '"',
    ]
)
TEXTS = TRICKS | text(max_size=20)
NAMES = sampled_from(["a", "b", 'a "quoted" one', "back\\slash", "\N{ROCKET}", "\u0001"])


def an_article(slug: str, username: str, texts: list[str]) -> ArticleSummary:
    """An article without marks, with these texts wherever people may write some."""
    title, description, tag, bio, image = texts
    return ArticleSummary(
        slug=slug,
        title=title,
        description=description,
        tag_list=(tag,),
        created_at=NOW,
        updated_at=NOW,
        favorited=False,
        favorites_count=0,
        author=ArticleAuthor(username=username, bio=bio, image=image, following=False),
    )


ARTICLES = builds(an_article, NAMES, NAMES, lists(TEXTS, min_size=5, max_size=5))
MARKS = builds(
    Marks,
    favorites=lists(NAMES, max_size=3).map(frozenset),
    follows=lists(NAMES, max_size=3).map(frozenset),
    is_whole=booleans(),
)


@given(articles=lists(ARTICLES, max_size=4).map(tuple), marks=MARKS)
def test_each_article_has_its_own_marks(articles: tuple[ArticleSummary, ...], marks: Marks) -> None:
    answer = ArticlesView(articles=articles, articles_count=7).encoded()
    found = marked(answer, marks)
    expected = json.loads(answer.content)
    for article in expected["articles"]:
        article["favorited"] = article["slug"] in marks.favorites
        article["author"]["following"] = article["author"]["username"] in marks.follows
    if not marks.is_whole:
        assert found is None
    else:
        assert found is not None
        assert json.loads(found.content) == expected
        assert (found.etag == answer.etag) == (found.content == answer.content)
    assert slugs_in(answer) == {article.slug for article in articles}
    assert usernames_in(answer) == {article.author.username for article in articles}


@pytest.mark.parametrize("follows", [frozenset(), frozenset({"bob"})])
def test_without_marks_the_answer_is_the_shared_one(follows: frozenset[str]) -> None:
    profile = ArticleAuthor(username="ann", bio=None, image=None)
    answer: Encoded = ArticleAuthorView(profile=profile).encoded()
    found = marked(answer, Marks(favorites=frozenset({"ann"}), follows=follows))
    assert found == answer
