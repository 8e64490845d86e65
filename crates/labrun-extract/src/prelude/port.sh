
# port_at LINE HOST PORT STATE: a connection to the port is accepted (open), or none is (closed).
port_at() {
  local came=closed
  # A network that swallows what is sent gives no answer at all.
  if timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$2" "$3" 2>/dev/null; then came=open; fi
  if [[ $came != "$4" ]]; then
    fail "$1" "that $2:$3 is $4, but it is $came"
  fi
}
