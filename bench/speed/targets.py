"""Targets: ratios of two contestants that must hold, and what a short run takes for a fault."""

from dataclasses import dataclass

_WIDE = (
    0.6  # of the usual: what is left where a change halves it is less, what noise leaves is more
)


@dataclass(frozen=True)
class Target:
    """How often the first must be done in the time of the second, and how often it usually is."""

    first: str
    second: str
    at_least: float
    usual: float

    @property
    def floor(self) -> float:
        """What even a noisy run of a few seconds reaches."""
        return self.usual * _WIDE


TARGETS = (
    Target("front", "memory", at_least=1.8, usual=1.3),
    Target("front", "cashews", at_least=5, usual=7),
    Target("front", "aiocache", at_least=5, usual=13),
    Target("authenticated", "front", at_least=0.75, usual=0.75),
    Target("authenticated", "memory", at_least=1.15, usual=1.05),
    Target("one_authenticated", "one", at_least=0.75, usual=0.8),
    Target("one_member", "one", at_least=0.75, usual=0.75),
    Target("mixed_member", "mixed", at_least=0.75, usual=0.5),
    Target("profile", "redis", at_least=1.0, usual=1.2),
    Target("home", "front", at_least=0.9, usual=0.95),
    Target("home_compressed", "home", at_least=0.9, usual=1.0),
    Target("page", "one", at_least=0.9, usual=0.95),
    Target("page_uncached", "one_uncached", at_least=0.67, usual=0.75),
    Target("inside", "redis", at_least=0.6, usual=0.55),
    Target("inside_authenticated", "redis", at_least=0.6, usual=0.5),
    Target("304", "front", at_least=1.0, usual=1.2),
    Target("uncached", "core", at_least=0.8, usual=1.0),
    Target("front", "uncached", at_least=20, usual=45),
    Target("post", "insert", at_least=0.4, usual=0.23),
    Target("front_sampled", "front", at_least=0.95, usual=0.97),
    # on a slow machine, what one server leaves to be done of its writes slows the next one
    Target("post_sampled", "post", at_least=0.95, usual=0.5),
    Target("post_traced", "post", at_least=0.8, usual=0.5),
)
MEMORY_MIB = 143  # 150 MB
GROWTH_MIB = 5  # of the memory, over a million requests
