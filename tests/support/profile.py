"""How much the tests try: `make test-full` is the full profile."""

from hypothesis import settings

IS_FULL = settings.get_current_profile_name() == "full"
# of Celery: solo workers differ in how they end and wait alone
POOLS = ("prefork", "solo") if IS_FULL else ("prefork",)
