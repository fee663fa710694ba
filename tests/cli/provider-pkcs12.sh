#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# openssl pkcs12: the certificates in a file that also holds the key.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/objects.sh
. "$SOURCE/tests/cli/objects.sh"

make_objects
(umask 077 && openssl rand -hex 16 >password)

for kind in by-value by-reference; do
    step "$kind: pkcs12 -export, and pkcs12 -info read by x509 -text"
    passes ossl pkcs12 -export -in $kind.pem -inkey key.pem -certfile intermediate.pem \
        -name example -passout file:password -out $kind.p12
    passes ossl pkcs12 -in $kind.p12 -info -nokeys -clcerts -passin file:password
    cp out own.pem
    passes ossl x509 -in own.pem -noout -text
    shows out $kind.text

    step "$kind: the certificate comes out as it went in"
    passes ossl x509 -in own.pem -out back.pem
    same back.pem $kind.pem

    step "$kind: all certificates in it"
    passes ossl pkcs12 -in $kind.p12 -nokeys -passin file:password -out all.pem
    passes ossl crl2pkcs7 -nocrl -certfile all.pem -out all.p7
    passes ossl pkcs7 -in all.p7 -print_certs -text -noout
    shows out $kind.text
    says out "Policy: X509v3 Any Policy"

    step "$kind: storeutl reads the file itself"
    passes ossl storeutl -noout -text -certs -passin file:password $kind.p12
    shows out $kind.text
    says out "Total found: 2"
done

step "a malformed list is kept as it is"
printf '1.3.6.1.5.5.7.1.26 = DER:300680043730394a\n' >malformed.cnf
passes ossl x509 -req -in plain.csr -CA intermediate.pem -CAkey intermediate.key -days 90 \
    -out malformed.pem -extfile malformed.cnf
passes ossl pkcs12 -export -in malformed.pem -inkey key.pem -passout file:password -out malformed.p12
passes ossl pkcs12 -in malformed.p12 -nokeys -passin file:password -out own.pem
passes ossl x509 -in own.pem -out back.pem
same back.pem malformed.pem
passes ossl x509 -in own.pem -noout -ext TNAuthList
says out "; MALFORMED: TNAuthList entry 1 at byte 2: tag 0x80 is implicit"

step "a wrong password shows nothing"
echo wrong >wrong
refused 1 ossl pkcs12 -in by-value.p12 -info -nokeys -passin file:wrong
says_not out "BEGIN CERTIFICATE"
refused 1 ossl storeutl -noout -text -certs -passin file:wrong by-value.p12
says_not out TNAuth

step "a certificate of another key is not put in"
passes ossl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out other.key
refused 1 ossl pkcs12 -export -in by-value.pem -inkey other.key -passout file:password -out bad.p12
absent bad.p12
