"""How old, how slow: the bounds of the checks, with the promise that each comes from."""

# the aim for a call is 8 s: a statement's patience, and a replica that hangs before it
SLOWEST_CALL_SECONDS = 15
# a client gives up after that; longer than the slowest call, so that a late answer is seen
CLIENT_SECONDS = 30
# README: a process killed between COMMIT and the floors is made up for within 3 s
CACHE_SECONDS = 5
# README: a server without the primary does not know what another can't tell Redis
CACHE_TWICE_DISTURBED_SECONDS = 35
# REPLICA_MAX_LAG is 10 s, and a process looks at its replicas once a second
REPLICA_SECONDS = 15
JOB_SECONDS = 60
END_SECONDS = 30
