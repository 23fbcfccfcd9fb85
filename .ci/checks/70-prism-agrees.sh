# A third party agrees: Prism, in proxy mode between schemathesis and the mock, reports no response violation for JSON.
# limit: 400
set -euo pipefail
command -v node >/dev/null && command -v npm >/dev/null || exit 77
folder=$(mktemp -d)
running=()
finish() {
    for one in "${running[@]}"; do
        kill "$one" 2>/dev/null || true
        wait "$one" 2>/dev/null || true
    done
    rm -rf "$folder"
}
trap finish EXIT
python=$PWD/.venv/bin/python
cd "$folder"
npm install --no-save --no-package-lock --no-audit --no-fund --loglevel=error --prefix "$folder" \
    @stoplight/prism-cli@5.14.2 >npm.log 2>&1 || { echo "npm has no Prism to install here"; exit 77; }

# Answers are to be judged, so requests are described no closer than Prism needs them to know the operation (it also
# falls over lists of numbers in a path). The control plane's paths let verify see that it speaks to a mock.
"$python" - <<'DOCUMENTS'
import orjson

from elko_mock.contract.contract import Contract

document = orjson.loads(orjson.dumps(Contract.load().document))
for path, item in document["paths"].items():
    item.pop("parameters", None)
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    for operation in item.values():
        operation["parameters"] = [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names
        ]
        operation.pop("requestBody", None)
        for answer in operation["responses"].values():
            answer.pop("links", None)
free = {"security": [], "responses": {"200": {"description": "."}}}
world = [{"name": "world", "in": "path", "required": True, "schema": {"type": "string"}}]
document["paths"]["/_elko/health"] = {"get": {"operationId": "health", **free}}
document["paths"]["/_elko/worlds"] = {"post": {"operationId": "make", **free}}
document["paths"]["/_elko/worlds/{world}"] = {"delete": {"operationId": "end", "parameters": world, **free}}
document["paths"]["/_elko/worlds/{world}/clock/advance"] = {"post": {"operationId": "on", "parameters": world, **free}}
open("right.json", "wb").write(orjson.dumps(document))
document["components"]["schemas"]["Vendor"]["properties"]["name"] = {"type": "integer"}
open("wrong.json", "wb").write(orjson.dumps(document))
DOCUMENTS

"$python" -m elko_mock serve --port 0 --port-file port >said 2>&1 &
running+=($!)
until [ -s port ]; do
    kill -0 "${running[0]}" 2>/dev/null || { cat said; exit 1; }
    sleep 0.1
done

free_port() { "$python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
judge() { # DOCUMENT NAME OPTIONS...: a run through Prism, judged by DOCUMENT; its calls go to NAME.har
    local at prism
    at=$(free_port)
    node_modules/.bin/prism proxy "$1" "http://127.0.0.1:$(cat port)" -h 127.0.0.1 -p "$at" >"$2.log" 2>&1 &
    prism=$!
    running+=("$prism")
    for _ in $(seq 150); do
        "$python" -c "import socket; socket.create_connection(('127.0.0.1', $at), 1)" 2>/dev/null && break
        sleep 0.2
    done
    # What Prism answers itself (a body it cannot read) is no answer of the mock's: its verdict is not asked here.
    "$python" -m elko_mock verify "http://127.0.0.1:$at" --form json --checks none --har "$2.har" --quiet "${@:3}" \
        >"$2.report" 2>&1 || [ $? -eq 1 ] || { cat "$2.report"; tail -20 "$2.log"; exit 1; }
    kill "$prism"
    wait "$prism" 2>/dev/null || true
}
judge right.json right --writes 127.0.0.1 --examples 25
judge wrong.json wrong --only getVendors --quick

"$python" - <<'CHECK'
import json


def read(name):
    """How many calls there were, and what Prism said of those whose answers it found wrong."""
    entries = json.load(open(f"{name}.har"))["log"]["entries"]
    said = [
        (entry["request"]["url"], header["value"][:400])
        for entry in entries
        for header in entry["response"]["headers"]
        if header["name"].lower() == "sl-violations" and '"location":["response"' in header["value"].replace(" ", "")
    ]
    return len(entries), said


calls, violations = read("right")
print(f"Prism saw {calls} calls and {len(violations)} response violations")
for url, violation in violations[:10]:
    print(url, violation)
assert calls > 1500, calls
assert not violations
_, planted = read("wrong")
assert planted, "Prism did not see a planted fault, so its silence proves nothing"
CHECK
