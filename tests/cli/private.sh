# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# A private hierarchy: root and intermediate sign CRLs of their own, and no certificate names the
# STI-PA's. Sourced after world.sh.

# Lints for SHAKEN that these certificates fail by design; for a profile that can waive them.
private_waivers='e_sti_key_usage_ca_alone e_atis_ext_certificate_policies_ca
    e_atis_ext_crl_distribution_ca e_shaken_certificate_policies_id_ca e_atis_subject_cn_spc
    e_atis_ext_certificate_policies e_atis_ext_crl_distribution e_atis_tn_auth_list
    e_atis_tn_auth_list_spc_format e_shaken_certificate_policies_id'

# make_private_profiles: the folder profiles, which the configuration then names.
make_private_profiles() {
    mkdir profiles
    for name in shaken-root shaken-intermediate tn-level; do
        private=profiles/private-${name#shaken-}.cnf
        sed 's/critical,keyCertSign/critical,keyCertSign,cRLSign/; /^certificatePolicies/d
            /^crlDistributionPoints/d; /^\[sti_pa_crl\]/,$d; /^\[waivers\]/,$d' \
            "$SOURCE/conf/profiles/$name.cnf" >"$private"
        grep -q '^\[waivers\]' "$SOURCE/conf/profiles/tn-level.cnf" || continue
        printf '[waivers]\n' >>"$private"
        for id in $private_waivers; do
            printf '%s = a private hierarchy is outside of SHAKEN\n' "$id" >>"$private"
        done
    done
    mv profiles/private-tn-level.cnf profiles/private.cnf
    sed -i 's/^# profiles = /profiles = /' sti-ca.cnf
}

make_private_ca() {
    make_configuration
    make_private_profiles
    passes sti-ca init
    passes sti-ca key generate root
    passes sti-ca key generate intermediate
    passes sti-ca root --profile private-root
    passes sti-ca intermediate --profile private-intermediate
}

make_private_world() {
    make_hsm
    make_private_ca
    make_pa
    make_key account
    make_key end-entity
}

# issue_private NAME LIST: NAME.pem with this list.
issue_private() {
    make_csr "$1.csr" "$2"
    make_token "$1.jwt" "$2"
    passes sti-ca issue --profile private --csr "$1.csr" --token "$1.jwt" \
        --account-key account.pem --out "$1.pem"
}

serial_of() {
    openssl x509 -in "$1" -noout -serial | sed 's/.*=//'
}

# revoke_on_terminal WORD SHELL-WORDS: sti-ca revoke with these, and WORD is typed.
revoke_on_terminal() {
    on_terminal 'Type ' "$1" "sti-ca revoke $2" || fail "not revoked: $(cat screen)"
}

# last8 SERIAL: what has to be typed.
last8() {
    printf '%s' "$1" | tail -c 8
}
