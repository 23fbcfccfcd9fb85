#!/usr/bin/env bash
# The server and a plain model of it do 20,000 steps side by side, JSON and XML mixed, and never differ.
# limit: 600
set -euo pipefail
cd "$(dirname "$0")/../.."
MACHINE_STEPS="${MACHINE_STEPS:-20000}" .venv/bin/pytest -q -p no:cacheprovider tests/machine
