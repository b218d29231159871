# shellcheck shell=bash disable=SC2154
# mysqlpair-control.sh: a primary of MySQL and its replica. Sourced by the script that with-server generates, after cluster-control.sh.
# It sets $empty_data, too: what a node begins with. $folder/primary holds the number of the node that was made primary last.
usage() {
  cat >&2 <<END
usage: ${0##*/} WORD...
  kill N...     SIGKILL
  start N...    has it take part again: as the primary it was, if nobody else was promoted meanwhile, or as a replica of the other one; if it
                has transactions that the other one never got, these are lost: it is built anew from what the other one has
  demote N      makes it read only, after what is being committed
  promote N     waits until it has executed all that it received (and all that the other one has, if that one is read only and
                answers), then lets it write; the other one, if it is there, becomes its replica
  pause N...    SIGSTOP     resume N...    SIGCONT
  port N, pid N, role N     role prints: primary, replica (read only) or down
  sql N TEXT    asks as root
END
  exit 2
}

other() { echo $((3 - $1)); }
primary() { cat "$folder/primary"; }

follow() { # N: the other one
  local source
  source=$(other "$1")
  sql "$1" "SET GLOBAL super_read_only=ON; STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=${ports[source]}, SOURCE_USER='follower',
    SOURCE_PASSWORD='secret', SOURCE_SSL=1, SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, SOURCE_RETRY_COUNT=86400, SOURCE_HEARTBEAT_PERIOD=1; START REPLICA"
}
follows() {
  comes "$1" 1 "SELECT COUNT(*) FROM performance_schema.replication_connection_status c JOIN performance_schema.replication_applier_status a USING (channel_name)
    WHERE c.service_state='ON' AND a.service_state='ON'"
}

start_node() { # N
  # Nobody may write on it before it is known whose replica it is.
  if runs "$1"; then node "$1" resume; else node "$1" start --super-read-only=ON; fi
  if [ "$(primary)" = "$1" ]; then
    sql "$1" "SET GLOBAL super_read_only=OFF; SET GLOBAL read_only=OFF"
    return
  fi
  local others
  others=$(sql "$(other "$1")" "SELECT @@gtid_executed")
  if [ "$(sql "$1" "SELECT GTID_SUBSET(@@gtid_executed, '${others//\\n/}')")" != 1 ]; then
    node "$1" stop
    rm -rf "$folder/n$1/data"
    make_replica "$1"
  fi
  follow "$1"
  follows "$1"
}
make_replica() { # N: from nothing, for the other one keeps all it ever did
  cp -a --reflink=auto "$empty_data" "$folder/n$1/data"
  node "$1" start "--init-file=$folder/users-of-replica.sql"
}

first_node() {
  if [ "$1" = 1 ]; then node 1 start "--init-file=$folder/users.sql"; else make_replica "$1"; fi
}

promote() { # N
  local executed from
  from=$(other "$1")
  if runs "$from" && executed=$(patience=2 sql "$from" "SELECT IF(@@super_read_only, @@gtid_executed, '')" 2>/dev/null) && [ -n "$executed" ]; then
    executed "$1" "'${executed//[$'\n\\n']/}'"
  fi
  sql "$1" "STOP REPLICA IO_THREAD"
  executed "$1" "(SELECT received_transaction_set FROM performance_schema.replication_connection_status)"
  sql "$1" "STOP REPLICA; RESET REPLICA ALL; SET GLOBAL super_read_only=OFF; SET GLOBAL read_only=OFF"
  echo "$1" >"$folder/primary"
  if runs "$from" && [ "$(patience=2 sql "$from" "SELECT @@super_read_only" 2>/dev/null)" = 1 ]; then
    follow "$from"
    follows "$from"
  fi
}
executed() { # N GTIDS
  [ "$(sql "$1" "SELECT WAIT_FOR_EXECUTED_GTID_SET($2, 15)")" = 0 ] || { echo "node $1 has not executed all it should have; it was not promoted" >&2; exit 1; }
}

case ${1:-} in
  start) check_nodes "${@:2}"; for n in "${@:2}"; do start_node "$n"; done ;;
  demote) check_nodes "$2"; sql "$2" "SET GLOBAL super_read_only=ON" ;;
  promote) check_nodes "$2"; promote "$2" ;;
  role)
    check_nodes "$2"
    runs "$2" || { echo down; exit 0; }
    patience=5 sql "$2" "SELECT IF(@@read_only, 'replica', 'primary')"
    ;;
  # What with-server needs:
  first)
    echo 1 >"$folder/primary"
    together first_node "${all[@]}"
    start_node 2
    ;;
  *) [ $# -gt 1 ] || [ "${1:-}" = stop ] || usage; common "$@" || usage ;;
esac
