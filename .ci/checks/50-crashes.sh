#!/usr/bin/env bash
# limit: 900
# The mock is killed 200 times under load; nothing it acknowledged may be missing afterwards.
set -euo pipefail
cd "$(dirname "$0")/../.."
CRASHES="${CRASHES:-200}" .venv/bin/pytest -q -p no:cacheprovider tests/durability/test_state_file.py -k killed
