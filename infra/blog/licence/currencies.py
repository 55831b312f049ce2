"""The currencies of ISO 4217, as the standard's own list has them."""

from iso4217 import Currency

# metals, funds and the like have no smallest unit
_CODES = frozenset(each.code for each in Currency if each.exponent is not None)


class IsoCurrencies:
    """Knows the codes of currencies."""

    def has(self, code: str) -> bool:
        return code in _CODES
