"""File names that are valid and distinct on all systems."""

import re
from hashlib import sha256

from application.exporting.views import ExportedPost

_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,78}[a-z0-9])?")
_HASHED = re.compile(r".*-[0-9a-f]{12}")
_NOT_PLAIN = re.compile(r"[^a-z0-9._-]+")
_LONGEST = 60


def file_name(post: ExportedPost) -> str:
    """Make a name of the day and the slug; a slug that is not plain gets a hash as suffix.

    Some systems treat names that differ in case, or in the form of é, as equal. A slug that
    looks as if it ended with a hash gets one too.
    """
    day = (post.published_at or post.created_at).date().isoformat()
    return f"{day}-{_plain(post.slug)}.md"


def _plain(slug: str) -> str:
    if _PLAIN.fullmatch(slug) and not _HASHED.fullmatch(slug):
        return slug
    stem = _NOT_PLAIN.sub("-", slug.lower())[:_LONGEST].strip("-.")
    return f"{stem}-{sha256(slug.encode()).hexdigest()[:12]}".strip("-")
