#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Ceremonies that revoke and sign CRLs: planned, rehearsed, held and verified. The plan has the CRL's
# octets; if the ledger gives others by then, nothing is revoked and nothing is signed.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"
# shellcheck source=tests/cli/private.sh
. "$SOURCE/tests/cli/private.sh"
# shellcheck source=tests/cli/ceremony.sh
. "$SOURCE/tests/cli/ceremony.sh"

make_private_world
for witness in $witnesses; do
    make_key "$witness"
done
for name in one two three four; do
    issue_private $name TN:12155550100
done
one=$(serial_of one.pem)
two=$(serial_of two.pem)

# crl_file NAME PREVIOUS LINE...: the shipped file as NAME.cnf, which revokes what the lines say.
crl_file() {
    crl_name=$1
    crl_previous=$2
    shift 2
    sed "/^\[revocations\]/,\$d
        s/^previous *=.*/previous = $crl_previous/
        s/^transcript *=.*/transcript = $crl_name.transcript/
        s/^out *=.*/out = $crl_name.crl/" "$SOURCE/conf/ceremonies/revocation.cnf" >"$crl_name.cnf"
    [ $# -eq 0 ] || printf '[revocations]\n' >>"$crl_name.cnf"
    [ $# -eq 0 ] || printf '%s\n' "$@" >>"$crl_name.cnf"
    with_window "$crl_name.cnf"
}

# plan_refuses STATUS NAME TEXT: the file is not planned.
plan_refuses() {
    refused "$1" sti-ca ceremony plan "$2.cnf"
    says err "$3"
    absent "$2.plan" "$2.txt" "$2.html"
}

# approved NAME: by two.
approved() {
    approve "$1" auditor
    approve "$1" witness
}

# talk NAME [LINE]...: a ceremony with these questions and answers before `sign`.
talk() {
    conversation "$1" 1
    shift
    {
        sed '/^type sign/,$d' talk.txt
        [ $# -eq 0 ] || printf '%s\n' "$@"
        printf 'type sign|sign\ntype close|close\n'
    } >talk.next
    mv talk.next talk.txt
}

# paper NAME TEXT: the script says it, wherever its lines end.
paper() {
    tr -s ' \n' ' ' <"$1.txt" >joined
    says joined "$2"
}

step "what is not to be planned: by the rules of revoke and of crl"
crl_file bad none "$one = certificateHold"
plan_refuses 2 bad "[revocations] $one: certificateHold is for what may be released again"
crl_file bad none "$one = keyCompromise" "one.pem = superseded"
plan_refuses 2 bad "[revocations] one.pem: serial $one is named twice"
crl_file bad none "$(serial_of root.pem) = keyCompromise"
plan_refuses 1 bad "is a root, which no CRL is about"
crl_file bad none "$(serial_of intermediate.pem) = keyCompromise"
plan_refuses 1 bad "is of another issuer than this CRL, and a plain CRL lists its own issuer's certificates alone (RFC 5280 section 5.2.5)"
crl_file bad none "4D = keyCompromise"
plan_refuses 1 bad "no certificate with serial 4D"
crl_file bad none "$one = superseded 2001-01-01T00:00:00Z"
plan_refuses 1 bad "so it cannot have been revoked before"
crl_file bad none "$one = superseded $(instant '1 hour')"
plan_refuses 1 bad "is in the future; a certificate is revoked from the moment you say so"
crl_file bad none "$one = superseded yesterday"
plan_refuses 2 bad "is not a reason, or a reason and a time"
crl_file bad none "$one = superseded"
sed -i "s/^next_update *=.*/next_update = $(instant '1 hour')/" bad.cnf
plan_refuses 2 bad "[crl] next_update: is not after window_end: the CRL could be over when it leaves"
crl_file bad none "$one = superseded"
sed -i "s/^issuer *=.*/issuer = one.pem/" bad.cnf
plan_refuses 1 bad "its keyUsage has no cRLSign"
rm bad.cnf
passes sti-ca list
says_not out revoked

step "plan: two certificates, by serial and by file, and the CRL with them"
crl_file first none "$one = keyCompromise" "two.pem = superseded $(instant now)"
passes sti-ca ceremony plan first.cnf
paper first "Record what is revoked, and sign the plain CRL 01 of"
paper first "$one"
paper first "(keyCompromise, since "

step "rehearse: with a copy of the ledger, which is thrown away"
talk first "type revoke 2|revoke 2"
cut -d '|' -f 2 talk.txt >answers
passes sti-ca ceremony rehearse first.plan --answers answers --out rehearsal
says out "first.crl: "
says out "are the plan's, octet for octet"
passes openssl crl -inform DER -in rehearsal/first.crl -noout -text
says out "Serial Number: $one"
passes sti-ca list
says_not out revoked
sed 's/^revoke 2$/revoke 3/' answers >wrong
refused 1 sti-ca ceremony rehearse first.plan --answers wrong
says err "the word revoke 2 was not typed, and so nothing is done"

step "run: revoked in the ledger, and known by the CRL"
approved first
sleep 1 # what is recorded in the second of the plan counts as before it
holds first
documented revocation
says screen "this revokes for ever"
says screen "$one, end-entity"
says screen "list      TN:12155550100"
says screen "the octets that were signed are those of the plan"
tr -d '\r' <screen | sed 1d | awk '/^Script done/ { next } length($0) > 79 { print; exit 1 }' ||
    fail "the screen is wider than 79 columns"
passes openssl crl -inform DER -in first.crl -CAfile intermediate.pem -noout -text
says out "Serial Number: $one"
says out "Serial Number: $two"
says out "Key Compromise"
passes openssl crl -inform DER -in first.crl -noout -crlnumber
says out "01"
passes sti-ca show "$one"
says out "revoked"
passes sti-ca show "$two"
says out "superseded"
refused 1 sti-ca verify one.pem --anchor root.pem --chain intermediate.pem --crl first.crl \
    --crl-anchor root.pem
passes sti-transcript verify first.transcript --inputs . --anchor intermediate.pem
says out "1 of 1 are what was to be signed"
passes sti-transcript rederive first.transcript --inputs . --anchor intermediate.pem
says out "1 to-be-signed octets are those of the plan"
passes sti-ca ceremony rederive first.plan # once more, from its inputs and the ledger of then
says out "the plan is what its inputs give, octet for octet"
says out "  step 4  CRL first.crl, number 01: again the same octets"
passes sti-transcript show first.transcript
says out "serial $one is revoked in the ledger, since "
passes sti-ca crl --issuer intermediate --again --out again.crl
same again.crl first.crl

step "a routine CRL revokes nothing, and follows it"
crl_file second first.transcript
passes sti-ca ceremony plan second.cnf
paper second "Sign the plain CRL 02 of"
answers second 1
passes sti-ca ceremony rehearse second.plan --answers answers
approved second
conversation second 1
holds second
says_not screen "this revokes for ever"
passes openssl crl -inform DER -in second.crl -noout -text
says out "Serial Number: $one"
passes sti-transcript verify first.transcript second.transcript --inputs . --anchor intermediate.pem

step "what is revoked is not planned again"
crl_file bad none "$one = superseded"
plan_refuses 1 bad "serial $one is revoked since"
rm bad.cnf

# too_old NAME TEXT: the ceremony does not begin, says why, and leaves nothing.
too_old() {
    before=$(sqlite3 -readonly ledger.sqlite 'SELECT count(*) FROM entry')
    : >talk.txt
    hold_fails 1 "$2" "$1"
    absent "$1.transcript" "$1.crl"
    [ "$before" = "$(sqlite3 -readonly ledger.sqlite 'SELECT count(*) FROM entry')" ] ||
        fail "the ledger has changed"
}

step "the ledger has changed since the plan: another revocation"
crl_file stale none "three.pem = superseded"
passes sti-ca ceremony plan stale.cnf
approved stale
four=$(serial_of four.pem)
revoke_on_terminal "$(last8 "$four")" \
    "$four --reason superseded --date $(sed -n 's/^this_update *= //p' stale.cnf)"
too_old stale "serial $four is revoked, and the plan's CRL does not say so; plan and approve anew"

step "the same certificate, revoked otherwise"
crl_file other none "three.pem = superseded"
passes sti-ca ceremony plan other.cnf
approved other
three=$(serial_of three.pem)
revoke_on_terminal "$(last8 "$three")" "--certificate three.pem --reason keyCompromise"
too_old other "and the plan's CRL says otherwise; plan and approve anew"

step "a revocation that is later than the plan's thisUpdate"
crl_file late none
passes sti-ca ceremony plan late.cnf
approved late
sleep 1
issue_private six TN:12155550100
revoke_on_terminal "$(last8 "$(serial_of six.pem)")" "--certificate six.pem --reason superseded"
too_old late "after this CRL's thisUpdate"
says screen "plan and approve anew"

step "another CRL has the number by now"
crl_file number none
passes sti-ca ceremony plan number.cnf
approved number
passes sti-ca crl --issuer intermediate --days 7 --out 03.crl
too_old number "the ledger has CRL 03 of"
tr -d '\r' <screen | tr '\n' ' ' >joined
says joined "by now, the plan's has the number 03, and a number only rises; plan and approve anew (RFC 5280 section 5.2.3)"

step "an input exchanged: the issuer's certificate"
crl_file input none
passes sti-ca ceremony plan input.cnf
approved input
cp intermediate.pem kept
echo >>intermediate.pem
too_old input "intermediate.pem: is not what it was when the plan was made"
mv kept intermediate.pem

# killed NAME PROMPT: the run dies while it waits for an answer to that question.
killed() {
    # shellcheck disable=SC2016
    {
        sed "/^$2/,\$d" talk.txt
        printf '%s|!kill -9 "$(cat pid)"\n' "$2"
    } >killed
    mv killed talk.txt
    talk_on_terminal talk.txt "sh -c 'echo \$\$ >pid; exec sti-ca ceremony run $1.plan --approval $1.auditor.approval --approval $1.witness.approval'" &&
        fail "it was not killed"
    absent "$1.crl"
}

step "killed between the revocations and the signature: the next run goes on there"
issue_private five TN:12155550100
five=$(serial_of five.pem)
crl_file cut second.transcript "five.pem = cessationOfOperation"
passes sti-ca ceremony plan cut.cnf
approved cut
talk cut "type the last|$(last8 "$five")"
killed cut "type sign"
passes sti-ca show "$five"
says out cessationOfOperation
printf 'type sign|sign\ntype close|close\n' >talk.txt
holds cut
says_not screen "this revokes for ever"
passes sti-transcript verify cut.transcript --previous second.transcript --inputs . \
    --anchor intermediate.pem
passes sti-transcript rederive cut.transcript --inputs . --anchor intermediate.pem
passes openssl crl -inform DER -in cut.crl -noout -text
says out "Serial Number: $five"

step "signed and in the ledger, but the file could not be written: it is written from there"
crl_file kept cut.transcript
passes sti-ca ceremony plan kept.cnf
approved kept
conversation kept 1
sed -i 's/^type sign|.*/type sign|!echo precious >kept.crl; printf "sign\\n"/' talk.txt
hold_fails 1 "is there already, and a ceremony overwrites nothing" kept
[ "$(cat kept.crl)" = precious ] || fail "the output was overwritten"
rm kept.crl
printf 'type close|close\n' >talk.txt
holds kept
passes sti-transcript verify kept.transcript --previous cut.transcript --inputs . \
    --anchor intermediate.pem
passes sti-ca crl --issuer intermediate --again --out again.crl --force
same again.crl kept.crl

step "a ceremony without its transcript is not held twice"
mv kept.transcript elsewhere
rm -f kept.transcript.head
mv kept.crl elsewhere.crl
too_old kept "the ledger has the plan's CRL 05 already; the plan has been run"
