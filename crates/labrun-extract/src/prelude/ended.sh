
# ended_at LINE HOW: how the step at LINE in the last session must have ended, `status 2` or `sqlstate 42P01`.
ended_at() {
  local how
  how=$(sed -n "s/^@@ $1 \\(s[a-z]* .*\\)\$/\\1/p" "$lab_output")
  if [[ $how != "$2" ]]; then
    printed_at "$1" | tail -n 40 >&2
    fail "$1" "$2, but the last command ended with $how; above is what the step printed"
  fi
}
