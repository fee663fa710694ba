#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Lints before the HSM is asked: what they refuse leaves no trace, every shipped profile mints, and
# its waivers are those that its certificates need, no more and no fewer.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_world
shipped=$SOURCE/conf/profiles
mkdir profiles
cp "$shipped"/*.cnf profiles
sed -i "s|$module|$BUILD/tests/faults/p11-faulty.so|; s/^# profiles = .*/profiles = profiles/" sti-ca.cnf
export P11_FAULTY_MODULE="$module" P11_FAULTY_LOG=calls

# issue_with PROFILE CSR TOKEN OUT [OPTION]...: the words of the command.
issue_with() {
    profile=$1 csr=$2 token=$3 file=$4
    shift 4
    keep_output sti-ca issue --profile "$profile" --csr "$csr" --token "$token" \
        --account-key account.pem --out "$file" "$@"
}

step "a lint that fails refuses before anybody logs in, with its id, its clause and how to mend it"
sed -i '/^e_atis_tn_auth_list /d' profiles/tn-level.cnf
before=$(ledger_state)
issue_with tn-level request.csr token.jwt ee.pem
[ "$status" -eq 1 ] || fail "exit status $status, not 1"
says err "sti-ca: before it is signed the certificate fails the lint e_atis_tn_auth_list: the TNAuthList has 3 entries, 1 of them SPCs, where one SPC is wanted; mend it in the request, the configuration or the profile tn-level: add TNAuthList = SPC:...; a list of numbers is outside the base profile (ATIS-1000080.v003 section 6.4.1)"
[ "$(wc -l <err)" -eq 1 ] || fail "more than one line"
absent ee.pem calls
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"

step "the same as JSON"
issue_with tn-level request.csr token.jwt ee.pem --json
[ "$status" -eq 1 ] || fail "exit status $status, not 1"
passes jq -e '.error | .clause == "ATIS-1000080.v003 section 6.4.1" and
    (.sentence | contains("e_atis_tn_auth_list"))' out

step "with the waiver the token is good as before, and the run says what was waived and what else there is"
cp "$shipped/tn-level.cnf" profiles
issue_with tn-level request.csr token.jwt ee.pem
[ "$status" -eq 0 ] || fail "exit status $status, not 0"
says out "  waived    e_atis_subject_cn_spc,"
says out "            e_shaken_certificate_policies_id"
says out "  notice    n_sti_spc_beside_numbers: the list has numbers and the SPC 709J"
[ "$(grep -c '^C_Sign ' calls)" -eq 1 ] || fail "more or less than one signature"

step "a root and an intermediate that fail are not signed either"
sed 's/^policy .*/policy = 1.3.6.1.4.1.32473.1.1/' sti-ca.cnf >own.cnf
before=$(ledger_state)
cp intermediate.pem kept.pem
: >calls
refused 1 sti-ca intermediate --profile shaken-intermediate --config own.cnf --force
says err "before it is signed the certificate fails the lint e_shaken_certificate_policies_id_ca: the policy is 1.3.6.1.4.1.32473.1.1; mend it in the request, the configuration or the profile shaken-intermediate: name 2.16.840.1.114569.1.1.4 (SHAKEN certificate policy v1.3 section 1.3)"
same intermediate.pem kept.pem
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
says_not calls C_Sign
unset P11_FAULTY_LOG

# minted PROFILE FILE: it lints clean but for the profile's waivers, whose ids go into effect/PROFILE.
mkdir effect
minted() {
    passes sti-ca lint --profile "$1" "$2"
    passes sti-ca lint --profile "$1" --json "$2"
    jq -r '.results[].findings[] | select(.status == "waived") | .id' out >>"effect/$1"
    says_not out '"status": "fail", "id": "e_'
    if [ -s "effect/$1" ]; then
        refused 1 sti-ca lint "$2"
    else
        passes sti-ca lint "$2"
    fi
}

step "base SHAKEN: root, intermediate and end entity need no waiver"
sed 's/^policy .*/policy = 2.16.840.1.114569.1.1.4/; s/^path_length = 0/path_length = 1/
    s/^certificate = root.pem/certificate = base-root.pem/
    s/^certificate = intermediate.pem/certificate = base-intermediate.pem/' sti-ca.cnf >base.cnf
passes sti-ca root --config base.cnf
says_not out waived
passes sti-ca intermediate --profile shaken-intermediate --config base.cnf
says_not out waived
make_csr spc.csr SPC:709J
make_token spc.jwt SPC:709J
issue_with shaken spc.csr spc.jwt shaken.pem --config base.cnf --json
[ "$status" -eq 0 ] || fail "exit status $status, not 0"
passes jq -e '.lint == []' out
minted shaken-root base-root.pem
minted shaken-intermediate base-intermediate.pem
minted shaken shaken.pem

step "the intermediate of a CA with a policy of its own"
sed -i 's/^path_length = 0/path_length = 1/' sti-ca.cnf
passes sti-ca intermediate --force
says out "  waived    e_shaken_certificate_policies_id_ca"
minted tn-intermediate intermediate.pem

step "tn-level and tn-reference, also with a name that has no SHAKEN"
minted tn-level ee.pem
make_key customer
customer_csr() {
    passes ossl req -new -key customer.key -subj "/C=US/O=Example Customer/CN=Example PBX" \
        -addext "TNAuthList=$2" -out "$1"
}
customer_csr numbers.csr TN:12155551212
make_token numbers.jwt TN:12155551212
issue_with tn-level numbers.csr numbers.jwt numbers.pem
[ "$status" -eq 0 ] || fail "exit status $status, not 0"
minted tn-level numbers.pem
make_token reference.jwt TN:12155551212
issue_with tn-reference numbers.csr reference.jwt reference.pem --by-reference https://tn.example/ --json
[ "$status" -eq 0 ] || fail "exit status $status, not 0"
passes jq -e '.lint[] | select(.id == "e_atis_ext_not_specified") | .status == "waived" and
    (.detail | startswith("waived: RFC 8226 section 10.1: a list by reference is in"))' out
minted tn-reference reference.pem

step "a delegating CA and its delegate"
sed 's/object=intermediate;id=%02/object=delegating;id=%04/; s/^ledger = .*/ledger = delegating.sqlite/
    s/^certificate = root.pem/certificate = intermediate.pem/
    t
    s/^certificate = intermediate.pem/certificate = delegate-ca.pem/' sti-ca.cnf >delegating.cnf
passes sti-ca init --config delegating.cnf
passes sti-ca key generate intermediate --config delegating.cnf
make_csr template.csr TN:12155550100-12155550199 -addext "basicConstraints=critical,CA:TRUE" \
    -addext "keyUsage=critical,keyCertSign" -subj "/C=US/O=Example Telecom/CN=SHAKEN Example Telecom CA"
passes "$BUILD/tests/tools/hsm_csr" \
    "pkcs11:token=sti-ca;object=delegating;id=%04?$hsm_query&pin-source=file:sti-ca.pin" template.csr
mv out delegate-ca.csr
make_token delegate-ca.jwt TN:12155550100-12155550199 --ca
issue_with delegate-ca delegate-ca.csr delegate-ca.jwt delegate-ca.pem
[ "$status" -eq 0 ] || fail "exit status $status, not 0"
minted delegate-ca delegate-ca.pem
customer_csr delegate.csr TN:12155550110-12155550119
make_token delegate.jwt TN:12155550110-12155550119 --lifetime 7d
issue_with delegate delegate.csr delegate.jwt delegate.pem --config delegating.cnf
[ "$status" -eq 0 ] || fail "exit status $status, not 0"
minted delegate delegate.pem

step "every waiver of every shipped profile has something to waive"
for file in "$shipped"/*.cnf; do
    name=$(basename "$file" .cnf)
    passes sti-ca profile show --json "$name"
    jq -r '.waivers[].id' out | sort >wanted
    [ -e "effect/$name" ] || fail "no certificate of the profile $name was made"
    sort -u "effect/$name" >is
    same is wanted
done

step "lint --profile: what it takes, and what not"
refused 1 sti-ca lint --profile shaken ee.pem
says out "error          e_atis_tn_auth_list: "
passes sti-ca lint --profile tn-level ee.pem
says out "  waived         e_atis_tn_auth_list: waived: RFC 8226 section 9 lets a list have numbers"
says out "1 certificate in 1 file: 0 errors, 0 warnings, 1 notice; 4 waived; 0 not in force yet"
passes sti-ca lint --sarif --profile tn-level ee.pem
passes jq -e '[.runs[0].results[] | select(.suppressions)] | length == 4' out
sed -i '/^e_atis_tn_auth_list /d' profiles/tn-level.cnf
refused 1 sti-ca lint --profile tn-level --config sti-ca.cnf ee.pem
says out "error          e_atis_tn_auth_list: "
refused 2 sti-ca lint --profile nothing ee.pem
says err "there is no profile nothing; there is: delegate, delegate-ca, shaken, "
refused 2 sti-ca lint --list --profile tn-level
says err "--list and --explain stand alone, or with --json"
refused 2 sti-ca lint --verifiers --profile tn-level ee.pem
says err "--profile is for the rules, and no verifier waives any of them"
refused 2 sti-ca lint --config sti-ca.cnf ee.pem
says err "--config names a folder of profiles; give one with --profile"
