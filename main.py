"""Broadsheet: `app` for uvicorn, and the command line for people."""

from interface.cli.app import cli
from interface.http.app import create_app

if __name__ == "__main__":
    cli()
elif (
    __name__ != "__mp_main__"
):  # the name that multiprocessing gives to this module in child processes
    app = create_app()
