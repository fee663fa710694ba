#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `sti-ca ledger export` and `import`: the record goes over the air gap, whole or not at all.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"

make_world
sed 's/^ledger = .*/ledger = other.sqlite/' sti-ca.cnf >other.cnf

step "an export, and a ledger made of it: the same log, the same answers"
passes sti-ca ledger export out.cbor
says out "exported to out.cbor"
cp out exported
refused 3 sti-ca ledger export out.cbor
says err "exists already and is not overwritten"
passes sti-ca ledger import out.cbor --config other.cnf
says out "imported from out.cbor"
says out "added      7"
grep "head  " exported >end
says out "$(cat end)"
passes sti-ca ledger verify --config other.cnf
says out "$(cat end)"
passes sti-ca list
cp out here
passes sti-ca list --config other.cnf
same out here
passes sti-ca ledger export again.cbor --config other.cnf
same out.cbor again.cbor

step "how far they are, on a terminal; the line is gone before the result or an error stands there"
on_terminal 'head ' "" "sti-ca ledger export out.cbor --force" || fail "$(cat screen)"
wiped "exporting" "exported to out.cbor"
same out.cbor again.cbor
on_terminal 'added ' "" "sti-ca ledger import out.cbor --config other.cnf" || fail "$(cat screen)"
wiped "importing" "imported from out.cbor"
head -c 2000 out.cbor >cut.cbor
refused_on_terminal 1 'sti-ca: ' "" "sti-ca ledger import cut.cbor --config other.cnf"
wiped "importing" "sti-ca: cut.cbor: entry "

step "the next export adds what has happened since"
passes sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out ee.pem
passes sti-ca ledger export two.cbor --json
[ "$(jq -r .entries out)" = 11 ] || fail "not 11 entries"
passes sti-ca ledger import two.cbor --config other.cnf --json
[ "$(jq -r .added out)" = 4 ] || fail "not 4 added"
passes sti-ca ledger import two.cbor --config other.cnf --json
[ "$(jq -r .added out)" = 0 ] || fail "something was added twice"
passes sti-ca ledger verify --config other.cnf
serial=$(openssl x509 -in ee.pem -noout -serial | cut -d= -f2)
passes sti-ca show "$serial" --out there.pem --config other.cnf
same ee.pem there.pem

step "an export that is cut, or has a wrong octet, names the entry and changes nothing"
sed 's/^ledger = .*/ledger = third.sqlite/' sti-ca.cnf >third.cnf
size=$(wc -c <two.cbor)
head -c $((size - 20)) two.cbor >cut.cbor
refused 1 sti-ca ledger import cut.cbor --config third.cnf
says err "cut.cbor: entry 11 at byte "
says err "the octets end within an item; some are missing"
absent third.sqlite
{
    head -c $((size / 2)) two.cbor
    printf '\377\377'
    tail -c +$((size / 2 + 3)) two.cbor
} >wrong.cbor
refused 1 sti-ca ledger import wrong.cbor --config third.cnf
says err "wrong.cbor: entry "
absent third.sqlite
: >empty.cbor
refused 1 sti-ca ledger import empty.cbor --config third.cnf
refused 3 sti-ca ledger import none.cbor --config third.cnf
says err "none.cbor: cannot be read: No such file or directory"
absent third.sqlite

step "another ledger's export, and one of a ledger that has gone another way, are refused"
passes sti-ca init --config third.cnf
refused 1 sti-ca ledger import two.cbor --config third.cnf
says err "two.cbor: entry 1 at byte "
says err "is of another ledger than the one that is here"
ledger_put other.sqlite abandoned 77 1700000000
make_token next.jwt "$good_list"
passes sti-ca issue --csr request.csr --token next.jwt --account-key account.pem --out next.pem
passes sti-ca ledger export three.cbor
refused 1 sti-ca ledger import three.cbor --config other.cnf
says err "the two ledgers have gone different ways since entry 11"
