#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Refusals in a batch: each with its check and its sentence, the same ones whatever the number of
# threads; the others are issued. What only one request of the batch may have goes to the first by
# name.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/batch.sh
. "$SOURCE/tests/cli/batch.sh"

# refused_as NAME CHECK TEXT: the review's refusal of the request.
refused_as() {
    jq -r --arg name "$1" '.requests[] | select(.name == $name) | .verdict + " " + .check + ": " +
        (.reason.source // "") + ": " + .reason.sentence' review >refusal
    says refusal "refused $2: "
    says refusal "$3"
}

make_world
make_request good "$good_list"
make_request bad-csr "$good_list"
echo nonsense >requests/bad-csr.csr
make_request bad-key "$good_list"
echo nonsense >requests/bad-key.pub
make_request bad-list 'SPC:709J'
rm requests/bad-list.jwt
make_token requests/bad-list.jwt 'SPC:710J'
make_request key-1 "$good_list" '/C=US/O=One/CN=SHAKEN 709J'
cp key-key-1.key key.saved
make_request key-2 "$good_list" '/C=US/O=Two/CN=SHAKEN 709J'
passes ossl req -new -key key.saved -subj '/C=US/O=Two/CN=SHAKEN 709J' \
    -addext "TNAuthList=$good_list" -out requests/key-2.csr
make_request token-1 "$good_list"
make_request token-2 "$good_list"
cp requests/token-1.jwt requests/token-2.jwt
make_request twice-1 "$good_list"
for end in csr jwt pub; do cp requests/twice-1.$end requests/twice-2.$end; done
make_request list-beside "$good_list"
echo "$good_list" >requests/list-beside.list
passes openssl req -new -key key-list-beside.key -subj "$good_subject" -out requests/list-beside.csr

step "each refusal has its check and its reason"
refused 1 sti-ca issue --batch requests --out issued --review-only
says out "  accepted     4, with 404 numbers"
says out "  refused      7"
says out "  bad-csr (request-readable): requests/bad-csr.csr: "
says err "requests: 7 of 11 requests would be refused"
review requests --jobs 1
refused_as bad-csr request-readable "requests/bad-csr.csr: "
refused_as bad-key request-readable "requests/bad-key.pub: "
refused_as bad-list lists "requests/bad-list"
refused_as key-2 csr-key-unseen "requests/key-2.csr: the CSR's key is that of request key-1 of this batch, too, which has another holder (another account key or another subject); make a new key"
refused_as token-2 token-unused "is used by request token-1 of this batch, too, and this CA issues 1 a token; ask the STI-PA for a new token"
refused_as twice-2 request-once "requests/twice-2.csr: asks with the same token and key for the same certificate as request twice-1 of this batch; a batch issues it once"
refused_as list-beside list-way "the list came beside the CSR, so it goes by reference; say with --by-reference BASE-URL, or by_reference in the manifest, where it will be"

step "and they do not depend on the number of threads"
grep -v '"date"' review >wanted
for jobs in 2 3 8; do
    review requests --jobs $jobs
    grep -v '"date"' review >got
    same wanted got
done

step "the others are issued; the exit status says that some were refused"
issue_batch 1 requests
says err "requests: 7 of 11 requests were refused; issued/manifest.json says why"
says out "issued 4 certificates, refused 7"
for name in good key-1 token-1 twice-1; do
    [ "$(outcome $name)" = issued ] || fail "$name: $(outcome $name)"
done
good_certificates
[ "$(issued_rows)" -eq 4 ] || fail "not four rows"
[ "$(find issued -name '*.pem' | wc -l)" -eq 4 ] || fail "not four files"
says issued/manifest.csv 'bad-csr,refused,,,,request-readable,"requests/bad-csr.csr: '

step "a second run refuses the same and issues nothing"
before=$(ledger_state)
issue_batch 1 requests
says out "issued 0 certificates, done before 4, refused 7"
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"

step "a token for several certificates: as many as its policy says, also within a batch"
rm -r requests issued
with_policy two.cnf 'token_uses = 2'
for name in a b c; do
    make_request $name "$good_list"
    [ $name = a ] || cp requests/a.jwt requests/$name.jwt
done
review requests --config two.cnf
refused_as c token-unused "is used by request a of this batch, too, and this CA issues 2 a token"
issue_batch 1 requests --config two.cnf
says out "issued 2 certificates, refused 1"
issue_batch 1 requests --config two.cnf
says out "issued 0 certificates, done before 2, refused 1"

step "a number for one holder alone, also within a batch"
rm -r requests issued
make_request n1 'TN:12125550100-12125550199' '/C=US/O=One/CN=SHAKEN'
make_request n2 'TN:12125550150,TN:13125550100' '/C=US/O=Two/CN=SHAKEN'
make_request n3 'TN:12125550120-12125550130' '/C=US/O=One/CN=SHAKEN'
make_request n4 'TN:13125550100+5' '/C=US/O=Three/CN=SHAKEN'
with_policy warn.cnf 'second_holder = warn'
review requests --config warn.cnf
[ "$(jq .accepted review)" -eq 4 ] || fail "$(cat review)"
jq -r '.odd[] | select(.kind == "policy") | .request + ": " + .words' review >odd
says odd "n2: accepted by policy: second-holder: TN:12125550150 is also in request n1 of another holder in this batch (second_holder = warn)"
says odd "n4: accepted by policy: second-holder: TN:13125550100 is also in request n2 of another holder in this batch (second_holder = warn)"
with_policy one.cnf 'second_holder = refuse'
for jobs in 1 3; do
    review requests --config one.cnf --jobs $jobs
    [ "$(jq .accepted review)" -eq 3 ] || fail "$(cat review)"
    refused_as n2 second-holder "requests/n2.csr: TN:12125550150 is in request n1 of this batch, too, which is another holder's, and this CA gives a number to one holder (second_holder = refuse); take the number out of one of them"
done
issue_batch 1 requests --config one.cnf
says out "issued 3 certificates, refused 1"
issue_batch 1 requests --config one.cnf
says out "issued 0 certificates, done before 3, refused 1"
[ "$(outcome n2)" = refused ] || fail "$(cat issued/manifest.json)"
rm -r issued

step "all refused: no consent is asked for, and the manifest says why"
rm -r requests
make_request bad "$good_list"
echo nonsense >requests/bad.csr
refused 1 sti-ca issue --batch requests --out issued
says out "issued 0 certificates, refused 1"
[ "$(outcome bad)" = refused ] || fail "no manifest"

step "a file that cannot be read ends the run before anything is signed"
make_request other "$good_list"
rm requests/other.csr
ln -s /proc/self/mem requests/other.csr
refused 3 sti-ca issue --batch requests --out issued --review-only
says err "requests/other.csr: cannot be read: "
