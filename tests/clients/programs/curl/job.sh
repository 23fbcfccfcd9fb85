# What a small shop's cron does with ELKO once a day, step by step. To be sourced after elko.sh.
# shellcheck shell=bash disable=SC2154

run=$(od -An -N5 -tx1 /dev/urandom | tr -d ' \n')

batches='def batches($size): range(0; length; $size) as $at | .[$at:$at + $size];'

read_catalogue() {
    get '/Catalog/Products?lang=EN' 900
    mv "$work/answer" "$work/products"
}

# Descriptions of the first 600 products, 20 at a time, and their pictures.
read_details() {
    local codes
    while read -r codes; do
        get "/Catalog/Products/$codes/Description?lang=EN"
        mv "$work/answer" "$work/texts"
        get "/Catalog/MediaItems/$codes"
        jq -n --slurpfile texts "$work/texts" --slurpfile media "$work/answer" '
            ($media[0] | map({key: (.id | tostring), value: ([.mediaFiles[]? | select(.sequence == 1) | .link][0])}) | from_entries) as $pictures
            | {update: [$texts[0][] | {sku: (.productId | tostring),
                description: ([.description[]? | select(.criteria == "Description") | .value][0]),
                image: $pictures[.productId | tostring]}]}' >"$work/changes"
        write_shop /products/batch "$work/changes"
    done < <(jq -r "$batches"'[.[:600][].elkoCode | tostring] | batches(20) | join(",")' "$work/products")
}

# Stock and price into the shop, 100 products at a time. What ELKO did not say stays as it is in the shop.
sync_shop() {
    local batch
    while read -r batch; do
        echo "$batch" >"$work/changes"
        write_shop /products/batch "$work/changes"
    done < <(jq -c "$stock$batches"'
        [.[] | {sku: (.elkoCode | tostring), name, brand: .vendorName, stock_quantity: (.quantity | stock),
                regular_price: ([.discountPrice, .price | numbers | select(. > 0)][0])}
             | with_entries(select(.value != null)) | select(length > 1)]
        | batches(100) | {update: .}' "$work/products")
}

# What the shop's customers bought today: three products that are in stock, from the middle of the list.
basket() {
    if [ -n "${ELKO_ORDER_CODES:-}" ]; then
        tr , '\n' <<<"$ELKO_ORDER_CODES"
        return
    fi
    jq -r "$stock"'
        [.[] | select((.quantity | stock // 0) >= 3 and (.discountPrice // 0) > 0) | .elkoCode]
        | .[if length > 6 then length / 2 | floor else 0 end:][:3][]' "$work/products"
}

# The lines to order, {"1341426": 8, ...} narrowed to what is there: the codes as arguments.
stock_before_order() {
    local IFS=,
    get "/Catalog/Availability?elkoCode=$*"
    jq "$stock"'[.[] | {key: (.productId | tostring), value: (.stockQuantity | stock)}] | from_entries' \
        "$work/answer" >"$work/stock"
}

order_form() { # order_form REFERENCE CODES...
    local reference=$1
    shift
    jq -n --arg reference "$reference" --arg house "$((RANDOM % 190 + 1))-$((RANDOM % 90 + 1))" \
        --argjson created "$((1$(date -u +%y%j)))" --slurpfile stock "$work/stock" --args '{
            shipTo: "Customer",
            enduser: {company: "Kuldne Pedaal OU", contactName: "Marek Saar", contactPhone: "+372 604 2210",
                contactMail: "tellimused@kuldne-pedaal.example", addressLine1: ("Narva mnt " + $house), city: "Tallinn",
                country: "EE", postalCode: "10120", isNaturalPerson: false, customerPo: $reference},
            created: $created,
            lines: [$ARGS.positional[] | select($stock[0][.] != null and $stock[0][.] >= 1) | {elkoCode: tonumber, quantity: 1}],
            orderIfAllAvailable: false}' "$@" >"$work/order"
}

order_for_customer() { # order_for_customer CODES...
    local reference=W-$run
    stock_before_order "$@"
    order_form "$reference" "$@"
    if [ "$(jq '.lines | length' "$work/order")" = 0 ]; then
        note_order "$reference" '{"status": "on-hold", "note": "sold out at the supplier"}'
        return
    fi
    submit "$reference"
}

submit() { # submit REFERENCE
    local dearer
    post_once /Orders "$work/order" ".enduser.customerPo == \"$1\""
    if [ "$status" != 200 ]; then
        note_order "$1" "$(jq -c '{status: "on-hold", note: ("supplier refused: " + (.detail // .title // "no reason given"))}' "$work/answer")"
        return
    fi
    mv "$work/answer" "$work/placed"
    dearer=$(jq -r --slurpfile products "$work/products" '
        ($products[0] | map({key: (.elkoCode | tostring), value: .discountPrice}) | from_entries) as $expected
        | [.lines[]? | select(.price != null and .price > 1.1 * ($expected[.elkoCode | tostring] // infinite)) | .elkoCode] | join(",")' \
        "$work/placed")
    if [ -n "$dearer" ]; then
        request DELETE "/Orders/$(jq -r .id "$work/placed")"
        note_order "$1" "{\"status\": \"on-hold\", \"note\": \"price went up: $dearer\"}"
        return
    fi
    note_order "$1" "$(jq -c --slurpfile asked "$work/order" '
        (.lines // []) as $placed
        | [$asked[0].lines[] as $line | select(([$placed[] | select(.elkoCode == $line.elkoCode) | .quantity][0] // 0) < $line.quantity)
            | $line.elkoCode] as $missing
        | {status: (if $missing == [] then "processing" else "partly-backordered" end), supplier_order: .id, missing: $missing}' \
        "$work/placed")"
}

# A customer wants to pay later: reserve one piece, and let it go when the payment does not come.
hold_for_customer() { # hold_for_customer CODE
    local id
    stock_before_order "$1"
    [ "$(jq --arg code "$1" '.[$code] // 0' "$work/stock")" -ge 1 ] || return 0
    jq -n --arg reference "R-$run" --argjson code "$1" \
        '{customerReference: $reference, lines: [{elkoCode: $code, quantity: 1}]}' >"$work/form"
    post_once /Reservations "$work/form" ".customerReference == \"R-$run\""
    [ "$status" = 200 ] || return 0
    id=$(jq -r '.id // empty' "$work/answer")
    [ -z "$id" ] || request DELETE "/Reservations/$id"
}

follow_orders() {
    local note
    get /Orders
    mv "$work/answer" "$work/orders"
    while read -r note; do
        note_order "$(jq -r .reference <<<"$note")" "$note"
    done < <(jq -c '.[] | select(.enduser.customerPo != null) | {reference: .enduser.customerPo, status, tracking: .trackingNumber}' "$work/orders")
}

daily_job() {
    local wanted
    read_catalogue
    read_details
    sync_shop
    mapfile -t wanted < <(basket)
    if [ ${#wanted[@]} -ge 3 ]; then
        order_for_customer "${wanted[@]:0:2}"
        hold_for_customer "${wanted[2]}"
    fi
    follow_orders
}
