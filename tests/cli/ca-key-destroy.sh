#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca key destroy: only after the label was typed on a terminal, and no name is used again.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"

make_hsm
make_ca
prompt='Type its'
uri() {
    printf 'pkcs11:token=sti-ca%s?module-path=%s&pin-source=file:sti-ca.pin' "$1" "$module"
}
has_key() {
    passes sti-ca key list "$(uri '')"
    grep -Eq "^$1 .* $2 " out || fail "there is no $2 key $1"
}

step "without a terminal nothing is destroyed, whatever stands on standard input"
echo root >answer
status=0
setsid -w sti-ca key destroy root >out 2>err <answer || status=$?
[ "$status" -eq 3 ] || fail "exit status $status, not 3"
says err "a key is destroyed only after its label was typed on a terminal, and there is none"
has_key root private

step "another word than the label: refused, the key is there"
for answer in yes ROOT 'root ' ''; do
    refused_on_terminal 1 "$prompt" "$answer" "sti-ca key destroy root"
    says screen "what was typed is not the key's label, so the key is still there"
done
has_key root private

step "what is about to happen stands on the screen"
says screen "This destroys a private key, and nothing brings it back:"
says screen "key root, id 01, EC P-256"
says screen "on token sti-ca, SoftHSM v2, serial "
serial=$(sti-ca list --json | jq -r '.[] | select(.kind == "root") | .serial')
says screen "it is the key of the root certificate $serial, valid to "
hash=$(openssl x509 -in root.pem -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum)
says screen "SHA-256 of its public key ${hash%% *}"

step "the label: destroyed, and the certificate is a certificate without a key"
on_terminal "$prompt" root "sti-ca key destroy root" || fail "not destroyed: $(cat screen)"
says screen "destroyed key root (id 01) on token sti-ca"
says screen "its public key stays there, so that no new key gets its label or id"
has_key root public
refused 3 sti-ca intermediate --force
says err "has no private key 'root' (id 01)"

step "its label and its id are not used again"
refused 3 sti-ca key generate root
says err "no key 'root' (id 01) was made: the label is already in use by a public key"
refused 3 sti-ca key generate "$(uri ';object=root-2;id=%01')"
says err "the id is already in use by a public key"

step "there is nothing more to destroy"
refused_on_terminal 3 'no private' '' "sti-ca key destroy root"
says screen "has no private key 'root' (id 01)"

step "a key that no certificate is made for; a URI asks the ledger if it is told which"
passes sti-ca key generate "$(uri ';object=spare;id=%05')"
refused_on_terminal 1 "$prompt" no "sti-ca key destroy --config sti-ca.cnf '$(uri ';object=spare')'"
says screen "no certificate in the ledger is made for it"
refused_on_terminal 1 "$prompt" no "sti-ca key destroy '$(uri ';object=spare')'"
says screen "whether a certificate uses it was not looked up: no configuration is read"

step "an answer typed before the question is none"
status=0
{
    printf 'spare\n'
    sleep 3
} | script -qefc "sleep 1; sti-ca key destroy '$(uri ';object=spare')'" screen >/dev/null ||
    status=$?
[ "$status" -eq 1 ] || fail "exit status $status, not 1: $(cat screen)"
has_key spare private

step "a label that no keyboard gives: the id is typed"
passes sti-ca key generate "$(uri ';object=bell%07;id=%06')"
refused_on_terminal 1 "$prompt" 'bell\x07' "sti-ca key destroy '$(uri ';id=%06')'"
says screen 'key bell\x07, id 06'
on_terminal "$prompt" 06 "sti-ca key destroy '$(uri ';id=%06')'" || fail "$(cat screen)"
says screen "Type its id to destroy it: "

step "a ledger that cannot be read: nothing is destroyed in the dark"
mv ledger.sqlite away.sqlite
refused_on_terminal 3 'no ledger' '' "sti-ca key destroy intermediate"
says screen "there is no ledger of this name"
mv away.sqlite ledger.sqlite
has_key intermediate private
