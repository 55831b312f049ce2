"""All routes of the RealWorld API."""

from interface.http.realworld import articles, comments, profiles, tags, users

# the most frequent ones first: FastAPI tries one after the other
ROUTERS = (articles.router, comments.router, tags.router, profiles.router, users.router)
