# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What an auditor types: transcripts verified, shown, compared with the archive, printed; and attacked.
# Every attack octet by octet is in tests/unit/test_transcript_verify.c.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
PATH=$BUILD/sti-transcript:$PATH
auditor=sti-transcript

# not_verified CHECK TEXT FILE OPTION...: it must be refused with this sentence, in both places.
not_verified() {
    check_=$1
    text_=$2
    shift 2
    refused 1 $auditor verify --no-anchor "$@"
    says err "$check_: "
    says err "$text_"
    grep -q "^FAILED    $check_ .*" out || fail "no FAILED line for $check_"
    says out "$text_"
}

passes make_transcript .

step "two ceremonies, one after the other, with the archive and a key known from elsewhere"
passes $auditor verify first.transcript second.transcript --inputs files --anchor files/ceremony.pem
[ "$(grep -c '^ok ' out)" -eq 22 ] || fail "not all checks were made"
says_not out "not made"
says out 'first.transcript: verified: root ceremony "Example ceremony", done, 15 entries'
says out "the ceremony key is one that is given: SHA-256 $(openssl pkey -pubin -in files/ceremony.pem \
    -outform DER | sha256sum | cut -d' ' -f1)"
passes $auditor verify second.transcript --previous first.transcript --anchor files/ceremony.pem
says out "it follows the transcript that is given"

step "a stranger can make a transcript that is true to itself: without a known key it is not verified"
for words in "verify first.transcript" "rederive first.transcript --inputs files" \
    "report first.transcript --inputs files --out unanchored.html"; do
    # shellcheck disable=SC2086
    refused 1 $auditor $words
    says err "sti-transcript: first.transcript: true to itself, but its ceremony key is not known, and anybody can make such a transcript; give --anchor, or --no-anchor if that is enough"
    says_not out verified
done
says unanchored.html "first.transcript: TRUE TO ITSELF, but its ceremony key is not known: root"
says_not unanchored.html verified
passes $auditor verify first.transcript --no-anchor
says out 'first.transcript: TRUE TO ITSELF, but its ceremony key is not known: root ceremony "Example ceremony", done'
refused 1 $auditor verify --json first.transcript
jq -e '.[0].verdict == "unanchored"' out >/dev/null || fail "the JSON does not say it"
for command in verify rederive; do
    refused 2 $auditor $command first.transcript --inputs files --anchor a --no-anchor
    says err "--anchor and --no-anchor exclude each other; see \`sti-transcript $command --help\`"
done
refused 2 $auditor report first.transcript --out other.html --anchor a --no-anchor
says err "--anchor and --no-anchor exclude each other; see \`sti-transcript report --help\`"

step "what is not given is not called verified"
passes $auditor verify --no-anchor second.transcript
says out "not made  previous   the transcript of the ceremony before is not given (--previous)"
says out "not made  inputs     no folder with the files is given (--inputs)"
says out "not made  anchor     no key is given that the end must be signed by (--anchor); the ceremony key has SHA-256 "

step "JSON for programs"
passes $auditor verify --json first.transcript second.transcript --anchor files/ceremony.pem
jq -e 'length == 2 and all(.verdict == "verified" and .outcome == "done") and
    (.[0].checks | map(select(.status == "ok") | .check) | index("chain") != null)' out >/dev/null ||
    fail "the JSON does not say it"
passes $auditor show --json first.transcript
jq -e 'length == 15 and .[0].kind == "begin" and .[14].kind == "end" and
    (.[4].content.attributes.CKA_SENSITIVE == "true") and (map(.number) == [range(1; 16)])' out \
    >/dev/null || fail "the JSON does not show it"
passes $auditor show first.transcript
says out "4  approval  step witnesses  2026-09-21T14:13:20Z"
says out "    approver: bob"
says out "    typed: certificate-1.pem"

step "the sha-256 of the last entry and of the plan are those that other tools compute"
passes $auditor show --json first.transcript
plan=$(jq -r '.[0].content.plan' out)
[ "$plan" = "$(sha256sum <files/plan | cut -d' ' -f1)" ] || fail "the plan's digest is another"

step "attacks on the file"
head -c -1 first.transcript >shortened
not_verified end "unfinished: the file ends at octet" shortened
says out "shortened: UNFINISHED: root ceremony"
{ head -c 900 first.transcript && tail -c +951 first.transcript; } >shorter
refused 1 $auditor verify shorter
sed 's/door is locked/door is linked/' first.transcript >edited
not_verified chain "that one was altered" edited
cat first.transcript second.transcript >both
not_verified numbers "entry 1 stands where entry 16 must be" both
: >empty
not_verified form "there is nothing in the file" empty
echo hello >text
not_verified form "entry 1 cannot be read, at octet 0" text

step "attacks by people"
attack() { # NAME CHECK TEXT
    passes make_transcript . "$1"
    not_verified "$2" "$3" "$1.transcript"
}
mkdir attacks
cp first.transcript attacks/theirs
attack stranger approvals "mallory is not one of the approvers, but a stranger"
attack strangers-key approvals "the approval of bob has a signature that is not by this key"
attack twice approvals "alice has approved before, in entry 3: the same witness counts once"
attack other-plan approvals "the approval of bob is for another plan"
attack other-id approvals "the approval of bob was signed under another id"
attack too-few approvals "with 1 approvals that count of 2 that are needed"
attack other-tbs signed "is not what was to be signed: its to-be-signed octets are others"
attack other-issuer signed "certificate-1.pem is not signed by the issuer's key"
attack no-end end "unfinished: the last entry, 13, is of kind output and no end"
not_verified previous "begin names another last entry than that of the transcript before it" \
    second.transcript --previous attacks/theirs
not_verified previous "but a transcript before it is given" first.transcript --previous attacks/theirs
not_verified previous "the transcript before is no ground: entry 1 cannot be read" second.transcript \
    --previous text
openssl ecparam -name prime256v1 -genkey -noout | openssl pkey -pubout -out other.pem
refused 1 $auditor verify first.transcript --anchor other.pem
says err "anchor: the end is signed by another key than one that is given"
says out "first.transcript: NOT VERIFIED: root"

step "a failed ceremony has a transcript that verifies, and says so"
passes make_transcript . failed
passes $auditor verify failed.transcript --anchor files/ceremony.pem
says out "which FAILED"

step "certificates that are not in the transcript are looked for in the folder"
passes make_transcript . good 2 without-octets
passes $auditor verify first.transcript --no-anchor
says out "not made  signed     what was signed is not in the transcript"
passes $auditor verify first.transcript --inputs files --no-anchor
says out "2 of 2 are what was to be signed"
cp files/certificate-2.pem files/certificate-1.pem
not_verified signed "certificate-1.pem has another digest than the entry says" first.transcript \
    --inputs files
says out "the file certificate-1.pem is not the one of then"

step "rederive: the plan, its inputs, every octet that was to be signed"
passes make_transcript . not-planned
passes $auditor rederive first.transcript --inputs files --anchor files/ceremony.pem
says out "ok        plan       the plan in the folder is the one that was approved"
says out "ok        steps      2 to-be-signed octets are those of the plan"
refused 1 $auditor rederive not-planned.transcript --inputs files
says err "step certificate-1.pem has other to-be-signed octets in the plan"
mv files/request.bundle .
refused 1 $auditor rederive first.transcript --inputs files
says err "the input request.bundle of the plan is not in the folder"
mv request.bundle files/
mv files/plan .
refused 1 $auditor rederive first.transcript --inputs files
says err "no file of the folder has the SHA-256 that begin names as the plan's"
refused 2 $auditor rederive first.transcript
says err "--inputs is missing; see \`sti-transcript rederive --help\`"

step "a page for the archive: self-contained, without scripts, never overwritten"
passes $auditor report first.transcript --inputs files --anchor files/ceremony.pem --out page.html
says page.html "verified: root ceremony"
says page.html "<title>Example ceremony</title>"
says_not page.html "<script"
says_not page.html "http"
refused 1 $auditor report first.transcript --out page.html --no-anchor
says err "page.html: the page cannot be written: File exists"
refused 1 $auditor report stranger.transcript --out stranger.html
says stranger.html "NOT VERIFIED"
[ -z "$(find . -name '*.html.*')" ] || fail "half a page is left"

step "words, and files that are not there"
refused 2 $auditor
says err "a command is missing; see \`sti-transcript --help\`"
refused 2 $auditor frobnicate
says err "there is no command frobnicate"
refused 2 $auditor verify
says err "FILE is missing; see \`sti-transcript verify --help\`"
refused 2 $auditor show a b
says err "b is one word too many"
refused 2 $auditor show a --anchor b
says err "there is no option --anchor; see \`sti-transcript show --help\`"
refused 2 $auditor verify a --anchor
says err "--anchor needs a value"
refused 2 $auditor verify a --anchor b --anchor=c
says err "--anchor=c is given twice"
refused 3 $auditor verify nowhere
says err "nowhere: cannot be read: No such file or directory"
refused 3 $auditor verify first.transcript --inputs nowhere
says err "nowhere: the folder cannot be opened"
refused 1 $auditor verify first.transcript --anchor text
says err "text: there is no certificate and no public key in PEM in it"
refused 1 $auditor verify first.transcript second.transcript --anchor text
[ "$(wc -l <err)" -eq 1 ] || fail "a file is verified although the anchor is none"
[ ! -s out ] || fail "a file is verified although the anchor is none"

step "JSON is whole or not there, whatever cannot be opened"
refused 3 $auditor verify --json first.transcript --inputs nowhere
[ ! -s out ] || fail "half an array"
refused 1 $auditor verify --json first.transcript second.transcript --anchor text
[ ! -s out ] || fail "half an array"
refused 3 $auditor verify --json first.transcript nowhere --anchor files/ceremony.pem
passes jq -e 'length == 1 and .[0].verdict == "verified"' out
refused 3 $auditor verify --json nowhere
passes jq -e '. == []' out
refused 3 $auditor show --json nowhere
[ ! -s out ] || fail "half an array"
: >nothing
refused 1 $auditor show --json nothing
passes jq -e '. == []' out
for words in "" verify show rederive report; do
    # shellcheck disable=SC2086 # none or one
    passes $auditor $words --help
    if grep -E '^.{81}' out; then fail "a line is too long"; fi
done
