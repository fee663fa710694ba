#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A batch that is stopped at any certificate, by the HSM, by a signal or by the end of the process,
# and run again: it goes on where it stopped, no request gets two certificates, and the set is that
# of an undisturbed run.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/batch.sh
. "$SOURCE/tests/cli/batch.sh"

make_world
names='a b c d e f g h'
for name in $names; do
    make_request "$name" "$good_list"
done
cp sti-ca.cnf plain.cnf
sed "s|$module|$BUILD/tests/faults/p11-faulty.so|" plain.cnf >faulty.cnf
sed "s|$module|$BUILD/tests/tools/p11-pause.so|" plain.cnf >pause.cnf
export P11_FAULTY_MODULE="$module" P11_PAUSE_MODULE="$module"
cp ledger.sqlite fresh.sqlite
cp ledger.sqlite.lock fresh.lock

# anew: the ledger before the batch, and no certificates.
anew() {
    cp fresh.sqlite ledger.sqlite
    cp fresh.lock ledger.sqlite.lock # which remembers the last entry
    rm -rf issued reached-* go-on-*
}

# whole_certificates: what the files and the ledger say agrees, and each request has one certificate at
# most.
whole_certificates() {
    rows=$(issued_rows)
    files=0
    if [ -d issued ]; then
        [ "$(find issued -name '*.pem' | wc -l)" -eq 0 ] || good_certificates
        files=$(find issued -name '*.pem' | wc -l)
    fi
    [ "$rows" -eq "$files" ] || fail "$rows certificates in the ledger, $files files"
    [ "$(sqlite3 -readonly ledger.sqlite 'SELECT count(DISTINCT jti) FROM token_use')" -eq "$rows" ] ||
        fail "a token was used twice"
}

# goes_on: the second run, undisturbed.
goes_on() {
    before=$rows
    passes sti-ca issue --batch requests --out issued --consent "$digest" --json
    [ "$(jq -r '.counts.issued + .counts["done before"]' out)" -eq 8 ] || fail "$(cat out)"
    [ "$(jq -r '.counts["done before"]' out)" -eq "$before" ] || fail "not $before before: $(cat out)"
    whole_certificates
    [ "$rows" -eq 8 ] || fail "$rows certificates"
    [ "$(find issued -name '*.pem' | sort | tr '\n' ' ')" = \
        "issued/a.pem issued/b.pem issued/c.pem issued/d.pem issued/e.pem issued/f.pem issued/g.pem issued/h.pem " ] ||
        fail "$(ls issued)"
}

review requests

step "the HSM fails at each certificate: a lost device, a refusal, a wrong answer, a lost answer"
for try in '1 1 onward 0x32' '1 2 before 0x30' '2 3 wrong' '1 4 after 0x30' '2 5 onward 0x32' \
    '1 6 wrong' '2 7 after 0x30' '1 8 before 0x30'; do
    jobs=${try%% *}
    P11_FAULTY="C_Sign ${try#* }"
    number=${try#* }
    number=${number%% *}
    export P11_FAULTY
    anew
    refused 3 sti-ca issue --batch requests --out issued --consent "$digest" \
        --config faulty.cnf --jobs "$jobs"
    whole_certificates
    [ "$rows" -ge $((number - jobs)) ] || fail "only $rows certificates before fault $number"
    failed=$(jq -r .counts.failed issued/manifest.json)
    if [ "$failed" -lt 1 ] || [ "$failed" -gt "$jobs" ]; then fail "$failed failed"; fi
    [ "$(jq -r .counts.issued issued/manifest.json)" -eq "$rows" ] || fail "the manifest"
    goes_on
done

step "what the ledger says of the certificate at which the device was lost"
anew
P11_FAULTY='C_Sign 3 onward 0x32'
export P11_FAULTY
refused 3 sti-ca issue --batch requests --out issued --consent "$digest" --config faulty.cnf --jobs 1
says err "token 'sti-ca' was pulled out and did not sign with the key 'intermediate' (id 02): CKR_DEVICE_REMOVED (0x32); plug it in and start again"
[ "$(outcome c) $(outcome d)" = "failed open" ] || fail "$(cat issued/manifest.json)"
says issued/manifest.csv 'c,failed,,,,,"'
sqlite3 -readonly ledger.sqlite "SELECT count(*) FROM certificate WHERE state = 'intended'" >open
[ "$(cat open)" -eq 0 ] || fail "an intent is left open"
whole_certificates
goes_on

# begin: starts the batch, which stands still at its first signature.
begin() {
    anew
    P11_PAUSE_AT=C_Sign
    export P11_PAUSE_AT
    env --default-signal=INT,TERM sti-ca issue --batch requests --out issued --consent "$digest" \
        --config pause.cnf --jobs "$1" >out 2>err </dev/null &
    tool=$!
    tries=0
    until [ -e reached-C_Sign ]; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || fail "nothing is signed: $(cat err)"
        sleep 0.05
    done
}

step "a signal while the HSM signs: that certificate is whole, and the next is not begun"
for jobs in 1 2; do
    begin $jobs
    kill -s INT $tool
    : >go-on-C_Sign
    status=0
    wait $tool || status=$?
    [ "$status" -eq 130 ] || fail "exit status $status, not 130: $(cat err)"
    says err "sti-ca: interrupted by SIGINT; the ledger and the manifest say what was issued; run the batch again, which goes on where this stopped"
    whole_certificates
    if [ "$rows" -lt 1 ] || [ "$rows" -ge 8 ]; then fail "$rows certificates"; fi
    goes_on
done

step "the process ends in the middle: what was signed last is not in the ledger, and leaves nothing"
for jobs in 1 2; do
    begin $jobs
    kill -s KILL $tool
    wait $tool || true
    refused 3 sti-ca issue --batch requests --out issued --consent "$digest"
    says err "sti-ca recover"
    passes sti-ca recover
    whole_certificates
    goes_on
done

step "certificates that are in the ledger and have no file are written again"
anew
passes sti-ca issue --batch requests --out issued --consent "$digest"
cp -r issued saved
rm issued/c.pem issued/f.pem
passes sti-ca issue --batch requests --out issued --consent "$digest"
for name in $names; do
    same "saved/$name.pem" "issued/$name.pem"
done
