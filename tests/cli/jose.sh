#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Our tokens and fingerprints against an independent JOSE implementation (latchset jose).
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_world

# jwk PEM: the public key as a JWK, made from its coordinates.
jwk() {
    openssl pkey -pubin -in "$1" -outform DER | tail -c 64 >point
    head -c 32 point >x
    tail -c 32 point >y
    printf '{"kty":"EC","crv":"P-256","x":"%s","y":"%s"}' "$(make_jws base64url x)" \
        "$(make_jws base64url y)"
}

step "jose verifies a token that sti-pa signed in the HSM"
openssl x509 -in sti-pa.pem -noout -pubkey >pa.pem
jwk pa.pem >pa.jwk
passes jose jws ver -i "$(cat token.jwt)" -k pa.jwk -O payload.json
[ "$(jq -r .atc.tktype payload.json)" = TNAuthList ] || fail "another payload"
[ "$(jq -r .atc.ca payload.json)" = false ] || fail "another ca"

step "jose refuses it with another key"
jwk account.pem >account.jwk
# shellcheck disable=SC2016 # the inner shell expands it
refused 1 sh -c 'jose jws ver -i "$(cat token.jwt)" -k account.jwk || { echo refused >&2; exit 1; }'

step "the thumbprints are the same (RFC 7638)"
thumbprint=$(jose jwk thp -i account.jwk)
ours=$(make_jws fingerprint --key account.pem)
hex=$(printf '%s' "$thumbprint" | jose b64 dec -i - -O - | od -An -tx1 | tr -d ' \n' | tr a-f A-F |
    sed 's/../&:/g; s/:$//')
[ "$ours" = "SHA256 $hex" ] || fail "ours: $ours, theirs: $hex"
[ "$(jq -r .atc.fingerprint payload.json)" = "$ours" ] || fail "another one in the token"

step "sti-ca accepts a token that jose signed"
passes jose jwk gen -i '{"alg":"ES256"}' -o jose.jwk
# The key as PEM, to have a certificate for it.
d=$(jq -r .d jose.jwk | jose b64 dec -i - -O - | od -An -tx1 | tr -d ' \n')
point=$(for part in x y; do jq -r .$part jose.jwk | jose b64 dec -i - -O -; done | od -An -tx1 | tr -d ' \n')
cat >key.cnf <<END
asn1 = SEQUENCE:key
[key]
version = INTEGER:1
private = FORMAT:HEX,OCTETSTRING:$d
curve = EXPLICIT:0,OID:prime256v1
public = EXPLICIT:1,FORMAT:HEX,BITSTRING:04$point
END
passes openssl asn1parse -genconf key.cnf -noout -out jose.der
passes openssl ec -inform DER -in jose.der -out jose.key
passes openssl req -x509 -new -key jose.key -subj "/CN=jose" -days 2 -out jose.crt
cat jose.crt >>sti-pa.pem
header="{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5c\":[\"$(openssl x509 -in jose.crt -outform DER | base64 -w0)\"]}"
passes jose jws sig -I payload.json -k jose.jwk -s "{\"protected\":$header}" -c -o jose.jwt
passes sti-ca check --csr request.csr --token jose.jwt --account-key account.pem
says out "signed by CN=jose"
