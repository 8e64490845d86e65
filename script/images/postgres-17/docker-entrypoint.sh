#!/usr/bin/env bash
# The entrypoint of the stand-in image postgres:17 that ./build makes.
#
# For: giving containers of the stand-in the behaviour that compose files written for the official
# image rely on: the same variables, the same defaults, the same first start.
# Not for: other major versions, arbitrary `--user` ids without an entry in /etc/passwd, or
# anything outside a container. It shares the official image's interface, not its code.
#
# Nothing here may write to /tmp: the tutorial mounts a folder over it that only root can write to,
# and copies the master's data there. So there are no here-documents, which bash may keep in files.
set -euo pipefail

readonly init_folder=/docker-entrypoint-initdb.d
readonly socket_folder=/var/run/postgresql

say() { printf 'docker-entrypoint: %s\n' "$*" >&2; }

fail() {
  local line
  for line in "$@"; do say "$line"; done
  exit 1
}

# Gives the variable $1 its value: its own, or the content of the file that $1_FILE names, or $2.
from_environment() {
  local name=$1 default=$2
  local file_name=${name}_FILE
  local value=${!name-} file=${!file_name-}
  if [[ -n $value && -n $file ]]; then
    fail "$name and $file_name are both set; set one of them."
  fi
  if [[ -n $file ]]; then
    [[ -r $file ]] || fail "$file_name is $file, which cannot be read."
    value=$(<"$file")
  fi
  export "$name=${value:-$default}"
  # A server has no use for it, and a password's whereabouts should not stay in its environment.
  unset "$file_name"
}

# `postgres --version` and its like print something and end: they must not create a database.
only_prints() {
  local argument
  for argument in "$@"; do
    case $argument in
      -\? | --help | -V | --version | --describe-config) return 0 ;;
    esac
  done
  return 1
}

# Folders that come from the host belong to whoever made them there. PostgreSQL refuses data that
# another user owns or can read, so root hands them over, and only then steps down.
prepare_folders() {
  mkdir -p "$PGDATA" "$socket_folder"
  chmod 0700 "$PGDATA" || true
  chmod 3775 "$socket_folder" || true
  if [[ -n ${POSTGRES_INITDB_WALDIR-} ]]; then
    mkdir -p "$POSTGRES_INITDB_WALDIR"
    chmod 0700 "$POSTGRES_INITDB_WALDIR" || true
  fi
  if ((EUID == 0)); then
    find "$PGDATA" "$socket_folder" ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"} \
      ! -user postgres -exec chown postgres:postgres {} +
  fi
}

become_postgres() {
  export HOME=/var/lib/postgresql
  exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$0" "$@"
}

require_password() {
  [[ -n $POSTGRES_PASSWORD || ${POSTGRES_HOST_AUTH_METHOD-} == trust ]] && return
  fail "there is no database yet, and no password for the superuser that it needs." \
    "Set POSTGRES_PASSWORD (or POSTGRES_PASSWORD_FILE) to a value that is not empty." \
    "POSTGRES_HOST_AUTH_METHOD=trust does without one: then everybody who can connect gets in."
}

create_database_folder() {
  local arguments=(--username="$POSTGRES_USER") extra=()
  if [[ -n ${POSTGRES_INITDB_WALDIR-} ]]; then
    arguments+=(--waldir="$POSTGRES_INITDB_WALDIR")
  fi
  # The variable is a piece of a command line, quotes included, as people write it in compose files.
  eval "extra=(${POSTGRES_INITDB_ARGS-})"
  # The password never lies in a file or in the arguments that `ps` shows.
  if [[ -n $POSTGRES_PASSWORD ]]; then
    initdb "${arguments[@]}" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") ${extra[@]+"${extra[@]}"}
  else
    initdb "${arguments[@]}" ${extra[@]+"${extra[@]}"}
  fi
}

# initdb lets only this machine in. A database in a container is reached from others, by password.
let_hosts_in() {
  local method=${POSTGRES_HOST_AUTH_METHOD:-}
  if [[ -z $method ]]; then
    # Passwords are stored as the server hashes them, and that can be set by POSTGRES_INITDB_ARGS.
    method=$(postgres -C password_encryption "$@")
  fi
  {
    printf '\n# Added by docker-entrypoint.sh (POSTGRES_HOST_AUTH_METHOD).\n'
    printf 'host all all all %s\n' "$method"
  } >>"$PGDATA/pg_hba.conf"
}

# While the first start is under way, nobody outside may see a half-made database: the server
# listens on the socket only. Arguments for the real server also hold for this one.
start_private_server() {
  local options
  printf -v options '%q ' "$@" -c "listen_addresses=" -p "${PGPORT:-5432}"
  NOTIFY_SOCKET='' PGUSER="$POSTGRES_USER" pg_ctl --pgdata="$PGDATA" --wait --silent --options="$options" start
}

stop_private_server() {
  PGUSER="$POSTGRES_USER" pg_ctl --pgdata="$PGDATA" --wait --silent --mode=fast stop
}

# Runs SQL from standard input, on the socket, whatever PG* variables say about other servers.
run_sql() {
  PGHOST='' PGHOSTADDR='' psql --set=ON_ERROR_STOP=1 --no-psqlrc --no-password \
    --username="$POSTGRES_USER" "$@"
}

create_named_database() {
  [[ $POSTGRES_DB == postgres ]] && return
  local found
  found=$(printf '%s\n' "SELECT 1 FROM pg_database WHERE datname = :'db'" |
    run_sql --dbname=postgres --set=db="$POSTGRES_DB" --tuples-only --no-align)
  [[ -n $found ]] && return
  # shellcheck disable=SC2016 # psql puts the name in, quoted.
  printf '%s\n' 'CREATE DATABASE :"db"' | run_sql --dbname=postgres --set=db="$POSTGRES_DB"
}

# One at a time, in the order of their names; the first that fails ends the start.
run_init_file() {
  local file=$1
  case $file in
    *.sh)
      if [[ -x $file ]]; then
        say "running $file"
        "$file"
      else
        say "sourcing $file"
        # It was not written for `set -u`.
        set +u
        # shellcheck source=/dev/null # It is the user's.
        . "$file"
        set -u
      fi
      ;;
    *.sql)
      say "running $file"
      run_sql --dbname="$POSTGRES_DB" --file="$file"
      ;;
    *.sql.gz)
      say "running $file"
      gunzip --stdout "$file" | run_sql --dbname="$POSTGRES_DB"
      ;;
    *) say "ignoring $file" ;;
  esac
}

first_start() {
  require_password
  # The kernel keeps signals from the first process of a container unless it asks for them; without
  # this, `docker stop` would wait out its ten seconds. Everything else here ends with this process.
  trap 'say "Stopped before the initialization was complete."; exit 130' INT TERM
  if [[ ${POSTGRES_HOST_AUTH_METHOD-} == trust ]]; then
    say "warning: POSTGRES_HOST_AUTH_METHOD=trust lets everybody in who can reach the port."
  fi
  create_database_folder
  let_hosts_in "$@"
  start_private_server "$@"
  create_named_database
  local file
  for file in "$init_folder"/*; do
    if [[ -f $file ]]; then
      run_init_file "$file"
    fi
  done
  stop_private_server
  trap - INT TERM
  say "Initialization complete."
}

main() {
  if (($# == 0)) || [[ $1 == -* ]]; then
    set -- postgres "$@"
  fi
  if [[ $1 == postgres ]] && ! only_prints "$@"; then
    # Before root steps down, because a file with a password may be for root only.
    from_environment POSTGRES_PASSWORD ''
    from_environment POSTGRES_USER postgres
    from_environment POSTGRES_DB "$POSTGRES_USER"
    from_environment POSTGRES_INITDB_ARGS ''
    prepare_folders
    if ((EUID == 0)); then
      become_postgres "$@"
    fi
    # Every database folder has this file.
    if [[ -s $PGDATA/PG_VERSION ]]; then
      say "$PGDATA holds a database. Skipping initialization."
    else
      first_start "${@:2}"
    fi
  fi
  exec "$@"
}

main "$@"
