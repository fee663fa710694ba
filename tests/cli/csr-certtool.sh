#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# CSRs that GnuTLS made.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/csr-judge.sh
. "$SOURCE/tests/cli/csr-judge.sh"

# template NAME: what certtool shall make.
template() {
    hex=$good_hex
    name='SHAKEN 709J'
    case $1 in
    cut-list) hex=$cut_hex ;;
    less-list) hex=$less_hex ;;
    name) name='SHAKEN 1234' ;;
    esac
    printf 'country = US\norganization = "Example Telecom"\ncn = "%s"\nsigning_key\n' "$name"
    case $1 in
    no-list) ;;
    *) printf 'add_extension = "1.3.6.1.5.5.7.1.26 0x%s"\n' "$hex" ;;
    esac
    case $1 in
    usage) echo tls_www_client ;;
    ca) echo ca ;;
    esac
}

# key_of NAME: the file of the key, made by certtool too.
key_of() {
    case $1 in
    account) echo account.key && return ;;
    p384) set -- other --key-type ecdsa --curve secp384r1 ;;
    rsa) set -- other --key-type rsa --bits 2048 ;;
    *) set -- gnutls --key-type ecdsa --curve secp256r1 ;;
    esac
    file=$1.key
    shift
    certtool --generate-privkey "$@" --no-text --outfile "$file" >/dev/null 2>&1 &&
        echo "$file"
}

make_request() {
    template "$1" >request.template
    key=$(key_of "$1") || fail "certtool made no key"
    passes certtool --generate-request --load-privkey "$key" --template request.template \
        --outfile "$1.csr"
}

# Of two extensions with one OID certtool keeps the last.
judge_requests certtool two-lists
