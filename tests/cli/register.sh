#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The number register: who has which numbers, what overlaps, what must change after a porting, and a
# policy that refuses a second holder.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_world

# another NAME LIST [CONFIGURATION]: an applicant with an account, a key and a subject of its own asks
# for the list; the request is NAME.csr and NAME.jwt.
another() {
    make_key "$1-account"
    make_key "$1"
    passes ossl req -new -key "$1.key" -subj "/C=US/O=$1/CN=SHAKEN 1234" \
        -addext "TNAuthList=$2" -out "$1.csr"
    passes sti-pa token --key "$pa_key" --certificate sti-pa.pem --list "$2" \
        --account-key "$1-account.pem" --out "$1.jwt"
}

# request COMMAND NAME CONFIGURATION [OPTION...]: check or issue for such an applicant.
request() {
    request_command=$1
    request_name=$2
    request_configuration=$3
    shift 3
    set -- --config "$request_configuration" --csr "$request_name.csr" --token "$request_name.jwt" \
        --account-key "$request_name-account.pem" "$@"
    keep_output sti-ca "$request_command" "$@"
}

serial_of() {
    openssl x509 -in "$1" -noout -serial | cut -d= -f2 | sed 's/^00//'
}

step "an empty ledger: nobody has anything"
passes sti-ca register who 12155550123
says out "no live certificate covers it"
passes sti-ca register overlaps
says out "no number has two holders"
passes sti-ca register export --json
[ "$(jq -c .pieces out)" = "[]" ] || fail "there are pieces"

step "a number is covered by value"
passes sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out one.pem
one=$(serial_of one.pem)
passes sti-ca register who 12155550123
says out "$one"
says out "    TN:12155550123"
says out "which numbers it stands for is in no list"
passes sti-ca register who TN:12155551212 --json
[ "$(jq -r '.certificates[0].serial' out)" = "$one" ] || fail "not in $one"
[ "$(jq -c '.certificates[0].part' out)" = '[{"one":"12155551212"}]' ] || fail "another part"
passes sti-ca register who SPC:709J
says out "$one"
passes sti-ca register who 12155550200
says out "no live certificate covers it"

step "and by reference"
make_key by-reference
passes openssl req -new -key by-reference.key -subj "$good_subject" -out by-reference.csr
echo "TN:13035550000-13035559998" >beside.txt
make_token by-reference.jwt "TN:13035550000-13035559998"
passes sti-ca issue --csr by-reference.csr --token by-reference.jwt --account-key account.pem \
    --list beside.txt --by-reference https://lists.example/ --out by-reference.crt
reference=$(serial_of by-reference.crt)
passes sti-ca register who 13035559998
says out "$reference"
says_not out "$one"

step "before and after its time a certificate covers nothing"
passes sti-ca register who 12155550123 --at 2020-01-01T00:00:00Z
says out "no live certificate covers it"
passes sti-ca register who 12155550123 --at 2100-01-01T00:00:00Z
says out "no live certificate covers it"

step "a second holder is refused, if the policy wants that, and the refusal leaves nothing"
with_policy refuse.cnf "second_holder = refuse"
another Other "SPC:1234,TN:12155550190-12155550209"
sentence="Other.csr: TN:12155550190 is in certificate $one of C=US, O=Example Telecom, CN=SHAKEN 709J, which is live and another holder's, and this CA gives a number to one holder (second_holder = refuse); revoke that certificate first, or take the number out of the request"
before=$(ledger_state)
request check Other refuse.cnf
[ "$status" -eq 1 ] || fail "check: $status"
says err "$sentence"
request issue Other refuse.cnf --out refused.pem
[ "$status" -eq 1 ] || fail "issue: $status"
says err "$sentence"
absent refused.pem
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"

step "the same holder may have its numbers again"
make_token renewal.jwt "$good_list"
passes sti-ca issue --config refuse.cnf --csr request.csr --token renewal.jwt \
    --account-key account.pem --out renewal.pem
renewal=$(serial_of renewal.pem)
passes sti-ca register overlaps
says out "no number has two holders"

step "a policy that warns records it; one that accepts does not look"
with_policy warn.cnf "second_holder = warn"
request check Other sti-ca.cnf
says out "n/a     second-holder "
says out "a number may have several holders (second_holder = accept)"
request issue Other warn.cnf --out other.pem
[ "$status" -eq 0 ] || fail "issue: $status"
says out "accepted  second-holder: TN:12155550190 is also in another holder's certificate $one (second_holder = warn)"
other=$(serial_of other.pem)

step "overlaps: every two certificates, with the numbers in common"
passes sti-ca register overlaps
says out "TN:12155550190-12155550199"
passes sti-ca register overlaps --json
jq -e --arg a "$one" --arg b "$renewal" --arg c "$other" '
    [.overlaps[] | [.common[0].range.start, .certificates[].serial]] | sort ==
    ([["12155550190", $a, $c], ["12155550190", $b, $c]] | sort)' out >/dev/null || fail "other pairs"

step "holders: with the part that each holds"
passes sti-ca register holders 12155550150-12155550199 SPC:1234 --json
jq -e --arg a "$one" --arg b "$renewal" --arg c "$other" '
    [.certificates[] | [.serial, .part]] ==
    [[$a, [{range: {start: "12155550150", count: 50}}]],
     [$b, [{range: {start: "12155550150", count: 50}}]],
     [$c, [{spc: "1234"}, {range: {start: "12155550190", count: 10}}]]]' out >/dev/null ||
    fail "other parts"
passes sti-ca register holders --list beside.txt
says out "$reference"
says out "    TN:13035550000-13035559998"

step "numbers are lost: what has others too is replaced, the rest is revoked"
echo "TN:12155550200-12155550209" >some.txt
passes sti-ca register affected --lost some.txt
says out "replace   $other"
says out "    TN:12155550200-12155550209"
says_not out "$one"
passes sti-ca register affected --lost beside.txt
says out "revoke    $reference"
passes sti-ca register affected --lost other.pem --holder "$other" --json
jq -e --arg c "$other" '[.certificates[] | [.action, .serial]] == [["revoke", $c]]' out >/dev/null ||
    fail "other actions"

step "numbers are gained: who may have a larger list, and who has them still"
passes sti-ca register affected --gained some.txt --holder "$one" --json
jq -e --arg a "$one" --arg b "$renewal" --arg c "$other" --arg r "$reference" '
    [.certificates[] | [.action, .serial]] ==
    [["extend", $a], ["extend", $r], ["extend", $b], ["other", $c]]' out >/dev/null ||
    fail "other actions"
passes sti-ca register affected --gained some.txt --holder "$other"
says out "keep      $other"
holder=$(sti-ca show --json "$other" | jq -r .holder)
passes sti-ca register affected --gained some.txt --holder "$holder"
says out "keep      $other"

step "export: everything, in the order of the numbers"
passes sti-ca register export --csv
[ "$(head -1 out | tr -d '\r')" = "first,last,spc,serial,valid_from,valid_to,holder,subject" ] ||
    fail "another first line"
[ "$(cut -d, -f1-3 out | tr '\n' ' ')" = "first,last,spc ,,\"1234\" ,,\"709J\" ,,\"709J\" 12155550100,12155550199,\"\" 12155550100,12155550199,\"\" 12155550190,12155550209,\"\" 12155551212,12155551212,\"\" 12155551212,12155551212,\"\" 13035550000,13035559998,\"\" " ] ||
    fail "other lines"
passes sti-ca register export
says out "TN:13035550000-13035559998"
passes sti-ca register export --json
[ "$(jq '.pieces | length' out)" = 9 ] || fail "another number of pieces"

step "wrong words"
refused 2 sti-ca register who 12155550100-12155550199
says err "12155550100-12155550199 is more than one number; ask with sti-ca register holders"
refused 2 sti-ca register who 1215555x
refused 2 sti-ca register holders
says err "nothing is asked for: give numbers, ranges or SPCs, or a file of them with --list"
refused 2 sti-ca register affected
says err "say which numbers were ported: --lost FILE, --gained FILE, or both"
refused 2 sti-ca register affected --gained some.txt
says err "say with --holder who has gained the numbers"
refused 2 sti-ca register export --csv --json
says err "give either --json or --csv"
refused 2 sti-ca register who 1 --at tomorrow
says err "--at"
intermediate=$(sti-ca list --json | jq -r '[.[] | select(.kind == "intermediate")][0].serial')
refused 1 sti-ca register affected --lost some.txt --holder "$intermediate"
says err "the ledger does not say who holds certificate $intermediate; give the holder as sti-ca show prints it"

step "certificates that could not be read are counted"
sqlite3 ledger.sqlite 'UPDATE register_certificate SET not_before = NULL, not_after = NULL'
passes sti-ca register who 12155550123
says out "no live certificate covers it"
says err "sti-ca: note: 4 certificates of the ledger could not be read, and cover no number in its register"
