#!/bin/bash
# Run once by MySQL's image, when the primary's data is made: who migrates, the API and the workers,
# and the user that replicas come as. Replicas get the users with the rest of the data.
# The image sources a file, or runs it where it shows as executable: both will do.
MYSQL_PWD=$MYSQL_ROOT_PASSWORD mysql --protocol=socket --user=root <<SQL
CREATE USER 'migrator'@'%' IDENTIFIED BY '${MIGRATION_PASSWORD}';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX ON broadsheet.* TO 'migrator'@'%';
CREATE USER 'broadsheet'@'%' IDENTIFIED BY '${DATABASE_PASSWORD}';
GRANT SELECT, INSERT, UPDATE, DELETE ON broadsheet.* TO 'broadsheet'@'%';
CREATE USER 'replicator'@'%' IDENTIFIED BY '${REPLICATION_PASSWORD}';
GRANT REPLICATION SLAVE, BACKUP_ADMIN ON *.* TO 'replicator'@'%';
SQL
