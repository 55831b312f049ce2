"""Examples of what goes in and out, by the names of the schemas: what /docs shows and fills in."""

from typing import Any

_AUTHOR = {"username": "ann", "display_name": "Ann", "image": None}
_PERSON = _AUTHOR | {"bio": "Prints. Daily.", "followers_count": 7}
_ACCOUNT = _PERSON | {
    "id": "0198c5b2-6f00-7c1a-9b1e-3f2a1b4c5d6e",
    "email": "ann@example.com",
    "role": "author",
    "mails": True,
    "created_at": "2026-01-02T03:04:05.678901Z",
}
_USER = _ACCOUNT | {"is_active": True}
_TOKENS = {
    "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.c2ln",
    "token_type": "bearer",
    "expires_in": 600,
    "refresh_token": "eyJmIjoiMDE5OGM1YjIifQ.c2ln",
}
_PAGE = {"total": 1, "total_is_exact": True, "next_cursor": None}
_TEXT = {
    "title": "Stop the presses",
    "summary": "What the compositor found.",
    "tags": ["news", "Ink"],
}
_SUMMARY = _TEXT | {
    "id": "0198c5b2-7a10-7f3c-8d2e-5a6b7c8d9e0f",
    "slug": "stop-the-presses",
    "status": "published",
    "author": _AUTHOR,
    "byline": None,
    "version": 2,
    "favorites_count": 3,
    "comments_count": 1,
    "created_at": "2026-01-02T03:04:05.678901Z",
    "updated_at": "2026-01-02T04:00:00Z",
    "published_at": "2026-01-02T03:30:00Z",
}
_COMMENT = {
    "number": 1,
    "body": "Well said.",
    "author": _AUTHOR,
    "created_at": "2026-01-02T05:00:00Z",
    "updated_at": "2026-01-02T05:00:00Z",
}

_JOB = {
    "id": "0198c5b2-7c30-7b5e-8d4f-7c8d9e0f1a2b",
    "kind": "bulk_posts",
    "state": "running",
    "attempts": 1,
    "progress": {"done": 40, "total": 100},
    "result": None,
    "error": None,
    "run_at": "2026-01-02T06:00:00Z",
    "created_at": "2026-01-02T06:00:00Z",
    "started_at": "2026-01-02T06:00:00.003Z",
    "finished_at": None,
}

EXAMPLES: dict[str, Any] = {
    "BulkCommand": {
        "operations": [
            {"op": "create", "title": "Stop the presses", "body": "A misprint!"},
            {"op": "publish", "id": "0198c5b2-7a10-7f3c-8d2e-5a6b7c8d9e0f"},
        ],
        "max_concurrent": 10,
    },
    "JobView": _JOB,
    "JobPage": _PAGE | {"items": [_JOB]},
    "PublishCommand": {"publish_at": "2026-01-03T06:00:00Z"},
    "RegisterCommand": {
        "username": "ann",
        "email": "ann@example.com",
        "password": "hot off the press",
    },
    "LoginForm": {"username": "ann", "password": "hot off the press"},
    "RefreshToken": {"refresh_token": _TOKENS["refresh_token"]},
    "TokensView": _TOKENS,
    "RegistrationView": _TOKENS | {"user": _ACCOUNT},
    "AccountView": _ACCOUNT,
    "ProfileView": _PERSON | {"following": False},
    "UserPatch": {"display_name": "Ann", "bio": "Prints. Daily."},
    "RightsPatch": {"role": "editor"},
    "UserView": _USER,
    "UserPage": _PAGE | {"items": [_USER]},
    "PostCommand": _TEXT | {"body": "A misprint!", "status": "published"},
    "PostPatch": {"body": "Mended."},
    "NoOptions": {},
    "Post": _SUMMARY | {"body": "Mended."},
    "PostPage": _PAGE | {"items": [_SUMMARY]},
    "FavoriteView": {"favorites_count": 3, "favorited": True},
    "CommentCommand": {"body": "Well said."},
    "CommentView": _COMMENT,
    "CommentPage": _PAGE | {"items": [_COMMENT]},
    "TagList": {"items": [{"name": "news", "posts_count": 12}]},
}
