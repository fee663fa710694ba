#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca tnlist publish and verify: a list under its digest, and what the CA says of it.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

step "a CA whose keys are in an HSM"
make_hsm
make_ca
printf 'SPC:709J\nTN:12155550100-12155550199\n' >list.txt
passes sti-ca tnlist encode list.txt --out list.der
digest=$(sha256sum <list.der | cut -d' ' -f1)
size=$(wc -c <list.der)
mkdir web

step "publish: the list under its SHA-256, the statement beside it"
before=$(date -u +%Y-%m-%dT%H:%M:%SZ)
passes sti-ca tnlist publish list.txt --out web --url https://tn.example/lists/
after=$(date -u +%Y-%m-%dT%H:%M:%SZ)
says out "sha256     $digest"
says out "size       $size octets"
says out "entries    2"
says out "url        https://tn.example/lists/$digest.der"
says out "list       web/$digest.der"
says out "statement  web/$digest.cose"
same "web/$digest.der" list.der
[ "$(find web | sort)" = "$(printf '%s\n' web "web/$digest.cose" "web/$digest.der")" ] ||
    fail "other files"
[ "$(wc -c <"web/$digest.cose")" -lt 400 ] || fail "the statement is not small"

step "verify: what the server returned is what was approved"
cp "web/$digest.der" fetched
passes sti-ca tnlist verify fetched --statement "web/$digest.cose" --certificate intermediate.pem
says out "verified: fetched is the list that was approved"
says out "sha256     $digest"
says out "url        https://tn.example/lists/$digest.der"
says out "signer     C=US, O=Example STI-CA, CN=SHAKEN Example Intermediate"
time=$(sed -n 's/^  time *//p' out)
printf '%s\n' "$before" "$time" "$after" >moments
sort -c moments || fail "$time is not the time it was published"
mv out verified
passes sti-ca tnlist verify fetched --statement "web/$digest.cose"
same out verified
sti-ca tnlist verify - --statement "web/$digest.cose" <fetched >out || fail "no standard input"
says out "verified: standard input is the list"

step "verify needs neither HSM nor configuration"
mkdir elsewhere
cp fetched "web/$digest.cose" intermediate.pem elsewhere
(cd elsewhere && SOFTHSM2_CONF=/nonexistent sti-ca tnlist verify fetched \
    --statement "$digest.cose" --certificate intermediate.pem >out) || fail "it needs more"

step "as JSON"
passes sti-ca tnlist verify --json fetched --statement "web/$digest.cose"
[ "$(jq -r '"\(.sha256) \(.size) \(.entries) \(.time) \(.url)"' out)" = \
    "$digest $size 2 $time https://tn.example/lists/$digest.der" ] || fail "other facts"
[ "$(jq -r .signer out)" = "C=US, O=Example STI-CA, CN=SHAKEN Example Intermediate" ] ||
    fail "another signer"

step "the stock openssl verifies the statement, as docs/by-reference.md says"
statement=web/$digest.cose
{ printf '\204\152Signature1' && tail -c +2 "$statement" | head -c 47 && printf '\100' &&
    tail -c +50 "$statement" | head -c -66; } >signed
r=$(tail -c 64 "$statement" | head -c 32 | od -An -v -tx1 | tr -d ' \n')
s=$(tail -c 32 "$statement" | od -An -v -tx1 | tr -d ' \n')
printf '%s\n' asn1=SEQUENCE:pair '[pair]' "r=INTEGER:0x$r" "s=INTEGER:0x$s" >signature.cnf
passes openssl asn1parse -genconf signature.cnf -noout -out signature.der
openssl x509 -in intermediate.pem -noout -pubkey >intermediate.pub
passes openssl dgst -sha256 -verify intermediate.pub -signature signature.der signed
says out "Verified OK"
while read -r line; do
    grep -qF -- "$line" "$SOURCE/docs/by-reference.md" ||
        fail "docs/by-reference.md does not have: $line"
done <<'LINES'
{ printf '\204\152Signature1' && tail -c +2 "$statement" | head -c 47 && printf '\100' &&
tail -c +50 "$statement" | head -c -66; } >signed
r=$(tail -c 64 "$statement" | head -c 32 | od -An -v -tx1 | tr -d ' \n')
s=$(tail -c 32 "$statement" | od -An -v -tx1 | tr -d ' \n')
printf '%s\n' asn1=SEQUENCE:pair '[pair]' "r=INTEGER:0x$r" "s=INTEGER:0x$s" >signature.cnf
openssl dgst -sha256 -verify intermediate.pub -signature signature.der signed
LINES

step "again: the list stays, the statement is not overwritten without --force"
cp "web/$digest.cose" before.cose
refused 3 sti-ca tnlist publish list.der --out web
says err "sti-ca: web/$digest.cose: exists already and is not overwritten"
same "web/$digest.cose" before.cose
passes sti-ca tnlist publish list.der --out web --force --json
[ "$(jq -r '"\(.sha256) \(.list_file) \(.statement_file) \(.url)"' out)" = \
    "$digest web/$digest.der web/$digest.cose null" ] || fail "other facts"
passes sti-ca tnlist verify fetched --statement "web/$digest.cose"
says_not out "url"

step "under the list's name stands something else: never overwritten"
echo other >"web/$digest.der"
refused 3 sti-ca tnlist publish list.der --out web --force
says err "sti-ca: web/$digest.der: is not the list its name says; remove it"
[ "$(cat "web/$digest.der")" = other ] || fail "the file was overwritten"
cp list.der "web/$digest.der"

# fails STATUS FILE TEXT: verify refuses FILE with this sentence.
fails() {
    refused "$1" sti-ca tnlist verify "$2" --statement "${statement_file:-web/$digest.cose}" \
        --certificate "${certificate:-intermediate.pem}"
    says err "$3"
    [ ! -s out ] || fail "something was printed"
}

step "another list, the same with an octet changed, cut off, converted"
printf 'SPC:709J\nTN:12155550100-12155550299\n' >more.txt
passes sti-ca tnlist encode more.txt --out more.der
fails 1 more.der "sti-ca: more.der: is not the list that was approved: it has $(wc -c <more.der) octets, the statement says $size"
sed 's/709J/709K/' list.der >changed.der
fails 1 changed.der "sti-ca: changed.der: is not the list that was approved: its SHA-256 is $(sha256sum <changed.der | cut -d' ' -f1), the statement says $digest"
head -c -1 list.der >cut.der
fails 1 cut.der "is not the list that was approved: it has $((size - 1)) octets"
(cat list.der && echo) >longer.der
fails 1 longer.der "it has $((size + 1)) octets"
fails 1 list.txt "is not the list that was approved"
fails 3 nowhere.der "sti-ca: nowhere.der: cannot be opened: No such file or directory"

step "the statement of another list, of another CA, altered, none"
passes sti-ca tnlist publish more.der --out web
more=$(sha256sum <more.der | cut -d' ' -f1)
statement_file=web/$more.cose
fails 1 list.der "list.der: is not the list that was approved"
statement_file=
certificate=root.pem
fails 1 list.der "sti-ca: web/$digest.cose: the signature does not fit the payload and the signer's key"
openssl req -x509 -newkey rsa:2048 -noenc -keyout rsa.key -subj /CN=rsa -out rsa.pem 2>/dev/null
certificate=rsa.pem
fails 1 list.der "web/$digest.cose: the key is not EC P-256"
certificate=list.der
fails 1 list.der "list.der: is not a certificate in PEM or DER"
certificate=
statement_file=altered.cose
sed 's/entries/entriez/' "web/$digest.cose" >altered.cose
fails 1 list.der "altered.cose: the signature does not fit"
head -c -1 "web/$digest.cose" >altered.cose
fails 1 list.der "sti-ca: altered.cose: at byte 120: the octets end within an item"
head -c 5000 /dev/zero >altered.cose
fails 1 list.der "altered.cose: has more than 4096 octets"
statement_file=list.der
fails 1 list.der "the COSE_Sign1 is "
statement_file=

step "a statement whose time lies outside the validity of the signer's certificate"
# OpenSSL 3.5 knows dates, and refuses a validity that ends before it begins.
case $(openssl x509 -help 2>&1) in
*-not_before*) ended="-not_before 20200101000000Z -not_after 20200102000000Z" ;;
*) ended="-days -1" ;;
esac
# shellcheck disable=SC2086 # words
passes openssl x509 -new -subj /CN=ended -force_pubkey intermediate.pub -CA rsa.pem \
    -CAkey rsa.key -set_serial 1 $ended -out ended.pem
certificate=ended.pem
fails 1 list.der "sti-ca: web/$digest.cose: the statement's time, "
says err "lies outside the validity of the signer's certificate (RFC 5280 section 4.1.2.5)"
certificate=

step "publish refuses before the HSM is touched, and leaves nothing"
mv sti-ca.pin away.pin
mkdir empty
refused 1 sti-ca tnlist publish list.der --out empty --url http://tn.example/
says err "sti-ca: --url: the list's URL http://tn.example/ is not https"
refused 1 sti-ca tnlist publish list.der --out empty \
    --url "https://tn.example/$(head -c 2000 /dev/zero | tr '\0' a)/"
says err "sti-ca: --url: the list's URL has 2088 octets, at most 2048 are stated"
refused 3 sti-ca tnlist publish list.der --out nowhere
says err "sti-ca: nowhere/$digest.cose: cannot be written: No such file or directory"
refused 1 sti-ca tnlist publish sti-ca.cnf --out empty
says err "sti-ca: sti-ca.cnf: "
mv intermediate.pem away.pem
refused 3 sti-ca tnlist publish list.der --out empty
says err "sti-ca: intermediate.pem: cannot be opened: No such file or directory"
mv away.pem intermediate.pem
[ -z "$(ls -A empty)" ] || fail "something was left"

step "the HSM refuses, or its key is not the certificate's: nothing is left"
refused 3 sti-ca tnlist publish list.der --out empty
says err "sti-ca.pin cannot be opened: No such file or directory; correct pin-source"
mv away.pin sti-ca.pin
cp intermediate.pem kept.pem
cp root.pem intermediate.pem
refused 3 sti-ca tnlist publish list.der --out empty
says err "sti-ca: intermediate.pem: holds another public key than the one in the HSM"
cp kept.pem intermediate.pem
[ -z "$(ls -A empty)" ] || fail "something was left"

step "words"
refused 2 sti-ca tnlist publish list.der
says err "--out is missing"
refused 2 sti-ca tnlist verify list.der
says err "--statement is missing"
refused 2 sti-ca tnlist verify list.der --statement s --certificate c --config sti-ca.cnf
says err "give either --certificate or --config, whose intermediate certificate it is"
refused 2 sti-ca tnlist verify - --statement -
says err "standard input cannot be both the list and the statement"

step "the list of a certificate by value can be published, too"
make_pa
make_key account
make_key end-entity
make_csr request.csr "$good_list"
passes sti-ca tnlist publish request.csr --out empty
passes sti-ca tnlist verify empty/*.der --statement empty/*.cose
says out "entries    3"
