#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca tnlist encode and canonical: a list in every form, from every kind of file, to a file that
# is whole or not there.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

text=SPC:709J,TN:12155550100-12155550199,TN:12155551212
printf '%s\n' SPC:709J TN:12155550100-12155550199 TN:12155551212 >list.txt
printf '\060\053\240\006\026\004709J\241\022\060\020\026\01312155550100\002\001d\242\015\026\01312155551212' >list.der
base64url=MCugBhYENzA5SqESMBAWCzEyMTU1NTUwMTAwAgFkog0WCzEyMTU1NTUxMjEy
hex=302ba00616043730394aa1123010160b3132313535353530313030020164a20d160b3132313535353531323132
passes openssl ecparam -name prime256v1 -genkey -noout -out key.pem

step "DER is what comes without --form"
passes sti-ca tnlist encode list.txt
same out list.der
passes sti-ca tnlist encode --form der list.txt
same out list.der

step "DER in letters, and as text"
passes sti-ca tnlist encode --form base64url list.txt
[ "$(cat out)" = "$base64url" ] || fail "other base64url"
passes sti-ca tnlist encode --form=hex list.txt
[ "$(cat out)" = "$hex" ] || fail "other hex"
passes sti-ca tnlist encode --form text list.der
same out list.txt
passes sti-ca tnlist encode --form pem list.txt
printf '%s\n' '-----BEGIN TNAUTHLIST-----' "$base64url" '-----END TNAUTHLIST-----' >wanted
same out wanted

step "PEM has lines of 64, and openssl reads it"
awk 'BEGIN { for (i = 0; i < 1000; i++) printf "TN:%.0f\n", 12155560000 + 2 * i }' </dev/null >long.txt
passes sti-ca tnlist encode long.txt --out long.der
passes sti-ca tnlist encode long.txt --form pem --out long.pem
if grep -qE '^.{65}' long.pem; then
    fail "a line is too long"
fi
passes openssl asn1parse -in long.pem -noout -out back.der
same back.der long.der
sed '/^-/d' long.pem >wanted
openssl base64 -in long.der >back
same back wanted

step "every kind of file gives the same octets"
passes sti-ca tnlist encode --form pem list.txt --out list.pem
echo $base64url >list.b64url
openssl base64 -in list.der >list.b64
openssl base64 -A -in list.der | tr -d = >unpadded.b64
passes ossl req -new -key key.pem -subj /CN=x -addext "TNAuthList=$text" -out csr.pem
passes ossl req -in csr.pem -outform DER -out csr.der
passes ossl req -x509 -new -key key.pem -subj /CN=x -addext "TNAuthList=$text" -out cert.pem
passes ossl x509 -in cert.pem -outform DER -out cert.der
openssl base64 -in cert.der >cert.b64
make_jws --header '{"alg":"ES256","typ":"JWT","x5u":"https://a.example/"}' --payload \
    "{\"exp\":1600000000,\"jti\":\"1\",\"atc\":{\"tktype\":\"TNAuthList\",\"tkvalue\":\"$base64url\",\"fingerprint\":\"$(make_jws fingerprint --key key.pem)\"}}" \
    --key key.pem >token.jwt
for file in list.txt list.der list.pem list.b64 list.b64url unpadded.b64 csr.pem csr.der cert.pem \
    cert.der cert.b64 token.jwt; do
    passes sti-ca tnlist encode $file
    same out list.der
    sti-ca tnlist encode - <$file >out || fail "$file was not read from standard input"
    same out list.der
done

step "an element behind a range's count stays in DER"
printf '\060\016\241\014\060\012\026\003100\002\001\005\005\000' >extended.der
passes sti-ca tnlist encode extended.der
same out extended.der

step "--out: not overwritten unless --force says so"
passes sti-ca tnlist encode list.txt --out new.der
same new.der list.der
[ ! -s out ] || fail "something on standard output"
refused 3 sti-ca tnlist encode long.txt --out new.der
says err "sti-ca: new.der: exists already and is not overwritten; choose another name, or give --force"
same new.der list.der
passes sti-ca tnlist encode long.txt --out new.der --force
same new.der long.der
refused 2 sti-ca tnlist encode list.txt --force
says err "sti-ca: --force is given without --out"

step "a refused list leaves no file"
printf 'SPC:709J\nTN:12x\n' >bad.txt
refused 1 sti-ca tnlist encode bad.txt --out bad.der
says err "sti-ca: bad.txt: line 2 column 6: 'x' is not a symbol of a TN"
absent bad.der .sti-pki-*
refused 1 sti-ca tnlist encode bad.txt
[ ! -s out ] || fail "something on standard output"

step "a form that there is not"
refused 2 sti-ca tnlist encode list.txt --form xml
says err "sti-ca: xml is no form of a list; there are text, der, base64url, pem and hex"

step "DER is not written to a terminal; letters are"
status=0
script -qefc "sti-ca tnlist encode list.txt" screen >/dev/null </dev/null || status=$?
[ "$status" -eq 2 ] || fail "exit status $status, not 2"
says screen "sti-ca: DER is not written to a terminal; give --out FILE, or --form hex"
script -qefc "sti-ca tnlist encode --form hex list.txt" screen >/dev/null </dev/null || fail "no hex"
says screen $hex
script -qefc "sti-ca tnlist encode --out terminal.der list.txt" screen >/dev/null </dev/null ||
    fail "no file"
same terminal.der list.der

step "standard output that cannot be written"
refused_full() {
    status=0
    "$@" >/dev/full 2>err </dev/null || status=$?
    [ "$status" -eq 3 ] || fail "exit status $status, not 3: $*"
    says err "sti-ca: standard output cannot be written: No space left on device"
}
refused_full sti-ca tnlist encode list.txt
refused_full sti-ca tnlist encode long.txt
refused_full sti-ca tnlist canonical long.txt
refused_full sti-ca tnlist show --json long.txt

step "canonical: sorted, each once, neighbours joined; the same for every spelling"
printf '%s\n' TN:12155551212 TN:12155550150+50 SPC:709J TN:12155550100-12155550160 SPC:709J >other.txt
passes sti-ca tnlist canonical other.txt
same out list.txt
passes sti-ca tnlist canonical list.txt
same out list.txt
passes sti-ca tnlist canonical --form der other.txt --out canonical.der
same canonical.der list.der
passes sti-ca tnlist canonical --form hex other.txt
[ "$(cat out)" = "$hex" ] || fail "other hex"
passes sti-ca tnlist canonical --form pem other.txt
same out list.pem
passes sti-ca tnlist canonical --form base64url other.txt
same out list.b64url
refused 3 sti-ca tnlist canonical other.txt --out canonical.der
says err "canonical.der: exists already and is not overwritten"

step "canonical: the last number of a length stands alone, numbers with * and # for themselves"
printf '%s\n' TN:99 TN:90-98 TN:089 'TN:*1' TN:88 TN:89 'TN:1#' TN:100 SPC:b SPC:a SPC:ab >other.txt
printf '%s\n' SPC:a SPC:ab SPC:b TN:88-98 TN:99 'TN:1#' 'TN:*1' TN:089 TN:100 >wanted
passes sti-ca tnlist canonical other.txt
same out wanted

step "canonical: a malformed list is refused, and there is no file"
refused 1 sti-ca tnlist canonical bad.txt --out bad.txt2
says err "sti-ca: bad.txt: line 2 column 6"
absent bad.txt2 .sti-pki-*
