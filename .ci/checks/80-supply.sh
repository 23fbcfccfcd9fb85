#!/usr/bin/env bash
# limit: 600
# What is shipped with the mock: the page of licences is true, the bill of materials is whole, valid and the same twice,
# and no pinned package is known to be vulnerable. Skipped as a whole only if the tools cannot be installed, or if the
# advisory service cannot be asked while all else is good.
set -euo pipefail
cd "$(dirname "$0")/../.."
make --silent .venv/.supply || { echo "the tools cannot be installed here"; exit 77; }
if make --silent .venv/.fuzzing; then
    make --silent licences ARGS=--check
else
    echo "not everything pinned can be installed for this Python, so the page of licences was not compared"
fi

bill=dist/elko_mock-$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml).cdx.json
first=$(mktemp)
trap 'rm -f "$first"' EXIT
make --silent sbom >/dev/null
cp "$bill" "$first"
rm -rf build dist
PYTHONHASHSEED=7 TZ=Pacific/Auckland make --silent sbom >/dev/null
cmp "$first" "$bill"
.venv/bin/python - "$bill" <<'CHECK'
import json
import sys
from pathlib import Path

from tests.licences import needed, pinned

text = Path(sys.argv[1]).read_text()
bill = json.loads(text)
there = {(one["name"], one["version"]) for one in bill["components"]}
assert there == {pinned()[name] for name in needed()}, there ^ {pinned()[name] for name in needed()}
assert all(one.get("licenses") for one in bill["components"]), [one["name"] for one in bill["components"] if not one.get("licenses")]
assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "elko-mock")
tied = {one["ref"] for one in bill["dependencies"]}
assert {one["bom-ref"] for one in bill["components"]} <= tied
for trace in (str(Path.cwd()), str(Path.home()), "file:", "serialNumber", "timestamp"):
    assert trace not in text, trace
print(f"the bill of materials names {len(there)} packages, is valid CycloneDX {bill['specVersion']}, and the same twice")
CHECK

status=0
.venv/bin/python .ci/audit.py || status=$?
[ "$status" -ne 77 ] || echo "all else is good"
exit "$status"
