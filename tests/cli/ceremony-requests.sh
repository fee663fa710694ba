#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Ceremonies for requests in bundles: a delegating CA's certificate, and a batch of end entities'. The
# verdict is asked when the plan is made, and once more before anything is signed.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"
# shellcheck source=tests/cli/ceremony.sh
. "$SOURCE/tests/cli/ceremony.sh"

make_request_world

step "a batch of two, planned, rehearsed and held"
make_bundle example-telecom "$good_list"
make_bundle other-telecom TN:12155559999
request_file batch
passes sti-ca ceremony plan batch.cnf
says out "step 4"
says out "step 5"
answers batch 2
passes sti-ca ceremony rehearse batch.plan --answers answers
says out "example-telecom.pem: "
says out "other-telecom.pem: "
approve batch auditor
approve batch witness
conversation batch 2
holds batch
documented batch
tr -d '\r' <screen >out
says out "  waived    e_atis_subject_cn_spc," # the lints judge what the HSM has signed
for name in example-telecom other-telecom; do
    passes openssl verify -CAfile root.pem -untrusted intermediate.pem "$name.pem"
done
passes sti-ca tnlist show other-telecom.pem
says out TN:12155559999
passes sti-transcript verify batch.transcript --inputs . --anchor intermediate.pem
says out "2 of 2 are what was to be signed"
serial=$(openssl x509 -in example-telecom.pem -noout -serial | cut -d= -f2)
passes sti-ca show "$serial"
says out "token id"

step "a token that was used is refused when the plan is made"
sed "s/^transcript *=.*/transcript = again.transcript/" batch.cnf >again.cnf
refused 1 sti-ca ceremony plan again.cnf
says err "example-telecom.bundle"
absent again.plan

step "and if it is used between the plan and the ceremony, nothing is signed"
make_bundle late "$good_list"
sed "s/^transcript *=.*/transcript = late.transcript/; s/^example-telecom.*/late = late.bundle/
    /^other-telecom/d" batch.cnf >late.cnf
passes sti-ca ceremony plan late.cnf
approve late auditor
approve late witness
answers late 1
passes sti-ca ceremony rehearse late.plan --answers answers
passes sti-ca issue --bundle late.bundle --out elsewhere.pem
openssl dgst -sha256 ledger.sqlite ledger.sqlite.lock >before
refused 1 sti-ca ceremony rehearse late.plan --answers answers # it goes through a copy of the ledger
says err "late.bundle"
says err "was already used"
openssl dgst -sha256 ledger.sqlite ledger.sqlite.lock >after
same before after
conversation late 1
hold_fails 1 "late.bundle" late
absent late.pem

step "a profile that changes while the ceremony waits: nothing is signed, until it is put back"
make_bundle waits TN:12155557777
sed "s/^transcript *=.*/transcript = waits.transcript/; s/^example-telecom.*/waits = waits.bundle/
    /^other-telecom/d" batch.cnf >waits.cnf
mkdir profiles
cp "$SOURCE"/conf/profiles/*.cnf profiles
sed 's/^# profiles = .*/profiles = profiles/' sti-ca.cnf >own.cnf
passes sti-ca ceremony plan waits.cnf
approve waits auditor
approve waits witness
conversation waits 0
sed -i '/^type close/d; s/^type open|.*/type open|!echo "# reviewed" >>profiles\/tn-level.cnf; echo open/' talk.txt
hold_fails 1 "the profile tn-level, from the file profiles/tn-level.cnf, is another one than when the plan was made; use the configuration of then (--config), or plan and approve anew" \
    waits --config own.cnf
absent waits.pem
printf 'type sign|sign\ntype close|close\n' >talk.txt
holds waits # by the profile of the program, which is the one of then

step "a certificate that would outlive its token is not planned"
make_bundle short "$good_list"
sed "s/^transcript *=.*/transcript = short.transcript/; s/^example-telecom.*/short = short.bundle/
    /^other-telecom/d; s/^valid_to *=.*/valid_to = $(instant '700 days')/" batch.cnf >short.cnf
refused 1 sti-ca ceremony plan short.cnf
says err "the token ends before valid_to of the ceremony file, and a certificate may not outlive its token"

step "a delegating CA"
make_key delegating
make_csr delegate-ca.csr "$good_list" -key delegating.key -addext "basicConstraints=critical,CA:TRUE" \
    -addext "keyUsage=critical,keyCertSign" \
    -subj "/C=US/O=Example Telecom/CN=SHAKEN Example Telecom CA"
make_token delegate-ca.jwt "$good_list" --ca
passes sti-ca bundle create --csr delegate-ca.csr --token delegate-ca.jwt --account-key account.pem \
    --out delegate-ca.bundle
request_file delegate-ca
passes sti-ca ceremony plan delegate-ca.cnf
approve delegate-ca auditor
approve delegate-ca security-officer
conversation delegate-ca 1
sleep 1 # what is recorded in the second of the plan counts as before it
holds delegate-ca
documented delegate-ca
passes ossl verify -x509_strict -CAfile root.pem -untrusted intermediate.pem delegate-ca.pem
passes openssl x509 -in delegate-ca.pem -noout -text
says out "CA:TRUE, pathlen:0"
passes sti-transcript verify delegate-ca.transcript --inputs . --anchor intermediate.pem
passes sti-ca ceremony rederive delegate-ca.plan # once more, from its inputs and the ledger of then
says out "the plan is what its inputs give, octet for octet"

step "the profile must be one for the kind"
sed "s/^transcript *=.*/transcript = wrong.transcript/; s/^profile *=.*/profile = tn-level/
    s/^out .*/out = wrong.pem/" delegate-ca.cnf >wrong.cnf
keep_output sti-ca ceremony plan wrong.cnf
[ "$status" -ne 0 ] || fail "planned"
absent wrong.plan
