#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# scripts/bench: --help teaches, wrong words get exit status 2 and a pointer. Nothing is measured.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
bench=$SOURCE/scripts/bench

step "--help names every group"
passes "$bench" --help
says out "usage: scripts/bench [--json] [GROUP...]"
for group in list provider hsm verdict lint ledger batch register transcript; do
    grep -q "^  $group " out || fail "--help says nothing about the group $group"
done

step "a group that there is not, also behind one that there is"
refused 2 "$bench" lists
says err "bench: there is no group lists; the groups are: list provider hsm verdict lint ledger batch register transcript; see scripts/bench --help"
refused 2 "$bench" --json list provder
says err "bench: there is no group provder; the groups are: list provider hsm verdict lint ledger batch register transcript; see scripts/bench --help"

step "an option that there is not"
refused 2 "$bench" --jsn list
says err "bench: there is no option --jsn; see scripts/bench --help"
