#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca tnlist show: the list of every kind of file, and the sentence for what is none.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

text=SPC:709J,TN:12155550100-12155550199,TN:12155551212
printf '%s\n' SPC:709J TN:12155550100-12155550199 TN:12155551212 >wanted
passes openssl ecparam -name prime256v1 -genkey -noout -out key.pem

step "a certificate and a CSR, PEM and DER"
passes ossl req -new -key key.pem -subj /CN=x -addext "TNAuthList=$text" -out csr.pem
passes ossl req -in csr.pem -outform DER -out csr.der
passes ossl req -x509 -new -key key.pem -subj /CN=x -addext "TNAuthList=$text" -out cert.pem
passes ossl x509 -in cert.pem -outform DER -out cert.der
for file in csr.pem csr.der cert.pem cert.der; do
    passes sti-ca tnlist show $file
    same out wanted
done

step "a bare list in DER and as text, also from standard input"
printf '\060\053\240\006\026\004709J\241\022\060\020\026\01312155550100\002\001d\242\015\026\01312155551212' >list.der
passes sti-ca tnlist show list.der
same out wanted
cp wanted list.txt
passes sti-ca tnlist show list.txt
same out wanted
sti-ca tnlist show - <list.der >out || fail "standard input was not read"
same out wanted

step "a bare list in PEM and in base64 of either alphabet, with and without padding and line ends"
passes sti-ca tnlist encode --form pem list.der --out list.pem
openssl base64 -in list.der >padded
printf '\060\012\240\010\026\006ab>cd?' >symbols.der
openssl base64 -A -in symbols.der >standard
tr '+/' '-_' <standard >url
passes sti-ca tnlist show list.pem
same out wanted
for file in padded padded-url unpadded lines; do
    case $file in
    padded-url) tr '+/' '-_' <padded >$file ;;
    unpadded) tr -d '=\n' <padded >$file ;;
    lines) fold -w 5 padded | sed 's/$/\r/' >$file ;;
    esac
    passes sti-ca tnlist show $file
    same out wanted
done
for file in standard url; do
    passes sti-ca tnlist show $file
    [ "$(cat out)" = 'SPC:ab>cd?' ] || fail "$file: another list"
done
passes sti-ca tnlist show --json standard
[ "$(jq -r .kind out)" = "list in base64" ] || fail "other kind"
passes sti-ca tnlist show --json list.pem
[ "$(jq -r .kind out)" = "list in PEM" ] || fail "other kind"

step "a token; its signature is not looked at"
make_jws --header '{"alg":"ES256","typ":"JWT","x5u":"https://a.example/"}' --payload \
    "{\"exp\":1600000000,\"jti\":\"1\",\"atc\":{\"tktype\":\"TNAuthList\",\"tkvalue\":\"$(make_jws base64url list.der)\",\"fingerprint\":\"$(make_jws fingerprint --key key.pem)\"}}" \
    --key key.pem >token.jwt
passes sti-ca tnlist show token.jwt
same out wanted

step "as JSON"
passes sti-ca tnlist show --json csr.pem
[ "$(jq -c .list out)" = '[{"spc":"709J"},{"range":{"start":"12155550100","count":100}},{"one":"12155551212"}]' ] ||
    fail "other JSON"
[ "$(jq -r .kind out)" = CSR ] || fail "other kind"

# shows_not TEXT FILE: exit 1, the sentence, and nothing on standard output.
shows_not() {
    refused 1 sti-ca tnlist show "$2"
    says err "sti-ca: $2: $1"
    [ ! -s out ] || fail "something on standard output"
}

step "no list, a malformed list, an empty list"
passes openssl req -x509 -new -key key.pem -subj /CN=x -out none.pem
shows_not "TNAuthList: the certificate holds no TNAuthList (RFC 8226 section 9)" none.pem
passes ossl req -x509 -new -key key.pem -subj /CN=x -addext TNAuthList=DER:300680043730394a \
    -out implicit.pem
shows_not "TNAuthList entry 1 at byte 2: tag 0x80 is implicit" implicit.pem
printf '\060\000' >none.der
shows_not "TNAuthList at byte 2: the list is empty, at least one entry is needed" none.der
printf 'SPC:709J\nTN:1215555010x\n' >bad.txt
shows_not "line 2 column 14: 'x' is not a symbol of a TN" bad.txt

step "a list by reference is named"
passes ossl req -x509 -new -key key.pem -subj /CN=x \
    -addext 'authorityInfoAccess=stirTNList;URI:https://tn.example/l/1' -out reference.pem
shows_not "TNAuthList: the certificate holds no TNAuthList by value, its list is by reference at https://tn.example/l/1" reference.pem

step "things that are no list"
echo hello >junk
shows_not "is no TNAuthList (DER, PEM, base64 or text), certificate, CSR or SPC token" junk
: >empty
shows_not "is empty" empty
printf '%s\n' '-----BEGIN CERTIFICATE-----' AAAA '-----END CERTIFICATE-----' >broken.pem
shows_not "holds neither a certificate nor a CSR in PEM" broken.pem

cat list.pem list.pem >two.pem
shows_not "has a TNAUTHLIST block and another one; give one at a time" two.pem
sed 's/^M/!/' list.pem >broken.pem
shows_not "has a TNAUTHLIST block that is broken (RFC 7468 section 3)" broken.pem
printf 'MAigBhYENzA5Sg=\n' >padding
shows_not "has base64 with wrong padding: it was cut, or joined from pieces (RFC 4648 section 4)" padding
printf 'MAigBhYENzA5Sg==\nMAigBhYENzA5Sg==\n' >two
shows_not 'has base64 behind the padding "=" (RFC 4648 section 3.3)' two
printf 'MAigBhYEYWI+Pw-_' >mixed
shows_not "mixes base64 (+ /) and base64url (- _) (RFC 4648 section 5)" mixed
printf 'MAigBhYENzA5S' >short
shows_not "base64url text has 13 symbols, a length that no octet string has; it was cut" short

step "a control character in an SPC does not reach the terminal, and --json names the error"
printf '\060\011\240\007\026\005\03331mX' >escape.der
passes sti-ca tnlist show escape.der
says out 'SPC:\x1B31mX'
refused 1 sti-ca tnlist show --json none.der
[ "$(jq -r .error.code out)" = refused ] || fail "no error as JSON"
[ "$(jq -r .error.byte out)" = 2 ] || fail "no place in the JSON"
[ "$(jq -r .error.clause out)" = "RFC 8226 section 9" ] || fail "no clause in the JSON"

step "no such file: the environment failed"
refused 3 sti-ca tnlist show nowhere.pem
says err "nowhere.pem: cannot be opened: No such file or directory"

step "--lenient: what can be walked, with the likely mistake behind it"
passes sti-ca tnlist show --lenient csr.pem
same out wanted
passes sti-ca tnlist show --lenient implicit.pem
printf '%s\n' 'SPC:709J ; byte 2: implicit tag 0x80, 0xA0 around an IA5String is wanted' >lenient
same out lenient
passes sti-ca tnlist show lenient
printf '%s\n' SPC:709J >plain
same out plain
passes ossl req -x509 -new -key key.pem -subj /CN=x -addext TNAuthList=DER:3008a006163535384a \
    -out cut.pem
passes sti-ca tnlist show --lenient cut.pem
says out '; byte 1: the length of the list does not fit what follows'
says out 'SPC:558J ; byte 2: the length octet of the IA5String is missing'
passes sti-ca tnlist show --lenient --json cut.pem
[ "$(jq -r '.pieces[1].text' out)" = SPC:558J ] || fail "no text in the JSON"
[ "$(jq -r '.pieces[1].byte' out)" = 2 ] || fail "no place in the JSON"
passes sti-ca tnlist show --lenient junk
says out '; byte 0: '
refused 1 sti-ca tnlist show --lenient none.pem
says err "none.pem: TNAuthList: the certificate holds no TNAuthList"
