"""The template of the status, its style sheet and its script."""

from pathlib import Path

from jinja2 import Environment

from interface.http.lasting_files import LastingFile
from interface.http.templates import environment_in
from interface.status import formatting

_HERE = Path(__file__).parent
STYLE = LastingFile(_HERE / "files" / "status.css")
SCRIPT = LastingFile(_HERE / "files" / "status.js")


def _environment() -> Environment:
    templates = environment_in(_HERE / "templates")
    filters = (
        formatting.bounded,
        formatting.count,
        formatting.duration,
        formatting.moment,
        formatting.percent,
        formatting.span,
    )
    templates.filters |= {function.__name__: function for function in filters}
    templates.globals |= {
        "style": f"/status/style-{STYLE.digest}.css",
        "script": f"/status/script-{SCRIPT.digest}.js",
    }
    return templates


TEMPLATE = _environment().get_template("status.html")
