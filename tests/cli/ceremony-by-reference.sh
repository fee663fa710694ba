#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Ceremonies for certificates whose lists go by reference: an end entity's whose list is in its CSR, one
# whose list came beside it in the bundle, and a delegating CA. The list is an output of the ceremony.
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
base=https://lists.example/tn/

# list_name LIST: the name of its file, and the file itself as list.der.
list_name() {
    echo "$1" | tr , '\n' >list.txt
    passes sti-ca tnlist encode list.txt --out list.der --force
    printf '%s.der' "$(sha256sum <list.der | cut -d ' ' -f 1)"
}

make_bundle example-telecom "$good_list"
echo TN:12155559999 >second-list.txt
passes sti-ca tnlist encode second-list.txt --out beside.der
make_key other
passes openssl req -new -key other.key -subj "/C=US/O=Example Telecom/CN=SHAKEN" -out other-telecom.csr
make_token other-telecom.jwt TN:12155559999
passes sti-ca bundle create --csr other-telecom.csr --token other-telecom.jwt \
    --account-key account.pem --list beside.der --out other-telecom.bundle
request_file batch

step "the profile and the ceremony file must say the same"
sed "s/^profile .*/profile = tn-reference/" batch.cnf >unsaid.cnf
refused 2 sti-ca ceremony plan unsaid.cnf
says err "the profile tn-reference has its list by reference; say with by_reference in [certificate] of the ceremony file below which URL it will be"
sed "s|^out.*||; s|^policy .*|&\nby_reference = $base|" batch.cnf >value.cnf
refused 2 sti-ca ceremony plan value.cnf
says err "the profile tn-level has its list by value; leave by_reference out of the ceremony file"
sed '/^example-telecom /d' batch.cnf >beside.cnf
refused 2 sti-ca ceremony plan beside.cnf
says err "the list came beside the CSR, so it goes by reference"
sed "s|^profile .*|profile = tn-reference\nby_reference = http://lists.example/|" batch.cnf >plain.cnf
refused 1 sti-ca ceremony plan plain.cnf
says err "[certificate] by_reference"
says err "https"
sed "s|^by_reference.*||; s|^profile .*|profile = tn-reference\nby_reference = $base|" batch.cnf >by.cnf
mv by.cnf batch.cnf
ceremony_file root
sed "s|^profile .*|&\nby_reference = $base|" root.cnf >odd.cnf
refused 2 sti-ca ceremony plan odd.cnf
says err "[certificate] by_reference"
absent unsaid.plan value.plan beside.plan plain.plan odd.plan

step "a batch of two is planned, rehearsed and held, and the lists are written beside the certificates"
first=$(list_name "$good_list")
second=$(list_name TN:12155559999)
passes sti-ca ceremony plan batch.cnf
tr -s ' \n' '  ' <batch.txt | grep -qF "is to be published at $base" ||
    fail "the script does not say where the list is to be published"
answers batch 2
passes sti-ca ceremony rehearse batch.plan --answers answers --out rehearsal
[ -s "rehearsal/$first" ] || fail "the rehearsal has no list"
absent "$first" "$second"
approve batch auditor
approve batch witness
conversation batch 2
holds batch
documented batch-by-reference
tr -d '\r' <screen | tr -s ' \n' '  ' | grep -qF "the list by reference; publish it as application/tnauthlist at $base" ||
    fail "the screen does not say where the list is to be published: $(cat screen)"
same list.der "$second"
same beside.der "$second"
passes openssl x509 -in example-telecom.pem -noout -text
says out "URI:$base$first"
says_not out "1.3.6.1.5.5.7.1.26"
cp root.pem anchor.pem
passes sti-ca verify example-telecom.pem --anchor anchor.pem --chain intermediate.pem --list "$first" \
    --uncovered accept
passes sti-ca verify other-telecom.pem --anchor anchor.pem --chain intermediate.pem --list "$second" \
    --uncovered accept
passes sti-transcript verify batch.transcript --inputs . --anchor intermediate.pem
says out "4 of 4 files that were written, as they were"
passes sti-transcript rederive batch.transcript --inputs . --anchor intermediate.pem
serial=$(openssl x509 -in other-telecom.pem -noout -serial | cut -d= -f2)
passes sti-ca show "$serial" --list-out again.der
same again.der beside.der

step "a list that was changed afterwards is found"
cp "$first" kept.der
echo >>"$first"
refused 1 sti-transcript verify batch.transcript --inputs . --anchor intermediate.pem
says err "the file $first is not the one of then"
mv kept.der "$first"

step "another file under the name of the list is not overwritten; when it is gone the ceremony ends"
make_csr late.csr TN:12155550123
make_token late.jwt TN:12155550123
passes sti-ca bundle create --csr late.csr --token late.jwt --account-key account.pem --out late.bundle
name=$(list_name TN:12155550123)
sed "s/^transcript *=.*/transcript = late.transcript/; s/^example-telecom.*/late = late.bundle/
    /^other-telecom/d" batch.cnf >late.cnf
passes sti-ca ceremony plan late.cnf
approve late auditor
approve late witness
echo precious >"$name"
: >talk.txt
hold_fails 1 "$name: is there already, and not the list that its name says: a ceremony overwrites nothing" late
absent late.transcript
mv "$name" precious
conversation late 1
sed -i "s/^type sign|sign$/type sign|!cp precious $name; echo sign/" talk.txt
hold_fails 1 "$name: is there already, and a ceremony overwrites nothing" late
[ "$(cat "$name")" = precious ] || fail "overwritten"
absent late.pem
rm "$name"
printf 'type close|close\n' >talk.txt
holds late
same list.der "$name"
passes sti-ca verify late.pem --anchor anchor.pem --chain intermediate.pem --list "$name" --uncovered accept
passes sti-transcript verify late.transcript --inputs . --anchor intermediate.pem

step "a run that dies between list and certificate writes the certificate the next time"
make_csr half.csr TN:12155550124
make_token half.jwt TN:12155550124
passes sti-ca bundle create --csr half.csr --token half.jwt --account-key account.pem --out half.bundle
name=$(list_name TN:12155550124)
sed "s/^transcript *=.*/transcript = half.transcript/; s/^late .*/half = half.bundle/" late.cnf >half.cnf
passes sti-ca ceremony plan half.cnf
approve half auditor
approve half witness
echo precious >half.kept
conversation half 1
# The certificate's name is taken when its turn comes, behind the list.
sed -i 's/^type sign|sign$/type sign|!cp half.kept half.pem; echo sign/' talk.txt
hold_fails 1 "half.pem: is there already, and a ceremony overwrites nothing" half
passes sti-transcript show half.transcript
says out "    name: $name"
rm half.pem
printf 'type close|close\n' >talk.txt
holds half
passes sti-ca verify half.pem --anchor anchor.pem --chain intermediate.pem --list "$name" --uncovered accept
passes sti-transcript verify half.transcript --inputs . --anchor intermediate.pem

step "a delegating CA"
make_key delegating
make_csr delegate-ca.csr "$good_list" -key delegating.key -addext "basicConstraints=critical,CA:TRUE" \
    -addext "keyUsage=critical,keyCertSign" \
    -subj "/C=US/O=Example Telecom/CN=SHAKEN Example Telecom CA"
make_token delegate-ca.jwt "$good_list" --ca
passes sti-ca bundle create --csr delegate-ca.csr --token delegate-ca.jwt --account-key account.pem \
    --out delegate-ca.bundle
mkdir profiles
cp "$SOURCE"/conf/profiles/*.cnf profiles
sed 's/^TNAuthList .*/authorityInfoAccess = stirTNList;URI:from-request/
    s/^e_atis_tn_auth_list_ca .*/e_atis_ext_not_specified_ca = RFC 8226 section 10.1/' \
    "$SOURCE/conf/profiles/delegate-ca.cnf" >profiles/delegate-ca-reference.cnf
sed -i 's/^# profiles = .*/profiles = profiles/' sti-ca.cnf
request_file delegate-ca
sed -i "s|^profile .*|profile = delegate-ca-reference\nby_reference = $base|" delegate-ca.cnf
passes sti-ca ceremony plan delegate-ca.cnf
approve delegate-ca auditor
approve delegate-ca security-officer
conversation delegate-ca 1
holds delegate-ca
passes openssl x509 -in delegate-ca.pem -noout -text
says out "URI:$base$first"
passes sti-transcript verify delegate-ca.transcript --inputs . --anchor intermediate.pem
