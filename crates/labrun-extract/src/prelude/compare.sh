
# ---- Comparing what came with what the page shows. ----

# output_at LINE [of STEP] [ordered|unordered]: the last step, or the step at line STEP of the last session, printed what
# standard input shows; the page shows it from LINE on. Rows of a table may come in any order unless they are ordered,
# and all lines where they are unordered.
output_at() {
  local lab_order=any
  local -a want want_kind want_at got got_kind
  if [[ ${!#} == *ordered ]]; then lab_order=${!#}; fi
  read_lines
  want=("${lab_text[@]}") want_kind=("${lab_kind[@]}") want_at=("${lab_at[@]}")
  if [[ ${2-} == of ]]; then read_lines < <(printed_at "$3"); else read_lines <"$lab_output"; fi
  got=("${lab_text[@]}") got_kind=("${lab_kind[@]}")
  compare "$1"
  lab_outputs=$((lab_outputs + 1))
}

compare() {
  local lab_values=$lab_captured lab_reached=0 reached values i said=''
  if fits; then
    # A name is captured at the line that shows it.
    for i in "${!want[@]}"; do capture $(($1 + want_at[i])) "$(named_in "${want[i]}")"; done
    return
  fi
  reached=$lab_reached
  lab_values=$'\n'
  if [[ $lab_captured != $'\n' ]] && fits; then
    values=$lab_values
    for i in "${!want[@]}"; do
      lab_values=$values
      other_value $(($1 + want_at[i])) "$(named_in "${want[i]}")"
    done
  fi
  said=$(unshown)
  if [[ -n $said ]] && without_messages; then
    say "$said"
    fail "$1" 'no message of PostgreSQL that the chapter does not show, but those above came'
  fi
  lab_reached=$reached
  if ((lab_reached > 0 && lab_reached == ${#want[@]})); then lab_reached=$((lab_reached - 1)); fi
  if command -v diff >/dev/null; then
    diff -u --label "$lab_chapter" --label 'what came' <(show "${want[@]}") <(show "${got[@]}") >&2 || true
  else
    say "--- $lab_chapter" && show "${want[@]}" >&2
    say '--- what came' && show "${got[@]}" >&2
  fi
  fail $(($1 + ${want_at[lab_reached]-0})) 'the lines marked - above, but the lines marked + came'
}

# named_in TEXT: those of the values in lab_values that a line of the page names.
named_in() {
  local entry
  while IFS= read -r entry; do
    if [[ $entry == *=* && $1 == *"<${entry%%=*}>"* ]]; then printf '%s\n' "$entry"; fi
  done <<<"$lab_values"
}

# unshown: the messages of PostgreSQL that no line of the page shows.
unshown() {
  local i j
  for j in "${!got[@]}"; do
    if [[ ${got_kind[j]} != N ]]; then continue; fi
    for i in "${!want[@]}"; do
      if same "$i" "$j"; then continue 2; fi
    done
    printf '%s\n' "${got[j]}"
  done
}

# without_messages: whether the lines fit once those messages are left out.
without_messages() {
  local i lab_values=$lab_captured
  local -a all=("${got[@]}") kinds=("${got_kind[@]}")
  got=() got_kind=()
  for i in "${!all[@]}"; do
    if [[ ${kinds[i]} == N && $'\n'$said$'\n' == *$'\n'"${all[i]}"$'\n'* ]]; then continue; fi
    if ((${#got[@]} == 0)) && [[ -z ${all[i]} && ${kinds[i]} == T ]]; then continue; fi
    got+=("${all[i]}") got_kind+=("${kinds[i]}")
  done
  if fits; then return 0; fi
  got=("${all[@]}") got_kind=("${kinds[@]}")
  return 1
}

fits() {
  local i lab_more=''
  local -a lab_plain=() lab_varying=()
  if [[ $lab_order != unordered ]]; then
    matches 0 0
    return
  fi
  # What leaves no choice comes first, so that a value does not take another line's.
  for i in "${!want[@]}"; do
    if is_skip "$i"; then
      lab_more=1
    elif [[ ${want[i]} == *'<'* ]]; then
      lab_varying+=("$i")
    elif [[ -n ${want[i]} || ${want_kind[i]} == R ]]; then
      lab_plain+=("$i")
    fi
  done
  anywhere ' ' ${lab_plain[@]+"${lab_plain[@]}"} ${lab_varying[@]+"${lab_varying[@]}"}
}

# anywhere TAKEN I…: whether each of these lines of the page has a printed line of its own that is not TAKEN yet, and
# nothing is left over that matters.
anywhere() {
  local taken=$1 i=${2-} k values=$lab_values
  shift
  if [[ -z $i ]]; then
    for k in "${!got[@]}"; do
      if [[ $taken == *" $k "* || (-z ${got[k]} && ${got_kind[k]} == T) ]]; then continue; fi
      if [[ -z $lab_more || ${got_kind[k]} == N ]]; then return 1; fi
    done
    return 0
  fi
  shift
  lab_reached=$i
  for k in "${!got[@]}"; do
    lab_values=$values
    if [[ $taken != *" $k "* ]] && same "$i" "$k" && anywhere "$taken$k " "$@"; then return 0; fi
  done
  return 1
}

show() {
  local line
  for line in "$@"; do
    line=${line//$'\t'/ | }
    printf '%s\n' "${line//$'\n'/ ↵ }"
  done
}

# matches I J: whether the page's lines from I on say what the printed lines from J on are.
matches() {
  local i=$1 j=$2 k values=$lab_values rows_end=$1 printed_end=$2
  if ((i > lab_reached)); then lab_reached=$i; fi
  if ((i == ${#want[@]})); then
    ((j == ${#got[@]}))
  elif is_skip "$i"; then
    for ((k = j; k <= ${#got[@]}; k++)); do
      lab_values=$values
      if matches $((i + 1)) "$k"; then return 0; fi
      if [[ ${got_kind[k]-} == N ]]; then return 1; fi
    done
    return 1
  elif [[ ${want_kind[i]} == R && $lab_order == any ]]; then
    k=0
    while ((rows_end < ${#want[@]})) && { [[ ${want_kind[rows_end]} == R ]] || is_skip "$rows_end"; }; do
      if ! is_skip "$rows_end"; then k=$((k + 1)); fi
      rows_end=$((rows_end + 1))
    done
    # A printed row of three dots reads as text, because on a page it would be no row.
    while [[ ${got_kind[printed_end]-} == R || ${got_kind[printed_end]-}${got[printed_end]-} == T*([[:space:]])... ]]; do
      printed_end=$((printed_end + 1))
    done
    ((k == printed_end - j || (k < printed_end - j && k < rows_end - i))) && rows_match "$i" ' '
  else
    ((j < ${#got[@]})) && same "$i" "$j" && matches $((i + 1)) $((j + 1))
  fi
}

# A line `...` stands for any number of lines, messages of PostgreSQL excepted.
is_skip() { [[ ${want_kind[$1]} == T && ${want[$1]} =~ ^[[:space:]]*\.\.\.$ ]]; }

# rows_match I TAKEN: SQL gives no order, so each of the page's rows from I on takes a printed row that is not TAKEN yet.
rows_match() {
  local i=$1 k values=$lab_values rest=$rows_end
  while ((i < rows_end)) && is_skip "$i"; do i=$((i + 1)); done
  if ((i == rows_end)); then
    # A `...` at the end of the rows may stand for what follows the table as well.
    if is_skip $((rows_end - 1)); then rest=$((rows_end - 1)); fi
    matches "$rest" "$printed_end"
    return
  fi
  if ((i > lab_reached)); then lab_reached=$i; fi
  for ((k = j; k < printed_end; k++)); do
    lab_values=$values
    if [[ $2 != *" $k "* ]] && same "$i" "$k" && rows_match $((i + 1)) "$2$k "; then return 0; fi
  done
  return 1
}

# same I J: whether the page's line I says what the printed line J is; in tables also with as many cells.
same() {
  local page=${want[$1]} came=${got[$2]} values=$lab_values name value i
  [[ ${want_kind[$1]} == "${got_kind[$2]}" && ${page//[!$'\t']/} == "${came//[!$'\t']/}" ]] || return 1
  if [[ $page != *'<'* ]]; then
    [[ $page == "$came" ]]
    return
  fi
  read_pattern "$page"
  [[ $came =~ $lab_pattern ]] || return 1
  # The same name stands for the same value wherever it comes again.
  for i in "${!lab_names[@]}"; do
    name=${lab_names[i]} value=${BASH_REMATCH[lab_groups[i]]//$'\n'/$'\036'}
    if [[ $values != *$'\n'"$name="* ]]; then
      values+=$'\n'"$name=$value"$'\n'
    elif [[ $values != *$'\n'"$name=$value"$'\n'* ]]; then
      return 1
    fi
  done
  lab_values=$values
}

# read_pattern TEXT: an extended regular expression for a line of the page into lab_pattern; into lab_names and
# lab_groups its values with the groups that hold them. A backslash before `<` keeps it as text, and `</…/>` is a regular
# expression of the page.
read_pattern() {
  local rest=$1 plain name kind groups=0 open inside
  lab_pattern='^' lab_names=() lab_groups=()
  while [[ $rest == *'<'* ]]; do
    plain=${rest%%'<'*} rest=${rest#*'<'}
    name=${rest%%'>'*} kind='' inside=''
    if [[ $plain == *\\ ]]; then
      plain=${plain%?}
    elif [[ $rest == /?*'/>'* ]]; then
      inside=${rest#/} inside=${inside%%'/>'*}
    elif [[ $rest == *'>'* && $name =~ ^[a-z][a-z0-9_]*$ ]]; then
      kind=${name##*_}
      if [[ -z $kind || -z ${lab_expression[$kind]-} ]]; then kind=''; fi
    fi
    if [[ -n $inside ]]; then
      add_plain "$plain"
      rest=${rest#"/$inside/>"}
      lab_pattern+="($inside)"
      count_groups "$inside"
      groups=$((groups + 1 + ${#open}))
      continue
    fi
    if [[ -z $kind ]]; then
      add_plain "$plain<"
      continue
    fi
    add_plain "$plain"
    rest=${rest#*'>'}
    lab_pattern+="(${lab_expression[$kind]})"
    if [[ $name != any ]]; then lab_names+=("$name") lab_groups+=($((groups + 1))); fi
    open=${lab_expression[$kind]//[!(]/}
    groups=$((groups + 1 + ${#open}))
  done
  add_plain "$rest"
  lab_pattern+='$'
}

# count_groups EXPRESSION: as many brackets as an expression of the page has groups, into open. One that is escaped, or
# in a class, is none.
count_groups() {
  open=${1//\\?/}
  while [[ $open == *'['*']'* ]]; do open=${open%%'['*}${open#*'['*']'}; done
  open=${open//[!(]/}
}

# add_plain TEXT: adds text to lab_pattern so that no character of it has a meaning there.
add_plain() {
  local text=$1 special
  for special in \\ '.' '*' '^' '$' '+' '?' '(' ')' '[' ']' '{' '}' '|'; do
    text=${text//"$special"/"\\$special"}
  done
  lab_pattern+=$text
}

# read_lines: reads standard input into the arrays lab_text, lab_kind (T text; N a message of PostgreSQL; H and R the
# header and the rows of a psql table, their cells with a tab between) and lab_at (the line's number). Indentation counts;
# the width of gaps and of rules, blanks at the end of a line and empty lines at both ends do not. After a carriage return
# a line begins anew.
read_lines() {
  local -a lines lab_row=() lab_went_on=()
  local line columns=0 i first=0 last=-1 in_record='' record='^-\[ RECORD [0-9]+ \]'
  lab_kind=() lab_text=() lab_at=()
  mapfile -t lines
  for i in "${!lines[@]}"; do
    line=${lines[i]}
    while [[ $line == *$'\r' ]]; do line=${line%$'\r'}; done
    line=${line##*$'\r'}
    lines[i]=${line%"${line##*[![:space:]]}"}
    if [[ -n ${lines[i]} ]]; then last=$i; fi
  done
  while ((first <= last)) && [[ -z ${lines[first]} ]]; do first=$((first + 1)); done
  for ((i = first; i <= last; i++)); do
    line=${lines[i]}
    if [[ $line =~ ^\([0-9]+\ rows?\)$ || (-z $line && $columns -gt 1) ]]; then columns=0; fi
    if ((columns)); then
      split_cells "$line"
      if ((lab_width == columns)) && [[ $lab_cells != ... ]]; then
        add_row "$line"
        continue
      fi
      lab_went_on=()
    elif ((i > first)) && is_rule "$line" "${lines[i - 1]}" && { ((lab_width > 1)) || is_counted "$i"; }; then
      columns=$lab_width lab_went_on=()
      lab_rule=${line##*+} lab_kind[-1]=H lab_text[-1]=$lab_cells
      continue
    fi
    # In the expanded display a value that goes on in the next line has a mark, and no name is empty.
    if [[ $line =~ ${record}[-+]*$ && $line =~ $record ]]; then
      line=${BASH_REMATCH[0]} in_record=1
    elif [[ -z $line ]]; then
      in_record=''
    elif [[ -n $in_record && $line == *+ && ${lines[i + 1]-} =~ ^[[:space:]]*\| ]]; then
      line=${line%+}
    fi
    squeeze "$line"
    lab_text+=("${line%%[![:space:]]*}$lab_squeezed") lab_at+=("$i")
    if [[ $line =~ ^(psql:[^\ ]+:\ )?(WARNING|NOTICE):\ \  ]]; then lab_kind+=(N); else lab_kind+=(T); fi
  done
}

# add_row LINE: a row of a table, or further lines of the cells of the row above. psql writes `+` into the margin behind a
# cell that goes on; behind the last column only the rule tells the margin from a value that ends with `+`.
add_row() {
  local -a came goes_on=()
  local c cell any=''
  IFS='|' read -r -a came <<<"$1|"
  for c in "${!came[@]}"; do
    cell=${came[c]} goes_on[c]=''
    if [[ $cell == *+ ]] && ((c < columns - 1 || ${#cell} == ${#lab_rule})); then
      goes_on[c]=1 cell=${cell%+} any=1
    fi
    squeeze "$cell"
    if ((${#lab_went_on[@]} == 0)); then
      lab_row[c]=$lab_squeezed
    elif [[ -n ${lab_went_on[c]}$lab_squeezed ]]; then
      lab_row[c]+=$'\n'$lab_squeezed
    fi
  done
  printf -v cell '\t%s' "${lab_row[@]}"
  if ((${#lab_went_on[@]})); then
    lab_text[-1]=${cell#?}
  else
    lab_kind+=(R) lab_text+=("${cell#?}") lab_at+=("$i")
  fi
  lab_went_on=()
  if [[ -n $any ]]; then lab_went_on=("${goes_on[@]}"); fi
}

# is_counted I: whether psql has counted rows below line I. Without, a heading over dashes is no table of one column.
is_counted() {
  local at
  for ((at = $1; at <= last; at++)); do
    if [[ ${lines[at]} =~ ^\([0-9]+\ rows?\)$ ]]; then return 0; fi
  done
  return 1
}

# is_rule LINE ABOVE: whether a line `---+---` has as many parts as the line above it has cells; they are in lab_cells.
is_rule() {
  local parts=${1//[!+]/}
  [[ $1 =~ ^-+(\+-+)*$ && -n $2 ]] || return 1
  split_cells "$2"
  ((lab_width == ${#parts} + 1))
}

# split_cells LINE: the cells with a tab between into lab_cells, and how many there are into lab_width.
split_cells() {
  local -a cells
  local cell
  IFS='|' read -r -a cells <<<"$1|"
  lab_cells='' lab_width=${#cells[@]}
  for cell in "${cells[@]}"; do
    squeeze "$cell"
    lab_cells+=$'\t'$lab_squeezed
  done
  lab_cells=${lab_cells#$'\t'}
}

# squeeze TEXT: without blanks at its ends, and with one blank for each gap inside, into lab_squeezed.
squeeze() {
  local IFS=$' \t'
  local -a words
  read -r -a words <<<"$1"
  lab_squeezed=${words[*]}
}
