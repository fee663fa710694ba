#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A ceremony in which a key is destroyed: planned, rehearsed, held and verified. The key was there,
# people typed its label, it is looked for and not found, and another key signs the end.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"
# shellcheck source=tests/cli/ceremony.sh
. "$SOURCE/tests/cli/ceremony.sh"

make_ceremony_world
passes sti-ca root
passes sti-ca intermediate
serial=$(openssl x509 -in intermediate.pem -noout -serial | cut -d= -f2)
uri() {
    printf 'pkcs11:token=sti-ca%s?module-path=%s&pin-source=file:sti-ca.pin' "$1" "$module"
}

# destruction NAME: the shipped file as NAME.cnf, which follows nothing.
destruction() {
    sed "s/^previous *=.*/previous = none/; s/^transcript *=.*/transcript = $1.transcript/" \
        "$SOURCE/conf/ceremonies/key-destruction.cnf" >"$1.cnf"
    with_window "$1.cnf"
}

# talk NAME [LABEL]: what people type; the label is typed as it is given.
talk() {
    {
        printf 'from the paper|%s\n' "$(typed_words "$1")"
        printf 'type right|right\ntype open|open\ntype open|open\n'
        printf 'type its label|%s\ntype close|close\n' "${2:-intermediate}"
    } >talk.txt
}

# approved NAME: planned, and approved by two.
approved() {
    passes sti-ca ceremony plan "$1.cnf"
    approve "$1" auditor
    approve "$1" witness
}

has_key() {
    passes sti-ca key list "$(uri '')"
    grep -Eq "^$1 .* $2 " out || fail "there is no $2 key $1"
}

step "the end is signed by another key than the one that is destroyed"
destruction same
sed -i '/^\[end\]/,$ s/^key  *=.*/key = intermediate/' same.cnf
refused 2 sti-ca ceremony plan same.cnf
says err "[end] key: is the key that is destroyed, and the end is signed after that: name another section of sti-ca.cnf; if its key is not there, make one with sti-ca key generate"
destruction same
sed -i '/^\[end\]/,$ s/^public_key  *=.*/public_key = intermediate-key.pem/' same.cnf
refused 1 sti-ca ceremony plan same.cnf
says err "intermediate-key.pem: is the key that is destroyed, by its public key, and the end is signed after that: name another key; if there is none, make one with sti-ca key generate root"
absent same.plan

step "a file that is not there"
destruction absent
mv intermediate-key.pem away
refused 3 sti-ca ceremony plan absent.cnf
says err "intermediate-key.pem: cannot be opened"
says err "; the ceremony file names it, and all that it names is to be in its folder"
mv away intermediate-key.pem

step "plan: what is destroyed, why, and who signs the end"
destruction end
passes sti-ca ceremony plan end.cnf
says end.txt "Destroy the intermediate key for good."
says end.txt "the CA has a new intermediate since 2026-10-01"
says end.txt "Open the HSM that has the root key."
says end.html "Destroy the intermediate key for good."

step "rehearse: a throw-away key is destroyed"
talk end
cut -d '|' -f 2 talk.txt >answers
passes sti-ca ceremony rehearse end.plan --answers answers --out rehearsal
says out "step 5 has destroyed a throw-away key, in place of the intermediate key"
passes sti-transcript show rehearsal/end.transcript
says out "destroyed  step 5"
has_key intermediate private
sed 's/^intermediate$/INTERMEDIATE/' answers >wrong
refused 1 sti-ca ceremony rehearse end.plan --answers wrong
says err "the word intermediate was not typed, and so nothing is done"

step "another label three times: the key is there, and the ceremony goes on at that step"
approve end auditor
approve end witness
talk end Intermediate
sed -i '/^type close/d; s/^type its label.*/&\n&\n&/' talk.txt
hold_fails 1 "the word intermediate was not typed, and so nothing is done" end
has_key intermediate private

step "killed while it waits for the label: the next run goes on there"
# shellcheck disable=SC2016
printf 'type its label|!kill -9 "$(cat pid)"\n' >talk.txt
talk_on_terminal talk.txt "sh -c 'echo \$\$ >pid; exec sti-ca ceremony run end.plan --approval end.auditor.approval --approval end.witness.approval'" &&
    fail "it was not killed"
has_key intermediate private

step "run: destroyed, looked for and not found, and the end signed by the root's key"
printf 'type its label|intermediate\ntype close|close\n' >talk.txt
holds end
documented key-destruction
says screen "step 4 of 6 was done before"
says screen "this destroys a private key, and nothing brings it back"
says screen "of the intermediate certificate, valid to"
says screen "$serial"
says screen "for this reason"
says screen "destroyed; the HSM was searched for it"
tr -s ' ' <screen >joined
says joined "private keys on the token 1"
says joined "of these with its id 0"
says joined "of these with its label 0"
says joined "of these with its public key 0"
says joined "of these without a public key 0"
says joined "its public key still there, and keeps its name"
tr -d '\r' <screen | sed 1d | awk '/^Script done/ { next } length($0) > 79 { print; exit 1 }' ||
    fail "the screen is wider than 79 columns"
has_key intermediate public
has_key root private
passes sti-transcript verify end.transcript --inputs . --anchor root.pem
says out "1 keys that were in the HSM are destroyed, and signed nothing behind that"
passes sti-transcript rederive end.transcript --inputs . --anchor root.pem
says out "0 to-be-signed octets, and 1 destroyed keys, are the plan's"
passes sti-ca ceremony rederive end.plan # once more, from its inputs and the ledger of then
says out "the plan is what its inputs give, octet for octet"
refused 1 sti-transcript verify end.transcript --inputs . --anchor intermediate-key.pem
says err "the end is signed by another key than one that is given"
passes sti-transcript show end.transcript --json
# shellcheck disable=SC2016 # jq's own variable
passes jq -e '[.[] | select(.kind == "hsm" or .kind == "destroyed") | .content["public key"]] as $keys |
    $keys[0] != $keys[1] and $keys[-1] == $keys[0] and $keys[-2] == $keys[1]' out
passes sti-transcript show end.transcript
says out "CKA_SENSITIVE = true"
says out "of these with its public key = 0"

step "a ceremony that is over is not held twice"
hold_fails 1 "end.transcript" end

step "the key is gone already: refused where the HSM is opened, and nothing is called destroyed"
destruction gone
approved gone
talk gone
hold_fails 3 "has no private key 'intermediate'" gone
says screen "step 4 of 6"
keep_output sti-transcript show gone.transcript
says_not out "destroyed  step"

step "the other way round, to a key under the other section; the power fails behind the deed"
passes sti-ca key generate "$(uri ';object=next;id=%07')"
sed -i '/^\[intermediate\]/,/^certificate/ s/object=intermediate;id=%02/object=next;id=%07/' sti-ca.cnf
public_key intermediate
destruction last
sed -i '/^\[key\]/,/^\[end\]/ s/^key  *=.*/key = root/; /^\[key\]/,/^\[end\]/ s/intermediate-key.pem/root-key.pem/
    /^\[end\]/,$ s/^key  *=.*/key = intermediate/; /^\[end\]/,$ s/root-key.pem/intermediate-key.pem/' last.cnf
approved last
talk last root
# shellcheck disable=SC2016
sed -i 's/^type close.*/type close|!kill -9 "$(cat pid)"/' talk.txt
talk_on_terminal talk.txt "sh -c 'echo \$\$ >pid; exec sti-ca ceremony run last.plan --approval last.auditor.approval --approval last.witness.approval'" &&
    fail "it was not killed"
has_key root public
# As if the power had gone within the entry that says so.
at=$(grep -abo destroyed last.transcript | tail -n 1 | cut -d: -f1)
head -c "$at" last.transcript >rest
mv rest last.transcript
rm -f last.transcript.head
printf 'type close|close\n' >talk.txt
holds last
says screen "its last entry was cut off"
says screen "an earlier run has asked the HSM, and the key is not there any more"
passes sti-transcript verify last.transcript --inputs . --anchor intermediate-key.pem
says out "1 keys that were in the HSM are destroyed"
passes sti-transcript rederive last.transcript --inputs . --anchor intermediate-key.pem

step "aborted at the label: the key is there, and the key for the end signs that it has failed"
passes sti-ca key generate "$(uri ';object=spare;id=%08')"
sed -i '/^\[root\]/,/^certificate/ s/object=root;id=%01/object=spare;id=%08/' sti-ca.cnf
public_key root
destruction stopped
sed -i '/^\[key\]/,/^\[end\]/ s/^key  *=.*/key = root/; /^\[key\]/,/^\[end\]/ s/intermediate-key.pem/root-key.pem/
    /^\[end\]/,$ s/^key  *=.*/key = intermediate/; /^\[end\]/,$ s/root-key.pem/intermediate-key.pem/' stopped.cnf
approved stopped
talk stopped abort
# The other key is opened before the failure is noted, so the terminal must not go meanwhile.
sed -i 's/^type close.*/was aborted by|/' talk.txt
# A second later: what is noted of the failure must not be dated before the key that was opened for it.
sed "s|$module|$BUILD/tests/tools/p11-pause.so|" sti-ca.cnf >pause.cnf
rm -f reached-* go-on-*
{
    until_there reached-C_Finalize
    sleep 1.1
    : >go-on-C_Finalize
} &
later=$!
P11_PAUSE_MODULE=$module
P11_PAUSE_AT=C_Finalize
P11_PAUSE_SKIP=2 # they were for the key for the end, which was looked at before
export P11_PAUSE_MODULE P11_PAUSE_AT P11_PAUSE_SKIP
hold_fails 1 "the ceremony was aborted by the people in the room" stopped --config pause.cnf
unset P11_PAUSE_MODULE P11_PAUSE_AT P11_PAUSE_SKIP
wait "$later"
[ -e reached-C_Finalize ] || fail "the first key was not put away"
has_key spare private
passes sti-transcript verify stopped.transcript --inputs . --anchor intermediate-key.pem
says out "failed"
hold_fails 1 "says that the ceremony has failed; it cannot be gone on with" stopped
