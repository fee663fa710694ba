#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca tnlist contains: which arm of the list has a number, or why none has.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

printf '%s\n' TN:12155551212 TN:12155550100-12155550199 TN:12155550150 'TN:*67#' >list.txt
printf '%s\n' TN:12155551212 SPC:709J SPC:1234 >spc.txt

# prints LINE COMMAND...: exit status 0 and this line alone.
prints() {
    line=$1
    shift
    passes "$@"
    [ "$(cat out)" = "$line" ] || fail "it does not print: $line"
}

step "one, range"
prints "contained: one, entry 1 TN:12155551212" sti-ca tnlist contains 12155551212 list.txt
prints "contained: one, entry 1 TN:12155551212" sti-ca tnlist contains TN:12155551212 list.txt
prints "contained: one, entry 4 TN:*67#" sti-ca tnlist contains '*67#' list.txt
for number in 12155550100 12155550150 12155550199; do
    prints "contained: range, entry 2 TN:12155550100-12155550199" \
        sti-ca tnlist contains $number list.txt
done
sti-ca tnlist contains 12155551212 - <list.txt >out || fail "standard input was not read"
says out "contained: one"
prints "contained: one, entry 1 TN:12155551212" sti-ca tnlist contains 12155551212 spc.txt

step "not contained: exit status 1"
for number in 12155550099 12155550200 2155551212 012155551212 '*67'; do
    refused 1 sti-ca tnlist contains "$number" list.txt
    [ "$(cat out)" = "not contained" ] || fail "$number: other words"
    says err "sti-ca: list.txt: TN $number is not in the list (RFC 8226 section 9)"
done

step "undecidable: an SPC may stand for it"
refused 1 sti-ca tnlist contains 12155550100 spc.txt
[ "$(cat out)" = "undecidable: spc, entry 2 SPC:709J" ] || fail "other words"
says err "sti-ca: spc.txt: TN 12155550100 is undecidable: no TN and no range has it, but the SPC of entry 2 may stand for it; which numbers it has is not in the list (RFC 8226 section 9)"

# is FILTER VALUE: the JSON on standard output says so.
is() {
    [ "$(jq -r "$1" out)" = "$2" ] || fail "$1 is not $2"
}

step "as JSON"
passes sti-ca tnlist contains --json 12155550150 list.txt
is '[.tn, .answer, .arm, .entry, .value.range.start] | map(tostring) | join(" ")' \
    "12155550150 contained range 2 12155550100"
refused 1 sti-ca tnlist contains --json 1 list.txt
is '[.tn, .answer, .arm, .entry] | map(tostring) | join(" ")' "1 not contained null null"
refused 1 sti-ca tnlist contains --json 1 spc.txt
is '[.answer, .arm, .entry, .value.spc] | map(tostring) | join(" ")' "undecidable spc 2 709J"

step "a word that is no TN: wrong usage"
refused 2 sti-ca tnlist contains +12155551212 list.txt
says err "sti-ca: TN +12155551212: a TN has no +: write the digits alone, country code first, as in 12155551212"
refused 2 sti-ca tnlist contains 1215-555-1212 list.txt
says err "sti-ca: TN 1215-555-1212: '-' is not a symbol of a TN; only 0-9, # and * are"
refused 2 sti-ca tnlist contains 1234567890123456 list.txt
says err "TN has 16 digits, at most 15 are allowed"
refused 2 sti-ca tnlist contains TN: list.txt
says err "TN is empty"
refused 2 sti-ca tnlist contains --json +1 list.txt
is .error.code usage

step "a malformed list"
printf '\060\000' >none.der
refused 1 sti-ca tnlist contains 1 none.der
says err "sti-ca: none.der: TNAuthList at byte 2: the list is empty"
[ ! -s out ] || fail "something on standard output"
