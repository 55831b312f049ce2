"""Closing a listening socket so that no connection is lost.

Connections that the kernel has taken for us, and that nobody has accepted yet, are reset when their
listener is closed. So it first turns away the packets that would open new ones, by asking for more
hops to live than they have left: a limit that needs no privilege. Whoever comes then is refused a
second later, when they knock again. Where a system can't do that, a gap of microseconds is left.
"""

import os
import sys
from contextlib import suppress
from socket import AF_INET6, IPPROTO_IP, IPPROTO_IPV6, socket
from typing import Protocol

_IP_MINTTL, _IPV6_MINHOPCOUNT = 21, 73  # the socket module lacks them
_MORE_THAN_ANY_HAS, _NONE = 255, 0


class Socket(Protocol):
    """What has the file number of a socket; event loops hand out some that can do little more."""

    def fileno(self) -> int: ...


def take_no_new_connections(listener: Socket) -> None:
    """Let a listener, and all that share it, keep only the connections that it has."""
    _ask_for_hops(listener, _MORE_THAN_ANY_HAS)


def hear(connection: Socket) -> None:
    """Hear a connection that was half open then: it has inherited the limit."""
    _ask_for_hops(connection, _NONE)


def _ask_for_hops(one: Socket, hops: int) -> None:
    if sys.platform != "linux":
        return
    with suppress(OSError), socket(fileno=os.dup(one.fileno())) as same:
        if same.family == AF_INET6:
            same.setsockopt(IPPROTO_IPV6, _IPV6_MINHOPCOUNT, hops)
        # a socket for IPv6 may take IPv4 too
        same.setsockopt(IPPROTO_IP, _IP_MINTTL, hops)
