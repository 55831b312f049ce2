"""The limits of wrong passwords."""

from application.limits import Limits, Use


class WrongPasswords:
    """Counts each try as a wrong password until it has turned out to be the right one: tries at
    the same time are not more than those one after the other.

    Whoever has used up an account's tries does not lock its owner out: each network address that
    has not failed there has one try.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    async def count(self, account: str) -> None:
        """Count a try, whether there is such an account or not; raises LimitReached."""
        await self._limits.take(self._of_account(account), self._of_address())

    async def forgive(self, account: str) -> None:
        """Take a try back whose password was the right one, and all others at the account."""
        await self._limits.forgive(once=self._of_address(), wholly=self._of_account(account))

    def _of_account(self, account: str) -> Use:
        return Use("account_passwords", account, by=self._limits.address)

    def _of_address(self) -> Use:
        return Use("address_passwords", self._limits.address)
