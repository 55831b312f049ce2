"""Free TCP ports of 127.0.0.1."""

import random
import socket

# Below what the kernel hands to outgoing connections: a server stopped here can start again on
# its port, which nobody took meanwhile. Its own generator, as pytest-randomly seeds the shared.
BELOW_EPHEMERAL = range(15_000, 32_000)
choose = random.SystemRandom().choice


def free_port() -> int:
    """A port without a listener."""
    port = choose(BELOW_EPHEMERAL)
    while not is_free(port):
        port = choose(BELOW_EPHEMERAL)
    return port


def is_free(port: int) -> bool:
    """Whether this port has no listener."""
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
