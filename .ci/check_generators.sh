#!/usr/bin/env bash
# The client generators that people use read the vendored document without an error, and what they make can be used:
# the Python client reads each example answer, the TypeScript types compile a program that uses them.
# Ends with 77 where neither package registry can be reached.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
python_client="openapi-python-client==0.29.1"
typescript_types="openapi-typescript@7.13.0"
typescript="typescript@5.9.3"

python=.venv/bin/python
[ -x "$python" ] || python=python3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
checked=0

if "$python" -m venv "$folder/venv" && "$folder/venv/bin/pip" install --quiet --disable-pip-version-check "$python_client" 2>"$folder/pip.log"; then
    PATH="$folder/venv/bin:$PATH" "$folder/venv/bin/openapi-python-client" generate --meta none \
        --path openapi/elko-v3.0.yaml --output-path "$folder/elko_client" >"$folder/python.log" 2>&1 ||
        { cat "$folder/python.log"; echo "$python_client failed"; exit 1; }
    # Only body types that it has no use for may be skipped; nothing else.
    if grep -A2 -E 'WARNING|ERROR|Unable' "$folder/python.log" | grep -vE '^(--|$)|WARNING parsing|Unsupported content type'; then
        cat "$folder/python.log"
        echo "$python_client left something out"
        exit 1
    fi
    "$python" tests/contract/generated_client.py examples >"$folder/examples.json"
    "$folder/venv/bin/python" tests/contract/generated_client.py read "$folder" <"$folder/examples.json"
    checked=$((checked + 1))
else
    echo "$python_client cannot be installed here; left out"
fi

if command -v npm >/dev/null && npm install --silent --no-audit --no-fund --prefix "$folder/node" \
    "$typescript_types" "$typescript" >"$folder/npm.log" 2>&1; then
    "$folder/node/node_modules/.bin/openapi-typescript" openapi/elko-v3.0.yaml -o "$folder/node/elko.d.ts"
    cp tests/contract/generated_types.ts "$folder/node/"
    "$folder/node/node_modules/.bin/tsc" --noEmit --strict --skipLibCheck false --target es2022 "$folder/node/generated_types.ts"
    echo "openapi-typescript: types made, and a program that uses them compiles"
    checked=$((checked + 1))
else
    echo "$typescript_types cannot be installed here; left out"
fi

[ "$checked" -gt 0 ] || exit 77
