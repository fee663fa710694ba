# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034,SC2154 # the story sets and uses them
# The same CSRs made by different software get the same verdicts. A story sources this after lib.sh
# and world.sh, defines make_request NAME, which writes NAME.csr, and then runs judge_requests.

# DER of SPC:709J,TN:12155550100-12155550199,TN:12155551212; of SPC:709J alone; of it with an octet
# too few.
good_hex=302ba00616043730394aa1123010160b3132313535353530313030020164a20d160b3132313535353531323132
less_hex=3008a00616043730394a
cut_hex=3008a0061604373039

# What is wrong with NAME.csr, the check that says so, and its sentence. Nothing else may fail.
judged_requests() {
    cat <<'END'
no-list|csr-list|TNAuthList: the CSR holds no TNAuthList (RFC 8226 section 9)
two-lists|csr-list|TNAuthList: the CSR holds two TNAuthList extensions, exactly one is wanted (RFC 5280 section 4.2)
cut-list|csr-list|TNAuthList at byte 1: the length says 8 octets, but only 7 follow (X.690 section 10.1)
less-list|lists|TNAuthList: the token also has TN:12155550100-12155550199, TN:12155551212, which is not asked for
p384|csr-key|the CSR's key is not EC on the named curve P-256, which ES256 needs (RFC 8226 section 4)
rsa|csr-key|the CSR's key is not EC on the named curve P-256, which ES256 needs (RFC 8226 section 4)
account|separate-keys|the CSR's key is the account key; make a key of its own for the certificate (RFC 8555 section 11.1)
usage|csr-extensions|the CSR asks for the extension X509v3 Extended Key Usage, which no certificate of this CA has
ca|ca|Basic Constraints: the CSR asks for cA TRUE, but the token says ca false (RFC 9448 section 6 step 9)
name|subject|CN of the subject is "SHAKEN 1234"; for a list with one SPC it is "SHAKEN 709J"
END
}

# fails_alone FILE CHECK SENTENCE
fails_alone() {
    refused 1 sti-ca check --csr "$1" --token token.jwt --account-key account.pem
    says err "$1: $3"
    says out "FAILED  $2"
    says out "verdict: refused (1 of "
}

# A signature that fits other octets: the last octet of the CSR has another bit.
flip_signature() {
    openssl req -in good.csr -outform DER -out good.der
    size=$(wc -c <good.der)
    last=$(tail -c 1 good.der | od -An -tu1 | tr -d ' ')
    head -c $((size - 1)) good.der >short.der
    # shellcheck disable=SC2059 # the octet is the format
    printf "\\$(printf '%03o' $((last ^ 1)))" | cat short.der - >flipped.csr
}

# judge_requests MAKER [NAME]...: the names are of those that the maker cannot make.
judge_requests() {
    maker=$1
    shift
    cannot=" $* "
    make_world

    step "a good CSR that $maker made passes"
    make_request good
    passes sti-ca check --csr good.csr --token token.jwt --account-key account.pem

    step "the same CSR with another bit in its signature"
    flip_signature
    fails_alone flipped.csr csr-signature "the CSR's signature does not verify with the CSR's own public key"

    judged_requests >table
    while IFS='|' read -r request check sentence; do
        case $cannot in
        *" $request "*) continue ;;
        esac
        step "$request, made by $maker"
        make_request "$request"
        fails_alone "$request.csr" "$check" "$sentence"
    done <table

    # At the end: from then on the CSR's key is this holder's.
    step "and gets its certificate"
    passes sti-ca issue --csr good.csr --token token.jwt --account-key account.pem --out good.pem
    passes openssl x509 -in good.pem -noout -pubkey
    mv out issued.pub
    passes openssl req -in good.csr -noout -pubkey
    same out issued.pub
}
