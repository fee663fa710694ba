#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes what bench_register issues with, in the current folder, which is empty: the world of the
# stories (SoftHSM, keys, a CA, an applicant), and a configuration for each ledger that is named,
# NAME.cnf, in which one token serves for any number of certificates.
#
# usage: SOURCE=checkout BUILD=build-folder tests/bench/issue-world.sh [NAME LEDGER]...
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
make_world
while [ $# -gt 1 ]; do
    with_policy "$1.cnf" "token_uses = until-exp"
    sed -i "s|^ledger *= .*|ledger = $2|" "$1.cnf"
    shift 2
done
