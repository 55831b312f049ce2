"""The form of all mails, as text and as HTML."""

from dataclasses import dataclass
from html import escape

from application.mail.ports import Mail

_TEXT = """\
{paragraphs}

{link}

--
{reason}
"""
_TEXT_TO_UNSUBSCRIBE = "To get no more mails:\n{}\n"
_HTML = """\
<!doctype html>
<html>
<body>
{paragraphs}
<p><a href="{link}">{link_text}</a></p>
<hr>
<p>{reason}{unsubscribe}</p>
</body>
</html>
"""
_HTML_TO_UNSUBSCRIBE = '\n<a href="{}">Get no more mails</a>'


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says: paragraphs, a link, and the reason why it was sent."""

    subject: str
    paragraphs: tuple[str, ...]
    link: str
    link_text: str
    reason: str
    unsubscribe: str | None = None  # the address of the page to unsubscribe

    def mail(self, key: str, to: str) -> Mail:
        """Render it for one recipient; the key is the same each time it is sent."""
        return Mail(key, to, self.subject, self._text(), self._html(), self.unsubscribe)

    def _text(self) -> str:
        paragraphs = "\n\n".join(filter(None, self.paragraphs))
        text = _TEXT.format(paragraphs=paragraphs, link=self.link, reason=self.reason)
        return text + (_TEXT_TO_UNSUBSCRIBE.format(self.unsubscribe) if self.unsubscribe else "")

    def _html(self) -> str:
        paragraphs = (f"<p>{escape(each)}</p>" for each in self.paragraphs if each)
        unsubscribe = escape(self.unsubscribe or "")
        return _HTML.format(
            paragraphs="\n".join(paragraphs),
            link=escape(self.link),
            link_text=escape(self.link_text),
            reason=escape(self.reason),
            unsubscribe=_HTML_TO_UNSUBSCRIBE.format(unsubscribe) if unsubscribe else "",
        )
