"""Which change invalidates which cache tags. Queries declare tags; repositories touch them.

| change                              | touches                                             |
|-------------------------------------|-----------------------------------------------------|
| a post: its text, status, addresses | posts, tags, the post by its id and slugs, comments; |
|                                     | nothing where it is not public before and after      |
| a public post's title, slug or      | besides the above, the order, which is in each post  |
| place in the order of publication   | with its neighbours                                  |
| a favourite                         | the post, the user's favourites                     |
| an offer, which begins or ends too  | posts, the post by its id and slugs                 |
| a grant                             | what its reader holds                               |
| a comment                           | the post, its comments                              |
| a user's profile                    | posts, authors, the user                            |
| a picture that is shown             | posts, authors                                      |
| a follow                            | the followed user, the follower's follows           |
| another slug or username            | besides the above, what knows posts or users by it  |
| the blog's settings                 | the blog                                            |
"""

from collections.abc import Iterable
from uuid import UUID

from domain.text import folded

POSTS = "posts"  # lists of posts
TAGS = "tags"  # the list of tags
ORDER = "order"  # all answers with the neighbours of a post
AUTHORS = "authors"  # all answers with the name of an author, or a cover
BLOG = "blog"  # all pages: they show the title and the menu
RENAMED = "renamed"  # all favourites and follows of users, by slugs and usernames
OF_COVERS = (POSTS, AUTHORS)


def post(key: UUID | str) -> str:
    return f"post:{key}"


def comments(post_id: UUID) -> str:
    return f"comments:{post_id}"


def user(username: str) -> str:
    return f"user:{folded(username)}"


def favorites(user_id: UUID) -> str:
    return f"favorites:{user_id}"


def follows(user_id: UUID) -> str:
    return f"follows:{user_id}"


def grants(user_id: UUID) -> str:
    return f"grants:{user_id}"


def of_changed_post(post_id: UUID, slugs: Iterable[str]) -> set[str]:
    return {POSTS, TAGS, comments(post_id), *of_counted_post(post_id, slugs)}


def of_counted_post(post_id: UUID, slugs: Iterable[str]) -> set[str]:
    return {post(post_id), *map(post, slugs)}


def of_offered_post(post_id: UUID, slugs: Iterable[str]) -> set[str]:
    return {POSTS, *of_counted_post(post_id, slugs)}


def of_commented_post(post_id: UUID, slugs: Iterable[str]) -> set[str]:
    return {comments(post_id), *of_counted_post(post_id, slugs)}


def of_changed_user(names: Iterable[str]) -> set[str]:
    return {POSTS, AUTHORS, *map(user, names)}
