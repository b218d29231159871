# shellcheck shell=bash disable=SC2154
# cluster.sh: several private servers that know each other. with-server sources it after server.sh and sets $folder.
#   start_cluster KIND     galera or mysqlpair; sets MUX_SERVER, MUX_SERVERS, MUX_SERVER_PID, MUX_SERVER_SOCKET and MUX_CLUSTER_CONTROL.
#                          What is started is stopped by `$folder/control stop`. Returns 1 when it does not start.
# Node N lives in $folder/nN: data, s.sock, log, and control (control.sh for this node alone).

start_cluster() {
  local attempt ports run=() n loud
  exec {loud}>&2
  chmod 711 "$folder"                      # nodes of galera belong to somebody else
  print_cluster_users "$1" >"$folder/users.sql"
  chmod 644 "$folder"/users.sql
  for attempt in 1 2 3; do                 # somebody else may take a port in between
    : >"$folder/start.log"
    "lay_out_$1"
    if "bring_up_$1" 2>"$folder/start.log"; then break; fi
    "$folder/control" kill "${all[@]}" 2>/dev/null || :
    [ "$attempt" -lt 3 ] || { cat "$folder/start.log" >&2; return 1; }
  done
  exec {loud}>&-
  local servers=''
  for n in "${all[@]}"; do servers+=,127.0.0.1:${ports[n]}; done
  export MUX_SERVER="Server=127.0.0.1;Port=${ports[1]};User ID=app;Password=secret;Database=test"
  export MUX_SERVERS="Server=${servers#,};User ID=app;Password=secret;Database=test"
  export MUX_CLUSTER_CONTROL=$folder/control MUX_SERVER_SOCKET=$folder/n1/s.sock
  MUX_SERVER_PID=$("$folder/control" pid 1)
  export MUX_SERVER_PID
}

print_cluster_users() { # KIND
  # What one server of a cluster does by itself must not look like news to the others.
  [ "$1" = galera ] || echo "SET sql_log_bin=0;"
  print_users "$1"
  # `app` may do everything, also write where others may not.
  cat <<'END'
CREATE USER IF NOT EXISTS 'plain'@'%' IDENTIFIED BY 'secret';
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, PROCESS ON *.* TO 'plain'@'%';
END
  [ "$1" = galera ] || cat <<'END'
CREATE USER IF NOT EXISTS 'follower'@'%' IDENTIFIED BY 'secret' REQUIRE SSL;
GRANT REPLICATION SLAVE ON *.* TO 'follower'@'%';
END
}

# Different ones: a port that was given out is not taken before the server starts.
choose_ports() { # COUNT: sets $ports, from 1 on
  local port
  ports=('')
  while [ ${#ports[@]} -le "$1" ]; do
    port=$(free_port)
    [[ " ${ports[*]} " == *" $port "* ]] || ports+=("$port")
  done
}

write_node() { # N ARGUMENT...: what is different about node N
  local n=$1
  mkdir -p "$folder/n$n"
  {
    echo '#!/bin/bash'
    printf 'folder=%q port=%q\nserver=(' "$folder/n$n" "${ports[n]}"
    printf '%q ' ${run[@]+"${run[@]}"} "$program" "${options[@]}" "--datadir=$folder/n$n/data" "--socket=$folder/n$n/s.sock" \
      "--pid-file=$folder/n$n/server.pid" "--port=${ports[n]}" "--server-id=$n" --bind-address=127.0.0.1 --skip-name-resolve \
      --max-connections=1200 --max-allowed-packet=64M "${@:2}"
    printf ')\n. %q\n' "$lib/control.sh"
  } >"$folder/n$n/control"
  chmod +x "$folder/n$n/control"
}

write_control() { # SCRIPT VARIABLE=VALUE...
  {
    echo '#!/bin/bash'
    printf 'folder=%q client=%q\n' "$folder" "$client"
    printf '%s\n' "${@:2}"
    printf 'ports=(%s)\nall=(%s)\n' "'' ${ports[*]:1:${#all[@]}}" "${all[*]}"
    printf '. %q\n. %q\n' "$lib/cluster-control.sh" "$lib/$1"
  } >"$folder/control"
  chmod +x "$folder/control"
}

# ---- Galera: three nodes. Built once, killed in a quiet state, and kept as a seed: with gvwstate.dat in their data folders all three
# know each other when they are started again, and nothing has to be sent from one to the other. Whoever reads sees what was acknowledged
# before, on whichever node (wsrep_sync_wait).

lay_out_galera() {
  local n provider_options members='' owner
  all=(1 2 3)
  owner=$(id -un)
  if [ "$(id -u)" = 0 ]; then
    run=(setpriv --reuid=65534 --regid=65534 --clear-groups)
    owner=nobody
  fi
  choose_ports 12                          # 1 to 3 for clients, then three for each node: group, IST, SST
  for n in 1 2 3; do members+=,127.0.0.1:${ports[n * 3 + 1]}; done
  # Sooner suspicious than usual, so that tests of it need not last long.
  local timing='evs.keepalive_period=PT0.25S;evs.inactive_check_period=PT0.25S;evs.suspect_timeout=PT2S;evs.inactive_timeout=PT4S;evs.install_timeout=PT4S;gmcast.time_wait=PT1S'
  options=("${options[@]/#--user=*/--user=$owner}")
  for n in 1 2 3; do
    provider_options="gmcast.listen_addr=tcp://127.0.0.1:${ports[n * 3 + 1]};ist.recv_addr=127.0.0.1:${ports[n * 3 + 2]};gcache.size=32M;gcache.recover=yes;pc.recovery=yes;$timing"
    write_node "$n" --wsrep-on=ON "--wsrep-provider=$provider" --wsrep-cluster-name=mux "--wsrep-node-name=n$n" \
      "--wsrep-cluster-address=gcomm://${members#,}" "--wsrep-node-address=127.0.0.1:${ports[n * 3 + 1]}" \
      "--wsrep-sst-receive-address=127.0.0.1:${ports[n * 3 + 3]}" --wsrep-sst-method=rsync --wsrep-slave-threads=2 --wsrep-sync-wait=1 \
      --binlog-format=ROW --default-storage-engine=InnoDB --innodb-autoinc-lock-mode=2 "--wsrep-provider-options=$provider_options"
  done
  write_control galera-control.sh "PATH=$(printf %q "${tools:+$tools:}$PATH${tools:+:$tools/usr/bin}")"
}

bring_up_galera() {
  local seed keep
  seed=$store/galera-$({ "$program" --no-defaults --version; cat "$folder/users.sql"; } | cksum | cut -d' ' -f1)
  exec {keep}>"$store/lock"
  flock "$keep"                            # two runs do not make the same thing at once
  [ -d "$seed" ] || make_seed "$seed" || { exec {keep}>&-; return 1; }
  exec {keep}>&-
  fill_nodes "$seed"/n1 "$seed"/n2 "$seed"/n3
  "$folder/control" first "$(cat "$seed/position")"
}

fill_nodes() { # FOLDER of node 1, 2, 3
  local n
  for n in 1 2 3; do
    rm -rf "$folder/n$n/data"
    cp -a --reflink=auto "${!n}" "$folder/n$n/data"
    [ "$(id -u)" != 0 ] || chown -R 65534:65534 "$folder/n$n"
  done
}

make_seed() { # SEED
  say "making the seed of a Galera cluster (once, some 20 s)" 2>&"$loud"
  local n new=$1.new
  fill_nodes "$empty_data" "$empty_data" "$empty_data"
  "$folder/control" bootstrap 1 "--init-file=$folder/users.sql" || return 1
  for n in 2 3; do "$folder/control" start $n || return 1; done
  "$folder/control" quiesce || return 1
  rm -rf "$new"
  mkdir -p "$new"
  "$folder/control" position >"$new/position" || return 1
  "$folder/control" kill 1 2 3
  for n in 1 2 3; do
    cp -a --reflink=auto "$folder/n$n/data" "$new/n$n"
    rm -f "$new/n$n"/{galera.cache,ibtmp1}
    [ -e "$new/n$n/gvwstate.dat" ] || { echo "node $n has no gvwstate.dat" >&2; return 1; }
  done
  mv -T "$new" "$1"
}

# ---- MySQL: a primary (1) and a replica (2), with GTIDs.

lay_out_mysqlpair() {
  local n
  all=(1 2)
  choose_ports 2
  for n in 1 2; do
    write_node $n --gtid-mode=ON --enforce-gtid-consistency=ON --log-bin=binlog --log-replica-updates=ON --sync-binlog=0 --relay-log=relay \
      --skip-replica-start=1 --replica-net-timeout=4 --report-host=127.0.0.1 "--report-port=${ports[n]}" --mysqlx=OFF \
      "--ssl-ca=$folder/ca.pem" "--ssl-cert=$folder/server.pem" "--ssl-key=$folder/server.key"
  done
  write_control mysqlpair-control.sh "empty_data=$(printf %q "$empty_data")"
}

bring_up_mysqlpair() {
  rm -rf "$folder"/n[12]/data
  cp -a --reflink=auto "$empty_data" "$folder/n1/data"
  { cat "$folder/users.sql"; echo "SET GLOBAL super_read_only=ON;"; } >"$folder/users-of-replica.sql"
  "$folder/control" first
  export MUX_SERVER_CA=$folder/ca.pem
}
