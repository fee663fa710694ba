#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca tnlist cover: yes, no and undecidable, each explained entry by entry (RFC 9060 section 4).
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

printf '%s\n' TN:12155550100-12155550149 TN:12155550150-12155550199 'TN:*67#' TN:12155551212 \
    >parent.txt
printf '%s\n' TN:12155550100-12155550199 SPC:709J SPC:1234 >spc.txt

step "yes: the parent's entry that covers each"
printf '%s\n' TN:12155550110 TN:12155550140-12155550160 'TN:*67#' >child.txt
passes sti-ca tnlist cover parent.txt child.txt
cat >wanted <<'END'
entry 1 TN:12155550110: yes, by entry 1 TN:12155550100-12155550149
entry 2 TN:12155550140-12155550160: yes, by several, the first is entry 1 TN:12155550100-12155550149
entry 3 TN:*67#: yes, by entry 3 TN:*67#
answer: yes
END
same out wanted
passes sti-ca tnlist cover parent.txt parent.txt
says out "answer: yes"
sti-ca tnlist cover - child.txt <parent.txt >out || fail "standard input was not read"
same out wanted
sti-ca tnlist cover parent.txt - <child.txt >out || fail "standard input was not read"
same out wanted

step "no: the piece that is missing"
printf '%s\n' TN:12155550150-12155550199 TN:12155550190-12155550210 TN:2155551212 SPC:709J \
    TN:12155550090-12155550299 >child.txt
refused 1 sti-ca tnlist cover parent.txt child.txt
cat >wanted <<'END'
entry 1 TN:12155550150-12155550199: yes, by entry 2 TN:12155550150-12155550199
entry 2 TN:12155550190-12155550210: no, TN:12155550200-12155550210 is missing; the beginning is in entry 2 TN:12155550150-12155550199
entry 3 TN:2155551212: no, TN:2155551212 is missing
entry 4 SPC:709J: no, SPC:709J is missing
entry 5 TN:12155550090-12155550299: no, TN:12155550090-12155550099 is missing
answer: no
END
same out wanted
says err "sti-ca: child.txt: is not encompassed by parent.txt: 4 of 5 entries are not, the first is entry 2 (RFC 9060 section 4)"

step "undecidable: the parent has an SPC"
printf '%s\n' SPC:1234 TN:12155551212 TN:12155550150-12155550249 >child.txt
refused 1 sti-ca tnlist cover spc.txt child.txt
cat >wanted <<'END'
entry 1 SPC:1234: yes, by entry 3 SPC:1234
entry 2 TN:12155551212: undecidable, TN:12155551212 is missing; it may be among the numbers of entry 2 SPC:709J
entry 3 TN:12155550150-12155550249: undecidable, TN:12155550200-12155550249 is missing; the beginning is in entry 1 TN:12155550100-12155550199; it may be among the numbers of entry 2 SPC:709J
answer: undecidable
END
same out wanted
says err "sti-ca: child.txt: whether spc.txt encompasses it is undecidable for 2 of 3 entries, the first is entry 2: it depends on the numbers of the parent's SPCs (RFC 9060 section 4.1)"

step "no goes before undecidable"
printf '%s\n' TN:12155551212 SPC:999 >child.txt
refused 1 sti-ca tnlist cover spc.txt child.txt
says out "entry 2 SPC:999: no, SPC:999 is missing"
says out "answer: no"
says err "sti-ca: child.txt: is not encompassed by spc.txt: 1 of 2 entries are not, the first is entry 2"

# is FILTER VALUE: the JSON on standard output says so.
is() {
    [ "$(jq -r "$1" out)" = "$2" ] || fail "$1 is not $2"
}

step "as JSON"
refused 1 sti-ca tnlist cover --json spc.txt child.txt
is .answer no
is '[.entries[].answer] | join(" ")' "undecidable no"
is '.entries[0] | [.entry, .value.one, .missing.first, .missing.last, .parent_spc_entry, .parent_entry] | map(tostring) | join(" ")' \
    "1 12155551212 12155551212 12155551212 2 null"
is '.entries[1].missing.spc' 999
printf '%s\n' TN:12155550110 TN:12155550140-12155550160 >child.txt
passes sti-ca tnlist cover --json parent.txt child.txt
is .answer yes
is '[.entries[] | .answer, .parent_entry, .several] | map(tostring) | join(" ")' \
    "yes 1 false yes 1 true"

step "from certificates: the parent's and the delegate's"
passes openssl ecparam -name prime256v1 -genkey -noout -out key.pem
for name in parent child; do
    passes ossl req -x509 -new -key key.pem -subj /CN=x -addext TNAuthList=file:$name.txt \
        -out $name.pem
done
passes sti-ca tnlist cover parent.pem child.pem
refused 1 sti-ca tnlist cover child.pem parent.pem
says err "sti-ca: parent.pem: is not encompassed by child.pem: "

step "both from standard input: wrong usage"
refused 2 sti-ca tnlist cover - -
says err "sti-ca: standard input cannot be both lists; give a file for one of them"

step "a malformed list on either side"
printf '\060\000' >none.der
refused 1 sti-ca tnlist cover none.der child.txt
says err "sti-ca: none.der: TNAuthList at byte 2: the list is empty"
refused 1 sti-ca tnlist cover child.txt none.der
says err "sti-ca: none.der: TNAuthList at byte 2: the list is empty"
[ ! -s out ] || fail "something on standard output"
