"""What each answer must be, whatever was asked."""

from tests.torture.bounds import SLOWEST_CALL_SECONDS
from tests.torture.op import Op

_MAY_FAIL = (503, 507)


def faults(op: Op) -> list[tuple[str, str]]:
    """Name what is wrong with an answer; a server that was stopped or ended owes none."""
    if op.server_disturbed:
        return _of_status(op)
    took = op.end - op.start
    if op.status == 0:
        return [("no answer", f"{op.kind} through {op.server}: {op.fault} after {took:.1f} s")]
    if took > SLOWEST_CALL_SECONDS:
        slow = [("slow", f"{op.kind} through {op.server}: {op.status} after {took:.1f} s")]
        return slow + _of_status(op)
    return _of_status(op)


def _of_status(op: Op) -> list[tuple[str, str]]:
    if op.status >= 500 and not (op.status in _MAY_FAIL and op.is_problem):
        return [(f"answer {op.status}", f"{op.kind} through {op.server}: {op.fault}")]
    if op.status == 503 and not op.retry_after:
        return [("503 without Retry-After", f"{op.kind} through {op.server}")]
    return []
