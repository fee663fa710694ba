# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# A small world for stories about the CA, made anew for each: SoftHSM with one token for the CA and
# one for the STI-PA, the CA's keys and certificates, an STI-PA, an applicant with a good request.
# With STI_HSM=NAME the token is of the module that tests/hsm/NAME-init starts, and the STI-PA's key
# is on the same one, for some modules have one token only. Sourced after lib.sh.

# What start_token sets; a story may have started its token before it sources this file again.
: "${hsm_module=}" "${hsm_query=}" "${hsm_package=}" "${hsm_arguments=}" "${hsm_needs=}"
module=/usr/lib/softhsm/libsofthsm2.so
pa_key="pkcs11:token=sti-pa;object=token-signer;id=%01?module-path=$module&pin-source=file:sti-pa.pin"
good_list=SPC:709J,TN:12155550100-12155550199,TN:12155551212
good_subject='/C=US/O=Example Telecom/CN=SHAKEN 709J'

# start_token NAME LABEL: a token with this label, its PIN in LABEL.pin; sets what tests/hsm/lib.sh
# says. A module that cannot run here ends the story with the status for that.
start_token() {
    status=0
    "$SOURCE/tests/hsm/$1-init" . "$2" >variables 2>err </dev/null || status=$?
    if [ "$status" -eq 77 ]; then
        cat err
        exit 77
    fi
    [ "$status" -eq 0 ] || fail "exit status $status: $1-init"
    eval "$(cat variables)"
}

make_hsm() {
    [ -n "$hsm_module" ] || start_token "${STI_HSM:-softhsm}" sti-ca
    [ -n "${STI_HSM:-}" ] || start_token softhsm sti-pa
    [ -z "${STI_HSM:-}" ] ||
        pa_key="pkcs11:token=sti-ca;object=token-signer;id=%03?$hsm_query&pin-source=file:sti-ca.pin"
}

# The shipped configuration, with the URI query of this world's module.
make_configuration() {
    query="$hsm_query&pin-source=file:sti-ca.pin" awk '
        /^hsm = / { $0 = "hsm = " ENVIRON["query"] }
        { print }' "$SOURCE/conf/sti-ca.cnf" >sti-ca.cnf
}

# with_policy FILE LINE...: the configuration with these `key = value` lines in [verdict].
with_policy() {
    policy_file=$1
    shift
    cp sti-ca.cnf "$policy_file"
    for line; do
        key=${line%% =*}
        grep -q "^$key *= " "$policy_file" || fail "the configuration has no $key"
        sed -i "s/^$key *= .*/$line/" "$policy_file"
    done
}

make_ca() {
    make_configuration
    passes sti-ca init
    passes sti-ca key generate root
    passes sti-ca key generate intermediate
    passes sti-ca root
    passes sti-ca intermediate
}

make_pa() {
    passes sti-pa key generate --key "$pa_key"
    passes sti-pa certificate --key "$pa_key" --country US --organization "Example STI-PA" \
        --common-name "STI-PA token signer" --out sti-pa.pem
}

# make_key NAME: NAME.key and NAME.pem, EC P-256.
make_key() {
    passes openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
    passes openssl pkey -in "$1.key" -pubout -out "$1.pem"
}

# make_csr FILE LIST [OPENSSL-REQ-ARGUMENT]...
make_csr() {
    csr_file=$1
    csr_list=$2
    shift 2
    passes ossl req -new -key end-entity.key -subj "$good_subject" \
        -addext "TNAuthList=$csr_list" -out "$csr_file" "$@"
}

# make_token FILE LIST [STI-PA-TOKEN-ARGUMENT]...
make_token() {
    token_file=$1
    token_list=$2
    shift 2
    passes sti-pa token --key "$pa_key" --certificate sti-pa.pem --list "$token_list" \
        --account-key account.pem --out "$token_file" "$@"
}

make_world() {
    make_hsm
    make_ca
    make_pa
    make_key account
    make_key end-entity
    make_csr request.csr "$good_list"
    make_token token.jwt "$good_list"
}

# The ledger's rows and token uses, to show that a refusal left it as it was.
ledger_state() {
    sqlite3 -readonly ledger.sqlite 'SELECT * FROM certificate; SELECT * FROM token_use' |
        sha256sum
}

# refuses_request TEXT: both check and issue refuse the request with this sentence; nothing is
# written, no serial is used, and no token is marked. Set csr, token or account beforehand to use
# other files than the good ones.
refuses_request() {
    before=$(ledger_state)
    refused 1 sti-ca check --csr "${csr:-request.csr}" --token "${token:-token.jwt}" \
        --account-key "${account:-account.pem}"
    says err "$1"
    refused 1 sti-ca issue --csr "${csr:-request.csr}" --token "${token:-token.jwt}" \
        --account-key "${account:-account.pem}" --out refused.pem
    says err "$1"
    absent refused.pem
    [ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
    csr='' token='' account=''
}
