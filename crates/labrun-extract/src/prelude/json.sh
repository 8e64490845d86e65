
# json_at LINE [of STEP]: the last step, or the step at line STEP of the last session, printed the JSON of standard
# input. The chapter shows it at LINE.
json_at() {
  local want came kind values expressions='' why
  IFS= read -r -d '' want || true
  if [[ ${2-} == of ]]; then came=$(printed_at "$3"); else came=$(<"$lab_output"); fi
  for kind in "${!lab_expression[@]}"; do expressions+="$kind=${lab_expression[$kind]}"$'\n'; done
  if ! why=$(jq -n '[inputs] | if length != 1 then error("there are \(length) values") else empty end' <<<"$came" 2>&1); then
    printf '%s\n' "$came" | tail -n 40 >&2
    fail "$1" "JSON, but ${why#jq: }"
  fi
  if ! values=$(json_fits "$lab_captured"); then
    if values=$(json_fits ''); then
      other_value "$1" "$values"
    fi
    if command -v diff >/dev/null; then
      diff -u --label "$lab_chapter" --label 'what came' <(jq -S . <<<"$want") <(jq -S . <<<"$came") >&2 || true
    else
      printf '%s\n' "$came" >&2
    fi
    fail "$1" 'JSON with what is marked - above, but what is marked + came'
  fi
  capture "$1" "$values"
  lab_outputs=$((lab_outputs + 1))
}

# json_fits VALUES: what the names stand for when the JSON that came is the chapter's, and fails when it is not. An array
# with `"..."` can fit in more than one way, and the first that fits is taken.
json_fits() {
  jq -n -r --argjson want "$want" --argjson came "$came" --arg values "$1" --arg expressions "$expressions" '
    def entries: [split("\n")[] | select(contains("="))
      | capture("^(?<key>[^=]*)=(?<value>.*)$")] | from_entries;
    ($expressions | entries) as $kinds
    | def plain: gsub("(?<c>[][\\\\.^$*+?(){}|])"; "\\\(.c)");
    # A pattern as a regular expression, and the names of its groups.
    def compiled($bound):
      . as $text
      | [match("\\\\<|<(?<name>[a-z][a-z0-9_]*)>|</(?<expression>.+?)/>"; "g")
          | {offset, length, string} + ([.captures[] | select(.string != null) | {(.name): .string}] | add // {})]
      | map(select(.name == null or $kinds[.name | split("_") | last] != null))
      | reduce (.[], {offset: ($text | length), length: 0, end: true}) as $part ({at: 0, re: "^", names: []};
          .re += ($text[.at:$part.offset] | plain)
          | .at = $part.offset + $part.length
          | if $part.end then .re += "$"
            elif $part.expression then .re += "(?:\($part.expression))"
            elif $part.name == null then .re += "<"
            elif $bound[$part.name] and $part.name != "any" then .re += ($bound[$part.name] | plain)
            else .re += "(?<labrun\(.names | length)>\($kinds[$part.name | split("_") | last]))" | .names += [$part.name]
            end);
    def bind($names; $found; $bound):
      if $names == [] then $bound
      elif $names[0] == "any" then bind($names[1:]; $found[1:]; $bound)
      elif ($bound[$names[0]] // $found[0]) != $found[0] then empty
      else bind($names[1:]; $found[1:]; $bound + {($names[0]): $found[0]})
      end;
    def fits($want; $bound):
      def items($want; $bound):
        if $want == [] then select(. == []) | $bound
        elif $want[0] == "..." then range(0; length + 1) as $skipped | .[$skipped:] | items($want[1:]; $bound)
        else select(. != []) | .[1:] as $rest
          | (.[0] | fits($want[0]; $bound)) as $more | $rest | items($want[1:]; $more)
        end;
      def members($names; $want; $bound):
        if $names == [] then $bound
        else . as $object
          | ($object[$names[0]] | fits($want[$names[0]]; $bound)) as $more
          | $object | members($names[1:]; $want; $more)
        end;
      ($want | type) as $type
      | if $type == "string" then
          ($want | test("^<[a-z][a-z0-9_]*>$")) as $alone
          | ($want | compiled($bound)) as $pattern
          | select(type == "string" or ($alone and $pattern.names != [] and (type == "number" or type == "boolean"))
            or ($alone and $pattern.names == [] and $pattern.re != "^\($want | plain)$" and (type == "number" or type == "boolean")))
          | [tostring | match($pattern.re)]
          | select(. != [])
          | bind($pattern.names; [.[0].captures[] | select(.name != null) | .string]; $bound)
        elif $type == "array" then select(type == "array") | items($want; $bound)
        elif $type == "object" then
          select(type == "object")
          | ($want | del(.["..."])) as $members
          | select(($want | has("...")) or (keys - ($members | keys)) == [])
          | select((($members | keys) - keys) == [])
          | members($members | keys; $members; $bound)
        else select(. == $want) | $bound
        end;
    [first($came | fits($want; $values | entries | map_values(gsub("\u001e"; "\n"))))]
    | if . == [] then error("different") else .[0] end
    | to_entries[] | "\(.key)=\(.value | gsub("\n"; "\u001e"))"' 2>/dev/null
}
