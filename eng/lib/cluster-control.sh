# shellcheck shell=bash disable=SC2154
# cluster-control.sh: what the control scripts of all clusters can do. The script that with-server generates, MUX_CLUSTER_CONTROL, sets
#   $folder  the cluster's temporary folder     $client  the program that talks to servers     $ports, $all  ports and numbers of nodes
# sources this, and then the script of its kind with `act WORD NODES...`, which calls what is here.

set -euo pipefail
trap '' INT TERM HUP                       # half a change would leave servers that nobody knows of

first=
node() { "$folder/n$1/control" "${@:2}"; } # N WORD...
sql() { timeout "${patience:-20}" "$client" --no-defaults ${first:+"--init-command=$first"} -N -B -uroot -S "$folder/n$1/s.sock" -e "$2"; } # N TEXT
runs() { node "$1" pid >/dev/null 2>&1; }

# Waits until a question to a node has an answer.
comes() { # N ANSWER TEXT
  local end=$((SECONDS + 60)) answer=
  until answer=$(patience=5 sql "$1" "$3" 2>&1) && [ "$answer" = "$2" ]; do
    if [ $SECONDS -ge $end ] || ! runs "$1"; then
      { echo "node $1 did not come to answer '$2', but: $answer; the end of its log:"; tail -8 "$folder/n$1/log"; } >&2
      return 1
    fi
    sleep 0.02
  done
}

# Does something to several nodes at the same time.
together() { # WORD N...
  local word=$1 jobs=() job ended=0
  shift
  for job in "$@"; do
    $word "$job" &
    jobs+=($!)
  done
  for job in "${jobs[@]}"; do wait "$job" || ended=1; done
  return $ended
}

check_nodes() { # N...
  local n
  for n in "$@"; do [[ " ${all[*]} " == *" $n "* ]] || usage; done
}

# What every kind does in the same way; returns 1 for other words.
common() { # WORD N...
  case $1 in
    kill) check_nodes "${@:2}"; together stop_node "${@:2}" ;;
    pause | resume | pid) check_nodes "${@:2}"; for n in "${@:2}"; do node "$n" "$1"; done ;;
    port) check_nodes "$2"; echo "${ports[$2]}" ;;
    sql) check_nodes "$2"; sql "$2" "$3" ;;
    stop)
      for n in "${all[@]}"; do : >"$folder/n$n/closing"; done
      together stop_node "${all[@]}"
      ;;
    *) return 1 ;;
  esac
  exit 0
}
stop_node() { [ ! -e "$folder/n$1/control" ] || node "$1" stop; }
