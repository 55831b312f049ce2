#!/bin/bash
# Run once by MySQL's image, when the primary's data is made: the user that replicas come as.
# The image sources a file, or runs it where it shows as executable: both will do.
MYSQL_PWD=$MYSQL_ROOT_PASSWORD mysql --protocol=socket --user=root <<SQL
CREATE USER 'replicator'@'%' IDENTIFIED BY '${REPLICATION_PASSWORD}';
GRANT REPLICATION SLAVE, BACKUP_ADMIN ON *.* TO 'replicator'@'%';
SQL
