#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca tnlist: --help of every command, wrong words, and lists of a hundred thousand entries.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

step "every command explains itself in lines of at most 80 columns"
for command in show encode check canonical count contains diff cover publish verify; do
    passes sti-ca tnlist $command --help
    says out "usage: sti-ca tnlist $command "
    if sed 1d out | grep -E '^.{81}'; then
        fail "a line is too long"
    fi
done
passes sti-ca --help
if grep -E '^.{81}' out; then
    fail "a line is too long"
fi

step "half a command: all there are"
refused 2 sti-ca tnlist
says err "tnlist is half a command; there is: tnlist show, tnlist encode, tnlist check, tnlist canonical, tnlist count, tnlist contains, tnlist diff, tnlist cover, tnlist publish, tnlist verify"

step "words missing and words too many"
for command in show encode check canonical count; do
    refused 2 sti-ca tnlist $command
    says err "sti-ca: FILE is missing; see \`sti-ca tnlist $command --help\`"
    refused 2 sti-ca tnlist $command a b
    says err "sti-ca: b is one word too many; see \`sti-ca tnlist $command --help\`"
done
# two NAME FIRST SECOND: a command with two positional arguments.
two() {
    refused 2 sti-ca tnlist "$1"
    says err "sti-ca: $2 is missing; see \`sti-ca tnlist $1 --help\`"
    refused 2 sti-ca tnlist "$1" a
    says err "sti-ca: $3 is missing; see \`sti-ca tnlist $1 --help\`"
    refused 2 sti-ca tnlist "$1" a b c
    says err "sti-ca: c is one word too many; see \`sti-ca tnlist $1 --help\`"
    passes sti-ca tnlist "$1" --help
    says out "$2 $3"
}
two contains TN FILE
two diff A B
two cover PARENT CHILD

step "no such file: the environment failed"
echo TN:1 >list.txt
for command in show encode check canonical count "contains 1" "diff list.txt" "cover list.txt"; do
    # shellcheck disable=SC2086 # several words
    refused 3 sti-ca tnlist $command nowhere.txt
    says err "sti-ca: nowhere.txt: cannot be opened: No such file or directory"
done
refused 3 sti-ca tnlist count --json nowhere.txt
[ "$(jq -r .error.code out)" = environment ] || fail "no error as JSON"

step "100,000 entries: every command"
awk 'BEGIN { for (i = 0; i < 100000; i++) printf "TN:%.0f\n", 12165600000 + 2 * i }' </dev/null >long.txt
passes sti-ca tnlist encode long.txt --out long.der
passes sti-ca tnlist show long.der
same out long.txt
passes sti-ca tnlist canonical long.der
same out long.txt
passes sti-ca tnlist count long.der
says out "numbers  100000"
passes sti-ca tnlist contains 12165799998 long.der
says out "contained: one, entry 100000 TN:12165799998"
passes sti-ca tnlist check long.der
says out "well-formed: list, 100000 entries, 0 warnings"
passes sti-ca tnlist diff long.txt long.der
sed '$s/.*/TN:12165799999/' long.txt >other.txt
refused 1 sti-ca tnlist diff long.txt other.txt
printf '%s\n' '- TN:12165799998' '+ TN:12165799999' >wanted
same out wanted
passes sti-ca tnlist cover long.der long.txt
[ "$(wc -l <out)" -eq 100001 ] || fail "other lines too"
passes sti-ca tnlist show --json long.der
[ "$(jq '.list | length' out)" -eq 100000 ] || fail "another number of entries"
[ "$(jq -r '.list[99999].one' out)" = 12165799998 ] || fail "another last entry"
