#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `sti-ca ledger backup`, and a ledger that is put back from one: noticed, refused, confirmed.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"

make_world
issue() { # TOKEN OUT
    sti-ca issue --csr request.csr --token "$1" --account-key account.pem --out "$2"
}

step "a backup is a ledger, and is never overwritten"
passes sti-ca ledger backup backup.sqlite
says out "copied ledger.sqlite to backup.sqlite"
[ "$(stat -c %a backup.sqlite)" = 600 ] || fail "others may read it"
refused 3 sti-ca ledger backup backup.sqlite
says err "this file exists and a ledger is never overwritten"
sed 's/^ledger = .*/ledger = backup.sqlite/' sti-ca.cnf >backup.cnf
passes sti-ca ledger verify --config backup.cnf
refused 3 sti-ca ledger backup none/backup.sqlite
says err "no file can be made in the folder of the ledger: No such file or directory"

step "how far it is, on a terminal; the line is gone before the result stands there"
passes sti-ca ledger backup quiet.sqlite
[ ! -s err ] || fail "something on standard error"
on_terminal 'copied ' "" "sti-ca ledger backup shown.sqlite" || fail "$(cat screen)"
wiped "copying the ledger" "copied ledger.sqlite to shown.sqlite"

step "put back in the ledger's place, it is noticed: the token could be used again"
passes issue token.jwt one.pem
passes sti-ca ledger export latest.cbor
cp ledger.sqlite latest.sqlite
cp backup.sqlite ledger.sqlite
refused 3 issue token.jwt two.pem
says err "this ledger was restored from an older copy: it had an entry 11 once, which is not in it (it ends with 7)"
absent two.pem
rm -f .sti-pki-*
refused 1 sti-ca recover
says err "if there is none, say that you know it: sti-ca recover --restored"
refused 3 issue token.jwt two.pem
refused 3 sti-ca ledger verify
says err "this ledger was restored from an older copy"
passes sti-ca list

step "an export of the latest state mends it"
passes sti-ca ledger import latest.cbor
says out "added      4"
refused 1 issue token.jwt two.pem
says err "was already used"
passes sti-ca ledger verify

step "a copy that lacks a refusal alone is an older one, too; without a later one a person confirms"
cp latest.sqlite ledger.sqlite
refused 3 issue token.jwt two.pem
cp backup.sqlite ledger.sqlite
passes sti-ca recover --restored
says out "noted that the ledger was restored from an older copy"
passes sti-ca ledger log --from 8
says out "restored mark_number=12"
refused 1 sti-ca recover --restored
says err "there is nothing to confirm"
passes issue token.jwt two.pem
passes sti-ca ledger verify

step "a new ledger beside the memory of an old one is not begun unseen"
rm ledger.sqlite
refused 3 sti-ca init
says err 'a file of this name with ".lock" added is left over from an older ledger; move it to where that ledger is now'
