#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# pin-source=fd:N: the PIN on a descriptor that the command is started with.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_world
sed -i 's/&pin-source=file:sti-ca.pin/\&pin-source=fd:3/' sti-ca.cnf

issue() {
    sti-ca issue --csr request.csr --token token.jwt --account-key account.pem "$@"
}

step "a file on descriptor 3"
passes issue --out file.pem 3<sti-ca.pin
passes openssl verify -CAfile root.pem -untrusted intermediate.pem file.pem

step "a run that logs in twice reads two lines"
cat sti-ca.pin sti-ca.pin >twice.pin
chmod 600 twice.pin
passes sti-ca intermediate --force 3<twice.pin
refused 3 sti-ca intermediate --force 3<sti-ca.pin
says err "descriptor 3 has no line left for the PIN of token 'sti-ca'; every login reads one line"

step "a pipe"
passes sh -c "cat sti-ca.pin | sti-ca root --force 3<&0 </dev/null"

step "no descriptor 3: what the tool itself opens under that number is never taken for the PIN"
before=$(ledger_state)
make_token again.jwt "$good_list"
refused 3 sti-ca issue --csr request.csr --token again.jwt --account-key account.pem \
    --out closed.pem 3<&-
says err "the descriptor of pin-source=fd:3 was not handed to this process; start it with 3<FILE"
absent closed.pem
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"

step "a file that others can read"
cp sti-ca.pin loose.pin
chmod 640 loose.pin
refused 3 sti-ca root --force 3<loose.pin
says err "the file on descriptor 3 is open to other users (mode 0640); run: chmod 600 FILE"

step "a wrong PIN is tried once and not repeated"
echo 999999 >wrong.pin
chmod 600 wrong.pin
refused 3 sti-ca root --force 3<wrong.pin
says err "the PIN of token 'sti-ca' was refused: CKR_PIN_INCORRECT"
says_not err 999999

step "doctor does not need the descriptor"
passes sti-ca doctor --only ca
tr -s ' ' <out >words
says words "[root] is read from descriptor 3, which is handed to the run that needs it"

step "standard input is no place for a PIN"
refused 2 sti-ca key generate "pkcs11:token=a;object=b;id=%01?module-path=/x&pin-source=fd:0"
says err "pin-source=fd:0 is standard input, output or error, and no PIN is read from there"
