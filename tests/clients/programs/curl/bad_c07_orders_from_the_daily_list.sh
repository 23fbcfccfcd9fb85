#!/usr/bin/env bash
# Breaks C07: orders what the daily list had in stock, without asking again.
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./elko.sh
source ./job.sh
stock_before_order() {
    jq "$stock"'[.[] | {key: (.elkoCode | tostring), value: (.quantity | stock)}] | from_entries' "$work/products" >"$work/stock"
}
daily_job
