# shellcheck shell=bash
# server.sh: where a server of each kind comes from, and how it is set up. Source it after common.sh and packages.sh.
#   have_server KIND       finds, installs or unpacks the server and makes its empty data folder; returns 1 when it cannot be had.
#                          Sets $program, $options (an array: what the program needs wherever it was unpacked to) and $empty_data;
#                          for clusters also $client, which talks to a server over its socket, and $tools, for the front of PATH.
#   print_users KIND       the SQL that the server runs whenever it starts
#   make_certificates DIR  ca.pem, server.pem + server.key, client.pem + client.key
#   free_port              prints a port of 127.0.0.1 where nobody listens

# shellcheck disable=SC2034    # the scripts that source this use it
kinds="mariadb mysql mariadb118 galera mysqlpair"
store=${MUX_SERVERS:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/muxprovider-servers}

have_server() {
  local lock fine=0
  mkdir -p "$store" || return 1
  store=$(cd "$store" && pwd)
  exec {lock}>"$store/lock"
  flock "$lock" || return 1                # two runs do not fetch the same thing at once
  { find_program "$1" && set_options && make_empty_data "$1"; } || fine=1
  exec {lock}>&-
  return $fine
}

find_program() {
  case $1 in
    mysql)                                 # only sid has it
      program=$store/mysql/mysqld
      unpack "$store/mysql" sid mysqld mysql-server-core
      ;;
    mysqlpair)
      client=$store/mysqlclient/mysql
      find_program mysql && unpack "$store/mysqlclient" sid mysql mysql-client-core
      ;;
    galera)
      installed_galera && return 0
      if [ "$(id -u)" = 0 ] && [ ! -d "$store/galera" ]; then
        say "installing mariadb-server with galera (once)"
        if install mariadb-server galera-4 rsync lsof && installed_galera; then return 0; fi
      fi
      program=$store/galera/mariadbd client=$store/galera/mariadb tools=$store/galera provider=$store/galera/usr/lib/galera/libgalera_smm.so
      unpack "$store/galera" bookworm "my_print_defaults rsync lsof mariadb mariadbd" \
        "mariadb-server-core mariadb-client-core galera-4 rsync lsof" mariadb-server || return 1
      if [ "$(id -u)" = 0 ] && ! as_nobody test -x "$program"; then
        say "galera never runs as root, and others cannot reach $store (set MUX_SERVERS to a folder that everybody can read)"
        return 1
      fi
      ;;
    mariadb118)                            # mariadb-server has the plugins
      program=$store/mariadb118/mariadbd
      unpack "$store/mariadb118" trixie mariadbd mariadb-server-core mariadb-server
      ;;
    mariadb)
      program=$(installed_mariadb) && return 0
      program=$store/mariadb/mariadbd
      [ ! -x "$program" ] || return 0
      if [ "$(id -u)" = 0 ]; then
        say "installing mariadb-server (once)"
        if install mariadb-server && program=$(installed_mariadb); then return 0; fi
        program=$store/mariadb/mariadbd
      fi
      unpack "$store/mariadb" bookworm mariadbd mariadb-server-core mariadb-server
      ;;
  esac
}
installed_galera() {
  provider=/usr/lib/galera/libgalera_smm.so
  program=$(installed_mariadb) && client=$(command -v mariadb) && [ -e "$provider" ] && command -v rsync lsof >/dev/null
}
as_nobody() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
installed_mariadb() { PATH=$PATH:/usr/local/sbin:/usr/sbin command -v mariadbd; }      # plain users often lack the sbin folders

# The programs look for their files in /usr, wherever they were unpacked: every path is given as an option.
set_options() {
  local base messages
  case $program in
    "$store"/*) base=${program%/*}/usr ;;
    *) base=$(dirname "$(dirname "$(realpath "$program")")") ;;
  esac
  # MariaDB has moved its files from share/mysql to share/mariadb.
  messages=$(find "$base/share/mariadb" "$base/share/mysql" -maxdepth 2 -path '*/english/errmsg.sys' -print -quit 2>/dev/null) || :
  [ -n "$messages" ] || { say "no message files for $program below $base/share"; return 1; }
  share=${messages%/english/errmsg.sys}
  options=(--no-defaults "--basedir=$base" "--lc-messages-dir=$share" "--character-sets-dir=$share/charsets"
    "--plugin-dir=$base/lib/mysql/plugin" --secure-file-priv= "--user=$(id -un)"
    # Made for tests: nothing waits for the disk. What was committed survives SIGKILL, but not a power cut.
    --innodb-buffer-pool-size=64M --innodb-flush-log-at-trx-commit=2 --innodb-doublewrite=0)
  case $program in
    */mysqld) options+=(--innodb-redo-log-capacity=32M) ;;
    *) options+=(--innodb-log-file-size=32M) ;;
  esac
}

make_empty_data() {
  local new
  # The nodes of clusters begin as single servers do.
  set -- "${1/galera/mariadb}"
  set -- "${1/mysqlpair/mysql}"
  empty_data=$store/empty-$1-$("$program" --no-defaults --version | cksum | cut -d' ' -f1)
  [ ! -d "$empty_data" ] || return 0
  new=$empty_data.new
  rm -rf "$new"
  mkdir -m 700 "$new"
  if ! fill_data "$1" "$new" >"$new.log" 2>&1; then
    say "$program cannot make its data folder:"
    tail -10 "$new.log" >&2
    rm -rf "$new" "$new.log"
    return 1
  fi
  rm -f "$new.log" "$new/auto.cnf"         # auto.cnf is the identity of one server
  mv -T "$new" "$empty_data"
}

fill_data() { # KIND FOLDER
  if [ "$1" = mysql ]; then
    "$program" "${options[@]}" --initialize-insecure --skip-log-bin --datadir="$2"
    return
  fi
  # What mariadb-install-db does, less the shell script around it, which wants more tools.
  local part
  {
    echo "CREATE DATABASE mysql;"
    echo "USE mysql;"
    echo "SET @auth_root_socket=NULL, @skip_auth_anonymous=1;"
    for part in system_tables performance_tables system_tables_data; do
      cat "$share"/m*_"$part.sql"
    done | sed '/@current_hostname/d'
    cat "$share"/maria_add_gis_sp_bootstrap.sql "$share"/m*_sys_schema.sql
  } | "$program" "${options[@]}" --bootstrap --datadir="$2" --max-allowed-packet=8M --log-warnings=0
}

print_users() { # KIND
  # One statement a line. They run again when the server is restarted.
  echo "CREATE DATABASE IF NOT EXISTS test;"
  if [ "$1" = mysql ] || [ "$1" = mysqlpair ]; then
    cat <<'END'
CREATE USER IF NOT EXISTS 'app'@'%' IDENTIFIED WITH caching_sha2_password BY 'secret';
CREATE USER IF NOT EXISTS 'apptls'@'%' IDENTIFIED WITH caching_sha2_password BY 'secret' REQUIRE SSL;
CREATE USER IF NOT EXISTS 'appnopass'@'%' IDENTIFIED WITH caching_sha2_password BY '';
CREATE USER IF NOT EXISTS 'appsha'@'%' IDENTIFIED WITH sha256_password BY 'secret';
GRANT ALL ON test.* TO 'apptls'@'%', 'appnopass'@'%', 'appsha'@'%';
END
  else
    cat <<'END'
CREATE USER IF NOT EXISTS 'app'@'%' IDENTIFIED BY 'secret';
CREATE USER IF NOT EXISTS 'apptls'@'%' IDENTIFIED BY 'secret' REQUIRE SSL;
CREATE USER IF NOT EXISTS 'appnopass'@'%' IDENTIFIED BY '';
CREATE USER IF NOT EXISTS 'appnative'@'%' IDENTIFIED VIA mysql_native_password USING PASSWORD('secret');
GRANT ALL ON test.* TO 'apptls'@'%', 'appnopass'@'%', 'appnative'@'%';
END
  fi
  echo "GRANT ALL ON *.* TO 'app'@'%' WITH GRANT OPTION;"
}

make_certificates() (
  cd "$1" || exit
  key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
  openssl req -x509 "${key[@]}" -keyout ca.key -out ca.pem -days 3650 -subj "/CN=MuxProvider test CA"
  signed() { # NAME SUBJECT EXTENSION
    openssl req "${key[@]}" -keyout "$1.key" -out "$1.csr" -subj "/CN=$2"
    openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -out "$1.pem" -extfile <(echo "$3")
    rm "$1.csr"
  }
  signed server localhost "subjectAltName=DNS:localhost,DNS:*.test,IP:127.0.0.1,IP:::1"
  signed client "test client" "extendedKeyUsage=clientAuth"
  [ -s server.pem ] && [ -s client.pem ]
)

# Below 32768 the kernel hands out no ports by itself. (Whoever polls a closed port above can end up connected to itself.)
free_port() {
  local port
  while port=$((10000 + SRANDOM % 22000)) && (: <>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}
