
# fails_at LINE: types its standard input on this machine, where the last command must fail, whatever its status.
fails_at() {
  local status
  lab_line=$1
  lab_steps=$((lab_steps + 1))
  IFS= read -r -d '' lab_text || true
  say "$lab_chapter:$lab_line: ${lab_text%%$'\n'*}"
  set +eu +o pipefail
  evaluate </dev/null >"$lab_output" 2>&1
  status=$?
  trap - ERR
  set -euo pipefail
  if ((status == 130)); then exit 130; fi # Ctrl-C, which the command took for itself.
  if ((status == 0)); then
    tail -n 40 "$lab_output" >&2
    fail "$lab_line" "a failure, but every command succeeded; above is what the step printed"
  fi
}
