"""The in-memory reader of exports."""

from collections.abc import Sequence
from uuid import UUID

from application.exporting.views import ExportedPost
from domain.post import Post
from tests.support.fake_repositories import Blog, BlogSource


class FakeExportReader:
    """Whole posts, by their ids."""

    def __init__(self, blog: BlogSource) -> None:
        self._blog = blog

    async def count(self) -> int:
        return sum(post.deleted_at is None for post in self._blog().posts.values())

    async def page(self, after: UUID | None, limit: int) -> Sequence[ExportedPost]:
        blog = self._blog()
        posts = sorted(blog.posts.values(), key=lambda post: post.id.bytes)
        rest = (post for post in posts if post.deleted_at is None)
        following = [post for post in rest if after is None or post.id.bytes > after.bytes]
        return [_exported(blog, post) for post in following[:limit]]


def _exported(blog: Blog, post: Post) -> ExportedPost:
    held = sorted(address for address, holder in blog.addresses.items() if holder == post.id)
    old = [address for address in held if address.startswith("/")]
    author = blog.users[post.author_id]
    fields = {name: getattr(post, name, None) for name in ExportedPost.model_fields}
    return ExportedPost.model_validate(
        fields
        | {
            "former_slugs": [slug for slug in held if slug not in (*old, post.slug)],
            "path": next((path for path in old if path in blog.paths), None),
            "aliases": [alias for alias in old if alias not in blog.paths],
            "username": author.username,
            "display_name": author.display_name,
        }
    )
