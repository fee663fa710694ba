#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The whole way of a request: CSR and token in, certificates by value and by reference out.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

step "init, keys, root and intermediate, STI-PA, CSR and token"
make_world

step "the root and the intermediate are what the profile says"
passes ossl x509 -in root.pem -noout -text
says out "CA:TRUE"
says out "Certificate Sign"
says_not out "CRL Sign"
says_not out "Policy:"
says_not out "CRL Distribution"
passes ossl x509 -in intermediate.pem -noout -text
says out "CA:TRUE, pathlen:0"
says out "Policy: 1.3.6.1.4.1.32473.1.1"
says out "DirName:"
says out "STI-PA CRL"
passes ossl verify -x509_strict -CAfile root.pem intermediate.pem

step "check passes, needs no HSM and writes nothing"
before=$(ledger_state)
cp sti-ca.cnf full.cnf
sed -i 's|^hsm = .*|hsm = module-path=/nonexistent.so|' sti-ca.cnf
mv sti-ca.pin away.pin
passes sti-ca check --csr request.csr --token token.jwt --account-key account.pem
says out "verdict: passed"
says out "TN:12155550100-12155550199"
cp full.cnf sti-ca.cnf
mv away.pin sti-ca.pin
[ "$before" = "$(ledger_state)" ] || fail "check has changed the ledger"

step "issue by value: the stock openssl prints the entries by name and verifies"
passes sti-ca issue --csr request.csr --token token.jwt --account-key account.pem \
    --out by-value.pem
passes ossl x509 -in by-value.pem -noout -ext TNAuthList
printf '%s\n' 'TNAuthorizationList: ' '    SPC:709J' '    TN:12155550100-12155550199' \
    '    TN:12155551212' >wanted
same out wanted
passes ossl verify -x509_strict -CAfile root.pem -untrusted intermediate.pem by-value.pem
passes sti-ca tnlist show by-value.pem
printf '%s\n' SPC:709J TN:12155550100-12155550199 TN:12155551212 >wanted
same out wanted

step "lint finds in them what lies outside of the base profile, and nothing else"
refused 1 sti-ca lint --json root.pem intermediate.pem by-value.pem
findings=$(jq -r '.results[] | .file + ":", (.findings[].id)' out | tr '\n' ' ')
wanted="root.pem: intermediate.pem: e_shaken_certificate_policies_id_ca by-value.pem: \
e_atis_subject_cn_spc e_atis_tn_auth_list e_atis_tn_auth_list_spc_format \
e_shaken_certificate_policies_id n_sti_spc_beside_numbers "
[ "$findings" = "$wanted" ] || fail "it finds $findings"

step "the certificate holds the CSR's key and subject, and nothing critical but two extensions"
passes openssl x509 -in by-value.pem -noout -pubkey
mv out certificate-key
passes openssl req -in request.csr -noout -pubkey
same out certificate-key
passes openssl x509 -in by-value.pem -noout -subject -nameopt RFC2253
says out "CN=SHAKEN 709J,O=Example Telecom,C=US"
passes openssl x509 -in by-value.pem -noout -text
[ "$(grep -c ': critical' out)" -eq 2 ] || fail "not exactly two critical extensions"

step "a certificate does not outlive its token (RFC 9447 section 7, SHOULD NOT)"
make_token short.jwt "$good_list" --lifetime 2h
passes sti-ca issue --csr request.csr --token short.jwt --account-key account.pem --out short.pem
passes openssl x509 -in short.pem -noout -checkend 7190
refused_status=0
openssl x509 -in short.pem -noout -checkend 7210 >/dev/null || refused_status=$?
[ "$refused_status" -eq 1 ] || fail "the certificate outlives the token"

step "issue by reference: AIA names the list by its SHA-256 (RFC 8226 section 10.1)"
make_token reference.jwt "$good_list" --x5u https://sti-pa.example/sti-pa.pem
passes sti-ca issue --csr request.csr --token reference.jwt --account-key account.pem \
    --by-reference https://tn.example/lists/ --out by-reference.pem
list=$(ls tnlists)
[ "$(sha256sum <"tnlists/$list" | cut -d' ' -f1).der" = "$list" ] || fail "the name is no digest"
passes ossl x509 -in by-reference.pem -noout -text
says out "STIR TN List - URI:https://tn.example/lists/$list"
says_not out "TNAuthorizationList"
passes ossl verify -x509_strict -CAfile root.pem -untrusted intermediate.pem by-reference.pem
passes sti-ca tnlist show "tnlists/$list"
same out wanted
refused 1 sti-ca tnlist show by-reference.pem
says err "its list is by reference at https://tn.example/lists/$list"

step "the same list by reference again: the published file stays as it is"
make_token again.jwt "$good_list"
passes sti-ca issue --csr request.csr --token again.jwt --account-key account.pem \
    --by-reference https://tn.example/lists/ --out again.pem
[ "$(ls tnlists)" = "$list" ] || fail "another list was written"

step "the ledger lists all, shows one, and gives it back octet for octet"
passes sti-ca list
[ "$(grep -c issued out)" -eq 6 ] || fail "not six certificates in the ledger"
serial=$(openssl x509 -in by-value.pem -noout -serial | cut -d= -f2)
passes sti-ca show "$serial" --out copy.pem
same copy.pem by-value.pem
says out "TN:12155550100-12155550199"
says out "token id"
key=$(openssl x509 -in by-value.pem -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum)
says out "key sha256  ${key%% *}"
key=$(openssl x509 -in sti-pa.pem -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum)
says out "token by    ${key%% *}"
says out "holder      "
says_not out "accepted"
serial=$(openssl x509 -in by-reference.pem -noout -serial | cut -d= -f2)
passes sti-ca show "$serial" --list-out copy.der
same copy.der "tnlists/$list"
