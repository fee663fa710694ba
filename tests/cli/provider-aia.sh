#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A list by reference: authorityInfoAccess with the access method stirTNList (RFC 8226 section 10.1).
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

url=https://tn.example/l/1
passes ossl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key \
    -subj "/CN=example CA" -days 365 -out ca.pem \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
    -addext subjectKeyIdentifier=hash
passes ossl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem \
    -subj /CN=example -out request.csr

step "-extfile: the access method by its name"
cat >reference.cnf <<EOF
authorityInfoAccess = stirTNList;URI:$url
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
EOF
passes ossl x509 -req -in request.csr -CA ca.pem -CAkey ca.key -days 90 -extfile reference.cnf \
    -out cert.pem

step "the octets are those of RFC 8226"
ossl asn1parse -in cert.pem |
    sed -n '/:Authority Information Access$/{n;s/.*\[HEX DUMP\]://p;}' >octets
echo 3024302206082B0601050507300E861668747470733A2F2F746E2E6578616D706C652F6C2F31 >wanted
same octets wanted

step "it is printed by its name"
passes ossl x509 -in cert.pem -noout -text
says out "STIR TN List - URI:$url"
passes ossl x509 -in cert.pem -noout -ext authorityInfoAccess
printf 'Authority Information Access: \n    STIR TN List - URI:%s\n' "$url" >wanted
same out wanted

step "without the provider, by its number"
passes env OPENSSL_CONF=/dev/null openssl x509 -in cert.pem -noout -ext authorityInfoAccess
says out "1.3.6.1.5.5.7.48.14 - URI:$url"

step "beside an OCSP responder, in a CSR"
passes ossl req -new -key key.pem -subj /CN=example -noout -text \
    -addext "authorityInfoAccess=OCSP;URI:http://ocsp.example,stirTNList;URI:$url"
says out "OCSP - URI:http://ocsp.example"
says out "STIR TN List - URI:$url"

step "the certificate verifies: a verifier may meet access methods it does not know"
passes ossl verify -CAfile ca.pem cert.pem
says out "cert.pem: OK"
passes ossl verify -x509_strict -CAfile ca.pem cert.pem
says out "cert.pem: OK"
passes env OPENSSL_CONF=/dev/null openssl verify -x509_strict -CAfile ca.pem cert.pem
says out "cert.pem: OK"
