# shellcheck shell=bash disable=SC2154
# control.sh: starts and kills one private server. The script that with-server generates, MUX_SERVER_CONTROL, sets
#   $folder  the server's temporary folder     $port  its port     $server  an array: program and arguments
# and sources this with its arguments: start [ARGUMENT...] (returns when the server accepts connections), stop (SIGKILL, also of
# what the server started), pid (prints it), pause and resume (SIGSTOP and SIGCONT), run ARGUMENT... (in its place: the program with
# more arguments, for what ends by itself).

set -euo pipefail
case $#:${1:-} in *:start | *:run | 1:stop | 1:pid | 1:pause | 1:resume) ;; *) echo "usage: ${0##*/} start|stop|pid|pause|resume" >&2; exit 2 ;; esac

trap '' INT TERM HUP                       # a start that ends half-way would leave a server that nobody knows of
exec {lock}>"$folder/lock"
flock "$lock"

pid=$(cat "$folder/pid" 2>/dev/null) || pid=0
# Numbers are used again: only a process that runs on our data folder is ours.
ours() { grep -qzxF -e "--datadir=$folder/data" "/proc/$pid/cmdline" 2>/dev/null; }
# The first thread of a killed server may be a zombie while others still hold port and files. Where nobody collects zombies
# the last one stays for good.
gone() {
  local threads
  threads=("/proc/$pid/task"/*)
  ! kill -0 "$pid" 2>/dev/null || { [ ${#threads[@]} = 1 ] && grep -qs '^State:.Z' "/proc/$pid/status"; }
}
kill_it() {
  kill -KILL "$pid" 2>/dev/null || :
  until gone; do sleep 0.01; done
  rm -f "$folder/pid"
}
# A node that was killed while it received another's data leaves behind whom it had asked to receive it.
kill_the_rest() {
  local process words
  for process in /proc/[0-9]*; do
    { mapfile -d '' -t words <"$process/cmdline"; } 2>/dev/null || continue
    [[ "${words[*]}" != *"$folder/data"* ]] || kill -KILL "${process#/proc/}" 2>/dev/null || :
  done
}
# The socket file says that the port is ours too, the greeting that the server serves.
ready() { [ -S "$folder/s.sock" ] && [ -n "$( (timeout 10 head -c 5 | tr -d '\0') 2>/dev/null <>"/dev/tcp/127.0.0.1/$port")" ]; }

case $1 in
  pid | pause | resume)
    ours || { echo "the server does not run" >&2; exit 1; }
    case $1 in
      pid) echo "$pid" ;;
      pause) kill -STOP "$pid" ;;
      resume) kill -CONT "$pid" ;;
    esac
    ;;
  stop)
    ! ours || kill_it
    kill_the_rest
    ;;
  run)
    [ ! -e "$folder/closing" ] || { echo "the server was told to end" >&2; exit 1; }
    "${server[@]}" "${@:2}" {lock}>&-
    ;;
  start)
    [ ! -e "$folder/closing" ] || { echo "the server was told to end" >&2; exit 1; }
    ! ours || exit 0
    rm -f "$folder"/s.sock*                # left by SIGKILL
    ulimit -Sn 8192 2>/dev/null || :       # files: one for each connection and more
    # its own session: Ctrl-C in the terminal must not reach it before the tests that use it
    env --default-signal setsid "${server[@]}" "${@:2}" </dev/null >>"$folder/log" 2>&1 {lock}>&- &
    pid=$!
    echo "$pid" >"$folder/pid"
    for ((end = SECONDS + 60; SECONDS < end; )); do
      ! ready || exit 0
      ! gone || break
      sleep 0.02
    done
    kill_it
    kill_the_rest
    { echo "the server did not start; the end of its log:"; tail -12 "$folder/log"; } >&2
    exit 1
    ;;
esac
