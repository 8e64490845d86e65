
# ---- Comparing what came with what the page shows. ----

# output_at LINE [of STEP] [ordered]: the last step, or the step at line STEP of the last session, printed what standard
# input shows; the page shows it from LINE on. Rows of a table may come in any order unless they are ordered.
output_at() {
  local lab_order=any
  local -a want want_kind want_at got got_kind
  if [[ ${!#} == ordered ]]; then lab_order=ordered; fi
  read_lines
  want=("${lab_text[@]}") want_kind=("${lab_kind[@]}") want_at=("${lab_at[@]}")
  if [[ ${2-} == of ]]; then read_lines < <(printed_at "$3"); else read_lines <"$lab_output"; fi
  got=("${lab_text[@]}") got_kind=("${lab_kind[@]}")
  compare "$1"
  lab_outputs=$((lab_outputs + 1))
}

compare() {
  local lab_values='' lab_reached=0
  if matches 0 0; then return; fi
  if ((lab_reached > 0 && lab_reached == ${#want[@]})); then lab_reached=$((lab_reached - 1)); fi
  if command -v diff >/dev/null; then
    diff -u --label "$lab_chapter" --label 'what came' <(show "${want[@]}") <(show "${got[@]}") >&2 || true
  else
    say "--- $lab_chapter" && show "${want[@]}" >&2
    say '--- what came' && show "${got[@]}" >&2
  fi
  fail $(($1 + ${want_at[lab_reached]-0})) 'the lines marked - above, but the lines marked + came'
}

show() { if (($#)); then printf '%s\n' "${@//$'\t'/ | }"; fi; }

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
    done
    return 1
  elif [[ ${want_kind[i]} == R && $lab_order == any ]]; then
    k=0
    while ((rows_end < ${#want[@]})) && { [[ ${want_kind[rows_end]} == R ]] || is_skip "$rows_end"; }; do
      if ! is_skip "$rows_end"; then k=$((k + 1)); fi
      rows_end=$((rows_end + 1))
    done
    while [[ ${got_kind[printed_end]-} == R ]]; do printed_end=$((printed_end + 1)); done
    ((k == printed_end - j || (k < printed_end - j && k < rows_end - i))) && rows_match "$i" ' '
  else
    ((j < ${#got[@]})) && same "$i" "$j" && matches $((i + 1)) $((j + 1))
  fi
}

# A line `...` stands for any number of lines.
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
    name=${lab_names[i]} value=${BASH_REMATCH[lab_groups[i]]}
    if [[ $values != *$'\n'"$name="* ]]; then
      values+=$'\n'"$name=$value"$'\n'
    elif [[ $values != *$'\n'"$name=$value"$'\n'* ]]; then
      return 1
    fi
  done
  lab_values=$values
}

# read_pattern TEXT: an extended regular expression for a line of the page into lab_pattern; into lab_names and
# lab_groups its values with the groups that hold them. A backslash before `<` keeps it as text.
read_pattern() {
  local rest=$1 plain name kind groups=0 open
  lab_pattern='^' lab_names=() lab_groups=()
  while [[ $rest == *'<'* ]]; do
    plain=${rest%%'<'*} rest=${rest#*'<'}
    name=${rest%%'>'*} kind=''
    if [[ $plain == *\\ ]]; then
      plain=${plain%?}
    elif [[ $rest == *'>'* && $name =~ ^[a-z][a-z0-9_]*$ ]]; then
      kind=${name##*_}
      if [[ -z $kind || -z ${lab_expression[$kind]-} ]]; then kind=''; fi
    fi
    if [[ -z $kind ]]; then
      add_plain "$plain<"
      continue
    fi
    add_plain "$plain"
    rest=${rest#*'>'}
    lab_pattern+="(${lab_expression[$kind]})"
    if [[ $kind != any ]]; then lab_names+=("$name") lab_groups+=($((groups + 1))); fi
    open=${lab_expression[$kind]//[!(]/}
    groups=$((groups + 1 + ${#open}))
  done
  add_plain "$rest"
  lab_pattern+='$'
}

# add_plain TEXT: adds text to lab_pattern so that no character of it has a meaning there.
add_plain() {
  local text=$1 special
  for special in \\ '.' '*' '^' '$' '+' '?' '(' ')' '[' ']' '{' '}' '|'; do
    text=${text//"$special"/"\\$special"}
  done
  lab_pattern+=$text
}

# read_lines: reads standard input into the arrays lab_text, lab_kind (T text; H and R the header and the rows of a psql
# table, their cells with a tab between) and lab_at (the line's number). Indentation counts; the width of gaps, blanks
# at the end of a line and empty lines at both ends do not. After a carriage return a line begins anew.
read_lines() {
  local -a lines
  local line columns=0 i first=0 last=-1
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
        lab_kind+=(R) lab_text+=("$lab_cells") lab_at+=("$i")
        continue
      fi
    elif ((i > first)) && is_rule "$line" "${lines[i - 1]}" && { ((lab_width > 1)) || is_counted "$i"; }; then
      columns=$lab_width
      lab_kind[-1]=H lab_text[-1]=$lab_cells
      continue
    fi
    squeeze "$line"
    lab_kind+=(T) lab_text+=("${line%%[![:space:]]*}$lab_squeezed") lab_at+=("$i")
  done
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
