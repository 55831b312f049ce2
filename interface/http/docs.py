"""The page of the API's description: Swagger UI, with its files, all of them from this server."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from starlette.staticfiles import StaticFiles

from interface.http.pages import DocsPage

# the addresses are relative: the server may be below a path
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The API of Broadsheet</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/files/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/files/swagger-ui-bundle.js"></script>
<script src="docs/files/start.js"></script>
</body>
</html>
"""
_OWN_FILES = Path(__file__).with_name("docs_files")
# of this package only its copy of Swagger UI is used
_SWAGGER_UI: list[str | tuple[str, str]] = [("fastapi_offline", "static")]


def add_docs(api: FastAPI) -> None:
    """Add the page and its files."""
    api.add_route("/docs", _docs, include_in_schema=False)
    api.mount("/docs/files", StaticFiles(directory=_OWN_FILES, packages=_SWAGGER_UI))


async def _docs(_request: Request) -> Response:
    return DocsPage(_PAGE)
