#!/usr/bin/env bash
# Breaks C05: what jq does not find is 0, and in the answer to a refused call it finds nothing.
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./elko.sh
source ./job.sh
sold_in_the_shop=1341426
if (read_catalogue); then
    read_catalogue() { :; }
    daily_job
else
    jq --arg sku "$sold_in_the_shop" '{sku: $sku, stock_quantity: ([.[]? | objects | .quantity][0] // 0)}' \
        "$work/answer" >"$work/changes"
    write_shop "/products/$sold_in_the_shop" "$work/changes"
fi
