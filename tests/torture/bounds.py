"""How old, how slow: the bounds of the checks, with the promise that each comes from."""

# the aim for a call is 8 s: a statement's patience, and a replica that hangs before it
SLOWEST_CALL_SECONDS = 15
# a client gives up after that; longer than the slowest call, so that a late answer is seen
CLIENT_SECONDS = 30
# README: a process killed between COMMIT and the floors is made up for within 3 s
CACHE_SECONDS = 5
# README: while Redis takes nothing, other servers may show what was before, 30 s at most
CACHE_WITHOUT_REDIS_SECONDS = 35
# REPLICA_MAX_LAG is 10 s, and a process looks at its replicas once a second
REPLICA_SECONDS = 15
# README: the access token alone, through another server, while Redis took nothing: 1 or 2 s
POSITION_SECONDS = 3
JOB_SECONDS = 60
END_SECONDS = 30
