#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# openssl x509: a TNAuthList in a certificate, made, copied from a CSR, printed and fed back.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

# sign REQUEST CERTIFICATE OPTION...: the CA signs the CSR.
sign() {
    request=$1
    certificate=$2
    shift 2
    passes ossl x509 -req -in "$request" -CA ca.pem -CAkey ca.key -days 90 -out "$certificate" "$@"
}

# octets CERTIFICATE: the TNAuthList's octets in hex.
octets() {
    ossl asn1parse -in "$1" | sed -n '/:TNAuthorizationList$/{n;s/.*\[HEX DUMP\]://p;}'
}

# Files with one section [list] for -extfile.
extension() {
    printf '[list]\nTNAuthList = %s\n' "$1"
}

list='SPC:709J, TN:12155550100-12155550199, TN:12155551212'
list_octets=302BA00616043730394AA1123010160B3132313535353530313030020164A20D160B3132313535353531323132

passes ossl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key \
    -subj "/CN=example CA" -days 365 -out ca.pem \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
    -addext subjectKeyIdentifier=hash
passes ossl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem
passes ossl req -new -key key.pem -subj /CN=example -out plain.csr
passes ossl req -new -key key.pem -subj /CN=example -addext "TNAuthList=$list" -out list.csr

step "-extfile and -extensions: the CA writes the list"
extension "$list" >list.cnf
sign plain.csr made.pem -extfile list.cnf -extensions list
octets made.pem >made
echo "$list_octets" >wanted
same made wanted

step "-copy_extensions copy: the list of the CSR is taken over as it is"
sign list.csr copied.pem -copy_extensions copy
octets copied.pem >copied
same copied wanted

step "-copy_extensions and -extfile: the CA's list stands, not the CSR's"
extension TN:12155550000 >other.cnf
sign list.csr both.pem -copy_extensions copy -extfile other.cnf -extensions list
passes ossl x509 -in both.pem -noout -ext TNAuthList
printf 'TNAuthorizationList: \n    TN:12155550000\n' >wanted
same out wanted

step "without -copy_extensions there is no list"
sign list.csr none.pem
passes ossl x509 -in none.pem -noout -text
says_not out TNAuth

step "-ext TNAuthList prints the list and nothing else, one entry a line"
passes ossl x509 -in made.pem -noout -ext TNAuthList
cat >wanted <<EOF
TNAuthorizationList: 
    SPC:709J
    TN:12155550100-12155550199
    TN:12155551212
EOF
same out wanted

step "-text prints it among the other extensions"
passes ossl x509 -in made.pem -noout -text
cat >wanted <<EOF
            TNAuthorizationList: 
                SPC:709J
                TN:12155550100-12155550199
                TN:12155551212
EOF
grep -A3 TNAuthorizationList out >printed
same printed wanted

step "what is printed, fed back by a file, makes the same octets"
passes ossl x509 -in made.pem -noout -ext TNAuthList
tail -n +2 out >printed.txt
extension file:printed.txt >back.cnf
sign plain.csr back.pem -extfile back.cnf -extensions list
octets back.pem >back
same back made

step "the same with awkward entries: leading zeros, * and #, odd SPCs, the order kept"
cat >awkward.txt <<EOF
TN:0099-0100
TN:*67#
SPC:a.b-c_d+e@f
SPC:\x1B[31m\x2C\x20
TN:0
TN:999999999999999
SPC:709J
SPC:709J
TN:0+2
EOF
extension file:awkward.txt >awkward.cnf
sign plain.csr awkward.pem -extfile awkward.cnf -extensions list
passes ossl x509 -in awkward.pem -noout -ext TNAuthList
says out "    SPC:\\x1B[31m\\x2C\\x20"
tail -n +2 out >printed.txt
extension file:printed.txt >back.cnf
sign plain.csr back.pem -extfile back.cnf -extensions list
octets awkward.pem >made
octets back.pem >back
[ -s made ] || fail "no octets"
same back made

step "DER: with the octets makes the same extension as the text"
extension "DER:$list_octets" >der.cnf
sign plain.csr der.pem -extfile der.cnf -extensions list
octets der.pem >back
echo "$list_octets" >wanted
same back wanted
passes ossl x509 -in der.pem -noout -ext TNAuthList
says out "    TN:12155550100-12155550199"

step "by the dotted OID only DER: works, and makes the same extension"
echo "1.3.6.1.5.5.7.1.26 = DER:$list_octets" >oid.cnf
sign plain.csr oid.pem -extfile oid.cnf
octets oid.pem >back
same back wanted
echo "1.3.6.1.5.5.7.1.26 = SPC:709J" >oid.cnf
refused 1 ossl x509 -req -in plain.csr -CA ca.pem -CAkey ca.key -out bad.pem -extfile oid.cnf
says err "unknown extension name"

step "a bad list is refused when the certificate is made"
extension TN:1215x >bad.cnf
refused 1 ossl x509 -req -in plain.csr -CA ca.pem -CAkey ca.key -out bad.pem \
    -extfile bad.cnf -extensions list
says err "'x' is not a symbol of a TN; only 0-9, # and * are (RFC 8226 section 9)"

step "the certificate verifies"
passes ossl verify -CAfile ca.pem made.pem
says out "made.pem: OK"
{
    extension "$list"
    echo "subjectKeyIdentifier = hash"
    echo "authorityKeyIdentifier = keyid"
} >strict.cnf
sign plain.csr strict.pem -extfile strict.cnf -extensions list
passes ossl verify -x509_strict -CAfile ca.pem strict.pem
says out "strict.pem: OK"

step "a critical list does not: openssl knows which critical extensions it can handle, and no more"
extension "critical, $list" >critical.cnf
sign plain.csr critical.pem -extfile critical.cnf -extensions list
passes ossl x509 -in critical.pem -noout -ext TNAuthList
says out "TNAuthorizationList: critical"
refused 2 ossl verify -CAfile ca.pem critical.pem
says err "unhandled critical extension"
