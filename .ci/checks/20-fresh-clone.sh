# As a new user would: a fresh clone, `make run`, and the lines that the start banner says to paste, in two minutes.
# limit: 150
set -euo pipefail
command -v git >/dev/null && command -v curl >/dev/null && git rev-parse --git-dir >/dev/null 2>&1 || exit 77

folder=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT

git clone --quiet . "$folder/elko-mock"
cd "$folder/elko-mock"
begun=$SECONDS
make --no-print-directory run ARGS="--port 0 --port-file $folder/port" >"$folder/said" 2>&1 &
server=$!
until [ -s "$folder/port" ]; do
    kill -0 "$server" 2>/dev/null || { cat "$folder/said"; exit 1; }
    [ $((SECONDS - begun)) -lt 110 ] || { cat "$folder/said"; echo "not up within 110 s"; exit 1; }
    sleep 0.2
done

pasted=0
while IFS= read -r line; do
    case $line in
        *TOKEN=*) eval "$line"; continue ;;
    esac
    answer=$(eval "${line/curl /curl --silent --show-error --fail-with-body --max-time 10 }") || { echo "failed: $line"; exit 1; }
    [ -n "$answer" ] || { echo "empty: $line"; exit 1; }
    pasted=$((pasted + 1))
done < <(grep -E '^ *(TOKEN=|curl )' "$folder/said")
[ "$pasted" -eq 3 ] || { cat "$folder/said"; echo "the banner has $pasted lines to paste, not 3"; exit 1; }
echo "from a clone to an order in $((SECONDS - begun)) s"
[ $((SECONDS - begun)) -lt 120 ]
