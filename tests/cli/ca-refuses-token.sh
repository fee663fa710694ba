#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Bad SPC tokens: each is refused by check and by issue with the same sentence, and costs nothing.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_world

# A second STI-PA with a software key, trusted by the CA, that signs whatever it is told to.
make_pa_certificate() {
    passes openssl req -x509 -new -key "$1.key" -subj "/C=US/O=Example STI-PA/CN=$1" -days 30 \
        -addext keyUsage=critical,digitalSignature -out "$1.crt"
}
der64() {
    openssl x509 -in "$1" -outform DER | base64 -w0
}
make_key loose-pa
make_pa_certificate loose-pa
cat loose-pa.crt >>sti-pa.pem

x5c="\"x5c\":[\"$(der64 loose-pa.crt)\"]"
header="{\"alg\":\"ES256\",\"typ\":\"JWT\",$x5c}"
exp=$(($(date +%s) + 3600))
passes ossl req -in request.csr -outform DER -out request.der
passes sti-ca tnlist show --json request.csr
# The list's octets stand at the end of the CSR's attributes; its length is known (45).
passes openssl asn1parse -inform DER -in request.der
offset=$(awk -F: '/OCTET STRING/ { print $1 }' out | tail -n 1)
passes openssl asn1parse -inform DER -in request.der -strparse "$offset" -noout -out list.der
list=$(make_jws base64url list.der)
fingerprint=$(make_jws fingerprint --key account.pem)
atc="\"tktype\":\"TNAuthList\",\"tkvalue\":\"$list\",\"ca\":false,\"fingerprint\":\"$fingerprint\""

# bad_token TEXT PAYLOAD [HEADER [MAKE_JWS-ARGUMENT]...]: such a token is refused with that text.
bad_token() {
    text=$1
    payload=$2
    chosen=${3:-$header}
    if [ $# -gt 3 ]; then
        shift 3
    else
        set -- --key loose-pa.key
    fi
    make_jws --header "$chosen" --payload "$payload" "$@" >bad.jwt
    token=bad.jwt refuses_request "$text"
}
good="{\"exp\":$exp,\"jti\":\"one\",\"atc\":{$atc}}"

step "the loose STI-PA's tokens are good as such"
make_jws --header "$header" --payload "$good" --key loose-pa.key >loose.jwt
passes sti-ca check --csr request.csr --token loose.jwt --account-key account.pem

step "alg none, HS256 keyed with the public key, RS256 (RFC 8555 section 6.2, RFC 8725)"
bad_token 'bad.jwt: header alg: alg is "none"; only ES256 is accepted' "$good" \
    "{\"alg\":\"none\",\"typ\":\"JWT\",$x5c}" --unsigned
bad_token 'bad.jwt: header alg: alg is "HS256"; only ES256 is accepted' "$good" \
    "{\"alg\":\"HS256\",\"typ\":\"JWT\",$x5c}" --secret-file loose-pa.pem
passes openssl req -x509 -newkey rsa:2048 -nodes -keyout rsa-pa.key -subj /CN=rsa -out rsa-pa.crt
bad_token 'bad.jwt: header alg: alg is "RS256"; only ES256 is accepted' "$good" \
    "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"x5c\":[\"$(der64 rsa-pa.crt)\"]}" --key rsa-pa.key

step "a wrong signature (RFC 9448 section 6 step 4)"
bad_token "bad.jwt: signature: the signature does not fit the text and the signer's key" "$good" \
    "$header" --key loose-pa.key --flip-signature
bad_token "bad.jwt: signature: the signature does not fit the text and the signer's key" "$good" \
    "$header" --key account.key

step "an untrusted signer (RFC 9448 section 6 steps 2 and 3)"
make_key stranger
make_pa_certificate stranger
bad_token "bad.jwt: signer: the signer is not trusted" "$good" \
    "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5c\":[\"$(der64 stranger.crt)\"]}" --key stranger.key
bad_token "nothing identifies the signer: neither x5u nor x5c is in the header" "$good" \
    '{"alg":"ES256","typ":"JWT"}'
bad_token 'bad.jwt: header x5u: no certificate is known for the URL https://other.example/a.pem; put the file into [x5u] of sti-ca.cnf' "$good" \
    '{"alg":"ES256","typ":"JWT","x5u":"https://other.example/a.pem"}'
bad_token 'bad.jwt: header x5u: x5u "http://sti-pa.example/sti-pa.pem" is not an https URL' "$good" \
    '{"alg":"ES256","typ":"JWT","x5u":"http://sti-pa.example/sti-pa.pem"}'

step "an expired exp (RFC 9447 section 4)"
bad_token "bad.jwt: claim exp: the token expired at 2020-09-13T12:26:40Z" \
    "{\"exp\":1600000000,\"jti\":\"one\",\"atc\":{$atc}}"

step "missing claims (RFC 9447 section 4, RFC 9448 section 5)"
bad_token "bad.jwt: claim exp: exp is missing" "{\"jti\":\"one\",\"atc\":{$atc}}"
bad_token "bad.jwt: claim jti: jti is missing" "{\"exp\":$exp,\"atc\":{$atc}}"
bad_token "bad.jwt: claim atc: atc is missing" "{\"exp\":$exp,\"jti\":\"one\"}"
without() {
    printf '{"exp":%s,"jti":"one","atc":{%s}}' "$exp" \
        "$(printf '{%s}' "$atc" | jq -c "del(.$1)" | sed 's/^{//; s/}$//')"
}
for claim in tktype tkvalue fingerprint; do
    bad_token "bad.jwt: claim atc.$claim: atc.$claim is missing" "$(without $claim)"
done

step "the wrong tktype (RFC 9448 section 6 step 5)"
bad_token 'bad.jwt: claim atc.tktype: tktype is "TnAuthList"; it must be "TNAuthList"' \
    "$(printf '%s' "$good" | sed 's/"TNAuthList"/"TnAuthList"/')"

step "exp as a string, atc as an array, a member twice"
bad_token "bad.jwt: claim exp: exp is a string" \
    "{\"exp\":\"$exp\",\"jti\":\"one\",\"atc\":{$atc}}"
bad_token "atc is an array, as in early drafts of RFC 9447" \
    "{\"exp\":$exp,\"jti\":\"one\",\"atc\":[{$atc}]}"
bad_token "the payload is not a JSON object with unique members" \
    "{\"exp\":$exp,\"jti\":\"one\",\"jti\":\"two\",\"atc\":{$atc}}"

step "a malformed list in the token is named with its place"
bad_token "bad.jwt: claim atc.tkvalue entry 1 at byte 2: tag 0x80 is implicit" \
    "$(printf '%s' "$good" | sed "s/$list/MAaABDcwOUo/")"

step "the fingerprint of another key (RFC 9448 section 6 step 8)"
make_key other
account=other.pem refuses_request "token.jwt: claim atc.fingerprint: the token is bound to another account key"
bad_token "bad.jwt: claim atc.fingerprint: the token is bound to another account key" \
    "$(printf '%s' "$good" | sed "s/$fingerprint/$(make_jws fingerprint --key other.pem)/")"

step "what deployed tokens have: base64 with padding and the SPKI's digest, each only by policy"
deployed=$(printf '%s' "$good" | sed 's|"tkvalue":"[^"]*"|"tkvalue":"MAigBhYENzA5Sg=="|')
make_csr spc.csr SPC:709J
csr=spc.csr
bad_token "bad.jwt: claim atc.tkvalue: tkvalue is base64 with padding; base64url without it is wanted, unless the policy accepts the other (token_base64 = padded)" "$deployed"
with_policy padded.cnf "token_base64 = padded"
passes sti-ca check --config padded.cnf --csr spc.csr --token bad.jwt --account-key account.pem
says out "in base64 with padding, which the policy accepts"
spki=$(openssl pkey -pubin -in account.pem -outform DER | sha256sum | cut -c1-64 |
    tr a-f A-F | sed 's/../&:/g; s/:$//')
deployed=$(printf '%s' "$good" | sed "s/$fingerprint/SHA256 $spki/")
bad_token "bad.jwt: claim atc.fingerprint: the token has the SHA-256 of the account key's SubjectPublicKeyInfo, where RFC 9448 section 5.4 has its JWK thumbprint; the policy can accept that (fingerprint = spki)" "$deployed"
with_policy spki.cnf "fingerprint = spki"
passes sti-ca check --config spki.cnf --csr request.csr --token bad.jwt --account-key account.pem
says out "found: the SHA-256 of the key's SPKI, which the policy accepts"
passes sti-ca check --config spki.cnf --csr request.csr --token token.jwt --account-key account.pem

step "what else a header and a payload can have wrong, each for itself"
bad_token 'bad.jwt: header typ: typ is "passport"; it must be "JWT"' "$good" \
    "{\"alg\":\"ES256\",\"typ\":\"passport\",$x5c}"
bad_token "bad.jwt: header x5c: x5c is empty; the signer's certificate comes first" "$good" \
    '{"alg":"ES256","typ":"JWT","x5c":[]}'
bad_token "bad.jwt: claim aud: aud says that the token is meant for somebody by name" \
    "{\"exp\":$exp,\"jti\":\"one\",\"aud\":\"x\",\"atc\":{$atc}}"
bad_token 'bad.jwt: claim atc.fingerprint: "SHA256 00:11" is not a fingerprint' \
    "$(printf '%s' "$good" | sed "s/$fingerprint/SHA256 00:11/")"
make_key mute
passes openssl req -x509 -new -key mute.key -subj "/C=US/O=Example STI-PA/CN=mute" -days 30 \
    -addext keyUsage=critical,keyAgreement -out mute.crt
cat mute.crt >>sti-pa.pem
bad_token "bad.jwt: signer: the signer's certificate \"C = US, O = Example STI-PA, CN = mute\" has a keyUsage without digitalSignature" "$good" \
    "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5c\":[\"$(der64 mute.crt)\"]}" --key mute.key

step "a token that nests deeply"
bad_token "bad.jwt: payload: the payload nests 9 levels deep; at most 8 are read" \
    "{\"exp\":$exp,\"jti\":\"one\",\"atc\":{$atc},\"x\":[[[[[[[[1]]]]]]]]}"

step "a signer in the STI-PA's CRL (RFC 5280 section 6.3.3)"
passes openssl req -x509 -new -key stranger.key -subj "/C=US/O=Example STI-PA/CN=CRL" -days 30 \
    -addext keyUsage=critical,keyCertSign,cRLSign -addext basicConstraints=critical,CA:TRUE \
    -out crl-signer.crt
make_key signer
passes openssl req -new -key signer.key -subj "/C=US/O=Example STI-PA/CN=signer" -out signer.csr
printf 'keyUsage=critical,digitalSignature\n' >signer.ext
passes openssl x509 -req -in signer.csr -CA crl-signer.crt -CAkey stranger.key -days 30 \
    -extfile signer.ext -set_serial 77 -out signer.crt
cat crl-signer.crt >>sti-pa.pem
# make_crl FILE INDEX-LINE: a CRL with this one line in the index of openssl ca.
make_crl() {
    printf '%s' "$2" >index.txt
    printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\n' >crl.cnf
    passes openssl ca -config crl.cnf -gencrl -keyfile stranger.key -cert crl-signer.crt \
        -crldays 30 -out "$1"
}
make_jws --header "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5c\":[\"$(der64 signer.crt)\"]}" \
    --payload "$good" --key signer.key >signer.jwt
passes sti-ca check --csr request.csr --token signer.jwt --account-key account.pem
make_crl nobody.crl ''
make_crl signer.crl "$(printf 'R\t300101000000Z\t260101000000Z\t4D\tunknown\t/CN=signer')
"
sed 's/^sti_pa_anchors/sti_pa_crl = pa.crl\n&/' sti-ca.cnf >crl-ca.cnf
cp nobody.crl pa.crl
passes sti-ca check --config crl-ca.cnf --csr request.csr --token signer.jwt \
    --account-key account.pem
says out "found: C = US, O = Example STI-PA, CN = CRL"
cp signer.crl pa.crl
refused 1 sti-ca check --config crl-ca.cnf --csr request.csr --token signer.jwt \
    --account-key account.pem
says err 'signer.jwt: signer: certificate "C = US, O = Example STI-PA, CN = signer" was revoked by the CRL of "C = US, O = Example STI-PA, CN = CRL" (RFC 5280 section 6.3.3)'
before=$(ledger_state)
refused 1 sti-ca issue --config crl-ca.cnf --csr request.csr --token signer.jwt \
    --account-key account.pem --out refused.pem
says err "was revoked by the CRL"
absent refused.pem
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
passes openssl crl -in nobody.crl -outform DER -out pa.crl
passes sti-ca check --config crl-ca.cnf --csr request.csr --token signer.jwt \
    --account-key account.pem
echo nothing >pa.crl
refused 1 sti-ca check --config crl-ca.cnf --csr request.csr --token signer.jwt \
    --account-key account.pem
says err "pa.crl: holds no CRL in PEM or DER, or something besides CRLs and certificates"
rm pa.crl
refused 3 sti-ca check --config crl-ca.cnf --csr request.csr --token signer.jwt \
    --account-key account.pem
says err "pa.crl"

step "a used jti (RFC 9447 section 4; this CA's policy: one certificate a token)"
passes sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out one.pem
serial=$(openssl x509 -in one.pem -noout -serial | cut -d= -f2 | sed 's/^00//')
refuses_request "was already used for certificate $serial, and this CA issues one certificate a token"

step "not a token at all, and a token too long to read"
echo hello >bad.jwt
token=bad.jwt refuses_request "bad.jwt: token: 1 part separated by dots; a compact JWS has three"
head -c 20000 /dev/zero | tr '\0' a >bad.jwt
token=bad.jwt refuses_request "bad.jwt: token: the token has 20000 octets; at most 16384 are read, unless the policy has another limit (token_octets)"
with_policy large.cnf "token_octets = 1048576"
refused 1 sti-ca check --config large.cnf --csr request.csr --token bad.jwt \
    --account-key account.pem
says err "bad.jwt: token: 1 part separated by dots"
head -c 1100000 /dev/zero | tr '\0' a >bad.jwt
refused 1 sti-ca check --csr request.csr --token bad.jwt --account-key account.pem
says err "bad.jwt: has more than 1048576 octets"
