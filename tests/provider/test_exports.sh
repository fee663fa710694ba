#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The module exports its two entry points, as a provider and as a CONF module, and stays mapped once it is loaded.
#
# usage: test_exports.sh MODULE
set -eu
module=$1

for tool in nm readelf; do
    if ! command -v "$tool" >/dev/null; then
        echo "skipped: $tool is not installed"
        exit 77
    fi
done

exported=$(nm -D --defined-only "$module" | awk '{ print $NF }' | sort | tr '\n' ' ')
if [ "$exported" != 'OPENSSL_init OSSL_provider_init ' ]; then
    printf 'the module exports more or less than OPENSSL_init and OSSL_provider_init:\n%s\n' "$exported" >&2
    exit 1
fi

# libcrypto keeps pointers into the module after the library context that loaded it is gone.
if ! readelf -d "$module" | grep -q NODELETE; then
    echo 'the module lacks the flag NODELETE (-z nodelete)' >&2
    exit 1
fi
