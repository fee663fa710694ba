# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Requests in a folder, for stories about batches. Sourced after world.sh.

# make_request NAME LIST [SUBJECT]: requests/NAME.csr with a key of its own, its token, and
# NAME.pub, the account key.
make_request() {
    mkdir -p requests
    make_key "key-$1"
    passes ossl req -new -key "key-$1.key" -subj "${3:-$good_subject}" -addext "TNAuthList=$2" \
        -out "requests/$1.csr"
    make_token "requests/$1.jwt" "$2"
    cp account.pem "requests/$1.pub"
}

# review FOLDER-OR-MANIFEST [OPTION]...: the digest of the review, in $digest.
review() {
    reviewed=$1
    shift
    status=0
    sti-ca issue --batch "$reviewed" --out issued --review-only --json "$@" >review 2>err ||
        status=$?
    [ "$status" -le 1 ] || fail "exit status $status: no review"
    digest=$(jq -r .digest review)
}

# issue_batch STATUS FOLDER-OR-MANIFEST [OPTION]...: reviews and consents.
issue_batch() {
    wanted_status=$1
    batch=$2
    shift 2
    review "$batch" "$@"
    keep_output sti-ca issue --batch "$batch" --out issued --consent "$digest" "$@"
    [ "$status" -eq "$wanted_status" ] || fail "exit status $status, not $wanted_status"
}

# outcome NAME: that of the manifest.
outcome() {
    jq -r --arg name "$1" '.requests[] | select(.name == $name) | .outcome' issued/manifest.json
}

# issued_rows: how many end-entity certificates the ledger has as issued.
issued_rows() {
    sqlite3 -readonly ledger.sqlite \
        "SELECT count(*) FROM certificate WHERE kind = 'end-entity' AND state = 'issued'"
}

# good_certificates: each certificate of the folder is one of the ledger, and verifies.
good_certificates() {
    for certificate in issued/*.pem; do
        passes openssl verify -CAfile root.pem -untrusted intermediate.pem "$certificate"
        serial=$(openssl x509 -in "$certificate" -noout -serial)
        passes sti-ca show "${serial#serial=}" --out again.pem --force
        same "$certificate" again.pem
    done
    ls issued/.sti-pki-* >out 2>/dev/null && fail "a half-made file lies about"
    return 0
}
