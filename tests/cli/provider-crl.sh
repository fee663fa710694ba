#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# openssl crl: STIR extensions in a revocation list are printed as in a certificate.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/objects.sh
. "$SOURCE/tests/cli/objects.sh"

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

step "the other objects, too"
for claims in "JWTClaimConstraints = permitted:attest=B|C" \
    "EnhancedJWTClaimConstraints = mustExclude:attest"; do
    sed "s/^TNAuthList.*/$claims/" ca.cnf >claims.cnf
    echo "authorityInfoAccess = stirTNList;URI:https://tn.example/list" >>claims.cnf
    passes ossl ca -gencrl -config claims.cnf -out claims.crl
    passes ossl crl -in claims.crl -noout -text
    printf '%s:\n%s\nAuthority Information Access:\n%s\n' "${claims%% *}" "${claims#* = }" \
        "STIR TN List - URI:https://tn.example/list" >wanted
    shows out wanted
done

step "a malformed one is shown with its flaw"
sed 's/^TNAuthList.*/1.3.6.1.5.5.7.1.26 = DER:300680043730394a/' ca.cnf >malformed.cnf
passes ossl ca -gencrl -config malformed.cnf -out malformed.crl
passes ossl crl -in malformed.crl -noout -text
says out "; MALFORMED: TNAuthList entry 1 at byte 2: tag 0x80 is implicit"

step "a bad value makes no list"
sed 's/^TNAuthList.*/TNAuthList = TN:1215x/' ca.cnf >bad.cnf
refused 1 ossl ca -gencrl -config bad.cnf -out bad.crl
says err "'x' is not a symbol of a TN"
absent bad.crl

step "without the provider, numbers"
passes env OPENSSL_CONF=/dev/null openssl crl -in list.crl -noout -text
says out "1.3.6.1.5.5.7.1.26:"
says_not out "SPC:"
