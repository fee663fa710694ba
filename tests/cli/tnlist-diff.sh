#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca tnlist diff: what is gained and lost between two lists, by meaning.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

printf '%s\n' SPC:709J TN:12155550100-12155550199 TN:12155551212 >a.txt
printf '%s\n' TN:12155551212 TN:12155550150+50 SPC:709J TN:12155550100-12155550160 >spelling.txt
printf '%s\n' SPC:709J SPC:1234 TN:12155550150-12155550249 'TN:*1' TN:99 TN:98 TN:97 >b.txt
passes sti-ca tnlist encode a.txt --out a.der

step "the same meaning: said, and exit status 0"
passes sti-ca tnlist diff a.txt a.der
[ "$(cat out)" = "same meaning, same octets" ] || fail "other words"
passes sti-ca tnlist diff a.txt spelling.txt
[ "$(cat out)" = "same meaning, other spelling" ] || fail "other words"
sti-ca tnlist diff - a.der <a.txt >out || fail "standard input was not read"
sti-ca tnlist diff a.der - <a.txt >out || fail "standard input was not read"

step "numbers and SPCs lost and gained: exit status 1"
refused 1 sti-ca tnlist diff a.txt b.txt
printf '%s\n' '- TN:12155550100-12155550149' '- TN:12155551212' '+ SPC:1234' '+ TN:97-98' '+ TN:99' \
    '+ TN:*1' '+ TN:12155550200-12155550249' >wanted
sort wanted >sorted
sort out | cmp -s - sorted || fail "other lines"
says err "sti-ca: b.txt: means something else than a.txt: 51 numbers and 0 SPCs lost, 54 numbers and 1 SPC gained"
refused 1 sti-ca tnlist diff b.txt a.txt
says out '+ TN:12155550100-12155550149'
says out '- SPC:1234'
says err "sti-ca: a.txt: means something else than b.txt: 54 numbers and 1 SPC lost, 51 numbers and 0 SPCs gained"

step "what was gained is a list again"
sed -n 's/^+ //p' out >gained.txt
passes sti-ca tnlist count gained.txt
says out "numbers  51"

step "an SPC does not stand for numbers here"
echo SPC:709J >spc.txt
refused 1 sti-ca tnlist diff spc.txt a.txt
says err "0 numbers and 0 SPCs lost, 101 numbers and 0 SPCs gained"
echo TN:12155551212 >one.txt
refused 1 sti-ca tnlist diff spc.txt one.txt
says err "sti-ca: one.txt: means something else than spc.txt: 0 numbers and 1 SPC lost, 1 number and 0 SPCs gained"

# is FILTER VALUE: the JSON on standard output says so.
is() {
    [ "$(jq -r "$1" out)" = "$2" ] || fail "$1 is not $2"
}

step "as JSON"
passes sti-ca tnlist diff --json a.txt spelling.txt
is '[.same_meaning, .same_octets, .lost_numbers, .gained_numbers] | map(tostring) | join(" ")' \
    "true false 0 0"
is '.lost + .gained | length' 0
passes sti-ca tnlist diff --json a.txt a.der
is '[.same_meaning, .same_octets] | map(tostring) | join(" ")' "true true"
refused 1 sti-ca tnlist diff --json a.txt b.txt
is '[.same_meaning, .same_octets, .lost_numbers, .gained_numbers] | map(tostring) | join(" ")' \
    "false false 51 54"
is '[.lost[] | .range.start // .one] | join(" ")' "12155550100 12155551212"
is '.gained[0].spc' 1234

step "both from standard input: wrong usage"
refused 2 sti-ca tnlist diff - -
says err "sti-ca: standard input cannot be both lists; give a file for one of them"

step "a malformed list on either side"
printf '\060\000' >none.der
refused 1 sti-ca tnlist diff none.der a.txt
says err "sti-ca: none.der: TNAuthList at byte 2: the list is empty"
refused 1 sti-ca tnlist diff a.txt none.der
says err "sti-ca: none.der: TNAuthList at byte 2: the list is empty"
[ ! -s out ] || fail "something on standard output"
