
# holds_at LINE RELATION TERM [SIGN TERM]… COMPARISON TERM [SIGN TERM]…: what must hold between values of the chapter. A
# term is `KIND:NAME` for what a name stands for, or `is:VALUE`. Positions are bytes, times nanoseconds.
holds_at() {
  local line=$1 relation=$2 side=left left right sign=1 comparison zone='' word value
  shift 2
  for word in "$@"; do
    case $word in
    +) sign=1 ;;
    -) sign=-1 ;;
    '=' | '<>' | '<' | '<=' | '>' | '>=') comparison=$word side=right sign=0 ;;
    *)
      value_of "$line" "$relation" "$word"
      if [[ $side == left && -z ${left-} ]]; then
        left=$value
      elif [[ $side == right && $sign == 0 ]]; then
        right=$value sign=1
      elif [[ $side == left ]]; then
        left=$((left + sign * value))
      else
        right=$((right + sign * value))
      fi
      ;;
    esac
  done
  case $comparison in
  '=') [[ $left == "$right" ]] ;;
  '<>') [[ $left != "$right" ]] ;;
  '<') ((left < right)) ;;
  '<=') ((left <= right)) ;;
  '>') ((left > right)) ;;
  '>=') ((left >= right)) ;;
  esac || {
    printf '%s' "${lab_captured#$'\n'}" >&2
    fail "$line" "that $relation, but $left is on the left and $right on the right; above are the values"
  }
}

# value_of LINE RELATION TERM: what a term stands for, into value.
value_of() {
  local kind=${3%%:*} name=${3#*:} text rest
  if [[ $kind == is ]]; then
    value=$name
    return
  fi
  if [[ $lab_captured != *$'\n'"$name="* ]]; then fail "$1" "that $2, but <$name> has no value"; fi
  rest=${lab_captured#*$'\n'"$name="}
  text=${rest%%$'\n'*}
  case $kind in
  text) value=$text ;;
  int) value=$((${text%%[0-9]*}10#${text#[-+]})) ;;
  lsn) value=$((16#${text%/*} << 32 | 16#${text#*/})) ;;
  duration) value=$(nanoseconds "$text") ;;
  ts)
    # Moments with a zone and moments without one cannot be compared.
    rest=without
    if [[ $text =~ (Z|UTC|:[0-9.]+[-+][0-9:]+|^.{10}\ ?[-+][0-9:]+)$ ]]; then rest=with; fi
    if [[ -n $zone && $zone != "$rest" ]]; then
      fail "$1" "that $2, but one moment says its time zone and another does not"
    fi
    zone=$rest
    value=$(date -u -d "$text" +%s%N)
    ;;
  esac
}

# nanoseconds TEXT: a length of time in nanoseconds. A month has 30 days.
nanoseconds() {
  local rest=$1 total=0 sign number unit scale whole fraction
  local clock='^([-+]?)([0-9]+):([0-9]+):([0-9]+)(\.([0-9]+))? *' part='^([-+]?)([0-9]+)(\.([0-9]+))? *([a-zµ]+) *'
  case $rest in
  'Less than a second') rest='' ;;
  'About a minute') rest=1m ;;
  'About an hour') rest=1h ;;
  esac
  while [[ -n $rest ]]; do
    if [[ $rest =~ $clock ]]; then
      sign=${BASH_REMATCH[1]} whole=$((10#${BASH_REMATCH[2]} * 3600 + 10#${BASH_REMATCH[3]} * 60 + 10#${BASH_REMATCH[4]}))
      fraction=${BASH_REMATCH[6]} scale=1000000000
    elif [[ $rest =~ $part ]]; then
      sign=${BASH_REMATCH[1]} whole=$((10#${BASH_REMATCH[2]})) fraction=${BASH_REMATCH[4]} unit=${BASH_REMATCH[5]}
      case $unit in
      ns) scale=1 ;;
      us | µs) scale=1000 ;;
      ms) scale=1000000 ;;
      s | sec*) scale=1000000000 ;;
      m | min*) scale=60000000000 ;;
      h | hr* | hour*) scale=3600000000000 ;;
      d | day*) scale=86400000000000 ;;
      week*) scale=604800000000000 ;;
      mon*) scale=2592000000000000 ;;
      *) scale=31104000000000000 ;;
      esac
    fi
    rest=${rest#"${BASH_REMATCH[0]}"}
    number=${fraction}000000
    number=$((whole * scale + 10#${number:0:6} * (scale / 1000000)))
    total=$((total + ${sign}1 * number))
  done
  printf '%s' "$total"
}
