#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One PKCS#11 module, STI_HSM: the whole way of a request, then what must be refused. Leaves what the
# module is like in the build folder (hsm-modules/NAME.json), and says if docs/hsm.md says otherwise.
set -eu
# shellcheck source=tests/hsm/record.sh
. "$SOURCE/tests/hsm/record.sh"
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

step "a token"
make_hsm
passes token_facts "$hsm_module" "$hsm_arguments" sti-ca
mv out facts
if [ "$(jq .mechanisms.CKM_EC_KEY_PAIR_GEN facts)" = false ]; then
    step "which makes no EC keys: that is said, and nothing more can be done"
    make_configuration
    passes sti-ca init
    refused 3 sti-ca key generate root
    says err "token 'sti-ca' makes no EC keys: CKR_MECHANISM_INVALID (0x70); use another token"
    record_module no facts
    echo "skipped: this version of $name makes no EC keys"
    exit 77
fi

# shellcheck source=tests/cli/ca-way.sh
. "$SOURCE/tests/cli/ca-way.sh"

step "C_Sign in a session of its own, as for batches: verifies with the certificate's key"
passes openssl x509 -in intermediate.pem -noout -pubkey
mv out intermediate-key.pem
passes hsm_sign raw "pkcs11:token=sti-ca;object=intermediate?$hsm_query&pin-source=file:sti-ca.pin" \
    request.csr
mv out raw.sig
passes openssl dgst -sha256 -verify intermediate-key.pem -signature raw.sig request.csr

# Nothing may have changed: no file, no serial, no token use.
fails() {
    before=$(ledger_state)
    refused 3 sti-ca issue --csr request.csr --token fresh.jwt --account-key account.pem \
        --out new.pem
    says err "$1"
    absent new.pem
    [ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
}

step "the same wrong PIN, once: refused, and the PIN is not said"
make_token fresh.jwt "$good_list"
cp sti-ca.pin good.pin
echo 00badbad >sti-ca.pin
fails "the PIN of token 'sti-ca' was refused: CKR_PIN_INCORRECT"
says err "it was tried once"
says_not err 00badbad
cp good.pin sti-ca.pin

step "no such key, no such token"
cp sti-ca.cnf full.cnf
sed -i 's/object=intermediate;id=%02/object=nothing;id=%09/' sti-ca.cnf
fails "token 'sti-ca' has no private key 'nothing' (id 09); correct the URI, or make a key with"
sed 's/token=sti-ca;/token=other;/' full.cnf >sti-ca.cnf
fails "no token 'other'"
cp full.cnf sti-ca.cnf

step "a label or an id is never used again"
refused 3 sti-ca key generate root
says err "no key 'root' (id 01) was made: the label is already in use"
sed -i 's/object=root;/object=other;/' sti-ca.cnf
refused 3 sti-ca key generate root
says err "no key 'other' (id 01) was made: the id is already in use"
sed 's/object=root;id=%01/object=root;id=%09/' full.cnf >sti-ca.cnf
refused 3 sti-ca key generate root
says err "no key 'root' (id 09) was made: the label is already in use"
cp full.cnf sti-ca.cnf

if [ -n "$hsm_needs" ]; then
    step "without $hsm_needs a key of this module is neither made nor used"
    sed -e "s/&$hsm_needs//" -e 's/object=root;id=%01/object=other;id=%09/' full.cnf >sti-ca.cnf
    refused 3 sti-ca key generate root
    says err "the new key was destroyed: the key 'other' (id 09) on token 'sti-ca' is refused: its "
    says err "add $hsm_needs to the URI's query"
    fails "the key 'intermediate' (id 02) on token 'sti-ca' is refused: its "
    cp full.cnf sti-ca.cnf
fi

step "after all that the right PIN still signs"
passes sti-ca issue --csr request.csr --token fresh.jwt --account-key account.pem --out still.pem
passes openssl verify -CAfile root.pem -untrusted intermediate.pem still.pem

step "what the module is like"
passes token_facts "$hsm_module" "$hsm_arguments" sti-ca sti-ca.pin intermediate
mv out facts

step "token_facts may have taken the key's protection away: then it is not used any more"
make_token fresh.jwt "$good_list" --force
if [ "$(jq '.can_be_weakened | length' facts)" -eq 0 ]; then
    passes sti-ca issue --csr request.csr --token fresh.jwt --account-key account.pem --out last.pem
else
    fails "the key 'intermediate' (id 02) on token 'sti-ca' is refused: its CKA_SENSITIVE is false"
fi

step "the result, and the row in docs/hsm.md"
record_module yes facts
