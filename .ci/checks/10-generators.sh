# Client generators read the vendored document without an error.
# limit: 300
set -euo pipefail
[ -f .ci/check_generators.sh ] || exit 77
exec bash .ci/check_generators.sh
