#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca tnlist check and count: well-formed or not, the numbering plan's warnings, and how much a
# list names.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

step "nothing to warn of"
printf '%s\n' SPC:709J TN:12155551000-12155551999 'TN:*67#' >good.txt
passes sti-ca tnlist check good.txt
[ "$(cat out)" = "well-formed: list as text, 3 entries, 0 warnings" ] || fail "other words"
sti-ca tnlist check - <good.txt >out || fail "standard input was not read"
says out "well-formed: "
echo TN:12155551212 >one.txt
passes sti-ca tnlist check one.txt
says out "well-formed: list as text, 1 entry, 0 warnings"

# warns TEXT WARNING SENTENCE: the list of one entry gets it, and the exit status is 0.
warns() {
    echo "$1" >list.txt
    passes sti-ca tnlist check list.txt
    says out "entry 1 $1: warning $2: $3"
}

step "every warning, by name and with a sentence; the exit status stays 0"
warns TN:12150551212 nanp-shape \
    "TN 12150551212 has the exchange code 055, but NANP area and exchange codes begin with 2 to 9 and are not N11"
warns TN:19115551212 nanp-shape "TN 19115551212 has the area code 911, but"
warns TN:12152109990-12152110009 nanp-shape \
    "in the range, TN 12152110000 has the exchange code 211, but"
warns TN:1215555121 nanp-length \
    "TN 1215555121 has 10 digits; it begins with 1, the country code of the NANP, whose numbers have 11 with it"
warns TN:12155550150 fictitious \
    "TN 12155550150 is fictitious: 555-0100 to 555-0199 are reserved for that"
warns TN:12155550000-12155550999 fictitious "in the range, TN 12155550100 is fictitious"
warns TN:12159990000-12162009999 crosses-area-code \
    "the range goes from area code 215 to area code 216"
warns TN:19999990000-20000009999 crosses-area-code \
    "the range begins or ends outside the NANP's country code 1"
warns TN:12155560000-12155570000 crosses-block \
    "the range goes over the border of a 10,000 block at TN 12155570000"
warns TN:2155551212 no-country-code \
    "TN 2155551212 looks like a NANP number without its country code; with it, it is 12155551212"
warns TN:02079460000 no-country-code \
    "TN 02079460000 begins with 0, and no country code does; the 0 that is dialled before an area code is no part of the number"

step "several warnings of several entries, with their numbers"
printf '%s\n' SPC:709J TN:2155551212 TN:12155551212 TN:12155550000-12155569999 >list.txt
passes sti-ca tnlist check list.txt
says out "entry 2 TN:2155551212: warning no-country-code: "
says out "entry 4 TN:12155550000-12155569999: warning fictitious: "
says out "entry 4 TN:12155550000-12155569999: warning crosses-block: "
says out "well-formed: list as text, 4 entries, 3 warnings"
[ "$(wc -l <out)" -eq 4 ] || fail "other lines too"

# is FILTER VALUE: the JSON on standard output says so.
is() {
    [ "$(jq -r "$1" out)" = "$2" ] || fail "$1 is not $2"
}

step "the same as JSON"
passes sti-ca tnlist check --json list.txt
is .kind "list as text"
is .entries 4
is '.warnings | length' 3
is '[.warnings[].entry] | map(tostring) | join(" ")' "2 4 4"
is '[.warnings[].warning] | join(" ")' "no-country-code fictitious crosses-block"
is '.warnings[0].value.one' 2155551212
is '.warnings[1].value.range.count' 20000
is '.warnings[2].sentence' "the range goes over the border of a 10,000 block at TN 12155560000"
passes sti-ca tnlist check --json good.txt
is '.warnings | length' 0

step "a malformed list: refused, and nothing on standard output"
printf '\060\000' >none.der
refused 1 sti-ca tnlist check none.der
says err "sti-ca: none.der: TNAuthList at byte 2: the list is empty, at least one entry is needed (RFC 8226 section 9)"
[ ! -s out ] || fail "something on standard output"
refused 1 sti-ca tnlist check --json none.der
is .error.byte 2
echo 'TN:00-99' >bad.txt
refused 1 sti-ca tnlist check bad.txt
says err "sti-ca: bad.txt: line 1 column 4: range from 00 with a count of 100 is too long"

step "count: numbers in several entries count once, those of SPCs do not"
printf '%s\n' SPC:709J SPC:709J SPC:12 TN:100-199 TN:150-249 TN:12 'TN:*1' TN:12 >list.txt
printf '%s\n' 'entries  8' 'SPCs     2' \
    'numbers  152 (those of the SPCs not counted: which they are is not in the list)' >wanted
passes sti-ca tnlist count list.txt
same out wanted
passes sti-ca tnlist count --json list.txt
is '[.kind, .entries, .spcs, .numbers] | map(tostring) | join(" ")' "list as text 8 2 152"
echo TN:000000000000000+999999999999999 >all.txt
printf '%s\n' 'entries  1' 'SPCs     0' 'numbers  999999999999999' >wanted
passes sti-ca tnlist count all.txt
same out wanted
echo SPC:709J >spc.txt
passes sti-ca tnlist count --json spc.txt
is .numbers 0

step "count: a malformed list"
refused 1 sti-ca tnlist count none.der
says err "sti-ca: none.der: TNAuthList at byte 2: the list is empty"
[ ! -s out ] || fail "something on standard output"
