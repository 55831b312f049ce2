"""A mail as a message of RFC 5322."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from application.mail.ports import Mail


class _Policy(EmailPolicy):
    """Never folds an address in a header: a folded one is encoded, which mail programs do not
    read."""

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name == "List-Unsubscribe":
            return f"{name}: {value}\r\n".encode()
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n", cte_type="7bit")


def message_of(mail: Mail, sender: Address) -> bytes:
    """Encode a mail; raises ValueError where its address is malformed."""
    message = EmailMessage(_POLICY.clone(utf8=not mail.to.isascii()))
    message["From"] = sender
    message["To"] = _address(mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{mail.key}@{sender.domain}>"
    if mail.unsubscribe:
        # RFC 8058: one-click unsubscription
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message.as_bytes()


def _address(text: str) -> Address:
    local, _, host = text.rpartition("@")
    return Address(username=local, domain=host)
