"""Names of files that every system takes and tells apart."""

import re
from hashlib import sha256

from application.exporting.views import ExportedPost

_PLAIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,78}[a-z0-9])?")
_HASHED = re.compile(r".*-[0-9a-f]{12}")
_NOT_PLAIN = re.compile(r"[^a-z0-9._-]+")
_LONGEST = 60


def file_name(post: ExportedPost) -> str:
    """Make a name of the day and the slug; a slug that is not plain gets its hash behind it.

    Some systems take two names that differ in case, or in how they write é, for one. A slug that
    looks as if it had a hash gets one too.
    """
    day = (post.published_at or post.created_at).date().isoformat()
    return f"{day}-{_plain(post.slug)}.md"


def _plain(slug: str) -> str:
    if _PLAIN.fullmatch(slug) and not _HASHED.fullmatch(slug):
        return slug
    stem = _NOT_PLAIN.sub("-", slug.lower())[:_LONGEST].strip("-.")
    return f"{stem}-{sha256(slug.encode()).hexdigest()[:12]}".strip("-")
