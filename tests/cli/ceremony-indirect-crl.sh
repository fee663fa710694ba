#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A ceremony of an STI-PA: its indirect CRL, of what STI-CAs report, by the key of [crl]; the second
# follows the first.
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
passes sti-ca init
crl_key="pkcs11:token=sti-pa;object=crl-signer;id=%07?module-path=$module&pin-source=file:sti-pa.pin"
make_key crl-root
passes openssl req -x509 -new -key crl-root.key -subj '/C=US/O=Example STI-PA/CN=STI-PA CRL root' \
    -days 90 -out crl-root.pem
passes sti-ca key generate "$crl_key"
passes openssl req -new -key crl-root.key -subj '/C=US/O=Example STI-PA/CN=STI-PA CRL' \
    -out template.csr
passes "$BUILD/tests/tools/hsm_csr" "$crl_key" template.csr
mv out signer.csr
# signer USAGE: crl-signer.pem
signer() {
    printf 'keyUsage=critical,%s\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n' "$1" \
        >signer.ext
    passes openssl x509 -req -in signer.csr -CA crl-root.pem -CAkey crl-root.key \
        -extfile signer.ext -days 60 -out crl-signer.pem
}
signer cRLSign
for witness in $witnesses; do
    make_key "$witness"
done

# report FILE SERIAL: what another STI-CA has revoked, by what docs/revocation.md says.
report() {
    name_der=$(openssl x509 -in crl-root.pem -outform DER | openssl asn1parse -inform DER \
        -strparse "$(openssl x509 -in crl-root.pem -outform DER | openssl asn1parse -inform DER |
            awk -F: '/SEQUENCE/ && ++n == 4 { gsub(/ /, "", $1); print $1 }')" \
        -noout -out /dev/stdout | base64 -w0)
    jq -n --arg der "$name_der" --arg serial "$2" '{format: "sti-pki revocation report 1",
        made_at: "2026-01-02T00:00:00Z", entries: [{
        issuer: "CN=STI-PA CRL root,O=Example STI-PA,C=US", issuer_der: $der, serial: $serial,
        date: "2026-01-01T00:00:00Z", not_after: "2099-01-01T00:00:00Z",
        reason: "superseded"}]}' >plain.json
    digest=$(jq -cSj . plain.json | sha256sum)
    jq --arg digest "${digest%% *}" '.sha256 = $digest' plain.json >"$1"
}

# plan_refuses STATUS TEXT: the file is not planned.
plan_refuses() {
    refused "$1" sti-ca ceremony plan indirect-crl.cnf
    says err "$2"
    absent indirect-crl.plan
}

step "the configuration has no [crl], or another URL"
report example-sti-ca.json 4D
ceremony_file indirect-crl
plan_refuses 2 "sti-ca.cnf has no section [crl] that names the key and the certificate of the CRL's signer"
cat >>sti-ca.cnf <<CNF
[crl]
key         = $(printf '%s' "$crl_key" | sed 's/#/\\#/g')
certificate = crl-signer.pem
url         = https://sti-pa.example/other
aia         = https://sti-pa.example/crl-signer.pem
CNF
plan_refuses 2 "[crl] url: is not the url of [crl] in sti-ca.cnf, https://sti-pa.example/other: the CRLs of another URL are another series"
sed -i 's,^url  *=.*,url = https://sti-pa.example/crl,' sti-ca.cnf

step "another certificate than the configuration's, and one without cRLSign"
cp crl-signer.pem kept.pem
sed -i 's/^certificate = crl-signer.pem/certificate = kept.pem/' sti-ca.cnf
signer cRLSign
plan_refuses 1 "crl-signer.pem: is not the certificate that [crl] in sti-ca.cnf names"
signer digitalSignature
cp crl-signer.pem kept.pem
plan_refuses 1 "its keyUsage has no cRLSign, so nobody would believe a CRL that it signs"
signer cRLSign
sed -i 's/^certificate = kept.pem/certificate = crl-signer.pem/' sti-ca.cnf

step "planned, rehearsed, held, verified"
with_window indirect-crl.cnf # the signer is valid by now
passes sti-ca ceremony plan indirect-crl.cnf
says out "Sign the indirect CRL 01 of C=US, O=Example STI-PA"
answers indirect-crl 1
passes sti-ca ceremony rehearse indirect-crl.plan --answers answers
says out "are the plan's, octet for octet"
approve indirect-crl auditor
approve indirect-crl security-officer
conversation indirect-crl 1
sleep 1 # what is recorded in the second of the plan counts as before it
holds indirect-crl
documented indirect-crl
passes openssl crl -inform DER -in sti-pa.crl -noout -text
says out "Indirect CRL"
says out "URI:https://sti-pa.example/crl"
says out "Serial Number: 4D"
says out "CA Issuers - URI:https://sti-pa.example/crl-signer.pem"
passes sti-transcript verify indirect-crl.transcript --inputs . --anchor crl-signer.pem
passes sti-transcript rederive indirect-crl.transcript --inputs . --anchor crl-signer.pem
passes sti-ca ceremony rederive indirect-crl.plan # once more, from its inputs and the ledger of then
says out "the plan is what its inputs give, octet for octet"
passes sti-ca crl --indirect --again --out again.crl
same again.crl sti-pa.crl

step "the next one keeps what was listed; a report that was exchanged stops it"
report second.json 4E
sed "s/^transcript *=.*/transcript = second.transcript/; s/^previous *=.*/previous = indirect-crl.transcript/
    s/^out *=.*/out = second.crl/; s/^example-sti-ca *=.*/example-sti-ca = second.json/
    s/^this_update *=.*/this_update = $(instant now)/" indirect-crl.cnf >second.cnf
passes sti-ca ceremony plan second.cnf
tr -s ' \n' ' ' <out >joined
says joined "with 2 entries, 1 of them new and 0 gone."
approve second auditor
approve second witness
cp second.json kept.json
report second.json 4F
: >talk.txt
hold_fails 1 "second.json: is not what it was when the plan was made" second
cp kept.json second.json
conversation second 1
holds second
passes openssl crl -inform DER -in second.crl -noout -text
says out "Serial Number: 4D"
says out "Serial Number: 4E"
passes sti-transcript verify indirect-crl.transcript second.transcript --inputs . --anchor crl-signer.pem

step "a series that was begun elsewhere goes on here, and only for the first CRL"
sed "s/^transcript *=.*/transcript = third.transcript/; s/^out *=.*/out = third.crl/
    s/^key  *= crl/&\nprevious = second.crl/; /^\[reports\]/,\$d; s/^previous *= in.*/previous = none/
    s/^this_update *=.*/this_update = $(instant now)/" second.cnf >third.cnf
refused 2 sti-ca ceremony plan third.cnf
says err "the ledger has CRL 02 of"
says err "[crl] previous is for a series that was begun elsewhere"
rm ledger.sqlite*
passes sti-ca init
passes sti-ca ceremony plan third.cnf
says out "Sign the indirect CRL 03 of"
approve third auditor
approve third witness
conversation third 1
holds third
passes openssl crl -inform DER -in third.crl -noout -text
says out "Serial Number: 4E"
passes sti-transcript verify third.transcript --inputs . --anchor crl-signer.pem

step "words for the other form"
for words in 's/^key  *= crl/key = root/|[crl] url: is for key = crl, the indirect CRL of an STI-PA' \
    '/^url/d|[crl] url: is missing: an indirect CRL says where it is published' \
    's/^\[reports\]/[revocations]\n4D = superseded\n&/|[revocations]: is not for key = crl'; do
    sed "${words%%|*}" indirect-crl.cnf >bad.cnf
    refused 2 sti-ca ceremony plan bad.cnf
    says err "${words#*|}"
done
