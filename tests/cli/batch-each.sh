#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What many certificates share is asked once, and what is a certificate's own is asked of each: a bad
# one among good ones is found, before the HSM is asked and after it; and a root whose certificate
# ends, or a number that somebody else gets, between the review and the signatures.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/batch.sh
. "$SOURCE/tests/cli/batch.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"

make_world
for name in a b d; do
    make_request $name TN:12125550101
done
make_request c TN:12125550103 '/C=US/O=Example Telecom/CN=Example PBX'
sed "s|$module|$BUILD/tests/faults/p11-faulty.so|" sti-ca.cnf >faulty.cnf
export P11_FAULTY_MODULE="$module" P11_FAULTY_LOG=calls
cp ledger.sqlite fresh.sqlite
cp ledger.sqlite.lock fresh.lock

# anew: the ledger before any batch, and no certificates.
anew() {
    cp fresh.sqlite ledger.sqlite
    cp fresh.lock ledger.sqlite.lock
    rm -rf issued calls
}

# reason NAME: why the manifest says that it was refused, or failed.
reason() {
    jq -r --arg name "$1" '.requests[] | select(.name == $name) |
        (.check // "") + ": " + .reason.sentence' issued/manifest.json >reason
}

step "before the HSM: a lint refuses one of the same profile, and the HSM is not asked for it"
mkdir profiles
# It is about the CN of c alone: without SHAKEN.
sed '/^e_atis_subject_cn /d' "$SOURCE/conf/profiles/tn-level.cnf" >profiles/tn-level.cnf
sed 's/^# profiles = .*/profiles = profiles/' faulty.cnf >strict.cnf
for jobs in 1 2; do
    anew
    issue_batch 1 requests --config strict.cnf --jobs $jobs
    says out "issued 3 certificates, refused 1"
    [ "$(outcome a) $(outcome b) $(outcome c) $(outcome d)" = "issued issued refused issued" ] ||
        fail "$(cat issued/manifest.json)"
    reason c
    says reason "certificate: before it is signed the certificate fails the lint e_atis_subject_cn:"
    [ "$(grep -c '^C_Sign ' calls)" -eq 3 ] || fail "not three signatures"
    absent issued/c.pem
    [ "$(issued_rows)" -eq 3 ] || fail "not three rows"
    good_certificates
done

step "after the HSM: a wrong signature of any one is found, whichever of the profile it is"
review requests
for number in 1 2 3 4; do
    anew
    P11_FAULTY="C_Sign $number wrong"
    export P11_FAULTY
    refused 3 sti-ca issue --batch requests --out issued --consent "$digest" --config faulty.cnf \
        --jobs 1
    says err "the signature of the HSM does not verify with the issuer's public key"
    name=$(printf 'abcd' | cut -c $number)
    reason "$name"
    says reason ": the signature of the HSM does not verify with the issuer's public key"
    absent "issued/$name.pem"
    [ "$(sqlite3 -readonly ledger.sqlite "SELECT count(*) FROM certificate
        WHERE reason LIKE 'the signature of the HSM does not verify%'")" -ge 1 ] || fail "no reason"
    [ ! -e issued/a.pem ] || good_certificates
done
unset P11_FAULTY

step "a number that another holder gets between the review and the signatures"
with_policy one.cnf 'second_holder = refuse'
anew
review requests --config one.cnf
[ "$(jq .accepted review)" -eq 4 ] || fail "$(cat review)"
make_key other
cp other.key end-entity.key
make_csr other.csr TN:12125550101 -subj '/C=US/O=Other/CN=SHAKEN 709J'
make_token other.jwt TN:12125550101
passes sti-ca issue --config one.cnf --csr other.csr --token other.jwt --account-key account.pem \
    --out second.pem
refused 1 sti-ca issue --config one.cnf --batch requests --out issued --consent "$digest"
says err "not the one given with --consent, so "
absent issued
review requests --config one.cnf
jq -r '.requests[] | select(.name == "a") | .check + ": " + .reason.sentence' review >reason
says reason "second-holder: TN:12125550101 is in certificate "
says reason "of C=US, O=Other, CN=SHAKEN 709J, which is live and another holder's"

step "nor can it be issued while somebody reads the review: the ledger is the batch's"
anew
cat >conversation <<END
Type the number|!passes_meanwhile
END
passes_meanwhile() {
    sti-ca issue --config one.cnf --csr other.csr --token other.jwt --account-key account.pem \
        --out meanwhile.pem 2>meanwhile || true
    echo 4
}
talk_on_terminal conversation "sti-ca issue --config one.cnf --batch requests --out issued" ||
    fail "$(cat screen)"
says meanwhile "ledger"
absent meanwhile.pem
says screen "issued 4 certificates, refused 0"

step "a root whose certificate ends while a person reads: nothing is signed below it"
passes openssl ecparam -name prime256v1 -genkey -noout -out root.key
passes openssl req -new -key root.key -subj '/C=US/O=Example/CN=SHAKEN root' -out root.csr
passes openssl req -new -key root.key -subj '/C=US/O=Example/CN=SHAKEN intermediate' -out template.csr
passes hsm_csr "pkcs11:token=sti-ca;object=intermediate;id=%02?$hsm_query&pin-source=file:sti-ca.pin" \
    template.csr
cp out short.csr
cat >ca.cnf <<END
[ca]
default_ca = short
[short]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = anything
x509_extensions = authority
[anything]
countryName = optional
organizationName = optional
commonName = supplied
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
END
: >index.txt
sed 's/^certificate = root.pem/certificate = short-root.pem/
    s/^certificate = intermediate.pem/certificate = short.pem/' faulty.cnf >short.cnf
anew
ends=$(($(date +%s) + 15))
passes openssl ca -config ca.cnf -batch -notext -selfsign -keyfile root.key -in root.csr \
    -startdate "$(date -u -d @$((ends - 3600)) +%Y%m%d%H%M%SZ)" \
    -enddate "$(date -u -d @$ends +%Y%m%d%H%M%SZ)" -out short-root.pem
passes openssl ca -config ca.cnf -batch -notext -cert short-root.pem -keyfile root.key -days 300 \
    -in short.csr -out short.pem
until_it_ends() {
    while [ "$(date +%s)" -le "$ends" ]; do sleep 0.2; done
    echo 4
}
echo 'Type the number|!until_it_ends' >conversation
status=0
talk_on_terminal conversation "sti-ca issue --batch requests --out issued --config short.cnf" ||
    status=$?
[ "$status" -eq 1 ] || fail "exit status $status, not 1: $(cat screen)"
says screen "This signs 4 certificates"
for name in a b c d; do
    reason "$name"
    says reason "issuer-valid: "
    says reason "certificate has expired"
done
says_not calls C_Sign
[ "$(issued_rows)" -eq 0 ] || fail "something was issued"
