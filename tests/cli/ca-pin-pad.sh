#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tokens that SoftHSM does not play: with a PIN pad, and with one try left before the PIN locks.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"

make_hsm
make_ca
cp sti-ca.cnf plain.cnf
sed -i "s|$module|$BUILD/tests/tools/p11-flags.so|" sti-ca.cnf
cp sti-ca.cnf with-pin.cnf
export P11_FLAGS_MODULE="$module" P11_FLAGS_LOG="$PWD/logins"
pin_pad=100   # CKF_PROTECTED_AUTHENTICATION_PATH
last_try=20000 # CKF_USER_PIN_FINAL_TRY

# logins LINE...: which logins were tried since the last look.
logins() {
    touch logins
    [ "$(tr '\n' ' ' <logins)" = "$*${*:+ }" ] || fail "the logins were: $(tr '\n' ' ' <logins)"
    rm logins
}

step "the module passes everything on"
passes sti-ca key list root
logins pin

step "a PIN pad: the terminal says where to type, C_Login gets no PIN, and the key signs"
export P11_FLAGS_SET=$pin_pad P11_FLAGS_PAD="$PWD/sti-ca.pin"
sed -i 's/&pin-source=file:sti-ca.pin//' sti-ca.cnf
on_terminal 'issued' '' "sti-ca root --force" || fail "not issued: $(cat screen)"
says screen "Type the PIN of token sti-ca on its own PIN pad."
says_not screen "PIN of token sti-ca: "
says screen "issued "
logins pad
passes openssl verify -CAfile root.pem root.pem

step "without a terminal the pad still works, and standard error says so"
status=0
setsid -w sti-ca key list root >out 2>err </dev/null || status=$?
[ "$status" -eq 0 ] || fail "exit status $status, not 0"
says err "Type the PIN of token sti-ca on its own PIN pad."
says out "root"
logins pad

step "doctor knows that no PIN is asked for on the terminal"
refused 3 sti-ca doctor --only ca
tr -s ' ' <out >words
says words " ok pin [root] is typed on the token's own PIN pad"
logins

step "a wrong PIN on the pad ends the run"
echo 999999 >wrong.pin
export P11_FLAGS_PAD="$PWD/wrong.pin"
refused 3 sti-ca root --force
says err "the PIN of token 'sti-ca' was refused: CKR_PIN_INCORRECT"
says err "it was tried once"
logins pad

step "the red key ends it, too"
export P11_FLAGS_PAD="$PWD/nowhere"
refused 3 sti-ca root --force
says err "the login to token 'sti-ca' failed: C_Login: CKR_FUNCTION_CANCELED"
logins pad

step "a PIN from a file is not for a token with a PIN pad"
refused 2 sti-ca root --force --config with-pin.cnf
says err "token 'sti-ca' takes its PIN on its own PIN pad, so pin-source is not for it"
logins

step "the last try before the PIN locks: refused without a terminal"
export P11_FLAGS_SET=$last_try
status=0
setsid -w sti-ca root --force --config with-pin.cnf >out 2>err </dev/null || status=$?
[ "$status" -eq 3 ] || fail "exit status $status, not 3"
says err "the PIN of token 'sti-ca' has one try left before it locks, which is spent only after a yes on a terminal, and there is none"
logins

step "refused unless yes is typed"
for answer in y YES no '' 'yes please'; do
    refused_on_terminal 3 'Type yes' "$answer" "sti-ca root --force --config with-pin.cnf"
    says screen "has one try left before it locks, and yes was not typed; it was not tried"
done
logins
refused 3 sti-ca doctor --only ca --config with-pin.cnf
says out "has one try left before it locks, which is not spent"
logins

step "a typed yes: one login, no more"
on_terminal 'Type yes' yes "sti-ca root --force --config with-pin.cnf" ||
    fail "not issued: $(cat screen)"
says screen "The PIN of token sti-ca has one try left before it locks."
says screen "issued "
logins pin
sed -i 's/file:sti-ca.pin/file:wrong.pin/' with-pin.cnf
chmod 600 wrong.pin
refused_on_terminal 3 'Type yes' yes "sti-ca root --force --config with-pin.cnf"
says screen "was refused: CKR_PIN_INCORRECT"
logins pin
