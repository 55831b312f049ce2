"""What one tenant may put into the cache: so much in each minute, whatever the others do."""

from domain.ids import new_id
from infra.cache.quota import Quota


def test_a_tenant_has_room_up_to_the_limit_of_a_minute() -> None:
    now = 1_000.0
    quota = Quota(100, lambda: now)
    one, other = new_id(), new_id()
    assert quota.has_room(one, 60)
    assert not quota.has_room(one, 60)
    assert quota.has_room(one, 40)
    assert quota.has_room(other, 100)
    now += 60
    assert quota.has_room(one, 100)
