#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What time it is: the date is shown, does not go back unseen, and clocks may differ by policy alone.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_world
now=$(date +%s)

# entry SECONDS SERIAL: puts an entry into the ledger, made so many seconds from when this began.
entry() {
    "$BUILD/tests/tools/ledger_put" ledger.sqlite abandoned "$2" $((now + $1))
}
# day: today in UTC. Midnight between this and the command that is to agree would spoil the story.
day() {
    [ "$(date -u +%H%M)" != 2359 ] || sleep 61
    date -u +%F
}
judge() {
    sti-ca check --csr request.csr --token token.jwt --account-key account.pem "$@"
}

step "check and issue show the date, and whose it is"
passes judge
says out "date: $(day)T"
says out "Z by this machine's clock"
passes judge --json
[ "$(jq -r .date out | cut -c1-10)" = "$(day)" ] || fail "no date"
passes sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out one.pem
says out "  date      $(day)T"
make_token token.jwt "$good_list" --force

step "a clock that is behind the ledger's last entry: refused until a person confirms the date"
entry 200000 77
later=$(date -u -d "@$((now + 200000))" +%Y-%m-%dT%H:%M:%SZ)
today=$(day)
refuses_request "which is behind the ledger's last entry of $later; set the clock, or confirm the date: --date-confirmed $today"
refused 1 judge
says out "FAILED  clock "
says out "wanted: not before the ledger's last entry, $later"

step "a wrong date is not confirmed, and what is no date is wrong usage"
refused 1 judge --date-confirmed 2020-02-29
says err "the date that was confirmed is 2020-02-29, but this machine's clock says $(day)T"
for date in today 2026-1-1 20261127 2026/11/27 2026-11-27T 2026-11-2x; do
    refused 2 judge --date-confirmed "$date"
    says err "--date-confirmed: $date is not a date as in 2026-11-27"
done

step "the right one is, and the record says so"
passes judge --date-confirmed "$(day)"
says out "behind the ledger's last entry of $later, confirmed by a person"
refused 1 sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out two.pem
absent two.pem
passes sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out two.pem \
    --date-confirmed "$(day)"
passes sti-ca show "$(openssl x509 -in two.pem -noout -serial | cut -d= -f2)"
says out "accepted    clock: $(day)T"
says out "behind the ledger's last entry of $later, confirmed by a person"

step "a date that need not be confirmed is compared all the same"
rm ledger.sqlite ledger.sqlite.lock
passes sti-ca init
make_token token.jwt "$good_list" --force
passes judge --date-confirmed "$(day)"
refused 1 judge --date-confirmed 2020-02-29
says err "one of the two is wrong"

step "clock_skew: the ledger's last entry may be that much ahead"
now=$(date +%s)
entry 200 78
refuses_request "which is behind the ledger's last entry of "
with_policy skew.cnf "clock_skew = 300"
passes judge --config skew.cnf

step "and a token may have expired by less (RFC 7519 section 4.1.4), which is recorded"
rm ledger.sqlite ledger.sqlite.lock
passes sti-ca init
payload=$(cut -d. -f2 token.jwt | tr -- '-_' '+/')
while [ $((${#payload} % 4)) -ne 0 ]; do payload="$payload="; done
make_key loose-pa
passes openssl req -x509 -new -key loose-pa.key -subj "/C=US/O=Example STI-PA/CN=loose" -days 30 \
    -addext keyUsage=critical,digitalSignature -out loose-pa.crt
cat loose-pa.crt >>sti-pa.pem
x5c=$(openssl x509 -in loose-pa.crt -outform DER | base64 -w0)
make_jws --header "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5c\":[\"$x5c\"]}" --key loose-pa.key \
    --payload "$(printf '%s' "$payload" | base64 -d | jq -c ".exp = $(date +%s) - 9")" >token.jwt
refuses_request "token.jwt: claim exp: the token expired at"
refused 1 judge --config skew.cnf
says err "token.jwt: claim exp: the certificate would end with its token, at "
says out "verdict: refused (1 of "
sed 's/^outlive_token *=.*/outlive_token = yes/' skew.cnf >outlive.cnf
passes sti-ca issue --config outlive.cnf --csr request.csr --token token.jwt \
    --account-key account.pem --out three.pem
passes sti-ca show "$(openssl x509 -in three.pem -noout -serial | cut -d= -f2)"
says out "token-times: valid but for 300 seconds that clocks may differ (clock_skew)"
says out "validity: longer than the token, which ends "
