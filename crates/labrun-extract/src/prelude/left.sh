
# left_at LINE: the step at LINE leaves a session that has ended here already.
left_at() {
  say "$lab_chapter:$1: the session is left"
  lab_steps=$((lab_steps + 1))
}
