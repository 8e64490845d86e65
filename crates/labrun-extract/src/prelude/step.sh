
# step_at LINE [STATUS]: types its standard input on this machine. The first command that fails ends the step.
step_at() {
  type_at "$@"
  lab_steps=$((lab_steps + 1))
}

type_at() {
  local wanted=${2:-0} status
  lab_line=$1
  IFS= read -r -d '' lab_text || true
  say "$lab_chapter:$lab_line: ${lab_text%%$'\n'*}"
  # The reader's shell has none of this script's options.
  set +eu +o pipefail
  evaluate </dev/null >"$lab_output" 2>&1
  status=$?
  trap - ERR
  set -euo pipefail
  if ((status == 130 && wanted != 130)); then exit 130; fi # Ctrl-C, which the command took for itself.
  if ((status != wanted)); then
    tail -n 40 "$lab_output" >&2
    fail "$lab_line" "exit status $wanted, but a command ended with $status; above is what the step printed"
  fi
}

evaluate() {
  trap 'return' ERR
  eval "$lab_text"
}

# A step that replaces the shell would end the script with the status of something else.
exec() { exit 1; }
