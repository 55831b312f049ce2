#!/bin/sh
# What Redis runs as: its password comes from the environment, and stands on no command line.
set -eu
file=$(mktemp)  # which its owner alone may read
printf 'requirepass %s\n' "$REDISCLI_AUTH" > "$file"
# in memory alone: what comes back from a snapshot would be the past
exec redis-server "$file" --save "" --appendonly no \
    --maxmemory 256mb --maxmemory-policy allkeys-lru "$@"
