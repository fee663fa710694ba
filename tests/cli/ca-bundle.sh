#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check and issue with a bundle, and a list that comes beside the CSR.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_world
# bundle FILE [OPTION]...: the good request, or what csr and token name.
bundle() {
    bundle_file=$1
    shift
    passes sti-ca bundle create --csr "${csr:-request.csr}" --token "${token:-token.jwt}" \
        --account-key account.pem --out "$bundle_file" "$@"
}
# refuses_bundle FILE TEXT: check and issue refuse it with this sentence, and it costs nothing.
refuses_bundle() {
    before=$(ledger_state)
    refused 1 sti-ca check --bundle "$1"
    says err "$2"
    refused 1 sti-ca issue --bundle "$1" --out refused.pem
    says err "$2"
    absent refused.pem
    [ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
}

step "a bundle gets the same verdict as its files"
bundle request.bundle
passes sti-ca check --csr request.csr --token token.jwt --account-key account.pem
grep -v "by this machine's clock" out >files # the time
passes sti-ca check --bundle request.bundle
grep -v "by this machine's clock" out >bundled
same files bundled
make_csr more.csr "$good_list,TN:12155559999"
csr=more.csr bundle more.bundle
refuses_bundle more.bundle "more.bundle, csr: TNAuthList entry 4 at byte 45: TN:12155559999 is asked for, and the token lacks TN:12155559999"
awk -F. '{ first = substr($3, 1, 1) == "A" ? "B" : "A"; print $1 "." $2 "." first substr($3, 2) }' \
    token.jwt >broken.jwt
token=broken.jwt bundle broken.bundle
refuses_bundle broken.bundle "broken.bundle, token: signature: "

step "a bundle with one octet changed is refused whole"
size=$(wc -c <request.bundle)
head -c $((size - 1)) request.bundle >cut.bundle
refuses_bundle cut.bundle "cut.bundle: "
cp request.bundle changed.bundle
printf 'X' | dd of=changed.bundle bs=1 seek=$((size / 2)) conv=notrunc 2>err
refuses_bundle changed.bundle "changed.bundle: "

step "a mixture, and less than is needed"
refused 2 sti-ca check --bundle request.bundle --csr request.csr
says err "--bundle and --csr exclude each other: a bundle holds the whole request"
refused 2 sti-ca issue --bundle request.bundle --token token.jwt --out x.pem
says err "--bundle and --token exclude each other"
refused 2 sti-ca check --csr request.csr --token token.jwt
says err "--account-key is missing; give --csr, --token and --account-key, or --bundle"
absent x.pem

step "the signer's certificate comes in the bundle when the x5u is unknown here"
token_signer=loose
make_key "$token_signer"
passes openssl req -x509 -new -key "$token_signer.key" -days 30 -out loose.pem \
    -subj "/C=US/O=Example STI-PA/CN=loose" -addext keyUsage=critical,digitalSignature
cat loose.pem >>sti-pa.pem
list=$(cut -d. -f2 token.jwt | tr -- -_ +/ | base64 -d 2>/dev/null | jq -r .atc.tkvalue)
fingerprint=$(make_jws fingerprint --key account.pem)
make_jws --key "$token_signer.key" \
    --header '{"alg":"ES256","typ":"JWT","x5u":"https://unknown.example/loose.pem"}' \
    --payload "{\"exp\":$(($(date +%s) + 3600)),\"jti\":\"loose\",\"atc\":{\"tktype\":\"TNAuthList\",\"tkvalue\":\"$list\",\"ca\":false,\"fingerprint\":\"$fingerprint\"}}" >x5u.jwt
token=x5u.jwt bundle nochain.bundle
refuses_bundle nochain.bundle "no certificate is known for the URL https://unknown.example/loose.pem"
token=x5u.jwt bundle chain.bundle --chain loose.pem
passes sti-ca check --bundle chain.bundle
make_key stranger
passes openssl req -x509 -new -key stranger.key -days 30 -out stranger.pem -subj /CN=stranger
token=x5u.jwt bundle stranger.bundle --chain stranger.pem
refuses_bundle stranger.bundle "stranger.bundle, token: signer: the signer is not trusted"

step "a CRL in the bundle is looked at"
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\n' >crl.cnf
: >index.txt
passes openssl ca -config crl.cnf -gencrl -keyfile stranger.key -cert stranger.pem -crldays 30 \
    -out stranger.crl
bundle crl.bundle --crl stranger.crl
refuses_bundle crl.bundle "crl.bundle, token: CRL: no certificate of the issuer \"CN = stranger\" that made the CRL's signature is here"

step "issue takes the bundle; its token is used then"
passes sti-ca issue --bundle request.bundle --out bundled.pem
refuses_bundle request.bundle "request.bundle, token: claim jti: the token id"

step "a CSR without a list, and the list beside it: by reference"
make_token list.jwt "$good_list"
passes openssl req -new -key end-entity.key -subj "$good_subject" -out bare.csr
printf '%s\n' "$good_list" | tr , '\n' >list.txt
reference() {
    sti-ca "$@" --csr bare.csr --token list.jwt --account-key account.pem
}
refused 1 reference check
says err "bare.csr: TNAuthList: the CSR holds no TNAuthList"
passes reference check --list list.txt
says out "TN:12155551212"
refused 2 reference issue --list list.txt --out by-value.pem
says err "the list came beside the CSR, so it goes by reference; say with --by-reference BASE-URL where it will be"
absent by-value.pem
echo "$good_list,TN:12155550000" >more.txt
refused 1 reference check --list more.txt
says err "more.txt: TNAuthList entry 4 at byte 45: TN:12155550000 is asked for, and the token lacks TN:12155550000"
passes reference issue --list list.txt --by-reference https://tn.example/lists/ --out reference.pem
says out "by reference, 3 entries, at https://tn.example/lists/"
passes openssl x509 -in reference.pem -noout -text
says out "https://tn.example/lists/"
says_not out 12155551212

step "a CSR that has a list and another one beside it"
make_token both.jwt "$good_list"
refused 1 sti-ca check --csr request.csr --token both.jwt --account-key account.pem --list more.txt
says err "request.csr: TNAuthList: the CSR's TNAuthList is not the list that came with it; leave one of them out"
passes sti-ca check --csr request.csr --token both.jwt --account-key account.pem --list list.txt

step "the same in a bundle"
passes sti-ca tnlist encode list.txt --form der --out list.der
csr=bare.csr token=both.jwt bundle list.bundle --list list.der
passes sti-ca check --bundle list.bundle
refused 2 sti-ca issue --bundle list.bundle --out by-value.pem
says err "by-reference"
passes sti-ca issue --bundle list.bundle --by-reference https://tn.example/lists/ --out listed.pem
