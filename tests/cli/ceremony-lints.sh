#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lints that compare a certificate with its issuer's are made in ceremonies, too: when the plan is made,
# and once more before the HSM is asked, of the issuer's certificate that is an input of the plan.
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
make_key stranger

# A root with a list: what it signs must have one within it (RFC 9060 section 4). The key is the HSM's.
printf '%s\n' 'basicConstraints = critical,CA:TRUE' 'keyUsage = critical,keyCertSign' \
    'subjectKeyIdentifier = hash' "TNAuthList = $good_list" >root.ext
passes ossl x509 -new -key stranger.key -force_pubkey root-key.pem -days 4000 \
    -subj '/C=US/O=Example STI-CA/CN=SHAKEN Example ROOT' -extfile root.ext -out root.pem
mkdir profiles
cp "$SOURCE"/conf/profiles/*.cnf profiles
sed -i 's/^# profiles = .*/profiles = profiles/' sti-ca.cnf
ceremony_file intermediate
sed -i "s/^previous *=.*/previous = none/; s/^valid_from *=.*/valid_from = $(instant now)/" intermediate.cnf

step "when the plan is made"
refused 1 sti-ca ceremony plan intermediate.cnf
says err "before it is planned the certificate fails the lint e_sti_delegate_list"
absent intermediate.plan

step "a waiver that has let it be planned and is gone by then: the profile is another one"
cp profiles/tn-intermediate.cnf kept.cnf
echo 'e_sti_delegate_list = RFC 9060 section 4: tried here' >>profiles/tn-intermediate.cnf
passes sti-ca ceremony plan intermediate.cnf
says out "            e_sti_delegate_list"
approve intermediate auditor
approve intermediate witness
cp profiles/tn-intermediate.cnf waived.cnf
cp kept.cnf profiles/tn-intermediate.cnf
: >answers
refused 1 sti-ca ceremony rehearse intermediate.plan --answers answers
says err "the profile tn-intermediate, from the file profiles/tn-intermediate.cnf, is another one than when the plan was made"

step "and before it is signed, if the plan was changed, to name the profile without the waiver: its last octets"
{
    head -c -32 intermediate.plan | LC_ALL=C sed 's/intermediate\.transcript/forged------.transcript/'
    openssl dgst -sha256 -binary kept.cnf
} >forged.plan
approve forged auditor
approve forged witness
answers forged 1
refused 1 sti-ca ceremony rehearse forged.plan --answers answers
says err "before it is signed the certificate fails the lint e_sti_delegate_list"
conversation forged 1
hold_fails 1 "before it is signed the certificate fails the lint e_sti_delegate_list" forged
absent intermediate.pem
passes sti-ca list
says out "the ledger is empty"

step "with the waiver the ceremony is held, and the ledger says what was waived"
cp waived.cnf profiles/tn-intermediate.cnf
conversation intermediate 1
holds intermediate
passes sti-ca show "$(openssl x509 -in intermediate.pem -noout -serial | cut -d= -f2)"
says out "e_sti_delegate_list: RFC 9060 section 4: tried here"

step "the same for sti-ca intermediate"
cp kept.cnf profiles/tn-intermediate.cnf
rm intermediate.pem
refused 1 sti-ca intermediate
says err "before it is signed the certificate fails the lint e_sti_delegate_list"
absent intermediate.pem
