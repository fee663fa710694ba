#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Ceremonies that go well, from nothing to transcripts that verify: a root, an intermediate, and
# another CA certified across. People type on a terminal; the rehearsal reads what they would.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"
# shellcheck source=tests/cli/ceremony.sh
. "$SOURCE/tests/cli/ceremony.sh"

make_ceremony_world

step "plan: the plan and the script, with one digest; nothing is signed"
ceremony_file root
refused 3 sti-ca ceremony plan rot.cnf
says err "sti-ca: rot.cnf: there is no ceremony file of this name; check the name, or copy one of conf/ceremonies and fill it in"
passes sti-ca ceremony plan root.cnf
says out "approvals  2 of: security-officer auditor witness"
# shellcheck disable=SC2046
says out "  $(plan_digest root | tr a-f A-F | cut -c 1-32 | sed 's/..../& /g; s/ $//')"
says root.txt "Sign the certificate of C=US, O=Example STI-CA, CN=SHAKEN Example ROOT"
says root.html "<svg "
awk 'length($0) > 79 && !/[^ -~]/ { exit 1 }' root.txt || fail "the script is wider than 79 columns"
absent root.pem root.transcript
passes sti-ca list
says out "the ledger is empty"
refused 3 sti-ca ceremony plan root.cnf
says err "root.plan"

step "rehearse: the same steps, and only signatures will differ"
answers root 1
passes sti-ca ceremony rehearse root.plan --answers answers --out rehearsal
says out "REHEARSAL: "
says out "root.pem: "
says out "are the plan's, octet for octet"
passes sti-transcript show rehearsal/root.transcript
says out "REHEARSAL: The root of Example STI-CA"
# Another story may rehearse at the same time; what it has made goes when it ends.
find /tmp -maxdepth 1 -name 'sti-ca-rehearsal.*' -newer answers >rehearsals
while read -r folder; do
    tries=0
    while [ -e "$folder" ]; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] || fail "the rehearsal has left its token in $folder"
        sleep 0.1
    done
done <rehearsals
passes sti-ca list
says out "the ledger is empty"
absent root.pem root.transcript

step "rehearse: a wrong word is refused, and so is one too few"
sed 's/^sign$/sing/' answers >wrong
refused 1 sti-ca ceremony rehearse root.plan --answers wrong
says err "the word sign was not typed, and so nothing is done"
head -n 2 answers >few
refused 1 sti-ca ceremony rehearse root.plan --answers few
says err "the file of answers has no line left for \"type "
says err "\"; add what people would type"

step "approve: two of three witnesses"
approve root auditor
says out "approved by auditor: root.auditor.approval"
printf 'from the paper|%s\n' "$(typed_words root)" >talk.txt
talk_on_terminal talk.txt "sti-ca ceremony approve root.plan --as witness --key witness.key --out root.witness.approval" ||
    fail "not approved: $(cat screen)"

step "run: the root, with words typed on a terminal of 80 columns"
conversation root 1
holds root
documented root
says screen "the octets that were signed are those of the plan"
says screen "the ceremony is over"
tr -d '\r' <screen | sed 1d | awk '/^Script done/ { next } length($0) > 79 { print; exit 1 }' ||
    fail "the screen is wider than 79 columns"
passes sti-ca lint root.pem
passes sti-transcript verify root.transcript --inputs . --anchor root-key.pem
says out "2 of 3 approvers approved this plan, 2 are needed"
passes sti-transcript rederive root.transcript --inputs . --anchor root-key.pem
passes sti-ca ceremony rederive root.plan # once more, from its inputs and the ledger of then
says out "the plan is what its inputs give, octet for octet"
passes sti-ca list
says out "root          issued"
for file in root.pem root.transcript; do
    openssl dgst -sha256 "$file"
done >before

step "run again: a ceremony that is over is not held twice"
hold_fails 1 "root.transcript" root
for file in root.pem root.transcript; do
    openssl dgst -sha256 "$file"
done >after
same before after

step "the intermediate, whose transcript follows the root's"
ceremony_file intermediate
passes sti-ca ceremony plan intermediate.cnf
answers intermediate 1
passes sti-ca ceremony rehearse intermediate.plan --answers answers
approve intermediate security-officer
approve intermediate auditor
holds intermediate
documented intermediate
passes openssl verify -x509_strict -CAfile root.pem intermediate.pem
passes sti-transcript verify root.transcript intermediate.transcript --inputs . --anchor root.pem
says out "it follows the transcript"
passes sti-ca ceremony rederive intermediate.plan # once more, from its inputs and the ledger of then
says out "the plan is what its inputs give, octet for octet"

step "another CA, certified across by the root"
passes openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout other.key \
    -subj '/C=US/O=Other STI-CA/CN=SHAKEN Other Intermediate' -days 30 -out other.pem
ceremony_file cross-certificate
passes sti-ca ceremony plan cross-certificate.cnf
approve cross-certificate witness
approve cross-certificate auditor
conversation cross-certificate 1
holds cross-certificate
documented cross-certificate
passes openssl verify -x509_strict -CAfile root.pem cross.pem
[ "$(openssl x509 -in cross.pem -noout -pubkey -subject)" = "$(openssl x509 -in other.pem -noout -pubkey -subject)" ] ||
    fail "the certificate across is not for the other CA"
passes sti-transcript verify cross-certificate.transcript --previous intermediate.transcript --inputs . --anchor root.pem
passes sti-ca ceremony rederive cross-certificate.plan # once more, from its inputs and the ledger of then
says out "the plan is what its inputs give, octet for octet"

step "a root made in a ceremony is a root like any other: the CA goes on with it"
make_pa
make_key account
make_key end-entity
make_csr request.csr "$good_list"
make_token token.jwt "$good_list"
passes sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out leaf.pem
passes openssl verify -CAfile root.pem -untrusted intermediate.pem leaf.pem
