
# An empty folder to work in. When the script ends, however it ends, everything goes; KEEP=1 keeps it for a look.
lab_work=$(mktemp -d "${TMPDIR:-/tmp}/labrun.XXXXXX")
lab_folder=$lab_work/lab
lab_output=$lab_work/output # what the last step or session printed
lab_line=0 lab_steps=0 lab_outputs=0 lab_checks=0 lab_reported='' lab_finished=''

# Where words go also when a step has sent its own elsewhere.
# shellcheck disable=SC2218 # This is bash's own; the function of this name comes later and is for the steps.
exec 9>&2

clean_up() {
  local status=$? jobs
  unset -f exec
  exec 2>&9
  trap - EXIT
  trap '' INT TERM HUP
  set +e
  if ((status == 130 || status == 143)); then
    say "$lab_chapter:$lab_line: interrupted"
  elif [[ -z $lab_finished$lab_reported ]]; then
    say "$lab_chapter:$lab_line: expected that the shell lives on, but this step ended it"
    status=1
  fi
  if [[ -n ${KEEP-} ]]; then
    say "lab.sh: kept everything; the folder is $lab_folder"
    exit "$status"
  fi
  cd / || exit 1
  jobs=$(jobs -p)
  # shellcheck disable=SC2086 # A word for each process.
  [[ -z $jobs ]] || kill $jobs 2>/dev/null
  if declare -F remove_containers >/dev/null; then remove_containers; fi
  rm -rf "$lab_work" 2>/dev/null || sudo rm -rf "$lab_work"
  exit "$status"
}

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
chmod 711 "$lab_work" # Programs in containers may come by, too.
mkdir "$lab_folder"
cd "$lab_folder"
