"""Mail in settings: the server and the sender."""

from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry
from typing import Any
from urllib.parse import unquote, urlsplit

from core.addresses import server_address
from core.errors import WrongSetting
from infra.mail.smtp import MailServer

_SECURE_PORT = 465
_LOGIN_PORT = 587
_PLAIN_PORT = 25


def mail_server(variable: str, value: str) -> MailServer:
    """Read smtp:// or smtps://, user:password@, a host and a port; raises WrongSetting."""
    try:
        url = urlsplit(value)
    except ValueError as error:
        raise WrongSetting(f"{variable}: it does not read as a URL") from error
    if url.scheme not in ("smtp", "smtps") or url.path.strip("/") or url.query or url.fragment:
        raise WrongSetting(f"{variable}: it must be smtp://host or smtps://host, a port at most")
    login, _, address = url.netloc.rpartition("@")
    username, _, password = login.partition(":")
    if login and not (username and password):
        raise WrongSetting(f"{variable}: before the @, write user:password")
    by_tls = url.scheme == "smtps"
    usual_port = _SECURE_PORT if by_tls else _LOGIN_PORT if login else _PLAIN_PORT
    host, port = server_address(variable, address, usual_port)
    return MailServer(host, port, unquote(username) or None, unquote(password) or None, by_tls)


def mail_sender(variable: str, value: str) -> Address:
    """Read `name@host` or `A Name <name@host>`; raises WrongSetting."""
    wrong = WrongSetting(f"{variable}: it must be name@host, or A Name <name@host>")
    try:
        read: Any = HeaderRegistry()("From", value)
    except (ValueError, IndexError, MessageError) as error:
        raise wrong from error
    if read.defects or len(read.addresses) != 1:
        raise wrong
    [sender] = read.addresses
    if not (sender.username and sender.domain and sender.addr_spec.isascii()):
        raise wrong
    found: Address = sender
    return found
