
# ask_at LINE CONNECTION: asks a PostgreSQL server the query of standard input.
ask_at() {
  local query
  IFS= read -r -d '' query || true
  if ! PGCONNECT_TIMEOUT=5 psql "$2" -XAt -F $'\t' -c "$query" </dev/null >"$lab_work/answer" 2>"$lab_work/refusal"; then
    cat "$lab_work/refusal" >&2
    fail "$1" 'an answer, but PostgreSQL gave none'
  fi
}

# rows_at LINE [ordered]: the answer has the rows of standard input, a tab between the values.
rows_at() {
  local lab_order=${2-any} i
  local -a want want_kind=() want_at=() got got_kind=()
  mapfile -t want
  mapfile -t got <"$lab_work/answer"
  for i in "${!want[@]}"; do want_kind[i]=R want_at[i]=0; done
  for i in "${!got[@]}"; do got_kind[i]=R; done
  compare "$1"
}
