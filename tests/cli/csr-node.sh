#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# CSRs that Node's crypto module signed.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/csr-judge.sh
. "$SOURCE/tests/cli/csr-judge.sh"

if ! command -v node >/dev/null; then
    echo "skipped: there is no node on this machine"
    exit 77
fi

make_request() {
    hex=$good_hex
    name='SHAKEN 709J'
    key=
    case $1 in
    cut-list) hex=$cut_hex ;;
    less-list) hex=$less_hex ;;
    name) name='SHAKEN 1234' ;;
    account) key=account.key ;;
    esac
    passes node "$SOURCE/tests/cli/node-csr.js" "$1" "$hex" "$name" ${key:+"$key"}
    mv out "$1.csr"
}

judge_requests Node
