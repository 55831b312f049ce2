"""Gets the servers of the tests ahead of pytest: python -m tests.harness.prepare."""

import os
import sys

from tests.harness.mysql_data import initial_data
from tests.harness.mysql_programs import ServersUnavailable, find_mysql


def main() -> int:
    """Prints what the tests will run; a missing server fails only under REQUIRE_SERVERS=1."""
    try:
        program = find_mysql()
        initial_data(program)
    except ServersUnavailable as unavailable:
        print(f"MySQL: not available: {unavailable}")
        return int(os.environ.get("REQUIRE_SERVERS") == "1")
    print(f"MySQL: {program.version} from {program.origin}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
