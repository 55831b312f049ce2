"""The command `serve`."""

import os
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

from core.blog.container import build_container
from core.dependencies.container import Container
from interface.cli.draining import ANSWER_SECONDS, DrainingServer
from interface.cli.running import FAILED, WRONG_USE, ended, faults_in_one_line, run
from interface.cli.workers import serve_with_workers
from interface.http.connections import BoundedProtocol
from interface.http.open_files import allow_open_files

# on every answer, also those that the application does not make: for a year
_STRICT_TRANSPORT = [("strict-transport-security", "max-age=31536000")]
_ONE_PROCESS = "DATABASE_URL: SQLite takes one worker: set it to a MySQL server to run {}."


def serve(
    host: Annotated[str, Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[
        int | None, Option(help="Where to listen: PORT, or 8000.", min=0, max=65535)
    ] = None,
    # uvicorn reads this variable too, where the option is not given
    workers: Annotated[int, Option(help="Processes.", min=1, envvar="WEB_CONCURRENCY")] = 1,
    reload: Annotated[bool, Option("--reload", help="Restart when the code changes.")] = False,
) -> None:
    """Serve the blog over HTTP."""
    # checked here as well as in each serving process: uvicorn prints more than one line, and
    # its supervisors end with exit code 0, or never
    with faults_in_one_line():
        container = build_container()
    if workers > 1 and container.is_one_process:
        raise ended(_ONE_PROCESS.format(workers), WRONG_USE)
    run(_nothing_more)
    port = container.port if port is None else port
    # the processes that serve name it in links outside of requests
    os.environ["PORT"] = str(port)
    _check_address(host, port)
    allow_open_files()
    config = uvicorn.Config(
        "main:app",
        host=host,
        port=port,
        workers=workers,
        reload=reload,
        lifespan="on",
        http=BoundedProtocol,
        ws="none",
        log_config=None,  # the container has configured the logs
        access_log=False,  # the application logs requests
        server_header=False,
        headers=_STRICT_TRANSPORT if container.is_behind_tls else [],
        timeout_graceful_shutdown=ANSWER_SECONDS,
    )
    if reload:
        ChangeReload(config, uvicorn.Server(config).run, [config.bind_socket()]).run()
    elif workers > 1:
        serve_with_workers(config)
    else:
        _serve_alone(config)


def _check_address(host: str, port: int) -> None:
    """Check that the address can be listened on."""
    try:
        for family, kind, *_, address in getaddrinfo(host, port, type=SOCK_STREAM):
            with socket(family, kind) as tried:
                tried.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
                if family == AF_INET6:
                    # as the event loop does: a separate socket for IPv4
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
    """Do nothing: opening the container has checked the database and its schema."""
