#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The PIN prompt on a real terminal: asked once, without echo.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_world
sed -i 's/&pin-source=file:sti-ca.pin//' sti-ca.cnf
pin=$(cat sti-ca.pin)

# on_terminal PIN COMMAND: runs it on a new terminal, types the PIN at the prompt; the screen goes
# to the file screen, the exit status is the command's.
on_terminal() {
    typed=$1
    {
        for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
            sleep 0.1
            grep -q 'PIN of token' screen 2>/dev/null && break
        done
        printf '%s\n' "$typed"
        sleep 1
    } | script -qefc "$2" screen >/dev/null
}

step "the right PIN: issued, and the PIN is not on the screen"
: >screen
on_terminal "$pin" "sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out prompted.pem" ||
    fail "not issued: $(cat screen)"
says screen "PIN of token sti-ca: "
says screen "issued "
says_not screen "$pin"
passes openssl verify -CAfile root.pem -untrusted intermediate.pem prompted.pem

step "a wrong PIN: asked once, refused with status 3, nothing used"
make_token second.jwt "$good_list"
before=$(ledger_state)
: >screen
status=0
on_terminal 000000 "sti-ca issue --csr request.csr --token second.jwt --account-key account.pem --out wrong.pem" ||
    status=$?
[ "$status" -eq 3 ] || fail "exit status $status, not 3: $(cat screen)"
[ "$(grep -o 'PIN of token sti-ca: ' screen | wc -l)" -eq 1 ] || fail "asked more than once"
says screen "was refused: CKR_PIN_INCORRECT"
absent wrong.pem
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
