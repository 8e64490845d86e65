
# found_at LINE PATH STATE: below the lab's folder there is something of this name (present), or nothing (absent).
found_at() {
  local came=absent real
  if [[ -e $lab_folder/$2 ]]; then
    came=present
    real=$(realpath -- "$lab_folder/$2")
    if [[ $real != "$(realpath -- "$lab_folder")"/* ]]; then
      fail "$1" "that $2 is in the lab's folder, but a symbolic link leads out of it"
    fi
  fi
  if [[ $came != "$3" ]]; then
    fail "$1" "that $2 is $3, but it is $came"
  fi
}

# contains_at LINE PATH TEXT…: each text stands somewhere in the file, within a line.
contains_at() {
  local line=$1 path=$2 text
  shift 2
  for text in "$@"; do
    if ! grep -qF -e "$text" -- "$lab_folder/$path"; then
      fail "$line" "that $path contains $text"
    fi
  done
}
