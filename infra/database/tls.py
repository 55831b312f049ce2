"""TLS to MySQL: `required` encrypts, `verify` also checks who the server is.

A database's URL contains the mode, so that every engine for that URL connects in the same way.
"""

import ssl
from functools import cache
from typing import Literal

from sqlalchemy import URL

Mode = Literal["off", "required", "verify"]


def with_tls(url: URL, mode: Mode, authority: str) -> URL:
    """Return the URL for connections in this mode; `authority` is the file of certificates that
    `verify` trusts, empty for the machine's own."""
    return url if mode == "off" else url.update_query_dict({"tls": mode, "authority": authority})


@cache
def tls_context(mode: Mode, authority: str) -> ssl.SSLContext | None:
    """Return what encrypts a connection; raises OSError for a file that has no certificate."""
    if mode == "off":
        return None
    if mode == "verify":
        return ssl.create_default_context(cafile=authority or None)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
