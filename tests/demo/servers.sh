#!/usr/bin/env bash
# Private servers of the demo: started here, stopped by process id. Everything
# lives in the folder $dir, which the caller has made; one log file a server.
: "${dir:?}"

fail() {
    echo "demo: $*" >&2
    exit 1
}

# until_true SECONDS WHAT COMMAND...: asks again and again, but not for ever.
until_true() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@" >/dev/null 2>&1; do
        if ((SECONDS >= deadline)); then
            tail -n 5 "$dir"/*.log >&2 2>/dev/null || true
            fail "$what: not within the time allowed"
        fi
        sleep 0.1
    done
}

# quietly LOG COMMAND...: shows what a command said only when it fails.
quietly() {
    local log=$1
    shift
    "$@" >"$log" 2>&1 </dev/null || {
        cat "$log" >&2
        fail "'$1' failed"
    }
}

# Below the range from which the kernel gives ports to clients, so that none
# is taken between looking and using.
free_ports() {
    python3 - "$1" <<'PYTHON'
import random
import socket
import sys

found = []
for port in random.sample(range(15000, 30000), 500):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
    found.append(str(port))
    if len(found) == int(sys.argv[1]):
        break
print(*found)
PYTHON
}

# start NAME COMMAND...: in a session of its own, so that Ctrl-C reaches the
# demo only, which then stops the servers in order.
start() {
    local name=$1
    shift
    (cd "$dir" && exec setsid "$@" >"$dir/$name.log" 2>&1 </dev/null) &
    echo "$!" >>"$dir/pids"
}

# PostgreSQL refuses to run as root.
as_server_user=()
if [ "$(id -u)" -eq 0 ]; then
    as_server_user=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
fi

# start_postgres PORT [ADDRESSES]
start_postgres() {
    local port=$1 addresses=${2:-127.0.0.1} bin
    bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    [ -x "$bin/initdb" ] || fail "no PostgreSQL server (make deps)"
    mkdir "$dir/postgres"
    if [ "$(id -u)" -eq 0 ]; then
        chown nobody:nogroup "$dir/postgres"
    fi
    (cd "$dir" && quietly initdb.log "${as_server_user[@]}" "$bin/initdb" \
        -D "$dir/postgres" -U demo -A trust -E UTF8 --locale=C.UTF-8 \
        --no-sync --no-instructions)
    start postgres "${as_server_user[@]}" "$bin/postgres" \
        -D "$dir/postgres" -p "$port" -c listen_addresses="$addresses" \
        -c unix_socket_directories= -c fsync=off
    until_true 20 "PostgreSQL starts" \
        "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"
}

start_pushgateway() {
    # Without a persistence file of our own, Debian's default would bring in
    # the groups of strangers.
    start pushgateway prometheus-pushgateway \
        --web.listen-address="127.0.0.1:$1" \
        --persistence.file="$dir/pushgateway.groups"
}

# start_prometheus PORT PUSHGATEWAY_PORT: takes some seconds to the first scrape.
start_prometheus() {
    cat >"$dir/prometheus.yml" <<YAML
global:
  scrape_interval: 1s
  scrape_timeout: 1s
scrape_configs:
  - job_name: pushgateway
    honor_labels: true
    static_configs:
      - targets: ['127.0.0.1:$2']
YAML
    start prometheus prometheus --config.file="$dir/prometheus.yml" \
        --storage.tsdb.path="$dir/prometheus" \
        --web.listen-address="127.0.0.1:$1"
}

# start_sandbox PORT PROGRAM ARGUMENT...
start_sandbox() {
    local port=$1
    shift
    start sandbox "$@" --port "$port"
    until_true 20 "the sandbox starts" grep -q '^listening' "$dir/sandbox.log"
}

# The stop script of a demo that was left running does the same as its end.
write_stop_script() {
    cat >"$dir/stop" <<STOP
#!/bin/sh
# Stops the servers of this demo and removes its folder.
dir='$dir'
STOP
    cat >>"$dir/stop" <<'STOP'
# The number may belong to a stranger by now; ours work in our folder.
is_ours() {
    case $(readlink "/proc/$1/cwd" 2>/dev/null) in
        "$dir" | "$dir"/*) return 0 ;;
    esac
    return 1
}
cd /
for signal in INT TERM KILL; do
    left=
    # The last that was started goes first.
    for pid in $(sort -rn "$dir/pids" 2>/dev/null); do
        if is_ours "$pid"; then
            kill -s "$signal" "$pid" 2>/dev/null
            left="$left $pid"
        fi
    done
    tries=0
    for pid in $left; do
        while is_ours "$pid" && [ "$tries" -lt 50 ]; do
            tries=$((tries + 1))
            sleep 0.1
        done
    done
done
rm -rf "$dir"
STOP
    chmod +x "$dir/stop"
}
