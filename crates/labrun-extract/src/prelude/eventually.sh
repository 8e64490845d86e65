
# eventually SECONDS FUNCTION: tries until it succeeds or the time is up. What the last attempt says is shown.
eventually() {
  local deadline=$((SECONDS + $1)) status
  while true; do
    set +e
    (
      set -e
      "$2"
      printf '%s %s\n' "$lab_steps" "$lab_outputs" >"$lab_work/counts"
      printf '%s\0' "${lab_captured-}" "${lab_captured_at-}" >"$lab_work/captured"
    ) 2>"$lab_work/attempt"
    status=$?
    set -e
    if ((status == 0 || SECONDS >= deadline + ($1 > 0))); then break; fi
    sleep 0.2
  done
  cat "$lab_work/attempt" >&2
  if ((status != 0)); then
    if [[ -n ${lab_hint-} ]]; then say "lab.sh: hint: $lab_hint"; fi
    lab_reported=1
    exit 1
  fi
  read -r lab_steps lab_outputs <"$lab_work/counts"
  # Only the attempt that succeeds says what names stand for.
  # shellcheck disable=SC2034 # Those who compare read them.
  { IFS= read -r -d '' lab_captured && IFS= read -r -d '' lab_captured_at; } <"$lab_work/captured"
}
