# The ELKO eCom API for a small shop's cron, with bash, curl and jq: paced, patient, careful with what costs money.
# To be sourced.
#
# Configured by its environment only: ELKO_BASE_URL (up to and with /v3.0/api), ELKO_TOKEN, ELKO_USERNAME,
# ELKO_PASSWORD, ELKO_SINK_URL (the shop's own web service), ELKO_TIME_SCALE (world seconds per real second, for tests).
#
# Exit status: 0 done, 3 refused for good (403), 4 no usable answer, 5 a call that should work was rejected.

set -euo pipefail

base=${ELKO_BASE_URL%/}
shop=${ELKO_SINK_URL:-$(sed -E 's#^([a-z]+://[^/]+).*#\1/_elko/sink#' <<<"$base")}
token=${ELKO_TOKEN:-}
scale=${ELKO_TIME_SCALE:-1}
refreshed=
finished=() # when the latest calls were over, in world seconds
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tls=() # further options for curl; certificates are verified, its default

fail() { echo "elko: $2" >&2; exit "$1"; }
now() { awk -v real="$EPOCHREALTIME" -v scale="$scale" 'BEGIN { printf "%.3f", real * scale }'; }
rest() { sleep "$(awk -v world="$1" -v scale="$scale" 'BEGIN { printf "%.3f", (world > 0 ? world : 0) / scale }')"; }
patience() { awk -v world="$1" -v scale="$scale" 'BEGIN { real = world / scale; printf "%.1f", real < 1 ? 1 : real }'; }

# ELKO blocks above 50 calls in ten seconds; five are left to whoever else works on the account. Counts from when
# answers came: the server saw the calls earlier.
pace() {
    if [ ${#finished[@]} -ge 45 ]; then
        rest "$(awk -v first="${finished[0]}" -v now="$(now)" 'BEGIN { print first + 10 - now }')"
        finished=("${finished[@]:1}")
    fi
}

# send METHOD PATH [BODY-FILE [SECONDS]]: one call. Leaves its body in $work/answer and its status in $status, 000 when
# there was no answer.
send() {
    local data=()
    [ -z "${3:-}" ] || data=(--header 'Content-Type: application/json' --data-binary "@$3")
    pace
    # The token goes in by a file: a command line can be read by every user of the machine.
    status=$(curl --silent --output "$work/answer" --write-out '%{http_code}' --compressed \
        --max-time "$(patience "${4:-30}")" --request "$1" ${tls[@]+"${tls[@]}"} --header 'Accept: */*' \
        --config - ${data[@]+"${data[@]}"} "$base$2" <<<"${token:+header = \"Authorization: Bearer $token\"}") || status=000
    finished+=("$(now)")
}

# attempt METHOD PATH [BODY-FILE [SECONDS]]: repeated after a pause when the server is in trouble and it can do no harm.
# Status 1 when an answer to a POST was lost: it may have been carried out.
attempt() {
    local pause
    for pause in 2 5 15 40 0; do
        send "$@"
        if [ "$status" = 200 ] && jq -e . "$work/answer" >/dev/null 2>&1; then return; fi
        case $status in 400 | 403 | 404 | 405) return ;; esac
        [ "$1" != POST ] || return 1
        rest "$pause"
    done
    fail 4 "no usable answer to $1 $2 (status $status)"
}

sign_in() {
    jq -n '{username: env.ELKO_USERNAME, password: env.ELKO_PASSWORD}' >"$work/credentials"
    token='' send POST /Token "$work/credentials"
    [ "$status" = 200 ] || fail 3 "no new token: status $status; is this machine's address listed in eCom?"
    token=$(tr -d '"\r\n' <"$work/answer")
}

# A 403 says nothing about its cause, so the causes are tried in the order that does no harm: a rate block goes by
# itself; a dead token is replaced, once; a refused address needs a person.
request() {
    [ -n "$token" ] || sign_in
    attempt "$@" || return 1
    if [ "$status" = 403 ]; then
        rest 61
        attempt "$@" || return 1
    fi
    if [ "$status" = 403 ]; then
        [ -z "$refreshed" ] || fail 3 "the token is not accepted"
        refreshed=yes
        sign_in
        attempt "$@" || return 1
    fi
    [ "$status" != 403 ] || fail 3 "$1 $2: refused with a fresh token too"
}

# get PATH [SECONDS]: the answer in $work/answer, or the end.
get() {
    request GET "$1" '' "${2:-30}"
    [ "$status" = 200 ] || fail 5 "GET $1: status $status"
}

# post_once PATH BODY-FILE JQ-CONDITION: posts exactly once. When the answer is lost: look first (the condition tells
# ours among all), then post again, once. $status is 200 or why not.
post_once() {
    request POST "$1" "$2" && return
    rest 5
    get "$1"
    jq "[.[] | select($3)][0]" "$work/answer" >"$work/found"
    if [ "$(cat "$work/found")" != null ]; then
        mv "$work/found" "$work/answer"
        return
    fi
    request POST "$1" "$2" || fail 4 "POST $1: the answer was lost twice"
}

# write_shop PATH BODY-FILE: the shop's own web service. It never sees a header or token of ELKO's.
write_shop() {
    curl --silent --show-error --fail --output /dev/null --max-time 30 --header 'Content-Type: application/json' \
        --data-binary "@$2" "${shop%/}$1" || fail 4 "the shop did not take $1"
}

note_order() { # note_order REFERENCE NOTE
    echo "$2" >"$work/note"
    write_shop "/orders/$1/notes" "$work/note"
}

# What jq needs to read stock: "0", "8" and ">50" as a number (the least there is), null when ELKO does not say.
# shellcheck disable=SC2034
stock='def stock: tostring | if test("^\\s*>?\\s*[0-9]+\\s*$") then gsub("[^0-9]"; "") | tonumber else null end;'
