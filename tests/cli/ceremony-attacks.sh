#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What must not become a ceremony: approvals that are none, files that were exchanged, a wrong clock,
# another HSM, people who stop; and power that fails, after which the ceremony goes on at its step.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"
# shellcheck source=tests/cli/ceremony.sh
. "$SOURCE/tests/cli/ceremony.sh"

# cut_entries NUMBER FILE: so many whole entries from its end.
cut_entries() {
    left=$1
    while [ "$left" -gt 0 ]; do
        head -c -1 "$2" >shorter
        sti-transcript verify shorter >shown 2>&1 || true
        head -c "$(sed -n 's/.*which begins at octet \([0-9]*\).*/\1/p' shown | head -n 1)" "$2" >shorter
        mv shorter "$2"
        left=$((left - 1))
    done
}

make_ceremony_world
make_key stranger
ceremony_file root
passes sti-ca ceremony plan root.cnf
approve root auditor
: >talk.txt

# refuses_run TEXT [APPROVAL]...: the ceremony does not begin, says why, and leaves nothing.
refuses_run() {
    text=$1
    shift
    words=
    for approval; do
        words="$words --approval $approval"
    done
    status=0
    talk_on_terminal talk.txt "sti-ca ceremony run root.plan $words" || status=$?
    [ "$status" -eq 1 ] || fail "exit status $status, not 1: $(cat screen)"
    tr -d '\r' <screen | tr '\n' ' ' | grep -qF -- "$text" ||
        fail "the screen does not say: $text; $(cat screen)"
    absent root.transcript root.pem
    passes sti-ca list
    says out "the ledger is empty"
}

step "too few approvals"
refuses_run "the plan needs the approvals of 2 of its approvers, and has 0"
refuses_run "the plan needs the approvals of 2 of its approvers, and has 1" root.auditor.approval

step "a stranger's approval: refused where it is made, and where it is used"
refused 1 sti-ca ceremony approve root.plan --as stranger --key stranger.key \
    --digest "$(plan_digest root)" --out stranger.approval
says err "'stranger' is no approver of this plan; they are: security-officer, auditor, witness"
refused 1 sti-ca ceremony approve root.plan --as witness --key stranger.key \
    --digest "$(plan_digest root)" --out stranger.approval
says err "the key is not the one that the plan lists for 'witness'"
absent stranger.approval
mkdir strange
cp root.cnf sti-ca.cnf sti-ca.pin root-key.pem auditor.pem security-officer.pem strange
cp stranger.pem strange/witness.pem
passes sti-ca ceremony plan strange/root.cnf
passes sti-ca ceremony approve strange/root.plan --as witness --key stranger.key \
    --digest "$(plan_digest strange/root)" --out stranger.approval
refuses_run "stranger.approval: is no approval of this plan by one of its approvers" \
    root.auditor.approval stranger.approval

step "twice by the same witness"
passes sti-ca ceremony approve root.plan --as auditor --key auditor.key \
    --digest "$(plan_digest root)" --out again.approval
refuses_run "again.approval: is a second approval by 'auditor', which counts once" \
    root.auditor.approval again.approval
sed 's/^witness  *=.*/witness = auditor.pem/' root.cnf >double.cnf
refused 1 sti-ca ceremony plan double.cnf
says err "the approvers 'auditor' and 'witness' have the same key"
absent double.plan double.txt double.html

step "an approval for another plan"
mkdir other
cp root.cnf root-key.pem auditor.pem security-officer.pem witness.pem other
passes sti-ca ceremony plan other/root.cnf
passes sti-ca ceremony approve other/root.plan --as witness --key witness.key \
    --digest "$(plan_digest other/root)" --out other.approval
refuses_run "other.approval: is no approval of this plan" root.auditor.approval other.approval

step "a digest from the wrong paper is not approved"
refused 1 sti-ca ceremony approve root.plan --as witness --key witness.key \
    --digest "$(plan_digest other/root)" --out root.witness.approval
says err "and not what --digest says"
printf 'from the paper|%s\nfrom the paper|abort\n' "$(typed_words other/root)" >talk.txt
refused_talk=0
talk_on_terminal talk.txt "sti-ca ceremony approve root.plan --as witness --key witness.key --out root.witness.approval" ||
    refused_talk=$?
[ "$refused_talk" -eq 1 ] || fail "approved with another plan's words"
says screen "these are the words of another plan"
absent root.witness.approval
approve root witness
good='root.auditor.approval root.witness.approval'
: >talk.txt

step "an approval with one octet changed"
for approval in $good; do
    size=$(wc -c <"$approval")
    { head -c $((size - 1)) "$approval" && printf x; } >changed.approval
    refuses_run "changed.approval: is no approval of this plan" root.auditor.approval \
        changed.approval
done

step "the plan changed after it was approved: its digest is another"
cp root.plan kept.plan
sed 's/SHAKEN Example ROOT/SHAKEN Example R00T/' kept.plan >root.plan
# shellcheck disable=SC2086
refuses_run "is no approval of this plan" $good
head -c 500 kept.plan >root.plan
# shellcheck disable=SC2086
refuses_run "root.plan: " $good
mv kept.plan root.plan

step "an input exchanged after the approval"
for input in root-key.pem root.cnf witness.pem; do
    cp "$input" kept
    echo >>"$input"
    # shellcheck disable=SC2086
    refuses_run "$input: is not what it was when the plan was made" $good
    mv kept "$input"
done

step "a profile changed after the approval, in the folder of the configuration"
mkdir profiles
cp "$SOURCE"/conf/profiles/*.cnf profiles
cp sti-ca.cnf kept.cnf
sed -i 's/^# profiles = .*/profiles = profiles/' sti-ca.cnf
cp profiles/shaken-root.cnf kept
another="is another one than when the plan was made; use the configuration of then (--config), or plan and approve anew"
printf '# reviewed\n' >>profiles/shaken-root.cnf
# shellcheck disable=SC2086
refuses_run "root.plan: the profile shaken-root, from the file profiles/shaken-root.cnf, $another" $good
refused 1 sti-ca ceremony rehearse root.plan --answers talk.txt
says err "sti-ca: root.plan: the profile shaken-root, from the file profiles/shaken-root.cnf, $another"
sed "s/^transcript *=.*/transcript = own.transcript/" root.cnf >own.cnf
passes sti-ca ceremony plan own.cnf
rm profiles/shaken-root.cnf
# shellcheck disable=SC2086
refuses_run "root.plan: there is no profile shaken-root; there is: " $good
mv kept profiles/shaken-root.cnf

step "or because the configuration names none any more, so that it is the program's"
mv kept.cnf sti-ca.cnf
refused 1 sti-ca ceremony rehearse own.plan --answers talk.txt
says err "sti-ca: own.plan: the profile shaken-root, built into sti-ca "
says err ", is another one than when the plan was made; have profiles in the configuration name a folder that has the one of then, or plan and approve anew"

step "an output that is there already"
echo precious >root.pem
status=0
talk_on_terminal talk.txt "sti-ca ceremony run root.plan --approval root.auditor.approval --approval root.witness.approval" ||
    status=$?
[ "$status" -eq 1 ] || fail "exit status $status"
says screen "is there already, and a ceremony overwrites nothing"
[ "$(cat root.pem)" = precious ] || fail "the output was overwritten"
rm root.pem
absent root.transcript

step "the clock: before the window, behind it, before the plan"
for when in "2 days ago" "2 days"; do
    mkdir late
    cp root.cnf root-key.pem auditor.pem security-officer.pem witness.pem late
    sed -i "s/^window_begin *=.*/window_begin = $(instant "$when")/
        s/^window_end *=.*/window_end = $(instant "$when 1 hour")/" late/root.cnf
    if [ "$when" = "2 days" ]; then
        passes sti-ca ceremony plan late/root.cnf
        refused 1 sti-ca ceremony run late/root.plan
        says err "and the window of the plan begins at"
    else
        refused 1 sti-ca ceremony plan late/root.cnf
        says err "the window of the ceremony is over by this machine's clock"
    fi
    rm -r late
done

step "no terminal: a ceremony is held by people"
refused 2 setsid -w sti-ca ceremony run root.plan --approval root.auditor.approval \
    --approval root.witness.approval
says err "there is no terminal, and a person has to be asked"
absent root.transcript

step "another HSM, or another key in it: refused at the step, nothing is signed"
cp sti-ca.cnf kept.cnf
sed -i '/^\[root\]/,/^certificate/ s/object=root;id=%01/object=intermediate;id=%02/' sti-ca.cnf
conversation root 1
hold_fails 3 "the root key in this HSM is not the plan's" root
absent root.pem
passes sti-ca list
says out "the ledger is empty"
mv kept.cnf sti-ca.cnf

step "and with the right HSM the same ceremony goes on at that step"
printf 'type open|open\ntype sign|sing\ntype sign|sing\ntype sign|sing\n' >talk.txt
hold_fails 1 "the word sign was not typed, and so nothing is done" root
says screen "step 1 of 5 was done before"
absent root.pem
printf 'type sign|sign\ntype close|close\n' >talk.txt
hold root
[ "$status" -eq 0 ] || fail "the ceremony ended with status $status: $(cat screen)"
passes openssl x509 -in root.pem -noout
passes sti-transcript verify root.transcript --inputs . --anchor root.pem
passes sti-transcript show root.transcript
says out "resumed"

step "aborted by the people: the transcript says so, and is signed"
ceremony_file intermediate
passes sti-ca ceremony plan intermediate.cnf
approve intermediate auditor
approve intermediate witness
conversation intermediate 1
sed -i 's/^type sign|.*/type sign|abort/' talk.txt
hold_fails 1 "the ceremony was aborted by the people in the room" intermediate
absent intermediate.pem
keep_output sti-transcript verify intermediate.transcript --previous root.transcript --inputs . --anchor root.pem
says out "failed"
hold_fails 1 "says that the ceremony has failed; it cannot be gone on with" intermediate

step "no ceremony is planned behind a transcript whose end was cut"
sed 's/^previous .*/previous = intermediate.transcript/; s/^transcript .*/transcript = next.transcript/
    s/^out .*/out = next.pem/' intermediate.cnf >next.cnf
cp intermediate.transcript kept.transcript
cut_entries 1 intermediate.transcript
refused 1 sti-ca ceremony plan next.cnf
says err "intermediate.transcript: ends with entry "
says err "entries were cut from it; put the whole file back"
absent next.plan
mv kept.transcript intermediate.transcript
passes sti-ca ceremony plan next.cnf

step "killed while it waits: the next run goes on at that step"
passes test -s intermediate.transcript.head
mv intermediate.transcript aside
hold_fails 1 "is not there, and its head mark (its name with \".head\" added) remembers" intermediate
mv aside intermediate.transcript
rm intermediate.transcript intermediate.transcript.head
conversation intermediate 1
# shellcheck disable=SC2016
{
    head -n 3 talk.txt
    printf 'type sign|!kill -9 "$(cat pid)"\n'
} >killed
mv killed talk.txt
talk_on_terminal talk.txt "sh -c 'echo \$\$ >pid; exec sti-ca ceremony run intermediate.plan --approval intermediate.auditor.approval --approval intermediate.witness.approval'" &&
    fail "it was not killed"
absent intermediate.pem

step "whole entries cut from the end of the transcript: the head mark remembers them"
cp intermediate.transcript kept.transcript
cp intermediate.transcript.head kept.head
entries=$(sti-transcript show --json intermediate.transcript | jq length)
: >talk.txt
for number in 1 3; do
    cut_entries $number intermediate.transcript
    cp intermediate.transcript cut.transcript
    hold_fails 1 "intermediate.transcript: ends with entry $((entries - number)), and its head mark remembers entry $entries: entries were cut from it; put the whole file back, or end the ceremony as failed with --entries-lost" intermediate
    same cut.transcript intermediate.transcript
    cp kept.transcript intermediate.transcript
done
hold_fails 1 "none is lost, and the ceremony is gone on with without --entries-lost" intermediate --entries-lost
same kept.transcript intermediate.transcript

step "given up: the transcript says what is lost, and that the ceremony has failed"
cp cut.transcript intermediate.transcript
hold_fails 1 "says now that entries are lost and the ceremony has failed; plan and approve anew" intermediate --entries-lost
passes sti-transcript show intermediate.transcript
says out "entries are lost: the transcript ends with entry $((entries - 3)), and its head mark remembers entry $entries, SHA-256 "
hold_fails 1 "says that the ceremony has failed; it cannot be gone on with" intermediate

step "a profile changed while the ceremony waits: nothing is signed, until it is put back"
cp kept.transcript intermediate.transcript
cp kept.head intermediate.transcript.head
cp sti-ca.cnf kept.cnf
sed -i 's/^# profiles = .*/profiles = profiles/' sti-ca.cnf # of the same octets
cp profiles/tn-intermediate.cnf kept
# shellcheck disable=SC2016
printf 'type sign|!echo "# reviewed" >>profiles/tn-intermediate.cnf; echo sign\n' >talk.txt
hold_fails 1 "the profile tn-intermediate, from the file profiles/tn-intermediate.cnf, $another" intermediate
absent intermediate.pem
hold_fails 1 "intermediate.plan: the profile tn-intermediate, from the file profiles/tn-intermediate.cnf, $another" intermediate
mv kept profiles/tn-intermediate.cnf
mv kept.cnf sti-ca.cnf

step "without a head mark it is gone on with, and the transcript says that nobody knows"
cp kept.transcript intermediate.transcript
rm intermediate.transcript.head
printf 'type sign|sign\ntype close|close\n' >talk.txt
holds intermediate
passes sti-transcript show intermediate.transcript
says out "there is no head mark, so nobody can say whether entries were cut"
passes sti-transcript verify intermediate.transcript --previous root.transcript --inputs . --anchor root.pem
passes openssl verify -CAfile root.pem intermediate.pem
