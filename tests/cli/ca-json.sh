#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --json: one JSON value on standard output, for results and for refusals.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_world

# is FILTER VALUE: the JSON on standard output says so.
is() {
    [ "$(jq -r "$1" out)" = "$2" ] || fail "$1 is not $2"
}

step "check"
passes sti-ca check --json --csr request.csr --token token.jwt --account-key account.pem
is .verdict passed
is '[.checks[] | select(.state == "passed")] | length' 33
is '.checks[] | select(.name == "csr-key-strong") | .state' "not applicable"
is '.date | length' 20
is '.list[1].range.count' 100

step "check, refused: every check with its reason"
make_csr other.csr SPC:709J
refused 1 sti-ca check --json --csr other.csr --token token.jwt --account-key account.pem
is .verdict refused
is '[.checks[] | select(.state == "failed") | .name] | join(",")' lists
is '.checks[] | select(.name == "lists") | .reason.source' other.csr
is '.checks[] | select(.name == "lists") | .reason.clause' "RFC 9448 section 6 step 6"

step "issue, refused and passed"
refused 1 sti-ca issue --json --csr other.csr --token token.jwt --account-key account.pem --out a.pem
is .error.code refused
is .error.source other.csr
is .error.part TNAuthList
passes sti-ca issue --json --csr request.csr --token token.jwt --account-key account.pem \
    --by-reference https://tn.example/ --out a.pem
serial=$(jq -r .serial out)
is .certificate a.pem
is '.list | length' 3
list_file=$(jq -r .list_file out)
is .list_url "https://tn.example/${list_file##*/}"
[ -f "$list_file" ] || fail "there is no $list_file"

step "list and show"
passes sti-ca list --json
is 'map(.kind) | join(",")' root,intermediate,end-entity
is '.[2].serial' "$serial"
passes sti-ca show --json "$serial"
is .state issued
is '.list[0].spc' 709J
is .list_by reference
is .token_limit 1
is .note null
is '.spki_sha256' "$(openssl x509 -in a.pem -noout -pubkey | openssl pkey -pubin -outform DER |
    sha256sum | cut -c1-64)"
is '.token_signer_sha256' "$(openssl x509 -in sti-pa.pem -noout -pubkey |
    openssl pkey -pubin -outform DER | sha256sum | cut -c1-64)"
is '.holder | length' 64

step "what a policy accepted is said by check and issue, and stays in the record"
with_policy subset.cnf "lists = subset"
make_token subset.jwt "$good_list"
passes sti-ca check --json --config subset.cnf --csr other.csr --token subset.jwt \
    --account-key account.pem
is '.checks[] | select(.name == "lists") | .accepted' \
    "less than the token allows (lists = subset)"
passes sti-ca issue --json --config subset.cnf --csr other.csr --token subset.jwt \
    --account-key account.pem --out b.pem
note="lists: less than the token allows (lists = subset)"
is .note "$note"
passes sti-ca show --json "$(jq -r .serial out)"
is .note "$note"

step "the environment failed, and wrong usage"
refused 3 sti-ca list --json --config nowhere.cnf
is .error.code environment
refused 2 sti-ca show --json xyz
is .error.code usage
refused 1 sti-ca show --json 0123
is .error.code refused
