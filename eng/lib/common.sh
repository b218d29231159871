# shellcheck shell=bash disable=SC2034
# common.sh: what every script here needs. Source it.
#   $repository                    the folder of the whole project
#   say TEXT                       a line on standard error, headed by the script's name
#   need_dotnet                    ends the script when there is no .NET SDK
#   run_here COMMAND...            runs COMMAND with our stdin and sets $status
#   stop_on_signals                from now on a signal is handed on to the command of run_here; then the script exits

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { echo "${0##*/}: $*" >&2; }

need_dotnet() {
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
  if ! command -v dotnet >/dev/null; then
    say "the .NET SDK is needed (its version is in global.json), but there is no 'dotnet' on PATH"
    exit 1
  fi
  if ! (cd "$repository" && dotnet --version >/dev/null 2>&1); then
    say "no installed .NET SDK fits global.json; installed are: $(dotnet --list-sdks | cut -d' ' -f1 | xargs)"
    exit 1
  fi
}

# A shell that waits for a foreground command cannot react to SIGTERM, so COMMAND runs in the background. There bash would
# give it no stdin and make it deaf to Ctrl-C: both are undone. After a signal the script exits (its EXIT trap cleans up).
child=
run_here() {
  { : <&0; } 2>/dev/null || exec </dev/null      # started with stdin closed
  env --default-signal=INT,QUIT "$@" <&0 &
  child=$!
  status=0
  wait "$child" || status=$?
  child=
}

stop_on_signals() {
  trap 'pass_on INT 130' INT
  trap 'pass_on TERM 143' TERM
  trap 'pass_on HUP 129' HUP
}

# `dotnet test` hands nothing on to the processes that run the tests, so all of the command's family gets the signal.
patience=100                               # tenths of a second until SIGKILL; more in scripts that call such scripts
pass_on() { # SIGNAL STATUS
  trap '' INT TERM HUP
  if [ -n "$child" ]; then
    local everybody
    mapfile -t everybody < <(family "$child")
    # A terminal sends Ctrl-C to everybody: only when that did not come or did not help it comes from here.
    if [ "$1" != INT ] || ! ends_within 10; then kill -s "$1" "${everybody[@]}" 2>/dev/null || :; fi
    ends_within "$patience" || :
    kill -KILL "${everybody[@]}" 2>/dev/null || :
    wait "$child" 2>/dev/null || :
  fi
  exit "$2"
}

family() { # PID: prints it and its children and theirs ...
  local kin
  echo "$1"
  # shellcheck disable=SC2013    # they stand on one line
  for kin in $(cat "/proc/$1"/task/*/children 2>/dev/null); do family "$kin"; done
}

ends_within() { # TENTHS of a second
  local i
  for ((i = 0; i < $1; i++)); do
    kill -0 "$child" 2>/dev/null || return 0
    sleep 0.1
  done
  return 1
}
