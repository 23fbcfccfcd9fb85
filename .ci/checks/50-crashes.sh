#!/usr/bin/env bash
# limit: 900
# The mock is killed 200 times: under load, while it writes, starts, stops; nothing it acknowledged may be missing
# afterwards. CRASHES_SEED=... makes the same choices again.
set -euo pipefail
cd "$(dirname "$0")/../.."
CRASHES="${CRASHES:-200}" .venv/bin/pytest -q -rP -p no:cacheprovider tests/durability/test_crashes.py
