#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# When the room fails, not the request: exit status 3, a sentence with the next step, nothing lost.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_world

# Nothing may have changed: no file, no serial, no token use.
fails() {
    before=$(ledger_state)
    refused 3 sti-ca issue --csr request.csr --token token.jwt --account-key account.pem \
        --out new.pem
    says err "$1"
    absent new.pem
    [ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
    [ -z "$(find . -name '.sti-pki-*')" ] || fail "a half-made file is left"
}

step "a wrong PIN is tried once"
cp sti-ca.pin good.pin
echo 999999 >sti-ca.pin
fails "the PIN of token 'sti-ca' was refused: CKR_PIN_INCORRECT"
says err "it was tried once"
says_not err 999999

step "a PIN file that others can read"
cat good.pin >sti-ca.pin
chmod 644 sti-ca.pin
fails "is open to other users (mode 0644); run: chmod 600"
chmod 600 sti-ca.pin

step "no PIN file"
mv sti-ca.pin away.pin
fails "sti-ca.pin cannot be opened: No such file or directory; correct pin-source"
mv away.pin sti-ca.pin

step "no PIN and no terminal to ask on"
cp sti-ca.cnf full.cnf
sed -i 's/&pin-source=file:sti-ca.pin//' sti-ca.cnf
before=$(ledger_state)
refused 3 setsid -w sti-ca issue --csr request.csr --token token.jwt --account-key account.pem \
    --out new.pem
says err "the PIN of token \"sti-ca\" is needed and there is no terminal to ask on"
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
cp full.cnf sti-ca.cnf

step "the HSM's token is absent"
sed -i 's/token=sti-ca;/token=other;/' sti-ca.cnf
fails "no token 'other': the module $module has 'sti-"
cp full.cnf sti-ca.cnf

step "the HSM's configuration is absent: no hang"
SOFTHSM2_CONF=/nonexistent fails "for SoftHSM: "

step "the module is absent"
sed -i "s|$module|/nonexistent.so|" sti-ca.cnf
fails "the PKCS#11 module cannot be loaded: /nonexistent.so"
cp full.cnf sti-ca.cnf

step "the key is absent"
sed -i 's/object=intermediate;id=%02/object=nothing;id=%09/' sti-ca.cnf
fails "has no private key 'nothing' (id 09); correct the URI, or make a key with: sti-ca key generate"
cp full.cnf sti-ca.cnf

step "the configured certificate is not the key's"
cp intermediate.pem kept.pem
cp root.pem intermediate.pem
fails "intermediate.pem: holds another public key than the one in the HSM"
cp kept.pem intermediate.pem

step "a label or id is never used again"
refused 3 sti-ca key generate root
says err "'root'"

step "the output file exists"
echo precious >there.pem
before=$(ledger_state)
refused 3 sti-ca issue --csr request.csr --token token.jwt --account-key account.pem \
    --out there.pem
says err "there.pem: exists already and is not overwritten; choose another name, or give --force"
[ "$(cat there.pem)" = precious ] || fail "the file was overwritten"
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
refused 3 sti-ca root
says err "root.pem: exists already"
refused 3 sti-ca init
says err "ledger.sqlite"

step "the output folder does not exist"
refused 3 sti-ca issue --csr request.csr --token token.jwt --account-key account.pem \
    --out no/such/folder.pem
says err "no/such/folder.pem: cannot be written: No such file or directory"
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"

step "the ledger cannot be written, is no ledger, or is not there"
mkdir folder
sed -i 's|^ledger = .*|ledger = folder|' sti-ca.cnf
refused 3 sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out new.pem
says err "folder: this is a folder, not a ledger"
sed -i 's|^ledger = .*|ledger = nowhere.sqlite|' sti-ca.cnf
refused 3 sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out new.pem
says err "there is no ledger of this name; check the name, or make it with: sti-ca init"
cp full.cnf sti-ca.cnf
if [ "$(id -u)" -ne 0 ]; then
    chmod 400 ledger.sqlite
    fails "the ledger cannot be written, so nothing can be issued"
    chmod 600 ledger.sqlite
elif setpriv --help >out 2>&1 && mkdir as-user && chmod 777 . as-user; then
    # root may write anything: take its powers away for one command
    chmod 400 ledger.sqlite
    chmod -R a+rX softhsm softhsm2.conf
    refused 3 setpriv --bounding-set -all --inh-caps -all --reuid 65534 --clear-groups \
        sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out new.pem
    says err "ledger.sqlite: the ledger may not be read by this user"
    chmod 444 ledger.sqlite
    refused 3 setpriv --bounding-set -all --inh-caps -all --reuid 65534 --clear-groups \
        sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out new.pem
    says err "ledger.sqlite: the ledger cannot be written, so nothing can be issued"
    chmod 600 ledger.sqlite
fi
absent new.pem

step "a file by reference whose place is taken by something else"
name=$(sti-ca tnlist show request.csr >list.txt && ossl req -in request.csr -outform DER |
    openssl asn1parse -inform DER | awk -F: '/OCTET STRING/ { print $1 }' | tail -n 1)
ossl req -in request.csr -outform DER -out request.der
openssl asn1parse -inform DER -in request.der -strparse "$name" -noout -out list.der
echo other >"tnlists/$(sha256sum <list.der | cut -d' ' -f1).der"
before=$(ledger_state)
refused 3 sti-ca issue --csr request.csr --token token.jwt --account-key account.pem \
    --by-reference https://tn.example/ --out new.pem
says err "is not the list its name says; remove it"
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
rm tnlists/*

step "http instead of https for a list by reference (RFC 8226 section 10.1)"
refused 1 sti-ca issue --csr request.csr --token token.jwt --account-key account.pem \
    --by-reference http://tn.example/ --out new.pem
says err "--by-reference: the list's URL http://tn.example/ is not https, which it must be (RFC 8226 section 10.1)"
absent new.pem
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"

step "with the room in order again, the same token still gives its certificate"
passes sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out new.pem

step "--force overwrites, and only then"
make_token force.jwt "$good_list"
passes sti-ca issue --csr request.csr --token force.jwt --account-key account.pem \
    --out there.pem --force
passes openssl verify -CAfile root.pem -untrusted intermediate.pem there.pem
