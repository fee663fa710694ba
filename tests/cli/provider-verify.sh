#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# openssl verify: STIR extensions do no harm to a chain, a critical TNAuthList does, and nothing is
# compared along the chain.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/objects.sh
. "$SOURCE/tests/cli/objects.sh"

make_objects
cat >>extensions.cnf <<'EOF'
[critical_list]
TNAuthList = critical, SPC:709J
[critical_claims]
JWTClaimConstraints = critical, mustInclude:attest
[critical_enhanced_claims]
EnhancedJWTClaimConstraints = critical, mustExclude:attest
[critical_list_and_unknown]
TNAuthList = critical, SPC:709J
2.25.4711.9 = critical, DER:0500
[ca_with_list]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
TNAuthList = TN:12155559999
[ca_with_critical_list]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
TNAuthList = critical, SPC:709J
EOF

# intermediate CERTIFICATE SECTION: another certificate for the intermediate CA.
intermediate() {
    passes ossl x509 -req -in intermediate.csr -CA root.pem -CAkey root.key -days 365 \
        -extfile extensions.cnf -extensions "$2" -out "$1"
}

# verify ARGUMENTS...: along the chain of this story.
verify() {
    ossl verify -CAfile root.pem -untrusted intermediate.pem "$@"
}

# bare ARGUMENTS...: the same without the provider.
bare() {
    OPENSSL_CONF=/dev/null openssl verify -CAfile root.pem -untrusted intermediate.pem "$@"
}

step "a chain of three, with every STIR object; strictly, too, and without the provider"
for kind in by-value by-reference; do
    passes verify $kind.pem
    says out "$kind.pem: OK"
    passes verify -x509_strict -show_chain $kind.pem
    says out "$kind.pem: OK"
    passes bare -x509_strict $kind.pem
    says out "$kind.pem: OK"
done

step "without the intermediate there is no chain"
refused 2 ossl verify -CAfile root.pem by-value.pem
says err "unable to get local issuer certificate"

step "-policy takes the SHAKEN certificate policies by name"
passes verify -explicit_policy -policy shakenPolicy1-4 by-value.pem
says out "by-value.pem: OK"
passes verify -explicit_policy -policy shakenPolicy1-1 by-reference.pem
refused 2 verify -explicit_policy -policy shakenPolicy1-1 by-value.pem
says err "no explicit policy"
refused 1 verify -explicit_policy -policy shakenPolicy1-2 by-value.pem
says err "shakenPolicy1-2"
refused 1 bare -explicit_policy -policy shakenPolicy1-4 by-value.pem
says err "shakenPolicy1-4"

step "a malformed list does not matter to it"
passes ossl req -x509 -key key.pem -subj /CN=example -addext subjectKeyIdentifier=hash \
    -addext 1.3.6.1.5.5.7.1.26=DER:300680043730394a -out malformed.pem
passes ossl verify -x509_strict -CAfile malformed.pem malformed.pem
says out "malformed.pem: OK"

step "lists are not compared along the chain: the CA's list has no number of this certificate"
intermediate ca-with-list.pem ca_with_list
passes ossl verify -x509_strict -CAfile root.pem -untrusted ca-with-list.pem by-value.pem
says out "by-value.pem: OK"

step "instead: sti-ca tnlist cover"
refused 1 sti-ca tnlist cover ca-with-list.pem by-value.pem
says out "TN:12155550100"

step "critical: error 34, with the provider and without it; the list is shown all the same"
issue critical.pem critical_list
passes ossl x509 -in critical.pem -noout -ext TNAuthList
printf 'TNAuthorizationList: critical\n    SPC:709J\n' >wanted
same out wanted
refused 2 verify critical.pem
says err "error 34 at 0 depth lookup: unhandled critical extension"
refused 2 bare critical.pem
says err "error 34 at 0 depth lookup: unhandled critical extension"

step "the same for critical claim constraints"
for section in critical_claims critical_enhanced_claims; do
    issue critical-claims.pem $section
    refused 2 verify critical-claims.pem
    says err "error 34 at 0 depth lookup: unhandled critical extension"
done

step "the same for a CA in the chain: the depth says which"
intermediate critical-ca.pem ca_with_critical_list
refused 2 ossl verify -CAfile root.pem -untrusted critical-ca.pem by-value.pem
says err "error 34 at 1 depth lookup: unhandled critical extension"

step "-ignore_critical gets past, and past every other critical extension, too"
passes verify -ignore_critical critical.pem
says out "critical.pem: OK"
issue unknown.pem critical_list_and_unknown
passes verify -ignore_critical unknown.pem
says out "unknown.pem: OK"

step "instead: a program that handles TNAuthList, and nothing else that is critical"
passes verify_critical root.pem intermediate.pem by-value.pem
says out "by-value.pem: OK"
passes verify_critical root.pem intermediate.pem critical.pem
says out "critical.pem: OK"
passes verify_critical root.pem critical-ca.pem by-value.pem
says out "by-value.pem: OK"
refused 1 verify_critical root.pem intermediate.pem unknown.pem
says err "unknown.pem: unhandled critical extension"
refused 1 verify_critical root.pem intermediate.pem critical-claims.pem
says err "critical-claims.pem: unhandled critical extension"
refused 1 verify_critical by-value.pem intermediate.pem critical.pem
says err "critical.pem: unable to get local issuer certificate"

step "it handles it: a critical list that is malformed is refused with the reason"
passes ossl req -x509 -key key.pem -subj /CN=example -out bad.pem \
    -addext 1.3.6.1.5.5.7.1.26=critical,DER:300680043730394a
refused 1 verify_critical bad.pem bad.pem bad.pem
says err "entry 1 at byte 2: tag 0x80 is implicit"
says err "bad.pem: unhandled critical extension"
