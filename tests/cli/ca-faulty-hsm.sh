#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An HSM with one fault at a time, as a person meets it; tests/faults tries all of them.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"

make_world
sed -i "s|$module|$BUILD/tests/faults/p11-faulty.so|" sti-ca.cnf
export P11_FAULTY_MODULE="$module"

# refuses FAULT SENTENCE: nothing is issued, and the ledger has the reason.
refuses() {
    P11_FAULTY=$1
    export P11_FAULTY
    refused 3 sti-ca issue --csr request.csr --token token.jwt --account-key account.pem \
        --out ee.pem
    says err "$2"
    [ "$(wc -l <err)" -eq 1 ] || fail "more than one line"
    absent ee.pem
}
last_state() {
    sqlite3 -readonly ledger.sqlite \
        "SELECT state, ifnull(reason, '') FROM certificate ORDER BY number DESC LIMIT 1"
}

step "a signature that is too long, too short, not there"
refuses "C_Sign 1 long" "the HSM did not sign the certificate: "
says err "; the HSM's answer was C_Sign: a signature of 72 octets instead of 64"
last_state >state
says state "abandoned|the HSM did not sign the certificate: "
refuses "C_Sign 1 short" "C_Sign: a signature of 56 octets instead of 64"
refuses "C_Sign 1 empty" "C_Sign: a signature of 0 octets instead of 64"

step "a signature that is wrong is never written"
refuses "C_Sign 1 wrong" "the signature of the HSM does not verify with the issuer's public key"
last_state >state
says state "abandoned|the signature of the HSM does not verify"

step "the device is pulled out just before it signs"
refuses "C_Sign 1 onward 0x32" "; the HSM's answer was C_Sign: CKR_DEVICE_REMOVED (0x32)"

step "a session of libp11's that is refused: nobody waits for it"
refuses "C_OpenSession 2 before 0xb1" \
    "the login to token 'sti-ca' failed: C_OpenSession: CKR_SESSION_COUNT (0xb1)"

step "libp11 passes over what it could not read of a key: the key is not used"
refuses "C_GetAttributeValue 30 before 0x30" \
    "libp11 cannot use the key 'intermediate' (id 02) on token 'sti-ca': C_GetAttributeValue: CKR_DEVICE_ERROR (0x30); check the device"

step "a key that could not be read in full is shown so, and not destroyed"
P11_FAULTY="C_GetAttributeValue 10 before 0x30"
passes sti-ca key show root
unread="the key 'root' (id 01) on token 'sti-ca' could not be read in full: C_GetAttributeValue: CKR_DEVICE_ERROR (0x30); check the device"
says out "$unread"
refused_on_terminal 3 'read in full' root "sti-ca key destroy root"
says screen "$unread; nothing was destroyed"
P11_FAULTY=
passes sti-ca key show root
says out "good"

step "sti-pa says the same of its key"
pa_key=$(echo "$pa_key" | sed "s|$module|$BUILD/tests/faults/p11-faulty.so|")
P11_FAULTY="C_Sign 1 long"
refused 3 sti-pa token --key "$pa_key" --certificate sti-pa.pem --list SPC:709J \
    --account-key account.pem --out other.jwt
says err "the key did not sign: "
says err "; the HSM's answer was C_Sign: a signature of 72 octets instead of 64"
refused 3 sti-pa certificate --key "$pa_key" --country US --organization "Example STI-PA" \
    --common-name "STI-PA token signer" --out other.pem
says err "; the HSM's answer was C_Sign: a signature of 72 octets instead of 64"
absent other.jwt other.pem

step "words that are no fault are not taken for none"
refuses "C_Sign once" "p11-faulty.so is not a PKCS#11 module"

step "a slow device is waited for, and the request that failed so often is issued"
P11_FAULTY="C_Sign 1 stall 1200"
passes sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out ee.pem
passes openssl verify -CAfile root.pem -untrusted intermediate.pem -ignore_critical ee.pem
