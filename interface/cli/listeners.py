"""Closing a listening socket so that no connection is lost.

Connections that the kernel has completed, and that the process has not accepted yet, are reset when
their listener is closed. So new connections are refused first, by requiring a higher hop limit than
their packets can have: an option that needs no privilege. A client that connects then is refused a
second later, when it retries. Where a system does not support that, a gap of microseconds is left.
"""

import os
import sys
from contextlib import suppress
from socket import AF_INET6, IPPROTO_IP, IPPROTO_IPV6, socket
from typing import Protocol

_IP_MINTTL, _IPV6_MINHOPCOUNT = 21, 73  # missing from the socket module
_MORE_THAN_ANY_HAS, _NONE = 255, 0


class Socket(Protocol):
    """An object with a file descriptor, such as the restricted sockets of asyncio."""

    def fileno(self) -> int: ...


def take_no_new_connections(listener: Socket) -> None:
    """Stop new connections to a listener, in all processes that share it."""
    _ask_for_hops(listener, _MORE_THAN_ANY_HAS)


def hear(connection: Socket) -> None:
    """Remove the limit from a connection that was half open and has inherited it."""
    _ask_for_hops(connection, _NONE)


def _ask_for_hops(one: Socket, hops: int) -> None:
    if sys.platform != "linux":
        return
    with suppress(OSError), socket(fileno=os.dup(one.fileno())) as same:
        if same.family == AF_INET6:
            same.setsockopt(IPPROTO_IPV6, _IPV6_MINHOPCOUNT, hops)
        # a socket for IPv6 may accept IPv4 too
        same.setsockopt(IPPROTO_IP, _IP_MINTTL, hops)
