#!/usr/bin/env bash
# Breaks C24: posts until the order is taken; for want of stock it never is.
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./elko.sh
source ./job.sh
submit() {
    for _ in 1 2 3 4 5; do
        post_once /Orders "$work/order" ".enduser.customerPo == \"$1\""
        [ "$status" != 200 ] || break
        rest 30
    done
    note_order "$1" '{"status": "processing"}'
}
daily_job
