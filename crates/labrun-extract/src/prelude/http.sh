
# http_at LINE STATUS URL [FLAG…]: the server answers with this status; the body goes to the file `answer`.
http_at() {
  local line=$1 status=$2 url=$3 came
  shift 3
  if ! came=$(curl --silent --show-error --noproxy '*' --globoff --max-time 10 --output "$lab_work/answer" \
    --write-out '%{http_code}' "$@" "$url" 2>"$lab_work/refusal"); then
    cat "$lab_work/refusal" >&2
    fail "$line" "an answer, but $url gave none"
  elif [[ $came != "$status" ]]; then
    fail "$line" "status $status of $url, but it is $came"
  fi
}
