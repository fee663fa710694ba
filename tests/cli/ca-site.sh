#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Values of a profile's own in one configuration: a CA that issues shaken under the SHAKEN policy and
# tn-level under its own; and what a section of a profile may not say.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"
# shellcheck source=tests/cli/batch.sh
. "$SOURCE/tests/cli/batch.sh"

make_world
shaken_policy=2.16.840.1.114569.1.1.4
own_policy=1.3.6.1.4.1.32473.1.1
cp sti-ca.cnf shipped.cnf

# with_section LINE...: the shipped configuration and these lines.
with_section() {
    cp shipped.cnf sti-ca.cnf
    printf '%s\n' "$@" >>sti-ca.cnf
}

# bad_section TEXT LINE...: every command that reads the configuration refuses it with this sentence.
bad_section() {
    sentence=$1
    shift
    with_section "$@"
    before=$(ledger_state)
    refused 2 sti-ca issue --csr request.csr --token token.jwt --account-key account.pem \
        --out refused.pem
    says err "sti-ca: sti-ca.cnf: $sentence"
    [ "$(wc -l <err)" -eq 1 ] || fail "more than one line"
    refused 2 sti-ca list
    says err "sti-ca: sti-ca.cnf: $sentence"
    refused 2 sti-ca profile list --config sti-ca.cnf
    says err "sti-ca: sti-ca.cnf: $sentence"
    absent refused.pem
    [ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
}

# has_policy FILE OID: this policy and no other.
has_policy() {
    passes openssl x509 -in "$1" -noout -ext certificatePolicies
    says out "Policy: $2"
    [ "$(grep -c Policy: out)" -eq 1 ] || fail "not one policy"
}

# validity FILE: its validity, in seconds.
validity() {
    begin=$(date -d "$(openssl x509 -in "$1" -noout -startdate | cut -d= -f2)" +%s)
    end=$(date -d "$(openssl x509 -in "$1" -noout -enddate | cut -d= -f2)" +%s)
    echo $((end - begin + 1))
}

step "a section for a profile that is not there, or of no profile's name, is refused"
bad_section "[profile shakn]: there is no profile shakn; there is: delegate, delegate-ca, shaken," \
    "[profile shakn]" "days = 7"
bad_section "[profile Shaken]: is not [profile NAME]: one blank, and 1 to 63 small letters," \
    "[profile Shaken]" "days = 7"
bad_section "[profile shaken] key: is an unknown key; this section has: days, path_length, policy," \
    "[profile shaken]" "key = pkcs11:token=a"
bad_section "[profile shaken] policy: is not an OID in dotted form" \
    "[profile shaken]" "policy = shaken"
with_section "[profile shakn]" "days = 7"
refused 3 sti-ca doctor --only ca
tr -s ' ' <out >words
says words " FAILED profiles sti-ca.cnf: [profile shakn]: there is no profile shakn; there is:"

# useless PROFILE KEY LINE COMMAND...: the profile's certificates take no such value.
useless() {
    profile=$1 key=$2 line=$3
    shift 3
    with_section "[profile $profile]" "$line"
    sentence="sti-ca.cnf: [profile $profile] $key: has no effect: certificates of the profile $profile take no such value from the configuration; take the line away"
    before=$(ledger_state)
    refused 2 "$@"
    says err "sti-ca: $sentence"
    refused 2 sti-ca profile show --config sti-ca.cnf "$profile"
    says err "sti-ca: $sentence"
    refused 2 sti-ca profile check --config sti-ca.cnf "$SOURCE/conf/profiles/$profile.cnf"
    says err "sti-ca: $sentence"
    refused 3 sti-ca doctor --only ca
    tr -s ' ' <out >words
    says words " FAILED profiles $sentence"
    [ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
}

step "a value that certificates of the profile do not take is refused where it would be used"
useless shaken-root policy "policy = $shaken_policy" sti-ca root --force
useless shaken-root crl_url "crl_url = https://crl.example/" sti-ca root --force
useless tn-intermediate outlive_token "outlive_token = yes" sti-ca intermediate --force
useless tn-level path_length "path_length = 1" sti-ca issue --csr request.csr --token token.jwt \
    --account-key account.pem --out refused.pem
useless tn-level path_length "path_length = 1" sti-ca check --csr request.csr --token token.jwt \
    --account-key account.pem
absent refused.pem

step "one configuration for both policies; the other values stand as they are"
with_section "[profile shaken]" "policy = $shaken_policy" "days = 7" "crl_url = https://sti-pa.example/shaken" \
    "crl_issuer = shaken_crl" "[shaken_crl]" "CN = Shaken CRL" "[profile shaken-intermediate]" \
    "policy = $shaken_policy" "path_length = 3" "[profile tn-reference]" "outlive_token = yes" "days = 30" \
    "[profile shaken-root]" "days = 100"
passes sti-ca profile show --config sti-ca.cnf shaken
says out "what sti-ca.cnf says for it:"
says out "  policy         $shaken_policy  [profile shaken]"
says out "  days           7  [profile shaken]"
says out "  crl_issuer     CN=Shaken CRL  [profile shaken]"
says out "  outlive_token  no  [end-entity]"
says_not out "path_length"
passes sti-ca profile show --config sti-ca.cnf tn-level
says out "  policy         $own_policy  [end-entity]"
says out "  days           90  [end-entity]"
passes sti-ca profile show --config sti-ca.cnf shaken-root
says out "  days           100  [profile shaken-root]"
says out "  path_length    none  [root]"
says_not out "policy  "
passes sti-ca profile check --config sti-ca.cnf "$SOURCE/conf/profiles/shaken-intermediate.cnf"
says out "good: profile shaken-intermediate"
says out "  path_length    3  [profile shaken-intermediate]"
passes sti-ca profile show --config sti-ca.cnf --json shaken
# shellcheck disable=SC2016 # jq's variable
passes jq -e --arg oid "$shaken_policy" '.site == {
    days: {value: 7, section: "profile shaken"}, policy: {value: $oid, section: "profile shaken"},
    crl_url: {value: "https://sti-pa.example/shaken", section: "profile shaken"},
    crl_issuer: {value: "CN=Shaken CRL", section: "profile shaken"},
    outlive_token: {value: false, section: "end-entity"}}' out
passes sti-ca profile show --config sti-ca.cnf --json shaken-root
passes jq -e '.site == {days: {value: 100, section: "profile shaken-root"},
    path_length: {value: null, section: "root"}}' out
passes sti-ca profile show shaken
says_not out "says for it"
passes sti-ca doctor --only ca
tr -s ' ' <out >words
says words " ok profiles the program itself has 8, of which 4 have values of their own in sti-ca.cnf"

step "a shaken certificate under the SHAKEN policy, without a waiver, and a tn-level one under the CA's own"
make_csr spc.csr SPC:709J
make_token spc.jwt SPC:709J --lifetime 60d
passes sti-ca check --profile shaken --csr spc.csr --token spc.jwt --account-key account.pem
passes sti-ca issue --profile shaken --csr spc.csr --token spc.jwt --account-key account.pem \
    --out shaken.pem
says_not out waived
has_policy shaken.pem "$shaken_policy"
[ "$(validity shaken.pem)" -eq $((7 * 86400)) ] || fail "not 7 days"
passes openssl x509 -in shaken.pem -noout -ext crlDistributionPoints
says out "URI:https://sti-pa.example/shaken"
says out "CN = Shaken CRL"
passes sti-ca lint shaken.pem
passes sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out tn-level.pem
has_policy tn-level.pem "$own_policy"
passes openssl x509 -in tn-level.pem -noout -ext crlDistributionPoints
says out "URI:https://sti-pa.example/crl"
refused 1 sti-ca lint tn-level.pem
passes sti-ca lint --profile tn-level tn-level.pem
for file in shaken.pem tn-level.pem; do
    passes sti-ca verify "$file" --anchor root.pem --chain intermediate.pem --uncovered accept
done

step "with one intermediate a verifier that asks for a policy takes the kind that has the intermediate's"
asked() { ossl verify -policy "$1" -explicit_policy -CAfile root.pem -untrusted intermediate.pem "$2"; }
passes asked "$own_policy" tn-level.pem
refused 2 asked "$shaken_policy" shaken.pem
says err "no explicit policy"

step "outlive_token and days of one profile leave the others' certificates to end with their tokens"
make_token short.jwt "$good_list" --lifetime 2d
passes sti-ca issue --profile tn-reference --csr request.csr --token short.jwt \
    --account-key account.pem --out outlives.pem --by-reference https://tn.example/
[ "$(validity outlives.pem)" -eq $((30 * 86400)) ] || fail "not 30 days"
make_token short2.jwt "$good_list" --lifetime 2d
passes sti-ca issue --csr request.csr --token short2.jwt --account-key account.pem --out ends.pem
[ "$(validity ends.pem)" -le $((2 * 86400 + 1)) ] || fail "it outlives its token"

step "a batch has both policies, too"
make_request shaken-one SPC:709J
make_request level-one "$good_list"
cat >requests/batch.json <<'END'
{"batch": 1, "requests": [
    {"name": "s", "csr": "shaken-one.csr", "token": "shaken-one.jwt", "account_key": "shaken-one.pub",
        "profile": "shaken"},
    {"name": "l", "csr": "level-one.csr", "token": "level-one.jwt", "account_key": "level-one.pub"}]}
END
issue_batch 0 requests/batch.json
has_policy issued/s.pem "$shaken_policy"
has_policy issued/l.pem "$own_policy"
passes openssl x509 -in issued/s.pem -noout -ext crlDistributionPoints
says out "URI:https://sti-pa.example/shaken"
passes sti-ca lint issued/s.pem
passes sti-ca lint --profile tn-level issued/l.pem
sed 's/^\[profile shaken\]/&\npath_length = 1/' sti-ca.cnf >useless.cnf
refused 2 sti-ca issue --batch requests/batch.json --out elsewhere --review-only \
    --config useless.cnf
says err "useless.cnf: [profile shaken] path_length: has no effect: certificates of the profile"
absent elsewhere

step "the record has the tn-level certificate with the waivers that took effect, and no others"
serial=$(openssl x509 -in tn-level.pem -noout -serial | cut -d= -f2)
waived="e_atis_subject_cn_spc: RFC 8226 section 9: a list without a single SPC has none that CN could name; e_atis_tn_auth_list: RFC 8226 section 9 lets a list have numbers, ranges and any SPC, the base profile one SPC; e_atis_tn_auth_list_spc_format: RFC 8226 section 9: an SPC is any IA5String, and a list need not have one; e_shaken_certificate_policies_id: RFC 5280 section 4.2.1.4: the policy is that of the CA, for certificates outside of base SHAKEN do not meet the SHAKEN policy"
on_terminal 'Type ' "$(printf '%s' "$serial" | tail -c 8)" \
    "sti-ca revoke $serial --reason keyCompromise" || fail "not revoked: $(cat screen)"
passes sti-ca show "$serial"
says out "profile     tn-level"
says out "waived      $waived"
grep -q "^hsm         sti-ca, serial [^ ]" out || [ -n "${STI_HSM:-}" ] || fail "no HSM"
says out "to          $PWD/tn-level.pem"
grep -q "^delivered *20" out || fail "not when it was delivered"
grep -q "^revoked *20.*key" out || fail "not when it was revoked, and why"
passes sti-ca show "$serial" --json
# shellcheck disable=SC2016 # jq's variable
passes jq -e --arg waived "$waived" --arg out "$PWD/tn-level.pem" '.profile == "tn-level" and
    .waivers == $waived and (.hsm | test(", serial ")) and .out == $out and
    (.delivered_at | test("^20")) and (.revoked_at | test("^20"))' out
serial=$(openssl x509 -in shaken.pem -noout -serial | cut -d= -f2)
passes sti-ca show "$serial"
says out "profile     shaken"
says_not out "waived"
says_not out "revoked"

step "root and intermediate take theirs, too"
passes sti-ca intermediate --profile shaken-intermediate --force
says_not out waived
has_policy intermediate.pem "$shaken_policy"
passes openssl x509 -in intermediate.pem -noout -ext basicConstraints
says out "CA:TRUE, pathlen:3"
[ "$(validity intermediate.pem)" -eq $((1826 * 86400)) ] || fail "not the days of [intermediate]"
passes sti-ca intermediate --force
has_policy intermediate.pem "$own_policy"
passes openssl x509 -in intermediate.pem -noout -ext basicConstraints
says out "CA:TRUE, pathlen:0"
passes sti-ca root --force
[ "$(validity root.pem)" -eq $((100 * 86400)) ] || fail "not the days of [profile shaken-root]"

step "a profile of a folder of one's own can have a section, and those of the program are not there then"
mkdir mine
cp "$SOURCE/conf/profiles/tn-level.cnf" mine/own-level.cnf
with_section "[profile own-level]" "days = 3"
refused 2 sti-ca profile list --config sti-ca.cnf
says err "sti-ca.cnf: [profile own-level]: there is no profile own-level; there is: delegate,"
sed -i 's/^# profiles = .*/profiles = mine/' sti-ca.cnf
passes sti-ca profile show --config sti-ca.cnf own-level
says out "  days           3  [profile own-level]"
sed -i 's/^profiles = .*/profiles = nowhere/' sti-ca.cnf
refused 3 sti-ca list
says err "sti-ca: nowhere: the folder of the profiles cannot be read: No such file"
