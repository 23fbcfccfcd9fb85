# Every supported Python that this machine has beside the one of .venv serves as that one does: the mock's own stories.
# limit: 1200
set -euo pipefail
export PYTHONDONTWRITEBYTECODE=1
own=$(.venv/bin/python -c 'import sys; print(*sys.version_info[:2])')
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
looked=0
while IFS= read -r python; do
    version=$("$python" -c 'import sys; print(*sys.version_info[:2])')
    [ "$version" != "$own" ] || continue
    echo "Python ${version/ /.}"
    "$python" -m venv "$folder/venv"
    "$folder/venv/bin/python" -m pip install --disable-pip-version-check --quiet --constraint constraints.txt --editable '.[dev]' \
        2>"$folder/said" || { cat "$folder/said"; echo "cannot be installed there"; exit 1; }
    "$folder/venv/bin/python" -m pytest -q -n auto --dist loadgroup -p no:cacheprovider tests/journeys tests/unit/server tests/unit/exchange
    rm -rf "$folder/venv"
    looked=$((looked + 1))
done < <(.venv/bin/python -m tests.interpreters)
[ "$looked" -gt 0 ] || { echo "there is no other Python here"; exit 77; }
