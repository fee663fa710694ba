#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A list of 100,000 numbers: from a file, since one argument of a command has room for 8,000 only.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

count=100000

# printed FILE: the entries that were printed, as they stand in a file.
printed() {
    sed -n 's/^ *TN:/TN:/p' "$1"
}

passes ossl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem
# Every second number, so that no range could say it shorter.
awk -v count=$count 'BEGIN { for (i = 0; i < count; i++) printf "TN:%.0f\n", 12155000000 + 2 * i }' \
    </dev/null >list.txt

step "made from a file"
passes ossl req -x509 -key key.pem -subj /CN=example -addext TNAuthList=file:list.txt \
    -outform DER -out large.der
size=$(wc -c <large.der)
# 15 octets an entry, and a few hundred for the certificate around them
[ $((size / count)) -eq 15 ] || fail "the certificate has $size octets"

step "printed: as many lines, the first, the last, and all of them the same"
passes ossl x509 -inform DER -in large.der -noout -ext TNAuthList
printed out >back.txt
[ "$(wc -l <back.txt)" -eq "$count" ] || fail "$(wc -l <back.txt) lines"
[ "$(head -n 1 back.txt)" = TN:12155000000 ] || fail "the first line is $(head -n 1 back.txt)"
[ "$(tail -n 1 back.txt)" = TN:12155199998 ] || fail "the last line is $(tail -n 1 back.txt)"
same back.txt list.txt

step "the same in PEM and with -text"
passes ossl x509 -inform DER -in large.der -out large.pem
passes ossl x509 -in large.pem -noout -text
printed out >back.txt
same back.txt list.txt

step "a bad line far down is named"
sed '99999s/.$/x/' list.txt >bad.txt
refused 1 ossl req -x509 -key key.pem -subj /CN=example -addext TNAuthList=file:bad.txt -out bad.pem
says err "bad.txt: line 99999 column 14: 'x' is not a symbol of a TN"

step "an argument of that size does not fit: the system refuses the command"
refused 126 ossl req -x509 -key key.pem -subj /CN=example -out bad.pem \
    -addext "TNAuthList=$(tr '\n' , <list.txt)"
