"""What becomes of single tags in sanitised HTML: addresses are resolved, classes replace styles."""

import re
from html import escape, unescape
from urllib.parse import urljoin

from infra.blog.rendering.sanitising import ID_PREFIX

_FILES = (".html", ".htm", ".php", ".aspx", ".md")
_TAG = re.compile(r"<(a|code|div|img|sup|td|th)( [^>]*)>")
_ADDRESS = re.compile(r'\b(href|src)="([^"]*)"')
_NOT_RELATIVE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|[/\\?]|$")
_STYLE = re.compile(r' (?:class|style)="([^"]*)"')
_ALIGNED = re.compile(r"text-align: ?(left|center|right);?")
_KEPT = re.compile(r"language-[\w#+.-]+|footnote-[a-z-]+$")
_INPUT = re.compile(r'<input( checked="")?[^>]*>')
_TASK = re.compile(r"(<li>(?:<p>)?<input[^>]*)>(\s*(?:[^<\n]|\n(?!<)|<(?!input|/?li|/p)[^>]*>)*)")
_MARKUP = re.compile(r"<[^>]*>")


def finished(html: str, path: str | None = None) -> str:
    """Return HTML without styles, with the addresses of a post that was at `path`."""

    def changed(tag: re.Match[str]) -> str:
        name, attributes = tag.groups()
        if name in ("a", "img"):
            return f"<{name}{_with_addresses(attributes, path)}>"
        return f"<{name}{_STYLE.sub(_as_class, attributes)}>"

    # no other input than the mark of a task
    html = _INPUT.sub(r'<input type="checkbox" disabled=""\1>', _TAG.sub(changed, html))
    html = _TASK.sub(_named_task, html)
    # what is too wide for the page scrolls, by the keyboard too
    return html.replace("<pre", '<pre tabindex="0"').replace("<table", '<table tabindex="0"')


def text_of(html: str) -> str:
    """Return the text of sanitised HTML."""
    return " ".join(unescape(_MARKUP.sub("", html)).split())


def _with_addresses(attributes: str, path: str | None) -> str:
    return _ADDRESS.sub(lambda found: f'{found[1]}="{_resolved(found[2], path)}"', attributes)


def _resolved(escaped: str, path: str | None) -> str:
    address = unescape(escaped)
    if address.startswith("#"):
        return escape("#" + ID_PREFIX + address[1:].removeprefix(ID_PREFIX))
    if path is None or _NOT_RELATIVE.match(address):
        return escaped
    # one slash: with two of them it would name another host
    return escape("/" + urljoin(_base(path), address).lstrip("/\\"))


def _base(path: str) -> str:
    # what is not a page's file is a folder, to whose slash servers redirect
    end = "" if path.endswith(_FILES) else "/"
    return f"/{path.strip('/')}{end}"


def _as_class(style: re.Match[str]) -> str:
    if aligned := _ALIGNED.fullmatch(style[1]):
        return f' class="align-{aligned[1]}"'
    kept = _KEPT.match(style[1])
    return f' class="{kept[0]}"' if kept else ""


def _named_task(task: re.Match[str]) -> str:
    # a mark without a name is nothing to those who listen to the page
    name = escape(text_of(task[2]))
    return f'{task[1]} aria-label="{name}">{task[2]}' if name else task[0]
