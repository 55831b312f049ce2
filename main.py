"""Broadsheet: `app` for uvicorn, and the command line for people."""

from interface.cli.app import cli
from interface.http.app import create_app

if __name__ == "__main__":
    cli()
else:
    app = create_app()
