
# quiet_at LINE: the step at LINE of the last session printed no message of PostgreSQL that the chapter does not show.
quiet_at() {
  local said
  if said=$(printed_at "$1" | grep -E '^(psql:[^ ]+: )?(WARNING|NOTICE):  '); then
    say "$said"
    fail "$1" 'no message of PostgreSQL that the chapter does not show, but those above came'
  fi
}
