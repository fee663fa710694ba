#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The example program does what its comment says. usage: test_example.sh PROGRAM
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf '\060\045\241\022\060\020\026\01312155550100\002\001d\242\017\026\01512155551212' >"$folder/bad.der"
printf '\060\043\241\022\060\020\026\01312155550100\002\001d\242\015\026\01312155551212' >"$folder/list.der"
"$1" "$folder/list.der" 12155550123 12155551212 12155559999 abc >"$folder/out"
cat >"$folder/wanted" <<'END'
12155550123 is in a range of the list
12155551212 is in the list
12155559999 is not covered
abc is no telephone number
END
cmp "$folder/out" "$folder/wanted"
if "$1" "$folder/bad.der" 1 2>"$folder/err"; then
    exit 1
fi
grep -q 'TNAuthList' "$folder/err"
