#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A batch from a folder: bundles and files, by value and by reference, one review, consent by its
# digest, certificates and the manifest; and what is no batch.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/batch.sh
. "$SOURCE/tests/cli/batch.sh"

make_world
for name in alpha beta gamma; do
    make_request $name "$good_list"
done
make_request large 'SPC:709J,TN:12155600000+10000,TN:12155700000+1000000'
passes sti-ca bundle create --csr requests/beta.csr --token requests/beta.jwt \
    --account-key requests/beta.pub --out requests/beta.bundle
rm requests/beta.csr requests/beta.jwt requests/beta.pub

step "the review judges all, and changes nothing"
before=$(ledger_state)
passes sti-ca issue --batch requests --out issued --review-only
says out "review of requests: 4 requests"
says out "  accepted     4, with 1010303 numbers"
says out "look at these first:"
says out "  large: 1010000 numbers, 10000 times as many as half of this batch has at most"
says out "     4 requests       1010303 numbers  SPC:709J"
says out "  refused      0"
says out "review digest "
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
absent issued

step "the same as JSON, with any number of threads"
review requests --jobs 1
mv review one
[ "$(jq -r '.accepted, .count, .numbers' one | tr '\n' ' ')" = "4 4 1010303 " ] || fail "$(cat one)"
[ "$(jq -r '[.requests[].name] | join(" ")' one)" = "alpha beta gamma large" ] || fail "the order"
for jobs in 2 7; do
    review requests --jobs $jobs
    grep -v '"date"' one >wanted
    grep -v '"date"' review >got
    same wanted got
done

step "without consent nothing is signed"
refused 2 setsid sti-ca issue --batch requests --out issued
says err "there is no terminal to ask on, so nothing was issued; look at the review (--review-only), and give its digest with --consent"
refused 1 sti-ca issue --batch requests --out issued --consent 00
says err "the digest of the review is $digest, not the one given with --consent, so nothing was issued"
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
absent issued

step "with it, all of them"
passes sti-ca issue --batch requests --out issued --consent "$digest"
says out "issued 4 certificates, refused 0"
[ "$(issued_rows)" -eq 4 ] || fail "not four rows"
good_certificates
[ "$(ls issued)" = "$(printf '%s\n' alpha.pem beta.pem gamma.pem large.pem manifest.csv manifest.json)" ] ||
    fail "$(ls issued)"
passes ossl x509 -in issued/alpha.pem -noout -ext TNAuthList
says out "TN:12155550100-12155550199"

step "the manifest: JSON and CSV say the same"
[ "$(jq -r '.counts.issued' issued/manifest.json)" -eq 4 ] || fail "the count"
for name in alpha beta gamma large; do
    [ "$(outcome $name)" = issued ] || fail "$name"
    sha256=$(openssl x509 -in issued/$name.pem -outform DER | sha256sum | cut -d ' ' -f 1)
    serial=$(openssl x509 -in issued/$name.pem -noout -serial)
    says issued/manifest.csv "$name,issued,${serial#serial=},$name.pem,$sha256,,\"\""
    [ "$(jq -r --arg name $name '.requests[] | select(.name == $name) | .sha256 + .serial + .file' \
        issued/manifest.json)" = "$sha256${serial#serial=}$name.pem" ] || fail "$name"
done
[ "$(jq -r .review issued/manifest.json)" = "$digest" ] || fail "another review"

step "the ledger has each verdict, and knows that every certificate was delivered"
rows() {
    sqlite3 -readonly ledger.sqlite "SELECT count(*) FROM certificate WHERE $1"
}
[ "$(rows 'verdict IS NOT NULL AND delivered_at IS NOT NULL')" -eq 4 ] || fail "not four deliveries"
[ "$(rows "hsm LIKE 'sti-ca%' AND profile = 'tn-level'")" -eq 4 ] || fail "no token, no profile"
[ "$(rows "out = '$PWD/issued/' || 'alpha.pem'")" -eq 1 ] || fail "no path"

step "the same batch again: nothing is signed twice, and a lost file is written again"
before=$(ledger_state)
cp issued/gamma.pem gamma.pem
rm issued/gamma.pem
passes sti-ca issue --batch requests --out issued --consent "$digest" --json
[ "$(jq -r '.counts["done before"]' out)" -eq 4 ] || fail "$(cat out)"
same issued/gamma.pem gamma.pem
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"

step "a run that ended between the two manifests goes on"
rm issued/manifest.csv
passes sti-ca issue --batch requests --out issued --consent "$digest"
[ -f issued/manifest.csv ] || fail "no CSV"

step "what stands there under a certificate's name is not overwritten"
make_request omega "$good_list"
echo mine >issued/omega.pem
refused 3 sti-ca issue --batch requests --out issued --review-only
says err "issued/omega.pem: exists already and is not overwritten; choose another folder, or give --force"
mv issued/omega.pem mine.pem
refused 3 sti-ca issue --batch requests --out issued --review-only
says err "issued/manifest.json: is the manifest of another batch and is not overwritten; choose another folder, or give --force"
rm -r issued
issue_batch 0 requests
[ "$(outcome alpha) $(outcome omega)" = "done before issued" ] || fail "$(cat issued/manifest.json)"
good_certificates
echo file >file
refused 2 sti-ca issue --batch requests --out file --review-only
says err "file: is no folder; with --batch, --out is the folder of the certificates"

step "by reference: the lists stand in their folder"
rm -r requests issued
for name in one two; do
    make_request $name "$good_list"
done
issue_batch 0 requests --by-reference https://lists.example.org/tn/
good_certificates
url=$(jq -r '.requests[0].list_url' issued/manifest.json)
[ "$url" = "$(jq -r '.requests[1].list_url' issued/manifest.json)" ] || fail "not one list"
passes openssl x509 -in issued/one.pem -noout -text
says out "$url"
passes sti-ca tnlist show "tnlists/${url##*/}"
says out TN:12155551212

step "one account key for all"
rm -r requests issued
make_request one "$good_list"
rm requests/one.pub
refused 2 sti-ca issue --batch requests --out issued --review-only
says err "requests: request one has no account key (NAME.pub, or --account-key for all that have none)"
issue_batch 0 requests --account-key account.pem

step "a folder that is no batch"
rm -r requests
mkdir requests
refused 2 sti-ca issue --batch requests --out elsewhere --review-only
says err "requests: has no requests"
refused 3 sti-ca issue --batch nowhere --out elsewhere --review-only
says err "nowhere: cannot be looked at: No such file or directory; --batch names a folder of requests or a manifest"
make_request one "$good_list"
echo hello >requests/README
refused 2 sti-ca issue --batch requests --out elsewhere --review-only
says err "requests: README is no file of a request: NAME.bundle, or NAME.csr, NAME.jwt, NAME.pub and perhaps NAME.list; take it out of the folder"
mv requests/README requests/.hidden
rm requests/one.jwt
refused 2 sti-ca issue --batch requests --out elsewhere --review-only
says err "requests: request one has no SPC token (NAME.jwt)"
cp requests/one.csr requests/one.bundle
refused 2 sti-ca issue --batch requests --out elsewhere --review-only
says err "requests: request one has a bundle and other files, too; a bundle holds the whole request"
rm requests/one.bundle
mv requests/one.csr 'requests/one two.csr'
refused 2 sti-ca issue --batch requests --out elsewhere --review-only
says err '"one two" cannot be the name of a request'

step "words that do not go together"
refused 2 sti-ca issue --batch requests --csr request.csr --out elsewhere
says err "--batch and --csr exclude each other: a batch names the files of its requests"
refused 2 sti-ca issue --batch requests --out elsewhere --review-only --consent 00
says err "--review-only and --consent exclude each other: consent is given to issue"
refused 2 sti-ca issue --batch requests --out elsewhere --jobs 0
says err '--jobs is a number from 1 to 64, not "0"'
for option in --jobs=2 --review-only --consent=00; do
    refused 2 sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out c.pem $option
    says err "${option%=*} goes with --batch alone"
done
