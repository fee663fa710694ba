#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# openssl asn1parse: names instead of numbers, for the extension and for the access method.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

passes ossl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem \
    -subj /CN=example -addext TNAuthList=SPC:709J \
    -addext "authorityInfoAccess=stirTNList;URI:https://tn.example/list" -out cert.pem

step "with the provider the names are printed"
passes ossl asn1parse -in cert.pem
says out "OBJECT            :TNAuthorizationList"
says out "[HEX DUMP]:3008A00616043730394A"
passes ossl asn1parse -in cert.pem -strparse "$(sed -n '/:Authority Information/{n;s/^ *\([0-9]*\):.*/\1/p;}' out)"
says out "OBJECT            :STIR TN List"
says out "prim: cont [ 6 ]"

step "without it, the numbers"
passes env OPENSSL_CONF=/dev/null openssl asn1parse -in cert.pem
says out "OBJECT            :1.3.6.1.5.5.7.1.26"
says_not out TNAuth

step "-genstr and -genconf know the name, too"
passes ossl asn1parse -genstr OID:TNAuthList
says out "OBJECT            :TNAuthorizationList"
passes ossl asn1parse -genstr OID:stirTNList
says out "OBJECT            :STIR TN List"

step "every object by its name"
# shellcheck source=tests/cli/objects.sh
. "$SOURCE/tests/cli/objects.sh"
make_objects
for pair in by-value:TNAuthorizationList by-value:JWTClaimConstraints \
    by-reference:EnhancedJWTClaimConstraints; do
    passes ossl asn1parse -in "${pair%%:*}.pem"
    says out "OBJECT            :${pair#*:}"
done
for name in "Authority Information Access:STIR TN List" \
    "X509v3 Certificate Policies:SHAKEN Certificate Policy v1.1" \
    "X509v3 Certificate Policies:SHAKEN Certificate Policy v1.3" \
    "X509v3 Certificate Policies:SHAKEN Certificate Policy v1.4"; do
    passes ossl asn1parse -in by-reference.pem
    offset=$(sed -n "/:${name%%:*}\$/{n;s/^ *\([0-9]*\):.*/\1/p;}" out)
    passes ossl asn1parse -in by-reference.pem -strparse "$offset"
    says out "OBJECT            :${name#*:}"
done
for name in JWTClaimConstraints EnhancedJWTClaimConstraints shakenPolicy1-1 shakenPolicy1-3 \
    shakenPolicy1-4; do
    passes ossl asn1parse -genstr OID:$name
done
says out "OBJECT            :SHAKEN Certificate Policy v1.4"

step "a name that nobody knows"
refused 1 ossl asn1parse -genstr OID:shakenPolicy1-2
says err "illegal object"
refused 1 env OPENSSL_CONF=/dev/null openssl asn1parse -genstr OID:TNAuthList
says err "illegal object"
