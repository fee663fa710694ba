#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A batch from a manifest in JSON: files from its folder, a profile and a way for each request; and
# every manifest that is none.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/batch.sh
. "$SOURCE/tests/cli/batch.sh"

# refuses_manifest STATUS JSON TEXT
refuses_manifest() {
    printf '%s' "$2" >bad.json
    refused "$1" sti-ca issue --batch bad.json --out elsewhere --review-only
    says err "$3"
    absent elsewhere
}

make_world
make_request a "$good_list"
make_request b "$good_list"
make_request c "$good_list"
passes sti-ca bundle create --csr requests/b.csr --token requests/b.jwt \
    --account-key requests/b.pub --out requests/b.bundle
passes openssl req -new -key key-c.key -subj "$good_subject" -out requests/c.csr
echo "$good_list" >requests/c.txt
cat >requests/batch.json <<'END'
{
  "batch": 1,
  "requests": [
    {"name": "third", "csr": "c.csr", "token": "c.jwt", "account_key": "c.pub", "list": "c.txt",
     "by_reference": "https://lists.example.org/"},
    {"name": "second", "bundle": "b.bundle", "profile": "tn-level"},
    {"name": "first", "csr": "a.csr", "token": "a.jwt", "account_key": "a.pub"}
  ]
}
END

step "names, files and ways as the manifest has them; the order is that of the names"
review requests/batch.json
[ "$(jq -r '[.requests[] | .name + ":" + .profile] | join(" ")' review)" = \
    "first:tn-level second:tn-level third:tn-reference" ] || fail "$(cat review)"
issue_batch 0 requests/batch.json
[ "$(find issued -name '*.pem' | sort | tr '\n' ' ')" = \
    "issued/first.pem issued/second.pem issued/third.pem " ] || fail "$(ls issued)"
good_certificates
passes openssl x509 -in issued/third.pem -noout -text
says out "https://lists.example.org/"

step "what is no manifest"
refuses_manifest 2 '{' "bad.json: line 1 column 1: is not JSON: "
refuses_manifest 2 '[]' 'bad.json: is no manifest of a batch: {"batch": 1, "requests": [...]}'
refuses_manifest 2 '{"batch": 2, "requests": []}' 'is no manifest of a batch'
refuses_manifest 2 '{"batch": 1, "requests": []}' "bad.json: has no requests"
refuses_manifest 2 '{"batch": 1, "batch": 1, "requests": []}' "duplicate object key"
refuses_manifest 2 '{"batch": 1, "request": []}' 'there is no member "request" in a manifest; there are batch and requests'
refuses_manifest 2 '{"batch": 1, "requests": [1]}' 'request 1 of the manifest: is no object'
refuses_manifest 2 '{"batch": 1, "requests": [{"bundle": "b"}]}' 'request 1 of the manifest: has no name'
refuses_manifest 2 '{"batch": 1, "requests": [{"name": "../a", "bundle": "b"}]}' '"../a" cannot be the name of a request'
refuses_manifest 2 '{"batch": 1, "requests": [{"name": "a", "bundel": "b"}]}' 'request 1 of the manifest: there is no member "bundel"'
refuses_manifest 2 '{"batch": 1, "requests": [{"name": "a", "bundle": 7}]}' 'request 1 of the manifest: no text of at least one letter in "bundle"'
refuses_manifest 2 '{"batch": 1, "requests": [{"name": "a", "bundle": "b\u0000c"}]}' 'bad.json'
refuses_manifest 2 '{"batch": 1, "requests": [{"name": "a", "csr": "b"}]}' 'bad.json: request a has no SPC token (NAME.jwt)'
refuses_manifest 2 '{"batch": 1, "requests": [{"name": "a", "bundle": "b"}, {"name": "a", "bundle": "c"}]}' 'bad.json: has two requests of the name a'
refuses_manifest 3 '{"batch": 1, "requests": [{"name": "a", "bundle": "nowhere"}]}' 'nowhere: cannot be opened'

step "profiles: unknown, of another command, and with the other way"
refuses_manifest 2 '{"batch": 1, "requests": [{"name": "a", "bundle": "requests/b.bundle", "profile": "none"}]}' 'none'
refuses_manifest 2 '{"batch": 1, "requests": [{"name": "a", "bundle": "requests/b.bundle", "profile": "shaken-root"}]}' 'the profile shaken-root is for sti-ca root'
refuses_manifest 2 '{"batch": 1, "requests": [{"name": "a", "bundle": "requests/b.bundle", "profile": "tn-reference"}]}' 'request a: the profile tn-reference has its list by reference; say where it will be'
refuses_manifest 2 '{"batch": 1, "requests": [{"name": "a", "bundle": "requests/b.bundle", "profile": "tn-level", "by_reference": "https://x/"}]}' 'request a: the profile tn-level has its list by value, so there is no base of a URL for it'

step "more requests than a batch has"
jq -n '{batch: 1, requests: [range(10001) | {name: "r\(.)", bundle: "b"}]}' >many.json
refused 1 sti-ca issue --batch many.json --out elsewhere --review-only
says err "many.json: has more than 10000 requests, the most that a batch has; divide it"
