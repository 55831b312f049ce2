"""How the driver's connection writes text into statements."""

from hypothesis import given
from hypothesis.strategies import sampled_from, text
from pymysql.converters import escape_string

from infra.database.driver import Connection


@given(text(alphabet=sampled_from("\\\0\n\r\032\"'%a\u00e9\u2028\N{PILE OF POO}")))
async def test_text_is_escaped_as_the_driver_does(written: str) -> None:
    connection = Connection()
    connection.server_status = 0
    assert connection.escape_string(written) == escape_string(written)
