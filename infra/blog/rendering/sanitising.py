"""HTML without anything that runs, loads or styles: only what is listed here stays."""

import nh3

ID_PREFIX = "text-"  # of the ids in a text, which must not be those of the page around it

_TEXT = """
    abbr b bdi bdo br cite code del dfn em i ins kbd mark q rp rt ruby s samp small span strong
    sub sup time u var wbr a
"""
_BLOCKS = """
    aside blockquote caption col colgroup dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6
    hr input li meter ol p pre progress summary table tbody td tfoot th thead tr ul
"""
_DROPPED_WHOLE = """
    applet embed iframe math noembed noframes noscript object plaintext script select style svg
    template textarea title xmp
"""
_CELL = {"colspan", "rowspan", "scope", "style"}
_ATTRIBUTES = {
    "*": {"dir", "lang", "title"},
    "a": {"href"},
    "code": {"class"},
    "col": {"span"},
    "colgroup": {"span"},
    "details": {"open"},
    "input": {"checked"},
    "li": {"value"},
    "meter": {"value", "min", "max", "low", "high", "optimum"},
    "ol": {"start", "reversed", "type"},
    "progress": {"value", "max"},
    "td": _CELL,
    "th": _CELL,
    "time": {"datetime"},
}
_OF_POSTS = {
    "*": _ATTRIBUTES["*"] | {"id"},
    "img": {"src", "alt", "width", "height"},
}
_TAGS = set((_TEXT + _BLOCKS).split())


def _cleaner(tags: set[str], attributes: dict[str, set[str]], rel: str | None) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=tags,
        clean_content_tags=set(_DROPPED_WHOLE.split()),
        attributes=attributes,
        allowed_classes={
            "div": {"footnote-definition"},
            "sup": {"footnote-reference", "footnote-definition-label"},
        },
        filter_style_properties={"text-align"},
        url_schemes={"http", "https", "mailto"},
        link_rel=rel,
        id_prefix=ID_PREFIX,
    )


_post = _cleaner(_TAGS | {"img"}, _ATTRIBUTES | _OF_POSTS, None)
_comment = _cleaner(_TAGS, _ATTRIBUTES, "noopener nofollow ugc")


def clean_post(html: str) -> str:
    """Return the HTML of a post, in which each `<` begins a tag, and values are in quotes."""
    return _post.clean(html)


def clean_comment(html: str) -> str:
    """Return that of a comment: no pictures, no ids, and links that search engines ignore."""
    return _comment.clean(html)
