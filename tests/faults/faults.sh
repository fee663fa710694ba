#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every call of the stories fails once in every way that is plausible; see faults.c and docs/hsm.md.
# STI_FAULTS is how much of it: all (scripts/faults); some, which is what the tests run; few, where a
# run is slow. Each is the same every time.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

# libp11 itself leaks when a call of its fails; what sti-ca leaks is found by the other stories.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
make_world
mkdir world stages
cp -R sti-ca.pin softhsm root.pem intermediate.pem sti-pa.pem ledger.sqlite ledger.sqlite.lock \
    tnlists request.csr token.jwt account.pem world
sed "s|$module|$BUILD/tests/faults/p11-faulty.so|" sti-ca.cnf >world/sti-ca.cnf
sed 's/object=root;id=%01/object=new;id=%09/' world/sti-ca.cnf >world/new-key.cnf
"$BUILD/tests/faults/faults" "$PWD/world" "$PWD/stages" "$BUILD/ca-tool/sti-ca" "$module" \
    "${STI_FAULTS:-some}"
