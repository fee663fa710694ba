#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `sti-ca ledger log` and `verify`: what was done, and whatever was changed in it since.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"

make_world
passes sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out ee.pem

step "each step of every certificate is an entry; the verdict stands with the intent"
passes sti-ca ledger log
sed 's/^\([0-9]*\) [^ ]* \([a-z]*\).*/\1 \2/' out | tr '\n' ',' >steps
[ "$(cat steps)" = "1 created,2 intent,3 issued,4 delivered,5 intent,6 issued,7 delivered,8 verdict,9 intent,10 issued,11 delivered," ] ||
    fail "$(cat steps)"
says out "request=request.csr"
says out "accepted=1"
says out "profile=tn-level"
says out "hsm=sti-ca, serial "
says out "out=$PWD/ee.pem"
passes sti-ca ledger log --json --from 8
[ "$(jq -r '.[0].event, .[0].csr_sha256' out | tr '\n' ' ')" = "verdict $(sha256sum <request.csr | cut -d' ' -f1) " ] ||
    fail "no verdict"
jq -r '.[2].certificate' out >certificate.hex
openssl x509 -in ee.pem -outform DER | od -An -v -tx1 | tr -d ' \n' >ee.hex
[ "$(cat certificate.hex)" = "$(cat ee.hex)" ] || fail "not the certificate"
refused 2 sti-ca ledger log --from 0
says err "is not the number of an entry, which is 1 or more"

step "a refusal is an entry too, alone: no serial, no use of the token"
before=$(ledger_state)
refused 1 sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out no.pem
[ "$before" = "$(ledger_state)" ] || fail "the tables have changed"
passes sti-ca ledger log --json --from 12
[ "$(jq -r 'length, .[0].event, .[0].accepted, .[0].check' out | tr '\n' ' ')" = "1 verdict 0 token-unused " ] ||
    fail "$(cat out)"
refused 1 sti-ca check --csr request.csr --token token.jwt --account-key account.pem
passes sti-ca ledger log --from 13
[ ! -s out ] || fail "check has recorded something"

step "the ledger is whole, and says where it ends"
passes sti-ca ledger verify
says out "the ledger is whole"
says out "entries    12"
says out "serials    3"
passes sti-ca ledger verify --json
[ "$(jq -r '.entries, .serials' out | tr '\n' ' ')" = "12 3 " ] || fail "no JSON"
[ "$(jq -r .head out)" = "$(sqlite3 -readonly ledger.sqlite 'SELECT lower(hex(hash)) FROM entry WHERE number = 12')" ] ||
    fail "another head"

step "how far it is, on a terminal and nowhere else; the line is gone before anything else stands there"
passes sti-ca ledger verify
[ ! -s err ] || fail "something on standard error"
cp out plain
on_terminal 'serials ' "" "sti-ca ledger verify" || fail "$(cat screen)"
wiped "2 of 4, checking the structure of the copy" "the ledger is whole"
says_not shown " of 4, "
sed -n '/^the ledger is whole/,/^  serials/p' shown >result
same plain result
on_terminal ' of 4' "" "sti-ca ledger verify --json >out" || fail "$(cat screen)"
says screen "2 of 4, checking the structure of the copy"
[ "$(jq -r .serials out)" = 3 ] || fail "no JSON"
cp ledger.sqlite good.sqlite
sqlite3 ledger.sqlite "DROP TRIGGER certificate_stays"
refused_on_terminal 1 'damaged' "" "sti-ca ledger verify"
wiped "3 of 4, checking the chain" "sti-ca: "
cp good.sqlite ledger.sqlite

# tampered SQL TEXT: with the rules out of the way and put back, the change is found.
cp ledger.sqlite whole.sqlite
tampered() {
    cp whole.sqlite ledger.sqlite
    sqlite3 ledger.sqlite "SELECT sql || ';' FROM sqlite_schema WHERE type = 'trigger'" >rules
    sqlite3 ledger.sqlite "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger'" >drop
    sqlite3 ledger.sqlite <drop
    sqlite3 ledger.sqlite "$1"
    sqlite3 ledger.sqlite <rules
    refused 1 sti-ca ledger verify
    says err "the ledger is damaged ($2"
    [ "$(wc -l <err)" -eq 1 ] || fail "more than one line"
}

step "a bit that was changed, an entry that is missing, two that were swapped, an end that is gone"
tampered "UPDATE entry SET body = CAST(substr(body, 1, 40) || char(unicode(substr(body, 41, 1)) + 1) || substr(body, 42) AS BLOB) WHERE number = 9" \
    "entry 9 is not the one that was written behind entry 8"
tampered "UPDATE entry SET hash = CAST(x'00' || substr(hash, 2) AS BLOB) WHERE number = 3" \
    "entry 3 is not the one that was written behind entry 2"
tampered "DELETE FROM entry WHERE number = 5" "entry 5 is missing"
tampered "UPDATE entry SET number = 99 WHERE number = 3; UPDATE entry SET number = 3 WHERE number = 4;
    UPDATE entry SET number = 4 WHERE number = 99" "entry 3 is not the one that was written behind entry 2"
tampered "DELETE FROM entry WHERE number >= 10" "table certificate, row 9: is not what the log says"
cp whole.sqlite ledger.sqlite
sqlite3 ledger.sqlite "DROP TRIGGER entry_stays; DELETE FROM entry WHERE number = 12;
    CREATE TRIGGER entry_stays BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'an entry of the ledger is never deleted'); END"
refused 3 sti-ca ledger verify
says err "this ledger was restored from an older copy: it had an entry 12 once"

step "a row that the log does not say, a rule that was taken away"
tampered "UPDATE certificate SET subject = 'CN=x' WHERE number = 9" "table certificate, row 9: is not what the log says"
tampered "DROP VIEW token_use" "table schema, row token_use: is missing"
tampered "DROP INDEX certificate_key" "table schema, row certificate_key: "
cp whole.sqlite ledger.sqlite
sqlite3 ledger.sqlite "DROP TRIGGER certificate_stays"
refused 1 sti-ca ledger verify
says err "table schema, row certificate_stays: is missing"

cp whole.sqlite ledger.sqlite
passes sti-ca ledger verify
