#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca bundle create and show: the files of a request into one file, and each read before.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/bundle.sh
. "$SOURCE/tests/cli/bundle.sh"

step "every file that a bundle can hold"
make_bundle_files

step "create says what each part is, and the SHA-256 of each and of the whole; show says the same"
create --chain chain.pem --crl crl.pem --list list.der --out request.bundle
cp out created
says out "bundle request.bundle, $(wc -c <request.bundle) octets"
says out "CSR of C=US, O=Example Telecom, CN=SHAKEN 709J"
says out "compact JWS, not yet verified"
says out "public key, EC prime256v1"
says out "2 certificates, the first of C=US, O=Example STI-PA, CN=signer"
says out "revocation list of C=US, O=Example STI-PA, CN=signer"
says out "TNAuthList of 2 entries"
for file in request.csr token.jwt account.pem chain.pem crl.pem list.der; do
    says out "sha256 $(sha256sum <$file | cut -d' ' -f1)"
done
says out "digest $(sha256sum <request.bundle | cut -d' ' -f1)"
passes sti-ca bundle show request.bundle
same out created
says_not out PRIVATE

step "the files are in it octet for octet, and the same files make the same bundle"
create --chain chain.pem --crl crl.pem --list list.der --out again.bundle
same again.bundle request.bundle
LC_ALL=C grep -aqF "$(cat token.jwt)" request.bundle || fail "the token is not in the bundle"

step "as JSON"
passes sti-ca bundle show --json request.bundle
[ "$(jq -r .sha256 out)" = "$(sha256sum <request.bundle | cut -d' ' -f1)" ] || fail "another digest"
[ "$(jq -r '[.parts[].name] | join(" ")' out)" = "crl csr list chain token account-key" ] ||
    fail "other parts"
[ "$(jq -r '.parts[1].sha256' out)" = "$(sha256sum <request.csr | cut -d' ' -f1)" ] ||
    fail "another SHA-256 of the CSR"
[ "$(jq -r '.parts[1].octets' out)" = "$(wc -c <request.csr)" ] || fail "another size"
mv out shown
create --chain chain.pem --crl crl.pem --list list.der --out again.bundle --force --json
jq 'del(.bundle)' out >a
jq 'del(.bundle)' shown >b
same a b

step "DER in place of PEM, the least parts, standard input"
openssl req -in request.csr -outform DER -out request.der
openssl pkey -pubin -in account.pem -outform DER -out account.der
openssl x509 -in signer.pem -outform DER -out signer.der
openssl crl -in crl.pem -outform DER -out crl.der
passes sti-ca bundle create --csr request.der --token token.jwt --account-key account.der \
    --chain signer.der --crl crl.der --out der.bundle
says out "certificate of C=US, O=Example STI-PA, CN=signer"
create --out least.bundle
[ "$(grep -c sha256 out)" -eq 3 ] || fail "not three parts"
sti-ca bundle create --csr - --token token.jwt --account-key account.pem --out stdin.bundle \
    <request.csr >out || fail "standard input was not read"
same stdin.bundle least.bundle
sti-ca bundle show - <least.bundle >out || fail "standard input was not read"
says out "bundle -, "

step "a token of the padded kind passes here: the verdict reads it to the letter"
printf 'ab+/.cd==.ef==\n' >padded.jwt
passes sti-ca bundle create --csr request.csr --token padded.jwt --account-key account.pem \
    --out padded.bundle

step "nothing is overwritten without --force"
cp least.bundle before
refused 3 sti-ca bundle create --csr request.csr --token token.jwt --account-key account.pem \
    --crl crl.pem --out least.bundle
says err "sti-ca: least.bundle: exists already and is not overwritten"
same least.bundle before
create --crl crl.pem --out least.bundle --force
says out "revocation list of"
refused 3 sti-ca bundle create --csr request.csr --token token.jwt --account-key account.pem \
    --out nowhere/a.bundle
says err "sti-ca: nowhere/a.bundle: cannot be written: No such file or directory"

# wrong OPTION FILE TEXT: the file is refused as that part, and nothing is written.
wrong() {
    set -- "$1" "$2" "$3" --csr request.csr --token token.jwt --account-key account.pem
    option=$1 file=$2 text=$3
    shift 3
    case $option in
    --csr) shift 2 ;;
    --token) set -- "$1" "$2" "$5" "$6" ;;
    --account-key) set -- "$1" "$2" "$3" "$4" ;;
    esac
    refused 1 sti-ca bundle create "$@" "$option" "$file" --out refused.bundle
    says err "sti-ca: $file: $text"
    absent refused.bundle
}

step "a file must be what it is given as"
: >empty
for option in --csr --token --account-key --chain --crl --list; do
    wrong "$option" empty "is empty"
    wrong "$option" account.key "holds a private key, which must not travel"
done
cat request.csr account.key >csr-and-key
wrong --csr csr-and-key "holds a private key, which must not travel"
wrong --csr token.jwt "is not a CSR in PEM"
wrong --csr list.der "is not a CSR in DER"
wrong --token request.csr "is not a token: a compact JWS is three parts in base64url"
printf 'a.b' >two-parts
wrong --token two-parts "is not a token"
printf 'a..c' >no-payload
wrong --token no-payload "is not a token"
printf 'a.b.c.d' >four-parts
wrong --token four-parts "is not a token"
printf 'a.b c.d' >blank
wrong --token blank "is not a token"
printf 'a.b\000.d' >nul
wrong --token nul "is not a token"
wrong --account-key signer.pem "is not a public key in PEM (BEGIN PUBLIC KEY) or DER"
wrong --account-key request.der "is not a public key in PEM"
(cat account.der && printf x) >longer
wrong --account-key longer "is not a public key in PEM"
wrong --chain account.pem "is not one certificate or more in PEM, or one in DER, and nothing else"
cat chain.pem crl.pem >certificates-and-crl
passes sti-ca bundle create --csr request.csr --token token.jwt --account-key account.pem \
    --chain certificates-and-crl --out with-more.bundle # PEM of other kinds is passed over
sed 's/MII/MI!/' chain.pem >broken.pem
wrong --chain broken.pem "is not one certificate or more in PEM"
(cat signer.der && printf x) >longer
wrong --chain longer "is not one certificate or more in PEM"
wrong --crl signer.pem "is not a certificate revocation list in PEM or DER"
(cat crl.der && printf x) >longer
wrong --crl longer "is not a certificate revocation list in PEM or DER"
wrong --list request.csr "is not a list in DER, the form in which it is published; make it with"
wrong --list account.der "TNAuthList"
head -c 70000 /dev/zero >large
wrong --account-key large "has more than 65536 octets"

step "files and words that are missing"
refused 3 sti-ca bundle create --csr nowhere.csr --token token.jwt --account-key account.pem \
    --out refused.bundle
says err "sti-ca: nowhere.csr: cannot be opened: No such file or directory"
absent refused.bundle
refused 2 sti-ca bundle create --csr request.csr --token token.jwt --out refused.bundle
says err "--account-key is missing; see \`sti-ca bundle create --help\`"
refused 2 sti-ca bundle
says err "bundle is half a command; there is: bundle create, bundle show, bundle check"
[ -z "$(find . -name '.sti-pki-*')" ] || fail "a temporary file is left"
