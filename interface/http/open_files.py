"""How many connections a process may hold: each is an open file, and those have a limit."""

from resource import RLIM_INFINITY, RLIMIT_NOFILE, getrlimit, setrlimit

CONNECTIONS = 2_000
OTHER_FILES = 400  # connections to servers, listeners, logs, and modules during imports


def allow_open_files() -> None:
    """Let this process, and those that it starts, open as many files as connections need, as far
    as the system allows it."""
    soft, hard = getrlimit(RLIMIT_NOFILE)
    wanted = CONNECTIONS + OTHER_FILES
    most = wanted if hard == RLIM_INFINITY else min(wanted, hard)
    if soft != RLIM_INFINITY and soft < most:
        setrlimit(RLIMIT_NOFILE, (most, hard))


def connections_limit() -> int:
    """Return how many connections this process may hold, by the files that it may open."""
    files, _ = getrlimit(RLIMIT_NOFILE)
    if files == RLIM_INFINITY:
        return CONNECTIONS
    return max(1, min(CONNECTIONS, files - OTHER_FILES))
