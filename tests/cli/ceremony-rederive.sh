#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Plans that are made once more from their inputs, after the ceremony, after their dates, without an
# HSM: octet for octet the same, or the first difference is named. Destructions of keys, CRLs,
# delegating CAs and certificates across are made once more in the stories of their own.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"
# shellcheck source=tests/cli/ceremony.sh
. "$SOURCE/tests/cli/ceremony.sh"

make_request_world
cp sti-ca.cnf own.cnf
mkdir profiles
cp "$SOURCE"/conf/profiles/*.cnf profiles
sed -i 's/^# profiles = .*/profiles = profiles/' own.cnf
make_bundle example-telecom "$good_list"
make_bundle other-telecom TN:12155559999
make_bundle brief TN:12155550100

# rederived NAME: by a machine without an HSM, and nothing is written.
rederived() {
    state >before
    passes env SOFTHSM2_CONF=/nonexistent sti-ca ceremony rederive "$1.plan"
    says out "the plan is what its inputs give, octet for octet"
    says out "  $(plan_digest "$1" | tr a-f A-F | cut -c 1-32 | sed 's/..../& /g; s/ $//')"
    state >after
    same before after
}

# state: all files but those of this test.
state() {
    find . -type f ! -name before ! -name after ! -name 'out*' ! -name 'err*' -exec openssl dgst -sha256 {} + |
        sort
}

# differs NAME SENTENCE [ARGUMENT]...
differs() {
    differs_name=$1
    differs_text=$2
    shift 2
    refused 1 sti-ca ceremony rederive "$differs_name.plan" "$@"
    says err "sti-ca: $differs_name.plan: $differs_text"
    says err "; what the configuration says is no input: use the configuration of then (--config)"
}

step "a plan whose dates will soon be over, with a token that will"
make_token brief.jwt TN:12155550100 --lifetime 20s --force
passes sti-ca bundle create --csr brief.csr --token brief.jwt --account-key account.pem --out brief.bundle --force
request_file batch
sed "s/^transcript *=.*/transcript = brief.transcript/; s/^example-telecom.*/brief = brief.bundle/
    /^other-telecom/d; s/^window_end *=.*/window_end = $(instant '10 seconds')/
    s/^valid_to *=.*/valid_to = $(instant '15 seconds')/" batch.cnf >brief.cnf
passes sti-ca ceremony plan brief.cnf
over=$(($(date +%s) + 21))
rederived brief
serial=$(sed -n 's/.*serial \([0-9A-F]*\): .*/\1/p' out)
grep -qF "$serial" brief.txt || fail "not the serial number of the plan: $serial"
says out "  step 4  certificate brief.pem, serial $serial: again the same octets"

step "how far the reading of the ledger is, on a terminal; the line is gone before the result stands there"
on_terminal 'digest of the plan' "" "sti-ca ceremony rederive brief.plan" || fail "$(cat screen)"
wiped "reading the ledger as it was then" "the plan is what its inputs give, octet for octet"

step "a root"
public_key root
ceremony_file root
passes sti-ca ceremony plan root.cnf
rederived root
says out "  step 4  certificate root.pem, serial "
mkdir archive
cp root.cnf root.plan root-key.pem auditor.pem witness.pem security-officer.pem archive
passes sti-ca ceremony rederive archive/root.plan # from any folder
passes env -C archive sti-ca ceremony rederive root.plan --config ../sti-ca.cnf
# A profile of the program is the one of the folder, if its octets are the same; the paper has them.
passes sti-ca ceremony rederive root.plan --config own.cnf
digest=$(sha256sum <profiles/shaken-root.cnf | tr a-f A-F | cut -d ' ' -f 1)
for paper in root.txt root.html; do
    grep -qF "$digest" "$paper" || fail "$paper has not the digest of the profile"
done

step "a batch that was held: the tokens are used by now, and were not then"
passes sti-ca ceremony plan batch.cnf --config own.cnf
approve batch auditor
approve batch witness
conversation batch 2
sleep 1 # what is recorded in the plan's own second counts as before it
holds batch
sed "s/^transcript *=.*/transcript = again.transcript/" batch.cnf >again.cnf
refused 1 sti-ca ceremony plan again.cnf
says err "was already used"
rederived batch
says out "  step 4  certificate example-telecom.pem, serial "
says out "  step 5  certificate other-telecom.pem, serial "
passes sti-transcript rederive batch.transcript --inputs . --anchor intermediate.pem
says out "ok        requests   2 of the plan: keys, names and lists are those of the requests, issuers those of their certificates"

step "an input that is another one by now, or gone"
cp other-telecom.bundle kept
cp example-telecom.bundle other-telecom.bundle
refused 1 sti-ca ceremony rederive batch.plan
says err "other-telecom.bundle: is not what it was when the plan was made; bring the right file, or plan and approve anew"
rm other-telecom.bundle
refused 3 sti-ca ceremony rederive batch.plan
says err "other-telecom.bundle: cannot be opened"
mv kept other-telecom.bundle
refused 1 sti-ca ceremony rederive batch.cnf
says err "batch.cnf"

step "another profile: it is named first, also if no plan can be made with it"
cp profiles/tn-level.cnf kept
sed '/^keyUsage/{h;d}
    /^certificatePolicies/{G}' kept >profiles/tn-level.cnf
another="the profile tn-level, from the file profiles/tn-level.cnf, is another one than when the plan was made"
refused 1 sti-ca ceremony rederive batch.plan --config own.cnf
says err "sti-ca: batch.plan: $another; use the configuration of then (--config)"
echo nonsense >profiles/tn-level.cnf
refused 1 sti-ca ceremony rederive batch.plan --config own.cnf
says err "sti-ca: batch.plan: $another; use the configuration of then (--config)"
rm profiles/tn-level.cnf
refused 1 sti-ca ceremony rederive batch.plan --config own.cnf
says err "sti-ca: batch.plan: there is no profile tn-level; there is: delegate, "
says err "; the plan was made with the profile tn-level: use the configuration of then (--config)"
mv kept profiles/tn-level.cnf
mv profiles aside
refused 3 sti-ca ceremony rederive batch.plan --config own.cnf
says err "sti-ca: profiles: the folder of the profiles cannot be read: "
says err "; the plan was made with the profile tn-level: use the configuration of then (--config)"
mv aside profiles
passes sti-ca ceremony rederive batch.plan --config own.cnf

step "other anchors than then: what is judged anew is refused, and the sentence says what to do"
sed 's/^sti_pa_anchors .*/sti_pa_anchors = root.pem/' sti-ca.cnf >strange.cnf
differs batch "its inputs do not give this plan now: example-telecom.bundle, token: signer: the signer is not trusted at " --config strange.cnf

step "a plan that says something else than its inputs"
# forge TEXT TEXT: forged.plan, in which one text stands in place of another as long as it.
forge() {
    LC_ALL=C sed "s/$1/$2/g" batch.plan >forged.plan
    ! cmp -s batch.plan forged.plan || fail "$1 does not stand in the plan"
}
to=$(sed -n 's/^valid_to *= *..\(..\)-\(..\)-\(..\)T\(..\):\(..\):\(..\)Z/\1\2\3\4\5\6Z/p' batch.cnf)
forge "$to" "29${to#??}"
differs forged "is not what its inputs give now: step 4 (certificate example-telecom.pem): its to-be-signed octets differ at octet "
says err ", in the validity"
forge 12155559999 12155559998
differs forged "is not what its inputs give now: step 5 (certificate other-telecom.pem): its to-be-signed octets differ at octet "
says err ", in the extension 1.3.6.1.5.5.7.1.26 (TNAuthList)"
forge 'SHAKEN 709J' 'SHAKEN 709K'
differs forged "is not what its inputs give now: step 4 (certificate example-telecom.pem): its to-be-signed octets differ at octet "
says err ", in the subject"
forge ", serial ..." ", serial 000"
differs forged "is not what its inputs give now: step 4 (certificate example-telecom.pem): its text differs"
forge other-telecom.pem OTHER-telecom.pem
differs forged "its inputs do not give this plan now: other-telecom.bundle: no step of the plan signs a certificate that is written to other-telecom.pem, and the ceremony file asks for one"

# A plan in CBOR that has no inputs: 4: [].
{
    printf '\252\000\153sti-ca plan\001\002\002\144root\003\141t\004\200'
    printf '\005\242\001\201\202\141a\101\000\002\001' # approvers
    printf '\006\202\246\001\1411\002\143hsm\004\101\000\006\141o\007\141t\010\201\144root'
    printf '\247\001\1412\002\143end\004\101\000\005\141x\006\141o\007\141t\010\201\144root'
    printf '\007\244\000\141s\001\001\002\001\003\002\010\366\011\200'
} >none.plan
refused 1 sti-ca ceremony rederive none.plan
says err "none.plan: names no inputs, so there is nothing to make it from"

step "such a plan that was approved: what is signed must be what the request asks for"
make_bundle a TN:12155558888
make_key end-entity
make_bundle b TN:12155558888
sed "s/^transcript *=.*/transcript = forged.transcript/; s/^example-telecom.*/a = a.bundle/
    s/^other-telecom.*/b = b.bundle/" batch.cnf >planned.cnf
passes sti-ca ceremony plan planned.cnf
passes sti-ca ledger log
cp out log
# not_signed WHAT SCRIPT: planned.plan changed by sed, which all have approved.
not_signed() {
    rm -f forged.*
    LC_ALL=C sed "$2" planned.plan >forged.plan
    ! cmp -s planned.plan forged.plan || fail "$2 changes nothing"
    approve forged auditor
    approve forged witness
    conversation forged 0
    sed -i "/type close/d" talk.txt
    hold forged
    [ "$status" -eq 1 ] || fail "the ceremony ended with status $status: $(cat screen)"
    tr -d '\r' <screen | tr '\n' ' ' >line
    grep -q "[ab].bundle: the plan has a certificate with another $1 than this request has, so it is for nobody who has asked; plan anew, and find out how this plan was made (sti-ca ceremony rederive says what differs)" line ||
        fail "the refusal is not on the screen: $(cat screen)"
    absent a.pem
    passes sti-ca ledger log
    same log out
}
not_signed TNAuthList 's/12155558888/12155558889/g'
not_signed subject 's/SHAKEN 709J/SHAKEN 709K/g'
# Who has asked for what in the steps, but not in the inputs: each gets the other's key certified.
not_signed 'public key' 's/tn-levelha\.bundle/tn-levelhc.bundle/; s/tn-levelhb\.bundle/tn-levelha.bundle/
    s/tn-levelhc\.bundle/tn-levelhb.bundle/'
rm -f forged.*

step "another version of the program has made it: said, and no refusal"
LC_ALL=C sed "s/sti-ca [0-9]\./sti-ca 9./" batch.plan >newer.plan
passes sti-ca ceremony rederive newer.plan
says out "note: it was made by sti-ca 9."

step "a ledger that does not go back that far"
sed 's/^ledger .*/ledger = young.sqlite/' sti-ca.cnf >young.cnf
passes sti-ca init --config young.cnf
refused 1 sti-ca ceremony rederive batch.plan --config young.cnf
says err "young.sqlite: the log of this ledger begins later than the time that is asked for, so nobody can say what stood in it then; use a copy of the ledger that goes back that far"
rm young.sqlite

step "a list by reference, whose token was used for another certificate since"
make_bundle reference TN:12155551212
sed "s/^transcript *=.*/transcript = reference.transcript/; s/^example-telecom.*/reference = reference.bundle/
    /^other-telecom/d; s|^profile .*|profile = tn-reference\nby_reference = https://lists.example/tn/|" batch.cnf >reference.cnf
passes sti-ca ceremony plan reference.cnf
sleep 1
passes sti-ca issue --bundle reference.bundle --profile tn-reference --by-reference https://lists.example/tn/ \
    --out elsewhere.pem
rederived reference

step "after all dates are over"
while [ "$(date +%s)" -lt "$over" ]; do
    sleep 1
done
sed "s/^transcript *=.*/transcript = late.transcript/" brief.cnf >late.cnf
refused 1 sti-ca ceremony plan late.cnf
says err "the window of the ceremony is over"
refused 1 sti-ca check --bundle brief.bundle
rederived brief
