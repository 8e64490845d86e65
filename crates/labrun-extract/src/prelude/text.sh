
# text_at LINE FILE [ordered]: the file has the lines that standard input shows; they stand in the chapter from LINE on.
text_at() {
  local lab_order=${3-any}
  local -a want want_kind want_at got got_kind
  read_lines
  want=("${lab_text[@]}") want_kind=("${lab_kind[@]}") want_at=("${lab_at[@]}")
  read_lines <"$2"
  got=("${lab_text[@]}") got_kind=("${lab_kind[@]}")
  compare "$1"
}
