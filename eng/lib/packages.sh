# shellcheck shell=bash
# packages.sh: Debian packages, installed on this machine or unpacked into a folder. Source it after common.sh.
#   install PACKAGE...                         as root, on this machine; starts no service
#   unpack FOLDER SUITE PROGRAMS PACKAGES [ALSO...]
#       PACKAGES of any Debian SUITE with all they depend on, and the packages ALSO without what those depend on, go to FOLDER.
#       FOLDER/PROGRAM then starts PROGRAM with the loader and the libraries of that suite. PROGRAMS and PACKAGES are one or more,
#       with spaces between them. Installs nothing, needs no root.
# Both return 1 when the packages cannot be had. They leave nothing behind if the script's EXIT trap calls forget_packages.

scratch=
policy=

forget_packages() {
  [ -z "$scratch" ] || rm -rf -- "$scratch"
  [ -z "$policy" ] || rm -f -- "$policy"
  scratch='' policy=''
}

install() {
  command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 1
  # 101 tells the packages' own scripts to start no service. Container images have this file already.
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    policy=/usr/sbin/policy-rc.d
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod +x $policy
  fi
  scratch=$(mktemp -d) || return 1
  local done=0 log=$scratch/log
  local get=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2 -qq)
  "${get[@]}" install -y --no-install-recommends "$@" </dev/null >"$log" 2>&1 ||
    { "${get[@]}" update && "${get[@]}" install -y --no-install-recommends "$@"; } </dev/null >"$log" 2>&1 ||
    { done=1; tail -5 "$log" >&2; }
  forget_packages
  return $done
}

unpack() {
  local folder=$1 suite=$2 programs=$3
  shift 3
  [ ! -x "$folder/${programs##* }" ] || return 0
  command -v apt-get >/dev/null || { say "unpacking needs apt-get (Debian and its relatives)"; return 1; }
  # The mirror this machine uses, whichever that is.
  local mirror=${MUX_DEBIAN_MIRROR:-$(apt-get update --print-uris 2>/dev/null | sed -n "s|^'\(.*/debian\)/dists/.*|\1|p" | head -1)}
  [ -n "$mirror" ] || { say "no Debian mirror in apt's sources; name one in MUX_DEBIAN_MIRROR"; return 1; }

  say "unpacking $1 from Debian $suite (once, some 60 MB)"
  scratch=$(mktemp -d "$folder.XXXXXX") || return 1
  local done=0
  fetch "$@" 2>"$scratch/log" || { done=1; tail -5 "$scratch/log" >&2; }
  if [ $done = 0 ]; then
    rm -rf -- "$folder"
    mv -T "$scratch/root" "$folder" || done=1
  fi
  forget_packages
  return $done
}

# An apt world of its own: this machine's settings (a proxy, say) less its hooks, one source, and an empty list of installed
# packages, so that apt chooses the suite's own libc and all the rest.
fetch() { # PACKAGES [ALSO...]
  local root=$scratch/root apt=$scratch/apt
  mkdir -p "$root" "$apt/lists/partial" "$apt/archives/partial"
  : >"$apt/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$apt/sources"
  {
    apt-config dump
    cat <<END
#clear APT::Update;
#clear DPkg;
Dir::Etc { main "/dev/null"; parts "/dev/null"; sourcelist "$apt/sources"; sourceparts "/dev/null"; preferences "/dev/null"; preferencesparts "/dev/null"; };
Dir::State "$apt"; Dir::State::lists "$apt/lists"; Dir::State::status "$apt/status";
Dir::Cache "$apt"; Dir::Cache::archives "$apt/archives"; Dir::Log "$apt";
APT::Install-Recommends "false"; APT::Sandbox::User "root"; Debug::NoLocking "true";
Acquire::Languages "none"; Acquire::Retries "2"; Acquire::http::Timeout "20"; Acquire::https::Timeout "20";
END
  } >"$apt/conf"
  local get=(env APT_CONFIG="$apt/conf" apt-get -qq)
  "${get[@]}" update >&2 || return 1
  # shellcheck disable=SC2086    # one or more
  "${get[@]}" install --yes --download-only $1 >&2 || return 1
  [ $# = 1 ] || (cd "$apt/archives" && "${get[@]}" download "${@:2}") >&2 || return 1
  printf '%s\0' "$apt"/archives/*.deb | xargs -0 -P "$(nproc)" -I{} dpkg-deb -x {} "$root" || return 1
  local program
  for program in $programs; do write_starter || return 1; done
}

write_starter() {
  local loader libraries file
  loader=$(cd "$root" && find usr/lib lib lib64 usr/lib64 -name 'ld-linux*.so.*' -print -quit 2>/dev/null) || :
  file=$(cd "$root" && find usr/sbin usr/bin sbin bin -name "$program" -print -quit 2>/dev/null) || :
  if [ -z "$loader" ] || [ -z "$file" ]; then
    echo "no loader or no $program among the packages" >&2
    return 1
  fi
  libraries=$(cd "$root" && find usr/lib lib -maxdepth 1 -type d -name '*-linux-gnu*' -printf "$folder/%p:" 2>/dev/null) || :
  # It execs: the pid of the starter is the pid of the server.
  # shellcheck disable=SC2016
  printf '#!/bin/sh\nexec %q --argv0 "$0" --library-path %q %q "$@"\n' "$folder/$loader" "${libraries%:}" "$folder/$file" >"$root/$program"
  chmod +x "$root/$program"
}
