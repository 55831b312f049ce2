"""Password hashes: of the strength that is promised, and as costly for nobody as for somebody."""

import pytest

from infra.security.passwords import ArgonPasswordHasher

PASSWORD = "correct horse battery staple"


async def test_a_hash_is_what_owasp_asks_for() -> None:
    hasher = ArgonPasswordHasher()
    hashed = await hasher.hash(PASSWORD)
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hashed != await hasher.hash(PASSWORD)
    assert await hasher.verify(PASSWORD, hashed)
    assert not await hasher.verify(PASSWORD.upper(), hashed)
    assert not await hasher.verify(PASSWORD, "no hash at all")
    hasher.close()


async def test_nobody_is_verified_at_the_same_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = ArgonPasswordHasher()
    compared: list[str] = []

    def compare(password: str, password_hash: str) -> bool:
        compared.append(password_hash)
        return True

    monkeypatch.setattr(hasher, "_matches", compare)
    assert not await hasher.verify(PASSWORD, None)
    assert compared[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    hasher.close()
