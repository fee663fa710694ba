#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Power that fails while the HSM signs: the octets are those of the approved plan, so the next run has
# the same ones signed again, and nobody else goes on before that. What was issued is not signed again.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"
# shellcheck source=tests/cli/ceremony.sh
. "$SOURCE/tests/cli/ceremony.sh"

make_hsm
make_configuration
# shellcheck disable=SC2154 # world.sh's
sed "s|$module|$BUILD/tests/faults/p11-faulty.so|" sti-ca.cnf >sti-ca.faulty
mv sti-ca.faulty sti-ca.cnf
P11_FAULTY_MODULE=$module
export P11_FAULTY_MODULE
sed -i 's/^path_length = 0/path_length = 1/' sti-ca.cnf
start_ca
public_key root
public_key intermediate

# planned KIND: as KIND.plan, approved by two; the answers of people who hold it are in people.KIND.
planned() {
    passes sti-ca ceremony plan "$1.cnf"
    approve "$1" auditor
    approve "$1" witness
    conversation "$1" 1
    mv talk.txt "people.$1"
}

# held STATUS KIND [FAULT]: the ceremony ends with this status, if the HSM has this fault.
held() {
    status=0
    P11_FAULTY=${3:-} people "people.$2" sti-ca ceremony run "$2.plan" --approval "$2.auditor.approval" \
        --approval "$2.witness.approval" >screen || status=$?
    [ "$status" -eq "$1" ] || fail "exit status $status, not $1: $(cat screen)"
}

# shown TEXT: on the screen, in whatever lines.
shown() {
    tr -d '\r' <screen | tr -s ' \n' '  ' | grep -qF -- "$1" ||
        fail "the screen does not say: $1; $(cat screen)"
}

# states: of every serial of the ledger.
states() {
    sqlite3 -readonly ledger.sqlite "SELECT group_concat(state, ' ') FROM certificate ORDER BY number"
}

step "killed while the HSM signs: nobody knows whether it has"
ceremony_file root
planned root
held 137 root "C_Sign 1 die"
absent root.pem
[ "$(states)" = intended ] || fail "the ledger has $(states)"
serial=$(sqlite3 -readonly ledger.sqlite "SELECT serial FROM certificate")

step "until that is settled nobody else goes on"
refused 3 sti-ca root
says err "nothing is issued until that is settled: sti-ca recover"

step "nor does another ceremony"
sed 's/^transcript  *=.*/transcript = other.transcript/; s/^out  *=.*/out = other.pem/' root.cnf >other.cnf
planned other
held 3 other
shown "the HSM may have signed; nothing is issued until that is settled: sti-ca recover"
absent other.transcript

step "and a rehearsal finds out; it leaves the ledger as it is"
openssl dgst -sha256 ledger.sqlite ledger.sqlite.lock >before
answers other 1
refused 3 sti-ca ceremony rehearse other.plan --answers answers
says err "nothing is issued until that is settled: sti-ca recover"
answers root 1
refused 1 sti-ca ceremony rehearse root.plan --answers answers
says err "serial $serial of the plan is in the ledger already, as intended: this ceremony was held or begun, and is not rehearsed any more"
openssl dgst -sha256 ledger.sqlite ledger.sqlite.lock >after
same before after

step "nor does this one without its transcript"
mv root.transcript away
held 1 root
shown "serial $serial of the plan is in the ledger already, as intended: this ceremony was held or begun; bring its transcript back to go on with it"
absent root.transcript
mv away root.transcript

step "the next run of this plan has the same octets signed again"
held 0 root
shown "step 1 of 5 was done before"
shown "Serial $serial was on its way when the run before this one ended, and nobody knows whether the HSM has signed: the same octets are signed again, which makes no other certificate than the plan's."
[ "$(states)" = issued ] || fail "the ledger has $(states)"
passes sti-transcript verify root.transcript --inputs . --anchor root-key.pem
says out "1 of 1 are what was to be signed"
passes sti-transcript rederive root.transcript --inputs . --anchor root-key.pem
passes sti-transcript show root.transcript
says out "the same octets are signed again"
[ "$(grep -c intended out)" -eq 2 ] || fail "it is not intended twice"
[ "$(openssl x509 -in root.pem -noout -serial)" = "serial=$serial" ] || fail "another serial"
passes sti-ca ledger verify
passes sti-ca recover
says out "nothing was in flight"

step "killed behind the ledger's entry: the certificate is taken from there"
ceremony_file intermediate
planned intermediate
# A commit of the ledger ends with the unlink of the journal: killed behind the first one, the second ...
mkdir world
cp -p ledger.sqlite ledger.sqlite.lock world
number=0
until [ "$(states)" = "issued issued" ]; do
    number=$((number + 1))
    [ "$number" -lt 9 ] || fail "it is never killed behind that"
    rm -f intermediate.transcript*
    cp -p world/* .
    export IO_FAULTY_UNDER="$PWD" IO_FAULTY_KIND=unlink IO_FAULTY_AT=$number IO_FAULTY_WAY=kill-after
    preload=${STI_SANITIZER_LIBRARY:+$STI_SANITIZER_LIBRARY:}$BUILD/tests/faults/io-faulty.so
    status=0
    people people.intermediate env LD_PRELOAD="$preload" sti-ca ceremony run intermediate.plan \
        --approval intermediate.auditor.approval --approval intermediate.witness.approval >screen || status=$?
    [ "$status" -eq 137 ] || fail "exit status $status, not 137: $(cat screen)"
done
absent intermediate.pem
serial=$(sqlite3 -readonly ledger.sqlite "SELECT serial FROM certificate WHERE kind = 'intermediate'")
sti-ca show "$serial" --out kept.pem >out
held 0 intermediate
shown "Serial $serial was signed before the interruption: the certificate is in the ledger, is taken from there, and is not signed again."
same kept.pem intermediate.pem
passes sti-transcript verify intermediate.transcript --inputs . --anchor root-key.pem --previous root.transcript
passes sti-transcript show intermediate.transcript
says out "is taken from there, and is not signed again"
passes sti-ca ledger verify

step "killed between two approvals: each of them stands in the transcript once"
mkdir between
sed 's/^transcript  *=.*/transcript = between.transcript/; s/^out  *=.*/out = between.pem/' \
    intermediate.cnf >between/between.cnf
cp root.pem root.transcript intermediate-key.pem auditor.pem security-officer.pem witness.pem between
passes sti-ca ceremony plan between/between.cnf
cp between/between.plan between/between.txt .
approve between auditor
approve between witness
conversation between 1
# In its folder nothing else is written: begin, the plan, its inputs, each with the head mark behind it,
# and the first approval.
inputs=$(sti-transcript show intermediate.transcript | grep -c ' input ')
export IO_FAULTY_UNDER="$PWD/between" IO_FAULTY_KIND=write IO_FAULTY_AT=$((2 * inputs + 3))
status=0
people talk.txt env LD_PRELOAD="$preload" sti-ca ceremony run between/between.plan \
    --approval between.auditor.approval --approval between.witness.approval >screen || status=$?
[ "$status" -eq 137 ] || fail "exit status $status, not 137: $(cat screen)"
passes sti-transcript show between/between.transcript
[ "$(grep -c ' approval ' out)" -eq 1 ] || fail "it was not killed between two approvals"
passes people talk.txt sti-ca ceremony run between/between.plan \
    --approval between.auditor.approval --approval between.witness.approval
passes sti-transcript verify between/between.transcript --inputs between --previous root.transcript \
    --anchor root-key.pem
passes sti-transcript show between/between.transcript
[ "$(grep -c ' approval ' out)" -eq 2 ] || fail "an approval stands there twice"
[ "$(grep -c ' input ' out)" -eq "$inputs" ] || fail "an input stands there twice"

step "a ledger that was put back from an older copy: the rehearsal finds that, too"
sed 's/^transcript  *=.*/transcript = older.transcript/; s/^out  *=.*/out = older.pem/' intermediate.cnf >older.cnf
planned older
answers older 1
passes sti-ca ceremony rehearse older.plan --answers answers
cp -p ledger.sqlite latest
cp -p world/ledger.sqlite .
refused 3 sti-ca ceremony rehearse older.plan --answers answers
says err "this ledger was restored from an older copy"
mv latest ledger.sqlite
mv ledger.sqlite away
refused 3 sti-ca ceremony rehearse older.plan --answers answers
says err "there is no ledger of this name"
mv away ledger.sqlite

step "a file of that name that came meanwhile is not overwritten; when it is gone the ceremony ends"
passes openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout other.key \
    -subj '/C=US/O=Other STI-CA/CN=SHAKEN Other Intermediate' -days 30 -out other.pem
ceremony_file cross-certificate
planned cross-certificate
held 137 cross-certificate "C_Sign 1 die"
echo precious >cross.pem
held 1 cross-certificate
shown "cross.pem: is there already, and a ceremony overwrites nothing"
[ "$(cat cross.pem)" = precious ] || fail "it was overwritten"
[ "$(states)" = "issued issued issued issued" ] || fail "the ledger has $(states)"
mv cross.pem precious
held 0 cross-certificate
passes openssl verify -x509_strict -CAfile root.pem cross.pem
passes sti-transcript verify cross-certificate.transcript --inputs . --previous intermediate.transcript --anchor root-key.pem

# another NAME: a ceremony for an intermediate of another name and transcript.
another() {
    sed "s/^transcript  *=.*/transcript = $1.transcript/; s/^out  *=.*/out = $1.pem/" \
        intermediate.cnf >"$1.cnf"
    planned "$1"
    printf 'type again|%s\n' "${2:-again}" >>"people.$1"
}

# last_state: of the serial that came last.
last_state() {
    sqlite3 -readonly ledger.sqlite "SELECT state FROM certificate ORDER BY number DESC LIMIT 1"
}

step "given up after that: the serial is uncertain, and the transcript says that the ceremony has failed"
another given-up
held 137 given-up "C_Sign 1 die"
sed -i 's/^type sign|.*/type sign|abort/' people.given-up
held 1 given-up
shown "uncertain: it may have been signed, and is to be revoked"
[ "$(last_state)" = uncertain ] || fail "the ledger has $(last_state)"
keep_output sti-transcript verify given-up.transcript --inputs . --previous root.transcript --anchor root-key.pem
says out "failed"
sed -i 's/^type sign|.*/type sign|sign/' people.given-up
held 1 given-up
shown "says that the ceremony has failed; it cannot be gone on with"
absent given-up.pem

step "settled by sti-ca recover: the plan is used up"
another settled
held 137 settled "C_Sign 1 die"
passes sti-ca recover
held 1 settled
shown "is used up, for the ledger has it as uncertain; this plan cannot be finished: plan and approve anew"
absent settled.pem

step "an HSM that does not sign, and then does: the next try logs in anew"
for fault in "before 0x30" "after 0x30" "before 0xb3" "after 0x101"; do
    name=slow-${fault%% *}-${fault##* }
    another "$name"
    held 0 "$name" "C_Sign 1 $fault"
    shown "the key did not sign"
    [ "$(last_state)" = issued ] || fail "the ledger has $(last_state)"
    passes openssl verify -x509_strict -CAfile root.pem "$name.pem"
    passes sti-transcript verify "$name.transcript" --inputs . --previous root.transcript --anchor root-key.pem
done

step "one that does not sign at all: the next run goes on, and signs the transcript as well"
another slower
held 3 slower "C_Sign 1 onward 0x30"
shown "run the ceremony again to go on at this step; until then nothing is issued"
[ "$(last_state)" = intended ] || fail "the ledger has $(last_state)"
held 0 slower
[ "$(last_state)" = issued ] || fail "the ledger has $(last_state)"
passes sti-transcript verify slower.transcript --inputs . --previous root.transcript --anchor root-key.pem

step "nor does a signal use the plan up: the next run goes on"
another signalled
# shellcheck disable=SC2016
{
    head -n 4 people.signalled
    printf 'type again|!kill -INT "$(cat pid)"\n'
} >talk.txt
status=0
talk_on_terminal talk.txt "sh -c 'echo \$\$ >pid; P11_FAULTY=\"C_Sign 1 before 0x30\" exec sti-ca ceremony run \
    signalled.plan --approval signalled.auditor.approval --approval signalled.witness.approval'" || status=$?
[ "$status" -eq 130 ] || fail "exit status $status, not 130: $(cat screen)"
shown "interrupted by SIGINT"
shown "run the ceremony again to go on at this step; until then nothing is issued"
[ "$(last_state)" = intended ] || fail "the ledger has $(last_state)"
held 0 signalled
[ "$(last_state)" = issued ] || fail "the ledger has $(last_state)"
passes sti-transcript verify signalled.transcript --inputs . --previous root.transcript --anchor root-key.pem

step "or people give it up: the serial is abandoned, and the transcript is signed by the HSM that can sign again"
another stopped abort
held 3 stopped "C_Sign 1 after 0x30"
shown ": abandoned"
[ "$(last_state)" = abandoned ] || fail "the ledger has $(last_state)"
keep_output sti-transcript verify stopped.transcript --inputs . --previous root.transcript --anchor root-key.pem
says out "failed"

step "an HSM that signs something else is not asked again"
another wrong
held 3 wrong "C_Sign 1 wrong"
[ "$(last_state)" = abandoned ] || fail "the ledger has $(last_state)"
held 1 wrong
shown "says that the ceremony has failed; it cannot be gone on with"
absent wrong.pem

step "a batch of two, killed while the second is signed: the first is not signed again"
make_pa
make_key account
make_key end-entity
make_bundle example-telecom "$good_list"
make_bundle other-telecom TN:12155559999
request_file batch
planned batch
held 137 batch "C_Sign 2 die"
passes openssl verify -CAfile root.pem -untrusted intermediate.pem example-telecom.pem
absent other-telecom.pem
[ "$(last_state)" = intended ] || fail "the ledger has $(last_state)"
openssl dgst -sha256 example-telecom.pem >before
refused 3 sti-ca issue --bundle other-telecom.bundle --out elsewhere.pem
says err "nothing is issued until that is settled: sti-ca recover"
held 0 batch
shown "step 4 of 6 was done before"
shown "the same octets are signed again"
openssl dgst -sha256 example-telecom.pem >after
same before after
passes openssl verify -CAfile root.pem -untrusted intermediate.pem other-telecom.pem
passes sti-transcript verify batch.transcript --inputs . --anchor intermediate.pem
says out "2 of 2 are what was to be signed"
[ "$(sqlite3 -readonly ledger.sqlite "SELECT count(*), count(DISTINCT jti) FROM token_use")" = "2|2" ] ||
    fail "not one certificate for each token"
refused 1 sti-ca issue --bundle other-telecom.bundle --out elsewhere.pem
says err "was already used"
passes sti-ca ledger verify
