# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Worlds in which a ceremony is planned and approved, for faults: world.KIND each, with the answers of
# people in people.KIND and the ceremony key in key.KIND. Sourced after lib.sh, world.sh, ceremony.sh.
# shellcheck disable=SC2154,SC2164,SC2103 # their variables; they have set -e; functions that set variables

# What is no certificate has no name that ends in .pem, for check_world takes all those for one.
public_halves() {
    for witness in $witnesses; do
        make_key "$witness"
        mv "$witness.pem" "$witness.pub"
    done
}

# plan_world KIND SIGNATURES KEY: of the file KIND.cnf, with what is in the current folder.
plan_world() {
    sed -i 's/^\(security-officer\|auditor\|witness\)  *=.*/\1 = \1.pub/; s/^previous  *=.*/previous = none/
        s/root-key.pem/root-key.pub/' "$1.cnf"
    passes sti-ca ceremony plan "$1.cnf"
    approve "$1" auditor
    approve "$1" witness
    conversation "$1" "$2"
    printf 'type again|again\n' >>talk.txt
    mv talk.txt "people.$1"
    mv "$3-key.pem" "key.$1"
    mkdir "world.$1" "world.$1/in"
    cp -p ledger.sqlite* sti-ca.pin ./*.pub "$1.cnf" "$1.plan" "$1".*.approval "world.$1"
    for file in root.pem intermediate.pem one.pem profiles ./*.bundle; do
        [ ! -e "$file" ] || cp -rp "$file" "world.$1"
    done
    [ ! -e sti-pa.pem ] || cp sti-pa.pem "world.$1/in"
    # shellcheck disable=SC2154 # world.sh's
    sed "s|^sti_pa_anchors.*|sti_pa_anchors = in/sti-pa.pem|; s|$module|$BUILD/tests/faults/p11-faulty.so|" \
        sti-ca.cnf >"world.$1/sti-ca.cnf"
}

make_root_world() {
    make_hsm
    make_configuration
    passes sti-ca init
    passes sti-ca key generate root
    passes sti-ca key generate intermediate
    public_halves
    public_key root
    cp root-key.pem root-key.pub
    ceremony_file root
    plan_world root 1 root
}

# After the root's: the CA's certificates, and two requests.
make_requests() {
    [ ! -e sti-pa.pem ] || return 0
    passes sti-ca root
    passes sti-ca intermediate
    make_pa
    make_key account
    make_key end-entity
    make_bundle example-telecom "$good_list"
    make_bundle other-telecom TN:12155559999
    sed 's|^sti_pa_anchors.*|sti_pa_anchors = sti-pa.pem|' sti-ca.cnf >own.cnf
    mv own.cnf sti-ca.cnf
}

make_batch_world() {
    make_requests
    request_file batch
    sed -i "s/^valid_to *=.*/valid_to = $(instant '4 hours')/" batch.cnf
    public_key intermediate
    plan_world batch 2 intermediate
}

# One of the two, whose list goes by reference: a file beside the certificate.
make_reference_world() {
    make_requests
    request_file batch
    sed "s/^valid_to *=.*/valid_to = $(instant '4 hours')/; s/^transcript  *=.*/transcript = reference.transcript/
        s|^profile .*|profile = tn-reference\nby_reference = https://lists.example/tn/|
        /^other-telecom/d" batch.cnf >reference.cnf
    public_key intermediate
    plan_world reference 1 intermediate
}

# After the root's: the intermediate's key is destroyed. softhsm.kept has the token as it is before.
make_destruction_world() {
    ceremony_file key-destruction
    mv key-destruction.cnf destruction.cnf
    public_key root
    public_key intermediate
    cp intermediate-key.pem intermediate-key.pub
    sed -i 's/key-destruction.transcript/destruction.transcript/; s/intermediate-key.pem/intermediate-key.pub/' \
        destruction.cnf
    plan_world destruction 0 root
    printf 'type its label|intermediate\n' >>people.destruction
    cp -rp softhsm softhsm.kept
}

# Another CA, with CRLs of its own, in the folder private: it revokes a certificate. Sets tokens.
make_revocation_world() {
    mkdir private
    cd private
    # shellcheck disable=SC2034 # world.sh's: a token of its own
    hsm_module=
    make_private_world
    public_halves
    issue_private one TN:12155550100
    ceremony_file revocation
    sed -i '/^\[revocations\]/,$d' revocation.cnf
    printf '[revocations]\n%s = keyCompromise\n' "$(serial_of one.pem)" >>revocation.cnf
    public_key intermediate
    plan_world revocation 1 intermediate
    printf 'to revoke it|%s\n' "$(last8 "$(serial_of one.pem)")" >>people.revocation
    mv world.revocation people.revocation key.revocation ..
    # shellcheck disable=SC2034 # for the workers
    tokens=$PWD/softhsm
    cd ..
}
