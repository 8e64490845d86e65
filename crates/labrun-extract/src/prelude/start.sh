set -euo pipefail

# ---- The machinery. The chapter itself begins further down, behind the last line of dashes. ----

say() { printf '%s\n' "$*" >&2; }

if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404)); then
  say "lab.sh: this is bash $BASH_VERSION, and 4.4 or newer is needed"
  exit 3
fi

# needs PROGRAM…: without them nothing is begun.
needs() {
  local program
  for program in "$@"; do
    if ! command -v "$program" >/dev/null; then
      say "lab.sh: $program is missing"
      exit 3
    fi
  done
}

# fail LINE WHAT: what the chapter promises at LINE has not happened.
fail() {
  say "$lab_chapter:$1: expected $2"
  lab_reported=1
  exit 1
}

# What happens must not depend on this machine's language, pagers and variables for other servers.
unset "${!PG@}" "${!COMPOSE_@}" BASH_ENV CDPATH ENV
export LC_ALL=C.UTF-8 PAGER=cat GIT_PAGER=cat PSQL_PAGER=cat SYSTEMD_PAGER=cat LESS=-FRX
export COMPOSE_ANSI=never DOCKER_CLI_HINTS=false
