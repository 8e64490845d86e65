
# container_at LINE NAME STATE HEALTH: the engine says so of the container; `-` is what the chapter does not ask.
container_at() {
  local came want
  if ! came=$("${lab_docker[@]}" ps --all --filter "name=^/$2\$" --format '{{.Names}}' 2>&1); then
    say "$came"
    fail "$1" 'an answer, but the engine gave none'
  elif [[ -z $came ]]; then
    came='absent -'
  else
    came=$("${lab_docker[@]}" inspect -f '{{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{else}}-{{end}}' "$2" 2>&1) || true
  fi
  want="$3 $4"
  if [[ $3 == - ]]; then want="${came% *} $4"; fi
  if [[ $4 == - ]]; then want="${want% *} ${came#* }"; fi
  if [[ $came != "$want" ]]; then
    fail "$1" "that $2 is ${want/ -/}, but it is ${came/ -/}"
  fi
}
