"""TLS to the databases: the settings, and what a refused connection says about them."""

import ssl

from pymysql.constants import CR

from core.errors import WrongSetting
from infra.database.tls import Mode, tls_context

_TLS_DEMANDED = 3159
# OpenSSL's codes
_EXPIRED = 10
_WRONG_NAMES = frozenset({62, 64})


def check_tls(mode: Mode, authority: str, *, on_sqlite: bool) -> None:
    """Raise WrongSetting where the settings do not fit together, or the file is no good."""
    if on_sqlite and mode != "off":
        raise WrongSetting("DATABASE_TLS: SQLite has no connections to encrypt: unset it")
    if authority and mode != "verify":
        raise WrongSetting("DATABASE_TLS_CA: it goes with DATABASE_TLS=verify")
    try:
        tls_context(mode, authority)
    except ssl.SSLError as error:
        raise WrongSetting(f"DATABASE_TLS_CA: {authority} has no certificate in PEM") from error
    except OSError as error:
        raise WrongSetting(f"DATABASE_TLS_CA: {authority}: {error.strerror}") from error


def tls_fault(code: object, cause: BaseException | None) -> str | None:
    """Return the setting to change, and why, by the driver's error; None for other errors."""
    if code == CR.CR_SSL_CONNECTION_ERROR:
        return "DATABASE_TLS: the server offers no TLS: let it, or set DATABASE_TLS=off"
    if code == _TLS_DEMANDED:
        return "DATABASE_TLS: the server demands TLS: set it to required or verify"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _certificate_fault(cause)
    if isinstance(cause, ssl.SSLError):
        return f"DATABASE_TLS: no encrypted connection to the server: {cause.reason}"
    return None


def _certificate_fault(error: ssl.SSLCertVerificationError) -> str:
    said = error.verify_message.rstrip(".")
    if error.verify_code in _WRONG_NAMES:
        return f"DATABASE_URL: {said}: use the name in the server's certificate"
    if error.verify_code == _EXPIRED:
        return f"DATABASE_TLS: the server's {said}: renew it"
    return f"DATABASE_TLS_CA: {said}: name the file of the authority that signed the server's"
