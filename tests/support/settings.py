"""Settings for tests: nothing of the machine's environment gets in."""

from typing import Any

from core.config import Settings

SECRET = "a secret that is long enough for HS256"


def settings_for(primary: str, *replicas: str, **others: Any) -> Settings:
    """Settings that name these databases."""
    return Settings(
        _env_file=None,
        database_url=primary,
        database_replica_url=replicas,
        jwt_secret=SECRET,
        **others,
    )
