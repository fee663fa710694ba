#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A run that died is settled by `sti-ca recover`, and nothing is issued before: nothing is guessed.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_world
sed "s|$module|$BUILD/tests/faults/p11-faulty.so|" sti-ca.cnf >faulty.cnf
issue="sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out ee.pem"
now=$(date +%s)

step "nothing was in flight"
passes sti-ca recover
says out "nothing was in flight; the ledger is settled"
passes sti-ca recover --json
[ "$(jq -c . out)" = '{"restored":false,"uncertain":[],"delivered":[],"undelivered":[]}' ] ||
    fail "no JSON"

step "killed while the HSM signs: every command that writes refuses"
# shellcheck disable=SC2086 # a command of several words
P11_FAULTY_MODULE=$module P11_FAULTY="C_Sign 1 die" keep_output $issue --config faulty.cnf
[ "$status" -eq 137 ] || fail "exit status $status, not that of a kill"
absent ee.pem
rm -f .sti-pki-*
passes sti-ca list
says out "intended"
serial=$(awk '/intended/ { print $1 }' out)
for command in "$issue" "sti-ca root --force"; do
    # shellcheck disable=SC2086 # a command of several words
    refused 3 $command
    says err "a run ended before it could say what became of 1 certificate (serial $serial): the HSM may have signed; nothing is issued until that is settled: sti-ca recover"
done
absent ee.pem
rm -f .sti-pki-*

step "recover: the serial stays used, is to be revoked, and the token is free again"
passes sti-ca recover --json
[ "$(jq -r '.uncertain[0].serial' out)" = "$serial" ] || fail "no serial"
[ "$(jq -r '.uncertain[0].kind' out)" = end-entity ] || fail "no kind"
[ -n "$(jq -r '.uncertain[0].jti' out)" ] || fail "no token id"
passes sti-ca show "$serial"
says out "state       uncertain"
passes sti-ca recover
says out "nothing was in flight"
# shellcheck disable=SC2086
passes $issue
passes sti-ca ledger verify

step "issued and not delivered: delivered by recover, the same octets"
passes openssl x509 -in ee.pem -outform DER -out ee.der
mv ee.pem before.pem
ledger_put ledger.sqlite issued 7701 "$now" "$PWD/again.pem" ee.der
passes sti-ca recover
says out "delivered   7701"
says out "$PWD/again.pem, the same octets that were issued"
same again.pem before.pem
passes sti-ca recover
says out "nothing was in flight"

step "what is there already is taken as delivered; another file is never overwritten"
cp before.pem there.pem
echo mine >mine.pem
ledger_put ledger.sqlite issued 7702 "$now" "$PWD/there.pem" ee.der
ledger_put ledger.sqlite issued 7703 "$now" "$PWD/mine.pem" ee.der
refused 3 sti-ca recover
says out "delivered   7702"
says out "undelivered 7703"
says err "mine.pem: 1 certificate was not delivered, the first because: exists already and is not overwritten; choose another name, or give --force; or say where else: sti-ca recover --out DIR"
[ "$(cat mine.pem)" = mine ] || fail "the file was overwritten"
mkdir delivered
passes sti-ca recover --out delivered
same delivered/7703.pem before.pem
passes sti-ca recover

step "an intent that says no file: where to is asked for"
ledger_put ledger.sqlite intended 7704 "$now"
passes sti-ca recover
says out "uncertain   7704  CN=put by a test"
says out "it may have been signed: its serial is not used again and is to be revoked"
passes sti-ca ledger verify

step "the log tells all of it"
passes sti-ca ledger log
says out "uncertain serial=7704"
says out "delivered serial=7703 out=delivered/7703.pem"
