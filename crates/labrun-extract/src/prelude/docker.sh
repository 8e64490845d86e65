
# The engine may be for root only.
lab_docker=(docker)
docker ps >/dev/null 2>&1 || lab_docker=(sudo docker)
if ! "${lab_docker[@]}" ps >/dev/null; then
  say 'lab.sh: no Docker Engine answers'
  exit 3
fi

# remove_containers: takes away what `docker compose up` made in the lab's folders, and the containers with a name.
remove_containers() {
  local file name
  while IFS= read -r file; do
    (cd "${file%/*}" && "${lab_docker[@]}" compose down -v -t 0 --remove-orphans) >/dev/null 2>&1
  done < <(find "$lab_folder" -maxdepth 4 \( -name 'compose.y*ml' -o -name 'docker-compose.y*ml' \) 2>/dev/null)
  for name in ${lab_containers[@]+"${lab_containers[@]}"}; do
    "${lab_docker[@]}" rm -f -v "$name" >/dev/null 2>&1
  done
}
