"""Code in sanitised HTML, coloured by classes, for which the page has a style sheet."""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from io import StringIO
from time import thread_time

from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.token import _TokenType

_CODE = re.compile(r'<pre><code class="language-([\w#+.-]+)[^"]*">([^<]*)</code></pre>')
_LINE_LENGTH = 500
# for all code of a text, as colouring takes the interpreter's lock
_LENGTH = 32_768
_SECONDS = 0.2  # of the processor's time
_LANGUAGES = frozenset(
    """
    asm bash c c# c++ clojure cmake console cpp cs csharp css diff docker dockerfile elixir erlang
    fish go golang graphql haskell hs html http ini java javascript js json julia kotlin llvm lua
    make makefile nasm nginx nix ocaml perl php powershell ps1 py pycon python r rb rs ruby rust
    scala sh shell sql swift tex toml ts typescript wast xml yaml yml zig zsh
    """.split()  # noqa: SIM905
)
_formatter = HtmlFormatter(nowrap=True)
Token = tuple[_TokenType, str]


class TookTooLong(Exception):
    """Colouring has taken all the time that it may."""


def has_code(body: str) -> bool:
    """Return whether Markdown may have code to colour."""
    return "```" in body or "~~~" in body or "<code" in body


def coloured(html: str) -> str:
    """Return HTML whose code is coloured, as far as that takes little time."""
    colours = _Colours()
    return _CODE.sub(lambda code: colours.of(code) or code[0], html)


class _Colours:
    """Colours the code of one text."""

    def __init__(self) -> None:
        self._length = _LENGTH
        self._end = thread_time() + _SECONDS

    def of(self, code: re.Match[str]) -> str | None:
        language, text = code[1].lower(), unescape(code[2])
        self._length -= len(text)
        is_long = self._length < 0 or max(map(len, text.split("\n"))) > _LINE_LENGTH
        if is_long or language not in _LANGUAGES:
            return None
        try:
            spans = self._spans(language, text)
        except TookTooLong:
            return None
        return f'<pre class="highlight"><code class="language-{language}">{spans}</code></pre>'

    def _spans(self, language: str, text: str) -> str:
        tokens = get_lexer_by_name(language, stripnl=False).get_tokens(text)
        made = StringIO()
        _formatter.format(self._in_time(tokens), made)
        return made.getvalue()

    def _in_time(self, tokens: Iterable[Token]) -> Iterator[Token]:
        # some lexers search the rest of the text at each token
        for token in tokens:
            if thread_time() > self._end:
                raise TookTooLong
            yield token
