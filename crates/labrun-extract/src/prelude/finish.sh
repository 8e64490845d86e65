
# finish STEPS OUTPUTS CHECKS: the counts are the chapter's, so that a run that lost a part of it is not a success.
finish() {
  local counted="$lab_steps $lab_outputs $lab_checks"
  if [[ $counted != "$*" ]]; then
    fail "$lab_line" "$* (steps, outputs, checks) in all, but only $counted were done"
  fi
  lab_finished=1
  say "lab.sh: $1 steps, $2 outputs and $3 checks passed"
}
