#!/usr/bin/env bash
# limit: 900
# Three quarters of a minute of coverage-guided fuzzing over all parsers; the hour is `make fuzz ARGS="--minutes 60"`.
set -euo pipefail
cd "$(dirname "$0")/../.."
make --silent .venv/.fuzzing || { echo "atheris cannot be installed for this Python"; exit 77; }
exec .venv/bin/python -m tests.fuzz --minutes 0.75
