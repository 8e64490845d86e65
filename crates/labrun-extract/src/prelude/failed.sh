
# failed_at LINE: the last command of the step at LINE in the last session must have failed, in whatever way.
failed_at() {
  local how
  how=$(sed -n "s/^@@ $1 s[a-z]* \\(.*\\)\$/\\1/p" "$lab_output")
  if [[ -z $how || $how == 0 || $how == 00000 ]]; then
    printed_at "$1" | tail -n 40 >&2
    fail "$1" "a failure, but the last command succeeded; above is what the step printed"
  fi
}
