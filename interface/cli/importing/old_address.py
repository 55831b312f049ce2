"""The address at which a generator served a post."""

import re
from datetime import datetime

from interface.cli.importing.clean_address import clean_address
from interface.cli.importing.front_matter import FrontMatter
from interface.cli.importing.place import Place
from interface.cli.importing.placeholders import filled
from interface.cli.importing.slugs import hugos_slug, jekylls_slug, jekylls_title, zolas_slug

_JEKYLLS = "/:categories/:year/:month/:day/:title.html"
_SLASHES = re.compile("/{2,}")
_SAID = ("url", "permalink")


def served_address(
    front: FrontMatter, place: Place, categories: list[str], day: datetime | None
) -> str:
    """Return the post's own address, with its placeholders replaced, or its generator's default.

    Raises BadFile.
    """
    if (path := front.text_of("path")) is not None:
        return _clean(front, path, "path")
    _check_name(front, place)
    own = front.text_of(*_SAID)
    if own is None and not is_jekylls(front, place):
        return _below_content(front, place)
    key = front.key_among(*_SAID)
    # the value of a placeholder may contain anything
    pattern = _JEKYLLS if own is None else _clean(front, own, key)
    try:
        address = filled(pattern, _words(front, place, categories), day)
    except ValueError as error:
        raise front.fault(key, str(error)) from error
    return _SLASHES.sub("/", address)


def clean_alias(front: FrontMatter, place: Place, alias: str, served: str) -> str:
    """Return a former address of the post; raises BadFile."""
    # for Hugo it may be beside the post's own
    folder = served.strip("/").rpartition("/")[0] if _is_hugos(front, place) else ""
    return _clean(front, alias, front.key_among("aliases", "redirect_from"), folder)


def is_jekylls(front: FrontMatter, place: Place) -> bool:
    """Return whether a post is Jekyll's; else it is Hugo's or Zola's."""
    if place.is_for_posts:
        return True
    return front.is_yaml and place.day is not None and not place.is_content


def _is_hugos(front: FrontMatter, place: Place) -> bool:
    # Zola removes the date from a file's name, Hugo needs one in the front matter
    is_zolas = front.get("date") is None or front.get("path", "taxonomies", "extra") is not None
    return not is_zolas and not is_jekylls(front, place)


def _below_content(front: FrontMatter, place: Place) -> str:
    is_hugos = _is_hugos(front, place)
    slug = hugos_slug if is_hugos else zolas_slug
    name = front.text_of("slug") or (place.whole_name if is_hugos else place.name)
    return "/".join(map(slug, (*place.sections, name)))


def _words(front: FrontMatter, place: Place, categories: list[str]) -> dict[str, str]:
    every = dict.fromkeys((*place.categories, *(category.lower() for category in categories)))
    common = {
        "categories": "/".join(every),
        "slugified_categories": "/".join(map(jekylls_slug, every)),
        "collection": "posts",
        "output_ext": ".html",
        "section": hugos_slug(place.sections[0]) if place.sections else "",
        "sections": "/".join(map(hugos_slug, place.sections)),
        "filename": hugos_slug(place.whole_name),
    }
    return common | _slugs(front, place)


def _slugs(front: FrontMatter, place: Place) -> dict[str, str]:
    said = front.text_of("slug")
    if _is_hugos(front, place):
        title = hugos_slug(front.text_of("title") or "")
        by_name = hugos_slug(said or place.whole_name)
        return {"title": title, "slug": hugos_slug(said or title), "slugorfilename": by_name}
    slug = said or place.name
    return {"title": jekylls_title(slug), "slug": jekylls_slug(slug), "slugorfilename": slug}


def _check_name(front: FrontMatter, place: Place) -> None:
    try:
        str(place.path).encode()
    except UnicodeEncodeError as error:
        raise front.fault("path", "The file's name isn't UTF-8: rename it.") from error


def _clean(front: FrontMatter, said: str, key: str, folder: str = "") -> str:
    try:
        return clean_address(said, folder)
    except ValueError as error:
        raise front.fault(key, str(error)) from error
