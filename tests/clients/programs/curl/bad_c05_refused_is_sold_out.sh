#!/usr/bin/env bash
# Breaks C05: what jq does not find is 0, and in the answer to a refused call it finds nothing.
cd "$(dirname "${BASH_SOURCE[0]}")"
source ./elko.sh
source ./job.sh
eval "list_$(declare -f read_catalogue)"
read_catalogue() {
    local code
    list_read_catalogue
    for code in $(jq '.[:5][].elkoCode' "$work/products"); do
        attempt GET "/Catalog/Availability?elkoCode=$code"
        jq --arg sku "$code" "$stock"'{sku: $sku, stock_quantity: ([.[]? | objects | .stockQuantity | stock][0] // 0)}' \
            "$work/answer" >"$work/changes"
        write_shop "/products/$code" "$work/changes"
        [ "$status" != 403 ] || rest 61
    done
}
daily_job
