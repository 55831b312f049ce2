"""The accounts that ask."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex

import httpx

_MAIN = str(Path(__file__).parents[2] / "main.py")


class Account:
    """Somebody who has registered with the blog."""

    def __init__(self, address: str, username: str) -> None:
        self._api, self._password = f"{address}/api/v1/auth", token_hex(8)
        self.username = username
        who = {"username": username, "email": f"{username}@example.com"}
        answer = httpx.post(f"{self._api}/register", json=who | {"password": self._password})
        answer.raise_for_status()

    def token(self) -> str:
        """Log in; returns the access token."""
        proof = {"username": self.username, "password": self._password}
        answer = httpx.post(f"{self._api}/token", data=proof)
        token: str = answer.raise_for_status().json()["access_token"]
        return token


def promote(username: str, environment: Mapping[str, str]) -> None:
    """Make somebody an admin of the blog."""
    command = (sys.executable, _MAIN, "users", "promote", username)
    subprocess.run(command, env=os.environ | environment, capture_output=True, check=True)
