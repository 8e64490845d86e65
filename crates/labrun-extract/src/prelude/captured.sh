
# What the chapter's names stand for, a line `NAME=VALUE` for each, and the lines of the chapter that say so. A line break
# in a value is written as the character 036.
lab_captured=$'\n' lab_captured_at=$'\n'

# capture LINE VALUES: keeps the values whose names say more than their type: they stand for them in the whole chapter.
capture() {
  local entry name
  while IFS= read -r entry; do
    name=${entry%%=*}
    if [[ $entry == *=* && $name != "${name##*_}" && $lab_captured != *$'\n'"$name="* ]]; then
      lab_captured+=$entry$'\n'
      lab_captured_at+=$name=$1$'\n'
    fi
  done <<<"$2"
}

# other_value LINE VALUES: fails where a name stands for another value than before.
other_value() {
  local entry name rest
  while IFS= read -r entry; do
    name=${entry%%=*}
    if [[ $entry == *=* && $lab_captured == *$'\n'"$name="* && $lab_captured != *$'\n'"$entry"$'\n'* ]]; then
      rest=${lab_captured#*$'\n'"$name="}
      fail "$1" "that <$name> is ${rest%%$'\n'*}, as at line $(captured_at "$name"), but ${entry#*=} came"
    fi
  done <<<"$2"
}

captured_at() {
  local rest=${lab_captured_at#*$'\n'"$1="}
  printf '%s' "${rest%%$'\n'*}"
}
