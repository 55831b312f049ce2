"""What authors and readers write: of the length of real posts, without meaning."""

from bench.day.blog import chance
from bench.day.checks import Json

_TAGS = (
    *("announcement", "archive", "community", "compiler", "design", "documentation", "events"),
    *("governance", "interview", "library", "performance", "release", "security", "tooling"),
)
_WORDS = (
    *("anchor", "borrow", "bridge", "candle", "canvas", "charter", "column", "copper", "corner"),
    *("deadline", "drawing", "edition", "engine", "evening", "figure", "garden", "harbour"),
    *("headline", "journal", "kitchen", "lantern", "letter", "margin", "market", "measure"),
    *("morning", "notice", "number", "orchard", "paper", "pencil", "people", "picture", "planet"),
    *("press", "printer", "quarter", "reader", "report", "river", "season", "signal", "silver"),
    *("station", "stone", "story", "street", "summer", "table", "ticket", "timber", "travel"),
    *("valley", "village", "volume", "weather", "window", "winter", "workshop", "writer"),
)
_PARAGRAPHS = (2, 12)


def sentence(words: int) -> str:
    return " ".join(chance.choices(_WORDS, k=words)).capitalize()


def title() -> str:
    return f"{sentence(4)} {chance.randrange(10_000)}"


def body() -> str:
    paragraphs = chance.randint(*_PARAGRAPHS)
    return "\n\n".join(f"{sentence(chance.randint(20, 90))}." for _ in range(paragraphs))


def post() -> Json:
    """A new post, as it is sent."""
    tags = chance.sample(_TAGS, k=chance.randint(1, 3))
    return {"title": title(), "summary": f"{sentence(12)}.", "body": body(), "tags": tags}
