
# file_at LINE PATH: writes its standard input to a file in the lab's folder, where the reader uses an editor.
file_at() {
  lab_line=$1
  say "$lab_chapter:$1: write $2"
  mkdir -p "$(dirname "$lab_folder/$2")" 2>/dev/null || true
  if ! cat 2>/dev/null >"$lab_folder/$2" && ! sudo tee "$lab_folder/$2" >/dev/null; then
    fail "$1" "that $2 can be written"
  fi
  lab_steps=$((lab_steps + 1))
}
