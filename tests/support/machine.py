"""How slow this machine is at present: limits of time are those of a usual one."""

from time import perf_counter

_TURNS = 1_000_000
_USUAL_SECONDS = 0.009  # of the turns, on a fast core with Python 3.11


def slowness() -> float:
    """Return how many times as long as on a usual machine Python takes; 1 at least."""
    return max(1.0, min(_seconds_of_turns() for _ in range(5)) / _USUAL_SECONDS)


def _seconds_of_turns() -> float:
    began = perf_counter()
    for _ in range(_TURNS):
        pass
    return perf_counter() - began
