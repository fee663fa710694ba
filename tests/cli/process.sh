#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the tool does to its own process: no core dump, no openssl.cnf, no network.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

step "no core dump: the limit is 0 while the tool runs"
mkfifo input
sti-ca tnlist show - <input >out 2>err &
tool=$!
exec 3>input
sleep 0.3
limits=$(cat /proc/$tool/limits 2>/dev/null || true)
printf 'SPC:709J\n' >&3
exec 3>&-
wait $tool || fail "the list was not read"
says out SPC:709J
if [ -n "$limits" ]; then
    printf '%s\n' "$limits" | grep -Eq '^Max core file size +0 +0 ' || fail "core dumps are on"
fi

step "neither OPENSSL_CONF nor OPENSSL_MODULES brings code into the tool"
printf 'openssl_conf = init\n[init]\nnonsense = nowhere\n' >bad.cnf
printf 'SPC:709J\n' >list.txt
OPENSSL_CONF=$PWD/bad.cnf OPENSSL_MODULES=$PWD passes sti-ca tnlist show list.txt

step "the tool itself calls nothing that opens a connection"
nm -D --undefined-only "$BUILD/ca-tool/sti-ca" >symbols
for call in socket connect getaddrinfo gethostbyname BIO_new_connect BIO_s_connect OSSL_HTTP_get; do
    if grep -qE " $call(@|\$)" symbols; then
        fail "it calls $call"
    fi
done
