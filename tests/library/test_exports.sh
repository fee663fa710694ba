#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The shared library shows every function that its headers declare, and nothing else.
# usage: test_exports.sh LIBRARY HEADER...
set -eu
library=$1
shift
declared=$(sed -n 's/^[a-z].*[ *]\(\(tn\|sti\|jwt\)[a-z_]*\)(.*/\1/p' "$@" | sort -u)
shown=$(nm -D --defined-only "$library" | awk '$2 == "T" { sub(/@.*/, "", $3); print $3 }' | sort -u)
if [ "$declared" != "$shown" ]; then
    echo "declared but not shown, or shown but not declared:"
    printf '%s\n%s\n' "$declared" "$shown" | sort | uniq -u
    exit 1
fi
echo "$(printf '%s\n' "$shown" | wc -l) functions"
