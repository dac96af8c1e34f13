#!/usr/bin/env bash
# Simulated machines (real IPMI, DHCP, TFTP, HTTP and agent protocol, on loopback) through the whole of Bessemer, all at once in each stage:
# inspection is the boot storm, from power on to agent; deploy ends when every machine has booted from its own disk.
#   bench/deploys.sh [MACHINES]             1,000 unless told otherwise
#   DATABASE=mariadb ./bessemer bench deploys   on a MariaDB of its own, not the embedded database
#   MACHINES=10000 DEPLOYED=1000 ./bessemer bench deploys   the others are verified only, and their power is watched
#   PEERS=yes ./bessemer bench deploys      machines deliver the image to each other
set -euo pipefail
machines=${1:-${MACHINES:-1000}}
deployed=${DEPLOYED:-$machines} port=26385 database_port=26985
. "$BESSEMER_HOME/bench/common/figures.sh"
bench_work
case ${DATABASE:-h2} in
  h2) ;;
  mariadb)
    has mariadbd mariadb-server || exit 3
    . "$BESSEMER_HOME/bench/common/mariadb.sh"
    mariadb_new
    "${mariadb[@]}" --port=$database_port >"$work/db.log" 2>&1 & started+=($!)
    mariadb_ready
    sql -e "create database bessemer character set utf8mb4; create user bench@localhost identified by 'bench'; grant all on bessemer.* to bench@localhost"
    export BESSEMER_DATABASE_URL=jdbc:mariadb://127.0.0.1:$database_port/bessemer BESSEMER_DATABASE_USER=bench BESSEMER_DATABASE_PASSWORD=bench ;;
  *) echo "deploys.sh: DATABASE is '$DATABASE'; h2 and mariadb are known" >&2; exit 2 ;;
esac
"$BESSEMER_HOME/bessemer" demo --simulated --machines "$machines" --once --together --rack-id bench --api-port "$port" --watched $((machines - deployed)) --watch "${WATCH:-$([ "$deployed" = "$machines" ] && echo 0 || echo 120)}" --data-dir "$work/data" ${PEERS:+--peers} | sed -n '/^Power sync\|^SECONDS\| failed/,$p'
[ "${DATABASE:-h2}" = h2 ] || {
  echo "MariaDB: $(cpu_of "${started[0]}") s of CPU time, $(rss_of "${started[0]}") MB"
  sql -N -e "show global status where variable_name in ('Questions', 'Com_commit', 'Innodb_os_log_fsyncs', 'Innodb_row_lock_waits', 'Innodb_row_lock_time_max', 'Innodb_deadlocks', 'Max_used_connections')"
}
