#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every test that docs/assurance.md names exists: as a unit test or as a story, and meson runs it.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

page=$SOURCE/docs/assurance.md

# named: the names in backquotes of the last column, and of the last section.
# shellcheck disable=SC2016 # backquotes of the page
named() {
    awk -F '|' '/^\|/ && !/^\| claim/ && !/^\|-/ { print $3 }
        /^## What it rests on/ { rest = 1 }
        rest { print }' "$1" | grep -o '`[a-z0-9_-]*`' | tr -d '`' | sort -u
}

# exists NAME: meson has a test of this name.
exists() {
    { grep -qE "^  '$1': " "$SOURCE/tests/unit/meson.build" && [ -f "$SOURCE/tests/unit/test_$1.c" ]; } ||
        { grep -qE "^  '$1'," "$SOURCE/tests/cli/meson.build" && [ -f "$SOURCE/tests/cli/$1.sh" ]; }
}

step "every test that the assurance case names exists"
named "$page" >names
[ "$(wc -l <names)" -ge 20 ] || fail "too few tests are named: $(cat names)"
missing=
while read -r name; do
    exists "$name" || missing="$missing $name"
done <names
[ -z "$missing" ] || fail "docs/assurance.md names tests that do not exist:$missing"

step "every claim names one"
awk -F '|' '/^\|/ && !/^\| claim/ && !/^\|-/ && $3 !~ /`/ { print; bad = 1 } END { exit bad }' "$page" ||
    fail "a claim without a test"

step "a name that is gone is found"
# shellcheck disable=SC2016 # backquotes of the page
sed 's/`ceremony-root`/`ceremony-gone`/' "$page" >changed.md
named changed.md >names
if exists ceremony-gone; then
    fail "a test that does not exist is believed to"
fi
grep -qx ceremony-gone names || fail "a changed name is not read"
