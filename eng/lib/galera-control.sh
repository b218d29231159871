# shellcheck shell=bash disable=SC2154
# galera-control.sh: three nodes of Galera. Sourced by the script that with-server generates, after cluster-control.sh.
usage() {
  cat >&2 <<END
usage: ${0##*/} WORD...
  kill N...     SIGKILL, of several at the same moment
  start N...    has nodes take part again, whatever was done to them, and waits until they are synced; all that were killed together
                are started together
  pause N...    SIGSTOP: after some 3 s the others go on without it     resume N...    SIGCONT
  isolate N     cuts the node off: it answers everybody with error 1047  join N         and back; waits until it is synced
  port N, pid N, status N     status prints its state and the size of its cluster, or: down
  sql N TEXT    asks as root
END
  exit 2
}

state="SELECT CONCAT(a.variable_value,' ',b.variable_value) FROM information_schema.global_status a, information_schema.global_status b
  WHERE a.variable_name='wsrep_local_state_comment' AND b.variable_name='wsrep_ready'"

start_node() { # N: where the others are is found out by itself
  local position
  if runs "$1"; then
    node "$1" resume
    sql "$1" "SET GLOBAL wsrep_provider_options='gmcast.isolate=0'"
    return
  fi
  node "$1" run --skip-networking --wsrep-recover >"$folder/n$1/recover.log" 2>&1 || { tail -5 "$folder/n$1/recover.log" >&2; return 1; }
  position=$(sed -n 's/.*WSREP: Recovered position: *//p' "$folder/n$1/recover.log" | tail -1)
  node "$1" start ${position:+"--wsrep-start-position=$position"}
}
synced() { comes "$1" "Synced ON" "$state"; }
first_node() { node "$1" start "--wsrep-start-position=$position"; }

# A node that is cut off would wait for the others before it answers what it sees.
# shellcheck disable=SC2034    # for sql
[ "${1:-}" = sql ] || first="SET SESSION wsrep_sync_wait=0"

case ${1:-} in
  start)
    check_nodes "${@:2}"
    together start_node "${@:2}"
    for n in "${@:2}"; do synced "$n"; done
    ;;
  isolate) check_nodes "$2"; sql "$2" "SET GLOBAL wsrep_provider_options='gmcast.isolate=1'" ;;
  join)
    check_nodes "$2"
    sql "$2" "SET GLOBAL wsrep_provider_options='gmcast.isolate=0'"
    synced "$2"
    ;;
  status)
    check_nodes "$2"
    runs "$2" || { echo down; exit 0; }
    patience=5 sql "$2" "SELECT GROUP_CONCAT(variable_value ORDER BY variable_name DESC SEPARATOR ' ') FROM information_schema.global_status
      WHERE variable_name IN ('wsrep_local_state_comment','wsrep_cluster_size')"
    ;;
  # What with-server needs:
  bootstrap) node "$2" start --wsrep-new-cluster "${@:3}"; synced "$2" ;;
  first)
    position=$2
    together first_node "${all[@]}"
    for n in "${all[@]}"; do comes "$n" 3 "SELECT variable_value FROM information_schema.global_status WHERE variable_name='wsrep_cluster_size'"; synced "$n"; done
    ;;
  quiesce)
    for n in "${all[@]}"; do
      sql "$n" "FLUSH TABLES; SET GLOBAL innodb_max_dirty_pages_pct_lwm=0; SET GLOBAL innodb_max_dirty_pages_pct=0"
      comes "$n" 0 "SELECT variable_value FROM information_schema.global_status WHERE variable_name='innodb_buffer_pool_pages_dirty'"
    done
    ;;
  position)
    sql 1 "SELECT CONCAT(a.variable_value,':',b.variable_value) FROM information_schema.global_status a, information_schema.global_status b
      WHERE a.variable_name='wsrep_cluster_state_uuid' AND b.variable_name='wsrep_last_committed'"
    ;;
  *) [ $# -gt 1 ] || [ "${1:-}" = stop ] || usage; common "$@" || usage ;;
esac
