"""The API, version 1."""

from interface.http.v1 import (
    audit,
    auth,
    blog,
    comments,
    exports,
    favorites,
    grants,
    jobs,
    licences,
    mail_pages,
    media,
    posts,
    previews,
    revisions,
    tags,
    users,
    working_copies,
)

# the most frequent ones first: FastAPI tries one after the other
ROUTERS = (
    posts.router,
    comments.router,
    revisions.router,
    previews.router,
    working_copies.router,
    tags.router,
    mail_pages.router,
    exports.router,
    users.router,
    favorites.router,
    media.router,
    licences.router,
    grants.router,
    jobs.router,
    auth.router,
    audit.router,
    blog.router,
)
