
# check_at LINE SECONDS FUNCTION TITLE [HINT]: asks from outside whether the world is as the chapter says at LINE.
check_at() {
  local lab_hint=${5-}
  lab_line=$1
  say "$lab_chapter:$1: check: $4"
  eventually "$2" "$3"
  lab_checks=$((lab_checks + 1))
}
