# The mock passes its own verify, writes on, JSON and XML: at least 5,000 generated calls and not one finding.
# limit: 420
set -euo pipefail
folder=$(mktemp -d)
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -z "$server" ] || wait "$server" 2>/dev/null || true
    rm -rf "$folder"
}
trap finish EXIT
python=$PWD/.venv/bin/python
cd "$folder" # no settings file of the checkout is read

"$python" -m elko_mock serve --port 0 --port-file port >said 2>&1 &
server=$!
until [ -s port ]; do
    kill -0 "$server" 2>/dev/null || { cat said; exit 1; }
    sleep 0.1
done

"$python" -m elko_mock verify "http://127.0.0.1:$(cat port)" --writes 127.0.0.1 --examples 120 --seed 1 \
    --json verdict.json --quiet >report 2>&1 || { cat report; exit 1; }
"$python" - <<'CHECK'
import json

verdict = json.load(open("verdict.json"))
left = [one["check"] for one in verdict["checks"] if one["standing"] != "passed"]
print(f"{verdict['outcome']}: {verdict['calls']} calls, {verdict['cases']} generated, {verdict['seconds']:.0f} s")
assert verdict["outcome"] == "conforms" and not left, left
assert verdict["cases"] >= 5000, verdict["cases"]
CHECK
