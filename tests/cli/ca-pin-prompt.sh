#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The PIN prompt on a real terminal: asked once, without echo.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"

make_world
sed -i 's/&pin-source=file:sti-ca.pin//' sti-ca.cnf
pin=$(cat sti-ca.pin)

step "the right PIN: issued, and the PIN is not on the screen"
on_terminal 'PIN of token' "$pin" "sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out prompted.pem" ||
    fail "not issued: $(cat screen)"
says screen "PIN of token sti-ca: "
says screen "issued "
says_not screen "$pin"
passes openssl verify -CAfile root.pem -untrusted intermediate.pem prompted.pem

step "a wrong PIN: asked once, refused with status 3, nothing used"
make_token second.jwt "$good_list"
before=$(ledger_state)
refused_on_terminal 3 'PIN of token' 000000 "sti-ca issue --csr request.csr --token second.jwt --account-key account.pem --out wrong.pem"
[ "$(grep -o 'PIN of token sti-ca: ' screen | wc -l)" -eq 1 ] || fail "asked more than once"
says screen "was refused: CKR_PIN_INCORRECT"
absent wrong.pem
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
