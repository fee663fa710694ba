#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# CSRs that the stock openssl made, without the provider: the list as an extension by its OID.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/csr-judge.sh
. "$SOURCE/tests/cli/csr-judge.sh"

make_request() {
    hex=$good_hex
    subject=$good_subject
    key='-key end-entity.key'
    extension=keyUsage=critical,digitalSignature
    case $1 in
    two-lists)
        make_request one
        double_extensions one.csr end-entity.key >two-lists.csr
        return
        ;;
    cut-list) hex=$cut_hex ;;
    less-list) hex=$less_hex ;;
    account) key='-key account.key' ;;
    p384) key='-newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout other.key' ;;
    rsa) key='-newkey rsa:2048 -nodes -keyout other.key' ;;
    usage) extension=extendedKeyUsage=clientAuth ;;
    ca) extension=basicConstraints=critical,CA:TRUE ;;
    name) subject='/C=US/O=Example Telecom/CN=SHAKEN 1234' ;;
    esac
    file=$1.csr
    set -- -addext "$extension" -addext "1.3.6.1.5.5.7.1.26=DER:$hex"
    [ "$file" != no-list.csr ] || set --
    # shellcheck disable=SC2086 # a list of arguments
    passes openssl req -new $key -subj "$subject" "$@" -out "$file"
}

judge_requests openssl
