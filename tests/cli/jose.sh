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

# jwk_pem JWK PEM: jose's private key as PEM.
jwk_pem() {
    d=$(jq -r .d "$1" | jose b64 dec -i - -O - | od -An -tx1 | tr -d ' \n')
    point=$(for part in x y; do jq -r .$part "$1" | jose b64 dec -i - -O -; done | od -An -tx1 | tr -d ' \n')
    cat >key.cnf <<END
asn1 = SEQUENCE:key
[key]
version = INTEGER:1
private = FORMAT:HEX,OCTETSTRING:$d
curve = EXPLICIT:0,OID:prime256v1
public = EXPLICIT:1,FORMAT:HEX,BITSTRING:04$point
END
    passes openssl asn1parse -genconf key.cnf -noout -out key.der
    passes openssl ec -inform DER -in key.der -out "$2"
}

# fingerprint THUMBPRINT: as RFC 9448 section 5.4 writes it.
fingerprint() {
    printf 'SHA256 '
    printf '%s' "$1" | jose b64 dec -i - -O - | od -An -tx1 | tr -d ' \n' | tr a-f A-F |
        sed 's/../&:/g; s/:$//'
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
[ "$ours" = "$(fingerprint "$thumbprint")" ] || fail "ours: $ours, theirs: $thumbprint"
[ "$(jq -r .atc.fingerprint payload.json)" = "$ours" ] || fail "another one in the token"

step "so are those of keys that jose made, and the token holds them"
for key in 1 2 3 4 5 6 7 8; do
    passes jose jwk gen -i '{"alg":"ES256"}' -o theirs.jwk
    passes jose jwk thp -i theirs.jwk
    theirs=$(cat out)
    jwk_pem theirs.jwk theirs.key
    passes openssl ec -in theirs.key -pubout -out theirs.pem
    rm -f theirs.jwt
    passes sti-pa token --key "$pa_key" --certificate sti-pa.pem --list "$good_list" \
        --account-key theirs.pem --out theirs.jwt
    passes jose jws ver -i "$(cat theirs.jwt)" -k pa.jwk -O theirs.json
    [ "$(jq -r .atc.fingerprint theirs.json)" = "$(fingerprint "$theirs")" ] ||
        fail "key $key: jose has $theirs, the token $(jq -r .atc.fingerprint theirs.json)"
done

step "sti-ca accepts a token that jose signed"
passes jose jwk gen -i '{"alg":"ES256"}' -o jose.jwk
jwk_pem jose.jwk jose.key
passes openssl req -x509 -new -key jose.key -subj "/CN=jose" -days 2 -out jose.crt
cat jose.crt >>sti-pa.pem
x5c=$(openssl x509 -in jose.crt -outform DER | base64 -w0)
header="{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5c\":[\"$x5c\"]}"
# sign PAYLOAD-FILE KEY HEADER [OPTION]: jose.jwt
sign() {
    passes jose jws sig -I "$1" -k "$2" -s "{\"protected\":$3}" ${4:+"$4"} -o jose.jwt
}
sign payload.json jose.jwk "$header" -c
passes sti-ca check --csr request.csr --token jose.jwt --account-key account.pem
says out "signed by CN=jose"

step "one that jose signed over another payload is judged by its payload"
jq -c '.atc.ca = true' payload.json >ca.json
sign ca.json jose.jwk "$header" -c
token=jose.jwt refuses_request "Basic Constraints: the CSR asks for cA FALSE, but the token says ca true"
jq -c '.exp = 1000000000' payload.json >old.json
sign old.json jose.jwk "$header" -c
token=jose.jwt refuses_request "jose.jwt: claim exp: "

step "what jose signs otherwise than RFC 9448 has it is refused"
sign payload.json jose.jwk "$header"
token=jose.jwt refuses_request "this looks like JSON, which is not read"
passes jose jwk gen -i '{"alg":"ES256"}' -o other.jwk
sign payload.json other.jwk "$header" -c
token=jose.jwt refuses_request "jose.jwt: signature: the signature does not fit the text and the signer's key"
passes jose jwk gen -i '{"alg":"HS256"}' -o secret.jwk
sign payload.json secret.jwk "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"x5c\":[\"$x5c\"]}" -c
token=jose.jwt refuses_request 'jose.jwt: header alg: alg is "HS256"; only ES256 is accepted (RFC 8555 section 6.2)'
passes jose jwk gen -i '{"alg":"ES384"}' -o wide.jwk
sign payload.json wide.jwk "{\"alg\":\"ES384\",\"typ\":\"JWT\",\"x5c\":[\"$x5c\"]}" -c
token=jose.jwt refuses_request 'jose.jwt: header alg: alg is "ES384"; only ES256 is accepted (RFC 8725 section 3.1)'

step "after all that, the token that jose signed well still gets a certificate"
sign payload.json jose.jwk "$header" -c
passes sti-ca issue --csr request.csr --token jose.jwt --account-key account.pem --out good.pem
