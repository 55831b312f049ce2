"""Feeds in the form of JSON Feed 1.1."""

from typing import Any

from application.post.views import SummaryWithText
from application.site.views import FeedView
from interface.site.templating import closed_line, feed_title, folder, instant, largest


def json_feed(feed: FeedView) -> dict[str, Any]:
    """Return a feed as a document."""
    base, blog = feed.site.base, feed.site.blog
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed_title(feed),
        "home_page_url": f"{base}{feed.path}",
        "feed_url": f"{base}{folder(feed.path)}feed.json",
        "language": blog.language,
        "items": [_item(base, post) for post in feed.posts],
    }
    return document | ({"description": blog.tagline} if blog.tagline else {})


def _item(base: str, post: SummaryWithText) -> dict[str, Any]:
    return {
        "id": f"urn:uuid:{post.id}",
        "url": f"{base}/posts/{post.id}",
        "title": post.title,
        "content_html": post.html if post.may_read else f"<p>{closed_line(post)}</p>",
        "summary": post.excerpt,
        "date_published": instant(post.published_at or post.created_at),
        "date_modified": instant(post.updated_at),
        "authors": [{"name": post.byline or post.author.display_name}],
        "tags": list(post.tags),
        **({"image": base + largest(post.cover)} if post.cover else {}),
    }
