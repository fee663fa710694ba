#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The QR codes of a plan, read by other software than made them: in the page to print, in the text, on a
# screen. ZXing reads them here, as many telephones do.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"
# shellcheck source=tests/cli/ceremony.sh
. "$SOURCE/tests/cli/ceremony.sh"

if ! command -v ZXingReader >/dev/null; then
    echo "skipped: ZXingReader is not here; install the package zxing-cpp-tools"
    exit 77
fi

# code_says DRAWN FILE TEXT: the QR code that stands in the file, drawn so, is this text.
code_says() {
    awk -v drawn="$1" -f "$SOURCE/tests/cli/qr-image.awk" "$2" >code.pgm
    passes ZXingReader -bytes code.pgm
    [ "$(cat out)" = "$3" ] || fail "the code in $2 is not $3"
}

make_ceremony_world
ceremony_file root
passes sti-ca ceremony plan root.cnf
cp out screen.txt
digest=$(plan_digest root | tr a-f A-F)

step "the page, the paper script and the screen have the digest of the plan"
code_says svg root.html "$digest"
code_says paper root.txt "$digest"
code_says screen screen.txt "$digest"

step "a console without UTF-8"
sed 's/^transcript .*/transcript = ascii.transcript/' root.cnf >ascii.cnf
passes sti-ca ceremony plan --ascii ascii.cnf
cp out ascii.screen
if LC_ALL=C grep -q '[^ -~]' ascii.screen; then fail "the screen has other than ASCII"; fi
code_says ascii ascii.screen "$(plan_digest ascii | tr a-f A-F)"
