#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Plain CRLs of a private hierarchy: OpenSSL, GnuTLS and sti-ca verify agree on who is revoked; the
# number rises, nothing disappears, and what was signed is in the ledger.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"
# shellcheck source=tests/cli/private.sh
. "$SOURCE/tests/cli/private.sh"

make_private_world
issue_private good TN:12155550100-12155550199
issue_private bad TN:12155551212
bad=$(serial_of bad.pem)

crl() { # ISSUER FILE [ARGUMENT]...
    crl_issuer=$1 crl_file=$2
    shift 2
    passes sti-ca crl --issuer "$crl_issuer" --out "$crl_file" --force --days 7 "$@"
}

judge() {
    openssl verify -x509_strict -CAfile root.pem -untrusted intermediate.pem -CRLfile crls.pem \
        -crl_check_all "$1"
}

# judged good|revoked FILE: what OpenSSL says of it, by root.crl and intermediate.crl.
judged() {
    for name in root intermediate; do
        passes openssl crl -inform DER -in $name.crl -out $name-crl.pem
    done
    cat root-crl.pem intermediate-crl.pem >crls.pem
    cat intermediate.pem intermediate-crl.pem >with-signer.pem
    if [ "$1" = good ]; then
        passes judge "$2"
    else
        refused 2 judge "$2"
        says err "certificate revoked"
    fi
}

step "an empty one"
crl root root.crl
crl intermediate intermediate.crl
says out "signed CRL 01"
says out "entries     0 (0 new, 0 gone)"
passes openssl crl -inform DER -in intermediate.crl -noout -text
says out "Version 2 (0x1)"
says out "X509v3 CRL Number:"
says out "X509v3 Authority Key Identifier:"
says out "No Revoked Certificates."
says_not out "Issuing Distribution Point"
passes certtool --crl-info --inder --infile intermediate.crl
says out "CRL Number (not critical): 01"
says out "No revoked certificates."
passes openssl crl -inform DER -in intermediate.crl -CAfile intermediate.pem -noout
judged good good.pem
judged good bad.pem

step "one is revoked: all agree"
revoke_on_terminal "$(last8 "$bad")" "$bad --reason keyCompromise"
crl intermediate intermediate.crl
says out "signed CRL 02"
says out "entries     1 (1 new, 0 gone)"
passes openssl crl -inform DER -in intermediate.crl -noout -text
says out "Serial Number: $bad"
says out "Key Compromise"
passes certtool --crl-info --inder --infile intermediate.crl
says out "Revoked certificates (1):"
says out "$(printf '%s' "$bad" | tr A-F a-f)"
judged good good.pem
judged revoked bad.pem

step "sti-ca verify and certtool say the same"
verify() {
    sti-ca verify "$1" --anchor root.pem --chain intermediate.pem --crl with-signer.pem \
        --crl root-crl.pem --crl-anchor root.pem
}
passes verify good.pem
refused 1 verify bad.pem
says err "was revoked by the CRL of"
cat good.pem intermediate.pem root.pem >good-chain.pem
cat bad.pem intermediate.pem root.pem >bad-chain.pem
passes certtool --verify --load-ca-certificate root.pem --infile good-chain.pem --load-crl crls.pem
says out "Chain verification output: Verified."
refused 1 certtool --verify --load-ca-certificate root.pem --infile bad-chain.pem --load-crl crls.pem
says out "The certificate chain is revoked"

step "JSON, PEM, a time for the next one"
sti-ca crl --issuer intermediate --out pem.crl --pem --next-update "$(date -u -d '+3 days' +%FT%TZ)" --json >out
passes jq -e '.number == "03" and .entries == 1 and .new == 0 and .gone == 0 and .indirect == false' out
passes openssl crl -in pem.crl -noout -nextupdate

step "the last one once more, the same octets, without signing"
passes sti-ca crl --issuer intermediate --again --out again.crl --pem
says out "written again: CRL 03"
same pem.crl again.crl

step "wrong words, and files that are there"
refused 2 sti-ca crl --out x.crl --days 7
says err "give either --issuer, for the CRL of one of this CA's own certificates, or --indirect"
refused 2 sti-ca crl --issuer nobody --out x.crl --days 7
says err "--issuer is neither root nor intermediate"
refused 2 sti-ca crl --issuer root --out x.crl
says err "give one of --days and --next-update: when the next CRL comes is for you to say"
refused 2 sti-ca crl --issuer root --out x.crl --days 0
says err "--days is not a number of days between 1 and 3660"
refused 2 sti-ca crl --issuer root --out x.crl --days 7 --report report.json
says err "--report goes with --indirect"
refused 2 sti-ca crl --issuer root --out x.crl --days 7 --again
says err "--again writes the last CRL once more and goes with none of"
refused 1 sti-ca crl --issuer root --out x.crl --next-update 2001-01-01T00:00:00Z
says err "does not come after its thisUpdate"
says err "(RFC 5280 section 5.1.2.5)"
refused 1 sti-ca crl --issuer intermediate --out x.crl --days 3660
says err "ends before the CRL's nextUpdate"
refused 3 sti-ca crl --issuer root --out root.crl --days 7
says err "root.crl"
refused 2 sti-ca crl --indirect --out x.crl --days 7
says err "sti-ca.cnf has no section [crl]"
refused 2 sti-ca crl --issuer root --out x.crl --days 7 --previous root.crl
says err "the ledger has CRL 01 of"
absent x.crl

step "no refusal has used a number"
crl intermediate intermediate.crl
says out "signed CRL 04"

# killed_at CALL SIGNAL: sti-ca crl gets the signal when it stands at this call of the module.
killed_at() {
    rm -f reached-*
    P11_PAUSE_MODULE=$module P11_PAUSE_LOG=$PWD/calls P11_PAUSE_AT=$1 sti-ca crl \
        --config pause.cnf --issuer intermediate --days 7 --out killed.crl >out 2>err </dev/null &
    tool=$!
    tries=0
    until [ -e "reached-$1" ]; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || fail "it does not come to $1"
        sleep 0.05
    done
    kill -s "$2" $tool
    : >"go-on-$1"
    status=0
    wait $tool 2>/dev/null || status=$?
    absent killed.crl
    rm -f .sti-pki-* "go-on-$1"
}

step "killed before the record: nothing left, and the number is the next one's; after it: --again"
sed "s|$module|$BUILD/tests/tools/p11-pause.so|" sti-ca.cnf >pause.cnf
killed_at C_Login TERM
[ "$status" -eq 143 ] || fail "exit status $status, not 143"
says err "interrupted by SIGTERM; no CRL was signed"
killed_at C_Sign KILL
passes sti-ca crl --issuer intermediate --again --out before.crl
says out "written again: CRL 04"
killed_at C_Logout KILL
passes sti-ca crl --issuer intermediate --again --out after.crl
says out "written again: CRL 05"
passes openssl crl -inform DER -in after.crl -CAfile intermediate.pem -noout
crl intermediate intermediate.crl
says out "signed CRL 06"

step "the shaken profiles have no cRLSign: the sentence says what to do"
mkdir shaken
(
    cd shaken
    cp ../sti-ca.pin .
    sed 's/^profiles = .*//; s/object=root;id=%01/object=shaken-root;id=%11/
        s/object=intermediate;id=%02/object=shaken-intermediate;id=%12/' ../sti-ca.cnf >sti-ca.cnf
    passes sti-ca init
    passes sti-ca key generate root
    passes sti-ca key generate intermediate
    passes sti-ca root
    passes sti-ca intermediate
    refused 1 sti-ca crl --issuer intermediate --out x.crl --days 7
    says err "intermediate.pem: its keyUsage has no cRLSign, so nobody would believe a CRL that it signs"
    says err "the profile shaken-intermediate must not have it, for the STI-PA publishes what is revoked"
    says err "(RFC 5280 section 6.3.3)"
    absent x.crl
)
