#!/bin/bash
# Run once by MySQL's image, when the replica's data is made. It is kept with the data: the server
# goes on replicating by itself after every start. It begins with nothing, and so with all that the
# primary ever logged.
MYSQL_PWD=$MYSQL_ROOT_PASSWORD mysql --protocol=socket --user=root <<SQL
RESET BINARY LOGS AND GTIDS;
CHANGE REPLICATION SOURCE TO SOURCE_HOST='primary', SOURCE_USER='replicator',
    SOURCE_PASSWORD='${REPLICATION_PASSWORD}', SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1,
    SOURCE_CONNECT_RETRY=5, SOURCE_RETRY_COUNT=86400;
SET PERSIST super_read_only = ON;
SQL
