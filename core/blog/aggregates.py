"""All aggregates of the blog: each is registered here, and nowhere else in `core`."""

from core.blog.article import ARTICLES
from core.blog.audit import AUDIT
from core.blog.comment import COMMENTS
from core.blog.licence import LICENCES
from core.blog.media import MEDIA
from core.blog.moving import MOVING
from core.blog.post import POSTS
from core.blog.preview import PREVIEWS
from core.blog.revision import REVISIONS
from core.blog.settings import SETTINGS
from core.blog.site import SITE
from core.blog.tag import TAGS
from core.blog.user import USERS
from core.blog.working_copy import WORKING_COPIES

AGGREGATES = (
    ARTICLES,
    AUDIT,
    COMMENTS,
    LICENCES,
    MEDIA,
    MOVING,
    POSTS,
    PREVIEWS,
    REVISIONS,
    SETTINGS,
    SITE,
    TAGS,
    USERS,
    WORKING_COPIES,
)
