#!/usr/bin/env bash
# Breaks C24: takes whatever comes back for the order, and a refusal has no lines.
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./elko.sh
source ./job.sh
submit() {
    post_once /Orders "$work/order" ".enduser.customerPo == \"$1\""
    jq -e '.lines | map(.quantity) | add' "$work/answer" >/dev/null
    note_order "$1" '{"status": "processing"}'
}
daily_job
