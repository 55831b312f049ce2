"""Pictures of the blog in texts, with their sizes: browsers choose one, and nothing jumps."""

import re
from collections.abc import Mapping
from html import escape
from uuid import UUID

from application.media.views import ShownPicture

# in the form that the renderer gives to all pictures
_PICTURE = re.compile(r'<img src="(/media/([0-9a-f-]{36})/[^"/]+)"')
# how wide a picture is on a page, by its style sheet
COLUMN = "(max-width: 42rem) calc(100vw - 2.5rem), 39.5rem"


def srcset_of(shown: ShownPicture, root: str) -> str:
    """Return the sizes of a picture as an attribute; `root` begins the paths of the server."""
    return ", ".join(f"{root}{size.url} {size.width}w" for size in shown.sizes)


def with_sizes(html: str, pictures: Mapping[UUID, ShownPicture], root: str) -> str:
    """Return HTML in which these pictures have their sizes."""

    def sized(found: re.Match[str]) -> str:
        shown = pictures.get(UUID(found[2]))
        if shown is None:
            return found[0]
        said = f'<img src="{root}{found[1]}" width="{shown.width}" height="{shown.height}"'
        if shown.sizes:
            said += f' srcset="{escape(srcset_of(shown, root))}" sizes="{COLUMN}"'
        return f'{said} loading="lazy"'

    return _PICTURE.sub(sized, html)
