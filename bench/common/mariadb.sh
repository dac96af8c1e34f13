# A MariaDB of one's own in "$work/db": sourced by who has set work. Run "${mariadb[@]}" --port=PORT after mariadb_new, and wait for it by mariadb_ready.

mariadb=(mariadbd --no-defaults --user="$(id -un)" --datadir="$work/db" --socket="$work/db.sock" --bind-address=127.0.0.1)

mariadb_new() { mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$work/db" --auth-root-authentication-method=normal --skip-test-db >"$work/install-db.log" 2>&1; }

sql() { command mariadb --no-defaults -uroot -S "$work/db.sock" "$@"; }

mariadb_ready() {
  local i
  for ((i = 0; i < 300; i++)); do sql -e 'select 1' >/dev/null 2>&1 && return; sleep 0.2; done
  echo "MariaDB does not answer at $work/db.sock" >&2
  return 1
}
