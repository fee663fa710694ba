#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tokens and keys that were seen before: how often a token counts, whose token and whose key it is.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_world

# issues FILE CONFIGURATION TOKEN [CSR [ACCOUNT]]: it must; the serial is in $serial.
issues() {
    passes sti-ca issue --config "$2" --csr "${4:-request.csr}" --token "$3" \
        --account-key "${5:-account.pem}" --out "$1"
    serial=$(openssl x509 -in "$1" -noout -serial | cut -d= -f2 | sed 's/^00//')
}

# not_issued CONFIGURATION TOKEN TEXT: both commands refuse it, and the ledger stays as it was.
not_issued() {
    before=$(ledger_state)
    refused 1 sti-ca check --config "$1" --csr request.csr --token "$2" --account-key account.pem
    says err "$3"
    refused 1 sti-ca issue --config "$1" --csr request.csr --token "$2" --account-key account.pem \
        --out refused.pem
    says err "$3"
    absent refused.pem
    [ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
}

# same_id FILE: a token with the id, the list and the account key of token.jwt, by another STI-PA.
same_id() {
    passes openssl req -x509 -new -key second-pa.key -subj "/C=US/O=Second STI-PA/CN=second" \
        -days 30 -addext keyUsage=critical,digitalSignature -out second-pa.crt
    header="{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5c\":[\"$(openssl x509 -in second-pa.crt \
        -outform DER | base64 -w0)\"]}"
    payload=$(cut -d. -f2 token.jwt | tr -- '-_' '+/')
    while [ $((${#payload} % 4)) -ne 0 ]; do payload="$payload="; done
    make_jws --header "$header" --payload "$(printf '%s' "$payload" | base64 -d)" \
        --key second-pa.key >"$1"
}

step "one certificate a token (RFC 9447 section 4); the policy is this CA's"
issues one.pem sti-ca.cnf token.jwt
not_issued sti-ca.cnf token.jwt \
    "was already used for certificate $serial, and this CA issues one certificate a token; ask the STI-PA for a new token"

step "another policy: three a token, and each says which it is"
with_policy three.cnf "token_uses = 3"
passes sti-ca check --config three.cnf --csr request.csr --token token.jwt --account-key account.pem
says out "accepted: certificate 2 of at most 3 for this token (token_uses = 3)"
issues two.pem three.cnf token.jwt
says out "accepted  token-unused: certificate 2 of at most 3 for this token (token_uses = 3)"
passes sti-ca show "$serial"
says out "accepted    token-unused: certificate 2 of at most 3 for this token (token_uses = 3)"
issues three.pem three.cnf token.jwt
not_issued three.cnf token.jwt \
    "was already used for 3 certificates, the last one $serial, and this CA issues 3 a token"
not_issued sti-ca.cnf token.jwt "was already used for certificate $serial"

step "until exp: as often as it is asked"
with_policy many.cnf "token_uses = until-exp"
issues four.pem many.cnf token.jwt
issues five.pem many.cnf token.jwt
passes sti-ca show --json "$serial"
[ "$(jq -r .note out)" = "token-unused: certificate 5 for this token (token_uses = until-exp)" ] ||
    fail "no such note"

step "the same id of another STI-PA is another token"
make_key second-pa
same_id second.jwt
cat second-pa.crt >>sti-pa.pem
issues second.pem sti-ca.cnf second.jwt
not_issued sti-ca.cnf second.jwt "was already used for certificate $serial"
not_issued sti-ca.cnf token.jwt "and this CA issues one certificate a token"

step "who renews keeps the key: the same account, the same subject, a new token"
make_token renewal.jwt "$good_list"
issues renewal.pem sti-ca.cnf renewal.jwt
seen=$(sti-ca list --json | jq -r '[.[] | select(.kind == "end-entity")][0].serial')

step "the key with another account key is another holder's"
make_key other-account
passes sti-pa token --key "$pa_key" --certificate sti-pa.pem --list "$good_list" \
    --account-key other-account.pem --out other-account.jwt
token=other-account.jwt account=other-account.pem refuses_request \
    "request.csr: the CSR's key was seen under serial $seen for another holder (another account key or another subject); make a new key"

step "so it is with another subject"
make_token subject.jwt "$good_list"
passes ossl req -new -key end-entity.key -subj '/C=US/O=Other Telecom/CN=SHAKEN 709J' \
    -addext "TNAuthList=$good_list" -out subject.csr
csr=subject.csr token=subject.jwt refuses_request \
    "subject.csr: the CSR's key was seen under serial $seen for another holder"

step "a key on the list of known weak keys"
sed 's/^# weak_keys/weak_keys/' sti-ca.cnf >weak.cnf
hash=$(openssl pkey -in end-entity.key -pubout -outform DER | sha256sum | cut -c1-64)
printf '; known weak keys\n%064d\n\n' 1 >weak-keys.txt
make_token weak.jwt "$good_list"
passes sti-ca check --config weak.cnf --csr request.csr --token weak.jwt --account-key account.pem
printf '%s # found in a router\n' "$(echo "$hash" | tr a-f A-F)" >>weak-keys.txt
not_issued weak.cnf weak.jwt \
    "request.csr: the CSR's key is on the list of known weak keys, so others may have its private half; make a new key"
echo "$hash  request.csr" >>weak-keys.txt
refused 2 sti-ca check --config weak.cnf --csr request.csr --token weak.jwt \
    --account-key account.pem
says err "weak-keys.txt: line 5: is not the SHA-256 of a SubjectPublicKeyInfo in 64 hex digits"
rm weak-keys.txt
refused 3 sti-ca issue --config weak.cnf --csr request.csr --token weak.jwt \
    --account-key account.pem --out refused.pem
says err "weak-keys.txt"
absent refused.pem

step "without a list, check says that nobody looked"
passes sti-ca check --csr request.csr --token weak.jwt --account-key account.pem
says out "n/a     csr-key-strong "
says out "because no list of weak keys was given (weak_keys)"
