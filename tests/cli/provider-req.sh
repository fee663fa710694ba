#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# openssl req: a TNAuthList in a CSR, by -addext and by a configuration; what is refused, and how.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

# request VALUE: a CSR whose TNAuthList has this value, its text in out.
request() {
    passes ossl req -new -key key.pem -subj /CN=example -noout -text -addext "TNAuthList=$1"
}

# refuses VALUE SENTENCE: no CSR, and the sentence says why.
refuses() {
    refused 1 ossl req -new -key key.pem -subj /CN=example -out bad.csr -addext "TNAuthList=$1"
    says err "$2"
    absent bad.csr
}

# request_by CONFIGURATION: a CSR by the configuration's req_extensions, its text in out.
request_by() {
    passes ossl req -new -key key.pem -config "$1" -noout -text
}

# entries FILE: the entries as they are printed, without what stands around them.
entries() {
    sed -n 's/^ *\(\(SPC\|TN\):.*\)$/\1/p' "$1"
}

passes ossl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem

step "-addext: SPCs, numbers and ranges, in the order they are written"
request "TN:12155551212, SPC:709J, TN:12155550100-12155550199, TN:12155550200+50"
says out "Requested Extensions:"
says out "TNAuthorizationList: "
says_not out "critical"
entries out >printed
cat >wanted <<EOF
TN:12155551212
SPC:709J
TN:12155550100-12155550199
TN:12155550200-12155550249
EOF
same printed wanted

step "the CSR's signature verifies"
passes ossl req -new -key key.pem -subj /CN=example -addext TNAuthList=SPC:709J -out good.csr
passes ossl req -in good.csr -noout -verify
passes ossl req -in good.csr -noout -text
says out "SPC:709J"

step "req_extensions of a configuration: a section with SPC.1, TN.1, TN.2"
cat >section.cnf <<EOF
[req]
distinguished_name = subject
req_extensions = extensions
prompt = no
[subject]
CN = example
[extensions]
TNAuthList = @list
[list]
SPC.1 = 709J
TN.1 = 12155550100-12155550199
TN.2 = 12155551212
EOF
request_by section.cnf
entries out >printed
cat >wanted <<EOF
SPC:709J
TN:12155550100-12155550199
TN:12155551212
EOF
same printed wanted

step "req_extensions: the same list in one line"
sed 's/@list/SPC:709J, TN:12155550100-12155550199, \\\n    TN:12155551212/' section.cnf >line.cnf
request_by line.cnf
entries out >printed
same printed wanted

step "req_extensions: the same list from a file in text, with comments"
cat >list.txt <<EOF
; the list of our second office
SPC:709J
TN:12155550100-12155550199 ; sales

TN:12155551212
EOF
sed 's/@list/file:list.txt/' section.cnf >file.cnf
request_by file.cnf
entries out >printed
same printed wanted

step "req_extensions: the same list from a file in DER"
printf '\060\053\240\006\026\004709J' >list.der
printf '\241\022\060\020\026\01312155550100\002\001\144' >>list.der
printf '\242\015\026\01312155551212' >>list.der
sed 's/@list/file:list.der/' section.cnf >file.cnf
request_by file.cnf
entries out >printed
same printed wanted

step "two lines of one name in a section: openssl keeps the last one only, so number them"
sed 's/^TN\.[12]/TN/' section.cnf >twice.cnf
request_by twice.cnf
says out "TN:12155551212"
says_not out "TN:12155550100"

step "-addext, too, finds a section of the configuration"
sed '/^req_extensions/d' section.cnf >addext.cnf
passes ossl req -new -key key.pem -config addext.cnf -addext TNAuthList=@list -noout -text
entries out >again
same again printed

step "# starts a comment in a configuration: quote it, or write \\#"
request '"TN:*67#,TN:#31"'
entries out >printed
printf 'TN:*67#\nTN:#31\n' >wanted
same printed wanted
request 'TN:*67\#,TN:\#31'
entries out >printed
same printed wanted

step "# in front of all symbols of an entry leaves it empty: the error names the cause"
hash="; if a # stood here: it starts a comment in OpenSSL's configuration and -addext, write \\#"
refuses 'TN:#31' "line 1 column 4: TN is empty, it has 1 to 15 symbols$hash (RFC 8226 section 9)"
refuses 'SPC:709J,SPC:#1' "SPC is empty, it names no provider$hash"
refuses 'file:#31.txt' "file: without a path; file:PATH names a file with entries$hash"
sed 's/^TN.2 = .*/TN.2 = #31/' section.cnf >hash.cnf
refused 1 ossl req -new -key key.pem -config hash.cnf -out bad.csr
says err "list: TN.2: TN is empty, it has 1 to 15 symbols$hash"
absent bad.csr

step "an unquoted # cuts the list without a word: look at what you have made"
request 'TN:*67#,TN:#31'
entries out >printed
printf 'TN:*67\n' >wanted
same printed wanted
printf 'TN:*67#\nTN:#31\n' >hash.txt
request file:hash.txt
entries out >printed
same printed hash.txt

step "\$ begins a variable in a configuration: write \\\$"
# shellcheck disable=SC2016 # not for the shell
{
    refuses 'SPC:12$34' "variable has no value"
    request 'SPC:12\$34'
    says out 'SPC:12$34'
}

step "a value with a variable in it has room for 64 KiB; one without has no limit"
awk 'BEGIN { for (i = 0; i < 6000; i++) printf "TN:%.0f,", 12155550000 + 2 * i }' </dev/null >long
cat >long.cnf <<EOF
[values]
one = TN:12155551212
[short]
TNAuthList = \${values::one}
[plain]
TNAuthList = $(cat long)
EOF
# shellcheck disable=SC2016 # not for the shell
sed 's/,$/,${values::one}/' long.cnf >too-long.cnf
passes ossl req -new -key key.pem -subj /CN=example -out plain.csr
# by_section FILE SECTION: a certificate with this section's extensions, its list in out.
by_section() {
    ossl x509 -req -in plain.csr -signkey key.pem -extfile "$1" -extensions "$2" \
        -out long.pem && ossl x509 -in long.pem -noout -ext TNAuthList
}
passes by_section long.cnf short
says out "TN:12155551212"
passes by_section long.cnf plain
says out "TN:12155561998"
refused 1 by_section too-long.cnf plain
says err "variable expansion too long"

step "an octet that cannot be written plainly: \\xHH, with the backslash doubled for openssl"
request 'SPC:A\\x2CB'
says out 'SPC:A\x2CB'

step "critical is possible, though RFC 8226 section 9 wants the extension not critical"
request critical,SPC:709J
says out "TNAuthorizationList: critical"

step "refused: a letter in a number"
refuses TN:1215x "line 1 column 8: 'x' is not a symbol of a TN; only 0-9, # and * are (RFC 8226 section 9)"
step "refused: a number with + in front"
refuses TN:+12155551212 "line 1 column 4: "
step "refused: 16 digits"
refuses TN:1234567890123456 "line 1 column 4: TN has 16 digits, at most 15 are allowed (RFC 8226 section 9)"
step "refused: a range that would need another digit"
refuses TN:10+90 "start + count must be less than 10^2"
step "refused: a range with two ends of different length"
refuses TN:12155550100-199 "both ends of a range have the same number of digits: write the second one in full"
step "refused: a URL instead of an entry"
refuses https://tn.example/list "a URL is no entry; a list by reference is written as authorityInfoAccess = stirTNList;URI:https://... (RFC 8226 section 10.1)"
step "refused: an entry without its kind"
refuses 12155551212 "an entry begins with SPC: or TN:, as in SPC:709J or TN:12155551212"
step "refused: an empty list"
refuses "" "the list is empty, at least one entry is needed (RFC 8226 section 9)"
refuses " , ,," "the list is empty, at least one entry is needed (RFC 8226 section 9)"
: >empty.txt
refuses file:empty.txt "empty.txt: the list is empty, at least one entry is needed (RFC 8226 section 9)"
step "refused: a section that is not there"
refuses @nowhere "there is no section [nowhere] in the configuration"
step "refused: a file that is not there, that is none, or that has no name"
refuses file:nowhere.txt "nowhere.txt: cannot be opened: No such file or directory"
refuses file:. ".: cannot be read: Is a directory"
refuses file: "file: without a path; file:PATH names a file with entries"

step "refused: a bad line of a file is named"
printf 'SPC:709J\nTN:12155551212\nTN:1215555121x\n' >bad.txt
refuses file:bad.txt "bad.txt: line 3 column 14: 'x' is not a symbol of a TN"

step "refused: a bad file of DER is named, too"
head -c 30 list.der >bad.der
refuses file:bad.der "bad.der: TNAuthList at byte 1: the length says 43 octets, but only 28 follow (X.690 section 10.1)"

step "refused: a bad line of a section is named"
sed 's/^TN.2 = .*/TN.2 = 1215x/' section.cnf >bad.cnf
refused 1 ossl req -new -key key.pem -config bad.cnf -out bad.csr
says err "list: TN.2: 'x' is not a symbol of a TN; only 0-9, # and * are (RFC 8226 section 9)"
sed 's/^SPC.1/OCN.1/' section.cnf >bad.cnf
refused 1 ossl req -new -key key.pem -config bad.cnf -out bad.csr
says err "list: OCN.1: no kind of entry; the section's keys are SPC.1, SPC.2, ... and TN.1, TN.2, ..., and none stands twice"
absent bad.csr

step "a pipe: openssl asks for every value twice, and the pipe is read once"
mkfifo pipe
printf 'SPC:709J\nTN:12155551212\n' >pipe &
passes ossl req -new -key key.pem -subj /CN=example -addext TNAuthList=file:pipe -noout -text
wait $!
says out "TN:12155551212"
printf 'SPC:709J\n' | ossl req -new -key key.pem -subj /CN=example -out piped.csr \
    -addext TNAuthList=file:/dev/stdin
passes ossl req -in piped.csr -noout -text
says out "SPC:709J"

step "a device without end is refused at the limit of a list"
refuses file:/dev/zero "/dev/zero: the file is larger than 268435456 octets"
