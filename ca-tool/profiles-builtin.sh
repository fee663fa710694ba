#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the profiles of conf/profiles as C, so that sti-ca has them wherever it is.
#
# usage: profiles-builtin.sh FILE.cnf... >profiles_builtin.c
set -eu
echo '/* Made from conf/profiles by profiles-builtin.sh; change those. */'
echo '#include "profiles.h"'
echo 'const struct profiles_text profiles_builtin[] = {'
for file; do
    printf '{"%s",\n' "$(basename "$file" .cnf)"
    sed 's/[\\"]/\\&/g; s/^/ "/; s/$/\\n"/' "$file"
    echo '},'
done
echo '{0}};'
