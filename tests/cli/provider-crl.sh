#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# openssl crl: a TNAuthList in a revocation list is printed as in a certificate.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

passes ossl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key \
    -subj "/CN=example CA" -days 365 -out ca.pem \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
: >index.txt
cat >ca.cnf <<EOF
[ca]
default_ca = example_ca
[example_ca]
database = index.txt
certificate = ca.pem
private_key = ca.key
default_md = sha256
default_crl_days = 7
crl_extensions = profile
[profile]
TNAuthList = SPC:709J, TN:12155550100+100
EOF

step "ca -gencrl writes the extension"
passes ossl ca -gencrl -config ca.cnf -out list.crl

step "crl -text prints it"
passes ossl crl -in list.crl -noout -text
says out "TNAuthorizationList: "
says out "SPC:709J"
says out "TN:12155550100-12155550199"

step "crl -CAfile verifies the signature"
passes ossl crl -in list.crl -noout -CAfile ca.pem
says err "verify OK"
