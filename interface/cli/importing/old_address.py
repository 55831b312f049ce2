"""The address at which a generator served a post, where the post doesn't say one itself."""

import re
from datetime import datetime

from interface.cli.importing.front_matter import FrontMatter
from interface.cli.importing.place import Place

_JEKYLLS = "/:categories/:year/:month/:day/:title.html"
_PLACEHOLDER = re.compile(r":(categories|year|month|day|title|slug)\b")
_SLASHES = re.compile("/{2,}")


def served_address(
    front: FrontMatter, place: Place, categories: list[str], day: datetime | None
) -> str:
    """Give what the post says, with its placeholders filled in, or its generator's default."""
    if (path := front.text_of("path")) is not None:
        return path
    own = front.text_of("url", "permalink")
    if own is None and not is_jekylls(front, place):
        return _below_content(front, place)
    named = [*place.categories, *(category.lower() for category in categories)]
    slug = front.text_of("slug") or place.name
    parts = {"categories": "/".join(dict.fromkeys(named)), "title": slug, "slug": slug}
    for name, form in (("year", "%Y"), ("month", "%m"), ("day", "%d")):
        # a draft may have no date yet
        parts[name] = day.strftime(form) if day else ""
    return _SLASHES.sub("/", _PLACEHOLDER.sub(lambda found: parts[found[1]], own or _JEKYLLS))


def is_jekylls(front: FrontMatter, place: Place) -> bool:
    """Tell whether a post was Jekyll's; else it was Hugo's or Zola's."""
    if place.is_for_posts:
        return True
    return front.is_yaml and place.day is not None and not place.is_content


def _below_content(front: FrontMatter, place: Place) -> str:
    # Zola takes the date off a file's name, Hugo needs one in the front matter
    is_zolas = front.get("date") is None or front.get("taxonomies", "extra") is not None
    name = front.text_of("slug") or (place.name if is_zolas else place.whole_name)
    return "/".join((*place.sections, name)).lower().replace(" ", "-")
