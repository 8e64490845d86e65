
# session_at FROM-TO COMMAND: a program that reads the steps from line FROM to line TO as its standard input. Before
# each step it prints the mark `@@ LINE`, by which its output is cut up afterwards.
session_at() {
  local from=${1%-*} to=${1#*-} status=0 reached
  shift
  lab_line=$from
  say "$lab_chapter:$from: $*"
  set +u
  eval "$*" >"$lab_output" 2>&1 || status=$?
  set -u
  if ((status == 130)); then exit 130; fi # Ctrl-C, which the program took for itself.
  reached=$(sed -n 's/^@@ \([0-9]*\)$/\1/p' "$lab_output")
  reached=${reached##*$'\n'}
  if ((status != 0)) || [[ $reached != "$to" ]]; then
    lab_line=${reached:-$from}
    if [[ -n $reached ]]; then printed_at "$reached"; else cat "$lab_output"; fi | tail -n 40 >&2
    fail "$lab_line" "that the session goes on to line $to, but it ended here with status $status"
  fi
  lab_steps=$((lab_steps + $(grep -c '^@@ [0-9]*$' "$lab_output")))
}

# printed_at LINE: what the step at LINE printed in the last session.
printed_at() { sed -n "/^@@ $1\$/,/^@@ [0-9]/{/^@@ [0-9]/!p;}" "$lab_output"; }
