#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A batch on a terminal: the review, then the number of certificates typed by a person, then
# progress; nothing is signed for another word.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/batch.sh
. "$SOURCE/tests/cli/batch.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"

make_world
for name in a b c; do
    make_request $name "$good_list"
done
prompt='Type the number to issue them'
before=$(ledger_state)

step "another word, or none, issues nothing"
for word in yes '' 2 03 ' 3'; do
    refused_on_terminal 1 "$prompt" "$word" "sti-ca issue --batch requests --out issued"
    says screen "what was typed is not the number of certificates, so nothing was issued"
done
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
absent issued

step "Ctrl-C at the question"
control_c=$(printf '\003')
refused_on_terminal 130 "$prompt" "3$control_c" "exec sti-ca issue --batch requests --out issued"
says screen "sti-ca: interrupted by SIGINT; nothing was issued"
absent issued

step "the number: the review stands above the question"
on_terminal "$prompt" 3 "sti-ca issue --batch requests --out issued" || fail "$(cat screen)"
says screen "review of requests: 3 requests"
says screen "This signs 3 certificates. Type the number to issue them: "
says screen "issued 3 certificates, refused 0"
good_certificates

step "nothing left to do: nothing is asked"
passes sti-ca issue --batch requests --out issued
says out "issued 0 certificates, done before 3, refused 0"

step "one certificate is asked for as one"
make_request d "$good_list"
rm issued/manifest.*
on_terminal 'Type the number to issue it' 1 "sti-ca issue --batch requests --out issued" ||
    fail "$(cat screen)"
says screen "This signs 1 certificate. Type the number to issue it: "
says screen "issued 1 certificate, done before 3, refused 0"

step "progress on the terminal, written over and wiped in the end"
for name in e f g h i j k l; do
    make_request $name "$good_list"
done
rm issued/manifest.*
pause=$BUILD/tests/tools/p11-pause.so
sed "s|$module|$pause|" sti-ca.cnf >slow.cnf
cat >run-slow <<END
export P11_PAUSE_MODULE=$module P11_PAUSE_LOG=$PWD/calls P11_PAUSE_AT=C_Sign
sti-ca issue --batch requests --out issued --config slow.cnf --jobs 1
END
{
    until_there reached-C_Sign
    sleep 0.5
    : >go-on-C_Sign
} &
on_terminal "$prompt" 8 "sh run-slow" || fail "$(cat screen)"
wait
grep -q ' of 8 certificates signed, [0-9.]* a second, [0-9]* s left' screen || fail "$(cat screen)"
