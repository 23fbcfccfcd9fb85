#!/usr/bin/env bash
# Breaks C28: tells the shop with which token the run was made; it stands in the access log there from now on.
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./elko.sh
source ./job.sh
daily_job
echo '{"finished": true}' >"$work/note"
write_shop "/runs?elko_token=$token" "$work/note"
