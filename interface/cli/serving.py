"""The command `serve`."""

from socket import (
    AF_INET6,
    IPPROTO_IPV6,
    IPV6_V6ONLY,
    SO_REUSEADDR,
    SOCK_STREAM,
    SOL_SOCKET,
    getaddrinfo,
    socket,
)
from typing import Annotated

import uvicorn
from typer import Exit, Option
from uvicorn.supervisors import ChangeReload

from core.dependencies.container import Container, build_container
from interface.cli.draining import ANSWER_SECONDS, DrainingServer
from interface.cli.running import FAILED, WRONG_USE, ended, faults_in_one_line, run
from interface.cli.workers import serve_with_workers

_ONE_PROCESS = "DATABASE_URL: SQLite takes one worker: set it to a MySQL server to run {}."


def serve(
    host: Annotated[str, Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, Option(help="Where to listen.", min=0, max=65535)] = 8000,
    # uvicorn reads this variable too, where it is told nothing
    workers: Annotated[int, Option(help="Processes.", min=1, envvar="WEB_CONCURRENCY")] = 1,
    reload: Annotated[bool, Option("--reload", help="Restart when the code changes.")] = False,
) -> None:
    """Serve the blog over HTTP."""
    # checked here as well as in each process that serves: uvicorn says more than one line, and
    # its supervisors end with 0, or never
    with faults_in_one_line():
        container = build_container()
    if workers > 1 and container.is_one_process:
        raise ended(_ONE_PROCESS.format(workers), WRONG_USE)
    run(_nothing_more)
    _check_address(host, port)
    config = uvicorn.Config(
        "main:app",
        host=host,
        port=port,
        workers=workers,
        reload=reload,
        lifespan="on",
        log_config=None,  # the container has configured the logs
        access_log=False,  # the application logs what it does
        server_header=False,
        timeout_graceful_shutdown=ANSWER_SECONDS,
    )
    if reload:
        ChangeReload(config, uvicorn.Server(config).run, [config.bind_socket()]).run()
    elif workers > 1:
        serve_with_workers(config)
    else:
        _serve_alone(config)


def _check_address(host: str, port: int) -> None:
    """Try to listen there."""
    try:
        for family, kind, *_, address in getaddrinfo(host, port, type=SOCK_STREAM):
            with socket(family, kind) as tried:
                tried.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
                if family == AF_INET6:
                    # as the event loop does: IPv4 has a socket of its own
                    tried.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, 1)
                tried.bind(address)
    except OSError as error:
        raise ended(f"Can't listen on {host}, port {port}: {error.strerror}.") from error


def _serve_alone(config: uvicorn.Config) -> None:
    config.load()
    server = DrainingServer(config)
    server.run()
    if server.force_exit:
        raise Exit(FAILED)


async def _nothing_more(_container: Container) -> None:
    """Opening it has checked the database and its schema."""
