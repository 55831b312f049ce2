#!/bin/bash
# Makes, checks and restores a backup of the blog in MySQL, with its GTIDs.
#
#   backup.sh make FILE.sql.gz      dump the database, without locking it, and check the dump
#   backup.sh check FILE.sql.gz     check that a dump is whole
#   backup.sh restore FILE.sql.gz   load a dump into an empty server, and check the tables
#
# DATABASE_NAME names the database (broadsheet). MySQL's client programs, which must be on PATH, read
# the server's address and the account from MYSQL_OPTIONS, an option file (~/.my.cnf). The account
# needs SELECT, RELOAD, PROCESS, SHOW VIEW, TRIGGER and LOCK TABLES to dump; to restore, all rights.
set -euo pipefail

name=${DATABASE_NAME:-broadsheet}
options=${MYSQL_OPTIONS:-$HOME/.my.cnf}

fail() {
    echo "backup.sh: $1" >&2
    exit 1
}

ask() {
    mysql --defaults-file="$options" --batch --skip-column-names --execute "$1"
}

check() {
    local fault
    # in one pass: a dump may have gigabytes
    fault=$(gunzip --stdout "$1" | awk '
        /^SET @@GLOBAL\.GTID_PURGED/ { has_gtids = 1 }
        /^CREATE TABLE .alembic_version. / { is_of_blog = 1 }
        { last = $0 }
        END {
            if (last !~ /^-- Dump completed/) print "ends too early"
            else if (!has_gtids) print "has no GTIDs"
            else if (!is_of_blog) print "is no backup of a blog"
        }') || fail "$1 is damaged: take an earlier one"
    [ -z "$fault" ] || fail "$1 $fault"
}

make() {
    [ ! -e "$1" ] || fail "$1 is there already: give another name"
    # of the owner alone: it contains addresses and the hashes of passwords
    umask 077
    trap 'rm -f "$1.part"' EXIT
    # its warning is about what is wanted here: the positions of the whole server
    mysqldump --defaults-file="$options" --single-transaction --set-gtid-purged=ON \
        --databases "$name" 2> >(grep -v '^Warning: A partial dump' >&2) | gzip > "$1.part"
    check "$1.part"
    # only a dump that is whole gets the name
    mv "$1.part" "$1"
    echo "$1: $(du -h "$1" | cut -f 1)"
}

restore() {
    check "$1"
    local databases
    databases=$(ask "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = '$name'")
    [ "$databases" = 0 ] || fail "the server has a database $name: restore into an empty server"
    # a server with GTIDs of its own would not take those of the dump; before 8.2 it has another name
    ask 'RESET BINARY LOGS AND GTIDS' 2> /dev/null || ask 'RESET MASTER'
    gunzip --stdout "$1" | mysql --defaults-file="$options"
    mysqlcheck --defaults-file="$options" --silent "$name"
    echo "restored $name: revision $(ask "SELECT version_num FROM $name.alembic_version")," \
        "$(ask "SELECT COUNT(*) FROM $name.post") posts"
}

case "${1:-} $#" in
    "make 2" | "check 2" | "restore 2") "$1" "$2" ;;
    *) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
esac
