"""The API's description does not change by accident: but for texts, it is the stored one."""

import json
from pathlib import Path
from typing import Any

from core.blog.container import blog_container
from interface.http.app import create_api
from tests.support.settings import settings_for

STORED = Path(__file__).with_name("described_api.json")
TEXTS = frozenset({"description", "summary", "title", "example", "examples"})


def test_the_api_is_the_described_one(tmp_path: Path) -> None:
    api = create_api(blog_container(settings_for(f"sqlite:///{tmp_path}/never-opened.db")))
    described = api.openapi()
    del described["info"]
    present = tmp_path / STORED.name
    present.write_text(json.dumps(shape(described), indent=1, sort_keys=True) + "\n")
    assert json.loads(present.read_text()) == json.loads(STORED.read_text()), (
        f"the API has changed; where that is intended, cp {present} {STORED}"
    )


def shape(part: Any, *, has_names: bool = False) -> Any:
    """Return a description without its texts; the names of properties may be those of texts."""
    if isinstance(part, dict):
        kept = part if has_names else {name: part[name] for name in part if name not in TEXTS}
        return {name: shape(kept[name], has_names=name == "properties") for name in kept}
    return [shape(each) for each in part] if isinstance(part, list) else part
