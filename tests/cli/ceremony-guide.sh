#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs docs/ceremony.md: every command, in its order, in one shell; what the page shows must be what is
# printed. What a reader types at the ceremony commands is typed here, on a terminal.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"
# shellcheck source=tests/cli/ceremony.sh
. "$SOURCE/tests/cli/ceremony.sh"

story=$PWD/story
mkdir "$story" run
ln -s "$SOURCE" run/source
cd "$story"
awk -f "$SOURCE/tests/cli/page.awk" "$SOURCE/docs/ceremony.md"
cd ../run

# run_talking NUMBER: on a terminal, with a person who types what the page says.
run_talking() {
    conversation root 1
    if grep -q 'ceremony approve' "$story/$1.command"; then
        head -n 1 talk.txt >first
        mv first talk.txt
    fi
    status=0
    talk_on_terminal talk.txt "$(cat "$story/$1.command")" || status=$?
    tr -d '\r' <screen | sed '/^Script /d; /^$/{ N; /\nScript done/d; }' >"$story/printed"
}

run_plainly() {
    set +e # also inside of the command
    # shellcheck disable=SC1090 # the command of the page
    . "$story/$1.command" >"$story/out" 2>"$story/err" </dev/null
    status=$?
    set -e
    cat "$story/err" "$story/out" >"$story/printed"
}

number=1
while [ -f "$story/$number.command" ]; do
    step "$(head -n 1 "$story/$number.command")"
    if grep -qE '^sti-ca ceremony (rehearse|approve|run)' "$story/$number.command"; then
        run_talking $number
    else
        run_plainly $number
    fi
    [ "$status" -eq "$(cat "$story/$number.status")" ] ||
        fail "exit status $status: $(cat "$story/$number.command" "$story/printed")"
    awk -f "$SOURCE/tests/cli/shown.awk" "$story/$number.shown" "$story/printed" >"$story/difference" ||
        fail "$(cat "$story/$number.command" "$story/difference" "$story/printed")"
    number=$((number + 1))
done
[ $number -gt 15 ] || fail "the page has only $((number - 1)) commands"
