#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca revoke: only after it was confirmed on a terminal, all or nothing, and once.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"
# shellcheck source=tests/cli/private.sh
. "$SOURCE/tests/cli/private.sh"

make_private_world
issue_private one TN:12155550100-12155550199
issue_private two TN:12155550150-12155550159,TN:12155551212
issue_private three TN:12155559999
issue_private spc SPC:709J
one=$(serial_of one.pem)
two=$(serial_of two.pem)
three=$(serial_of three.pem)
prompt='Type '
no_question='sti-ca: ' # refused before anything is asked

revoked() {
    passes sti-ca revocation report --out report.json --force
    jq -r '.entries[].serial' report.json | sort >is
    printf '%s\n' "$@" | sort >wanted
    same is wanted
}
nothing_revoked() {
    passes sti-ca revocation report --out report.json --force
    passes jq -e '.entries == []' report.json
}

step "wrong words"
refused 2 sti-ca revoke --reason superseded
says err "give one of: serials, --certificate and --numbers"
refused 2 sti-ca revoke "$one" --certificate one.pem --reason superseded
says err "give one of: serials, --certificate and --numbers"
refused 2 sti-ca revoke "$one"
says err "--reason"
refused 2 sti-ca revoke "$one" --reason bored
says err '--reason: "bored" is no reason of a whole CRL: unspecified, keyCompromise, '
says err "(RFC 5280 section 5.3.1)"
refused 2 sti-ca revoke "$one" --reason certificateHold
says err "certificateHold is for what may be released again, and a revocation is recorded here for ever"
refused 1 sti-ca revoke "$one" --reason superseded --date 2999-01-01T00:00:00Z
says err "--date: 2999-01-01T00:00:00Z is in the future; a certificate is revoked from the moment you say so"
says err "(RFC 5280 section 5.1.2.6)"
refused 2 sti-ca revoke "$one" --reason superseded --date yesterday
says err "--date: "

step "without a terminal nothing is revoked, whatever stands on standard input"
last8 "$one" >answer
status=0
setsid -w sti-ca revoke "$one" --reason superseded >out 2>err <answer || status=$?
[ "$status" -eq 3 ] || fail "exit status $status, not 3"
says err "a certificate is revoked only after it was confirmed on a terminal, and there is none"
nothing_revoked

step "what is about to happen stands on the screen, and another word is refused"
for answer in yes "$one" "$(last8 "$two")" ''; do
    refused_on_terminal 1 "$prompt" "$answer" "sti-ca revoke $one --reason keyCompromise"
    says screen "what was typed is not the end of the serial, so nothing was revoked"
done
says screen "This revokes for ever, from "
says screen ", for keyCompromise:"
says screen "  $one, end-entity"
says screen "CN=SHAKEN 709J"
says screen "list      TN:12155550100-12155550199"
says screen "Type the last 8 digits of its serial to revoke it: "
nothing_revoked

step "what cannot be revoked"
refused_on_terminal 1 "$no_question" x "sti-ca revoke 4D --reason superseded"
says screen "4D"
refused_on_terminal 1 "$no_question" x "sti-ca revoke $(serial_of root.pem) --reason superseded"
says screen "is a root, which no CRL is about: it is trusted because relying parties have it"
refused_on_terminal 1 "$no_question" x \
    "sti-ca revoke $one --reason superseded --date 2001-01-01T00:00:00Z"
says screen "so it cannot have been revoked before"
refused_on_terminal 2 "$no_question" x "sti-ca revoke $one 0x$one --reason superseded"
says screen "serial $one is named twice"
passes openssl req -x509 -key end-entity.key -subj /CN=Stranger -set_serial "0x$one" -out stranger.pem
refused_on_terminal 1 "$no_question" x "sti-ca revoke --certificate stranger.pem --reason superseded"
says screen "stranger.pem: is not the certificate that this CA has issued under serial $one"
nothing_revoked

step "by the certificate, with the reason left out when it is unspecified"
revoke_on_terminal "$(last8 "$three")" "--certificate three.pem --reason unspecified --note 'wrong holder'"
says screen "revoked $three"
says screen "it becomes known by a CRL: tell the STI-PA (sti-ca revocation report), or sign one (sti-ca crl)"
revoked "$three"
passes jq -e '.entries[0] | has("reason") | not' report.json

step "once and for ever"
refused_on_terminal 1 "$no_question" x "sti-ca revoke $three --reason keyCompromise"
says screen "serial $three is revoked since "
says screen " for unspecified, and that is recorded once and for ever"

step "by numbers: what is live and names one of them, together"
refused_on_terminal 2 "$no_question" x "sti-ca revoke --numbers SPC:709J --reason superseded"
says screen "--numbers: entry 1 is an SPC, and which numbers it stands for is not known here"
refused_on_terminal 1 "$no_question" x "sti-ca revoke --numbers TN:12155559999 --reason superseded"
says screen "no certificate that is valid and not revoked names one of these numbers in its list"
refused_on_terminal 1 "$no_question" x "sti-ca revoke --numbers TN:hello --reason superseded"
says screen "--numbers line 1 column 4: "
refused_on_terminal 1 "$prompt" 'revoke 3' \
    "sti-ca revoke --numbers TN:12155550155-12155550300 --reason superseded"
says screen 'Type "revoke 2" to revoke all 2 of them: '
says screen "what was typed is not what was asked for, so nothing was revoked"
revoked "$three"
revoke_on_terminal 'revoke 2' "--numbers TN:12155550155-12155550300 --reason superseded --json"
says screen "\"serial\": \"$one\""
says screen "\"serial\": \"$two\""
says screen '"reason": "superseded"'
revoked "$one" "$two" "$three"

step "one certificate by its numbers is confirmed by its serial"
issue_private four TN:12155550100-12155550199
four=$(serial_of four.pem)
revoke_on_terminal "$(last8 "$four")" "--numbers TN:12155550100 --reason superseded"
revoked "$one" "$two" "$three" "$four"

step "an intermediate is revoked as any other"
middle=$(serial_of intermediate.pem)
revoke_on_terminal "$(last8 "$middle")" "$middle --reason cACompromise"
revoked "$one" "$two" "$three" "$four" "$middle"

step "the ledger says it, too"
passes sti-ca show "$three"
says out "revoked     $(date -u +%F)T"
says out "Z for unspecified"
says out "because     wrong holder"
passes sti-ca show "$one" --json
passes jq -e '.state == "issued" and .revocation_reason == "superseded"' out
passes sti-ca list
grep -q "^$one  end-entity    revoked    " out || fail "list does not say that $one is revoked"

step "a serial that the HSM may have signed without a record"
make_csr died.csr TN:12155553333
make_token died.jwt TN:12155553333
sed "s|$module|$BUILD/tests/tools/p11-pause.so|" sti-ca.cnf >pause.cnf
P11_PAUSE_MODULE=$module P11_PAUSE_LOG=$PWD/calls P11_PAUSE_AT=C_Sign sti-ca issue \
    --config pause.cnf --profile private --csr died.csr --token died.jwt \
    --account-key account.pem --out died.pem >out 2>err </dev/null &
tool=$!
tries=0
until [ -e reached-C_Sign ]; do
    tries=$((tries + 1))
    [ $tries -lt 200 ] || fail "it does not come to the signature"
    sleep 0.05
done
kill -s KILL $tool
wait $tool 2>/dev/null || true
passes sti-ca recover
died=$(sti-ca list --json | jq -r '.[] | select(.state == "uncertain") | .serial')
revoke_on_terminal "$(last8 "$died")" "$died --reason unspecified"
says screen "no certificate is in the record: the HSM may have signed it"
revoked "$one" "$two" "$three" "$four" "$middle" "$died"
jq --arg serial "$died" '.entries[] | select(.serial == $serial)' report.json >entry
passes jq -e '.uncertain and .issuer == "CN=SHAKEN Example Intermediate,O=Example STI-CA,C=US"
    and (has("not_after") | not)' entry
passes sti-ca crl --issuer intermediate --days 7 --out intermediate.crl
says out "entries     5 (5 new, 0 gone)"
passes openssl crl -inform DER -in intermediate.crl -noout -text
says out "Serial Number: $died"
says_not out "Serial Number: $middle"

step "since a time: what was recorded then or later, also if it is dated back"
issue_private five TN:12155554444
five=$(serial_of five.pem)
begins=$(date -u -d "$(openssl x509 -in five.pem -noout -startdate | sed 's/.*=//')" +%s)
while [ "$(date +%s)" -lt $((begins + 2)) ]; do sleep 0.1; done
revoke_on_terminal "$(last8 "$five")" "$five --reason superseded --date $(date -u -d "@$begins" +%FT%TZ)"
passes sti-ca revocation report --out report.json --force --since "$(date -u -d "@$((begins + 1))" +%FT%TZ)"
jq -r '.entries[] | "\(.serial) \(.date)"' report.json >entries
says entries "$five $(date -u -d "@$begins" +%FT%TZ)"
passes sti-ca revocation report --out report.json --force --since 2001-01-01
passes jq -e '.entries | length == 7' report.json
passes sti-ca revocation report --out report.json --force --since "$(date -u -d tomorrow +%F)"
passes jq -e '.entries == []' report.json
refused 2 sti-ca revocation report --out report.json --force --since friday
says err "--since: is neither a day, as in 2026-01-31, nor a time"
refused 3 sti-ca revocation report --out report.json
says err "report.json"
