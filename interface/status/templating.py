"""The template of the status, its style sheet and its script."""

from hashlib import blake2b
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from interface.status import telling

_HERE = Path(__file__).parent
STYLE = (_HERE / "files" / "status.css").read_bytes()
SCRIPT = (_HERE / "files" / "status.js").read_bytes()


def _named(name: str, content: bytes, kind: str) -> str:
    # changes with the content, so that browsers may keep it for ever
    return f"/status/{name}-{blake2b(content, digest_size=6).hexdigest()}.{kind}"


STYLE_PATH, SCRIPT_PATH = _named("style", STYLE, "css"), _named("script", SCRIPT, "js")


def _environment() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    told = (telling.count, telling.duration, telling.moment, telling.percent, telling.span)
    templates.filters |= {function.__name__: function for function in told}
    templates.globals |= {"style": STYLE_PATH, "script": SCRIPT_PATH}
    return templates


TEMPLATE = _environment().get_template("status.html")
