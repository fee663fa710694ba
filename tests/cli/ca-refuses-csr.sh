#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Bad CSRs: each is refused by check and by issue with the same sentence, and costs nothing.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_world

step "a flipped bit in the signature (RFC 2986 section 4.2)"
openssl req -in request.csr -outform DER -out flipped.csr
size=$(wc -c <flipped.csr)
last=$(tail -c 1 flipped.csr | od -An -tu1 | tr -d ' ')
head -c $((size - 1)) flipped.csr >short.der
# shellcheck disable=SC2059 # the octet is the format
printf "\\$(printf '%03o' $((last ^ 1)))" | cat short.der - >flipped.csr
csr=flipped.csr refuses_request "flipped.csr: the CSR's signature does not verify with the CSR's own public key"

step "more than the token allows (RFC 9448 section 6 step 6)"
make_csr more.csr "$good_list,TN:12155559999"
csr=more.csr refuses_request "more.csr: TNAuthList entry 4 at byte 45: TN:12155559999 is asked for, and the token lacks TN:12155559999; it should have said SPC:709J, TN:12155550100-12155550199, TN:12155551212, TN:12155559999 (its SPC does not stand for numbers) (RFC 9448 section 6 step 6)"

step "less than the token allows: the same scope is wanted, unless lists = subset"
make_csr less.csr SPC:709J,TN:12155551212
csr=less.csr refuses_request "less.csr: TNAuthList: the token also has TN:12155550100-12155550199, which is not asked for; both must mean the same"
with_policy subset.cnf "lists = subset"
passes sti-ca check --config subset.cnf --csr less.csr --token token.jwt --account-key account.pem

step "an SPC stands for no number, unless a table says which are its own (lists = subset)"
make_token spc.jwt SPC:709J
passes ossl req -new -key end-entity.key -subj "/C=US/O=Example Telecom/CN=Numbers" \
    -addext TNAuthList=TN:12155550100-12155550199 -out numbers.csr
csr=numbers.csr token=spc.jwt refuses_request "numbers.csr: TNAuthList entry 1 at byte 2: TN:12155550100-12155550199 is asked for, and the token lacks TN:12155550100-12155550199; it should have said TN:12155550100-12155550199 (its SPC does not stand for numbers)"
printf 'spc,first,last\n709J,12155550000,12155550999\n' >numbers.csv
sed 's/^lists  .*= equal/lists = subset\nspc_numbers = numbers.csv/' sti-ca.cnf >table.cnf
passes sti-ca check --config table.cnf --csr numbers.csr --token spc.jwt --account-key account.pem
printf 'spc,first,last\n709J,12155550000\n' >numbers.csv
refused 1 sti-ca check --config table.cnf --csr numbers.csr --token spc.jwt \
    --account-key account.pem
says err "numbers.csv: line 2 column 1: a line has three fields: an SPC, the first and the last number"
rm numbers.csv
refused 3 sti-ca check --config table.cnf --csr numbers.csr --token spc.jwt \
    --account-key account.pem
says err "numbers.csv"

step "the same numbers in another order: by meaning they are equal, unless lists = equal-der"
make_csr order.csr TN:12155551212,SPC:709J,TN:12155550100-12155550199
passes sti-ca check --csr order.csr --token token.jwt --account-key account.pem
with_policy der.cnf "lists = equal-der"
refused 1 sti-ca check --config der.cnf --csr order.csr --token token.jwt \
    --account-key account.pem
says err "order.csr: TNAuthList entry 1 at byte 2: the CSR's list is not the token's: the CSR has TN:12155551212 where the token has SPC:709J (3 and 3 entries); both must be the same, in the same order (lists = equal-der) (RFC 9448 section 6 step 6)"

step "an extension that no certificate of this CA has"
make_csr eku.csr "$good_list" -addext extendedKeyUsage=clientAuth
csr=eku.csr refuses_request "eku.csr: the CSR asks for the extension X509v3 Extended Key Usage, which no certificate of this CA has; leave it out"
make_csr usage.csr "$good_list" -addext keyUsage=digitalSignature,keyAgreement
csr=usage.csr refuses_request "usage.csr: the CSR asks for a key usage other than digitalSignature alone"
make_csr usual.csr "$good_list" -addext keyUsage=critical,digitalSignature \
    -addext basicConstraints=critical,CA:FALSE
passes sti-ca check --csr usual.csr --token token.jwt --account-key account.pem

step "no list (RFC 8226 section 9)"
passes openssl req -new -key end-entity.key -subj "$good_subject" -out none.csr
csr=none.csr refuses_request "none.csr: TNAuthList: the CSR holds no TNAuthList (RFC 8226 section 9)"

step "two lists (RFC 5280 section 4.2)"
make_csr one.csr "$good_list"
double_extensions one.csr end-entity.key >two.csr
csr=two.csr refuses_request "two.csr: TNAuthList: the CSR holds two TNAuthList extensions, exactly one is wanted (RFC 5280 section 4.2)"

step "an implicit tag, a malformed and a cut list: entry and byte are named"
make_csr implicit.csr DER:300680043730394a
csr=implicit.csr refuses_request "implicit.csr: TNAuthList entry 1 at byte 2: tag 0x80 is implicit, the arm [0] has the explicit tag 0xA0 (RFC 8226 section 9)"
make_csr digits.csr DER:3014a212161031323334353637383930313233343536
csr=digits.csr refuses_request "digits.csr: TNAuthList entry 1 at byte 6: TN has 16 digits, at most 15 are allowed (RFC 8226 section 9)"
make_csr cut.csr DER:3008a0061604373039
csr=cut.csr refuses_request "cut.csr: TNAuthList at byte 1: the length says 8 octets, but only 7 follow (X.690 section 10.1)"
make_csr trailing.csr DER:3008a00616043730394a00
csr=trailing.csr refuses_request "1 octets too many behind the list"

step "a range whose end does not fit: start + count MUST be less than 10^D (RFC 8226 section 9)"
make_csr range.csr DER:300ba10930071602313002015a
csr=range.csr refuses_request "range from 10 with a count of 90 is too long: start + count must be less than 10^2"

step "another curve (RFC 8226 section 4), and the account key as certificate key (RFC 8555 11.1)"
passes ossl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout p384.key \
    -subj "$good_subject" -addext "TNAuthList=$good_list" -out p384.csr
csr=p384.csr refuses_request "p384.csr: the CSR's key is not EC on the named curve P-256, which ES256 needs (RFC 8226 section 4)"
passes ossl req -new -key account.key -subj "$good_subject" -addext "TNAuthList=$good_list" \
    -out account.csr
csr=account.csr refuses_request "account.csr: the CSR's key is the account key"

step "a curve that is spelled out, and a compressed point (RFC 5480 section 2)"
passes openssl ecparam -name prime256v1 -param_enc explicit -genkey -noout -out explicit.key
passes ossl req -new -key explicit.key -subj "$good_subject" -addext "TNAuthList=$good_list" \
    -out explicit.csr
csr=explicit.csr refuses_request "explicit.csr: the CSR's key spells its curve out instead of naming P-256 (RFC 5480 section 2.1.1)"
passes openssl ec -in end-entity.key -conv_form compressed -out compressed.key
passes ossl req -new -key compressed.key -subj "$good_subject" -addext "TNAuthList=$good_list" \
    -out compressed.csr
csr=compressed.csr refuses_request "compressed.csr: the CSR's key is a compressed point"

step "unknown elements in a range are read, but not signed (RFC 8226 section 9)"
make_csr unknown.csr DER:300ea10c300a16033130300201050500
csr=unknown.csr refuses_request "unknown.csr: TNAuthList entry 1 at byte 2: the range has unknown elements behind its count; nothing is signed that is not understood"

step "Basic Constraints against the token's ca, both ways (RFC 9448 section 6 step 9)"
make_csr ca.csr "$good_list" -addext basicConstraints=CA:TRUE
csr=ca.csr refuses_request "ca.csr: Basic Constraints: the CSR asks for cA TRUE, but the token says ca false (RFC 9448 section 6 step 9)"
make_token ca.jwt "$good_list" --ca
token=ca.jwt refuses_request "request.csr: Basic Constraints: the CSR asks for cA FALSE, but the token says ca true"
csr=ca.csr token=ca.jwt refuses_request "the CSR asks for a CA certificate, and the profile tn-level makes end entities"

step "subjects outside the profile (ATIS-1000080 section 6.4.1)"
make_csr_with_subject() {
    passes ossl req -new -key end-entity.key -subj "$2" -addext "TNAuthList=$good_list" -out "$1"
}
make_csr_with_subject cn.csr '/C=US/O=Example Telecom/CN=SHAKEN 1234'
csr=cn.csr refuses_request 'cn.csr: CN of the subject is "SHAKEN 1234"; for a list with one SPC it is "SHAKEN 709J"'
make_csr_with_subject no-o.csr '/C=US/CN=SHAKEN 709J'
csr=no-o.csr refuses_request "the subject has no O; it needs C, O and CN"
make_csr_with_subject country.csr '/C=us/O=Example Telecom/CN=SHAKEN 709J'
csr=country.csr refuses_request "C of the subject is us, two capital letters are wanted"
make_csr_with_subject more-name.csr '/C=US/O=Example Telecom/CN=SHAKEN 709J/OU=Voice'
csr=more-name.csr refuses_request "the subject has attributes other than C, O, CN and serialNumber"

step "not a CSR at all; several faults at once are all reported"
echo hello >junk.csr
csr=junk.csr refuses_request "junk.csr: is not a CSR in PEM"
: >empty.csr
csr=empty.csr refuses_request "empty.csr: is not a CSR in PEM"
passes openssl req -new -newkey rsa:2048 -nodes -keyout rsa.key -subj /CN=x -out rsa.csr
refused 1 sti-ca check --csr rsa.csr --token token.jwt --account-key account.pem
says out "FAILED  csr-key"
says out "FAILED  csr-list"
says out "n/a     lists "
says out "verdict: refused (2 of "

step "after all that, the good request still gets its certificate with the same token"
passes sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out good.pem
