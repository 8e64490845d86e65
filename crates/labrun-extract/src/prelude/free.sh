
# must_be_free FILTER…: what exists already belongs to somebody else, and would be changed or removed.
must_be_free() {
  local filter taken
  for filter in "$@"; do
    taken=$("${lab_docker[@]}" ps --all --filter "$filter" --format '{{.Names}}')
    if [[ -n $taken ]]; then
      say "lab.sh: a container with this name, or of the same compose project, exists already: ${taken//$'\n'/, }"
      say 'lab.sh: hint: end the other run first, or remove the container with docker rm -f'
      exit 3
    fi
  done
}
