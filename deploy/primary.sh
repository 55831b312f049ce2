# shellcheck shell=bash
# Run once by MySQL's image, when the primary's data is made: the user that replicas come as.
docker_process_sql <<SQL
CREATE USER 'replicator'@'%' IDENTIFIED BY '${REPLICATION_PASSWORD}';
GRANT REPLICATION SLAVE, BACKUP_ADMIN ON *.* TO 'replicator'@'%';
SQL
