#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca profile list, show and check: the shipped profiles, one of one's own, and bad ones.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

step "the profiles that are part of the program are those of conf/profiles, without a configuration"
passes sti-ca profile list
[ "$(wc -l <out)" -eq 8 ] || fail "not eight profiles"
for file in "$SOURCE"/conf/profiles/*.cnf; do
    name=$(basename "$file" .cnf)
    grep -q "^$name " out || fail "$name is not listed"
    passes sti-ca profile check "$file"
    says out "good: profile $name, made by sti-ca"
    sed -n '/^\[waivers\]/,$s/^\([ewn]_[^ ]*\) .*/\1/p' "$file" >waivers
    while read -r id; do
        says out "  $id"
    done <waivers
    passes sti-ca profile check --json "$file"
    mv out of-file
    passes sti-ca profile show --json "$name"
    same out of-file
    passes sti-ca profile list
done

step "show says what a certificate has, and the clauses"
passes sti-ca profile show delegate
says out "made by   sti-ca issue"
says out "issuer    a CA with a TNAuthList, which has all of the certificate's (RFC 9060 section 4)"
says out "EnhancedJWTClaimConstraints           mustExclude:attest,mustExclude:origid"
says out "RFC 9118 section 3"
passes sti-ca profile show shaken
says out "list      exactly one SPC, of digits and capital letters (ATIS-1000080 section 6.4.1)"
says out "basicConstraints            critical  CA:FALSE"
says_not out "sti_pa_crl"
says_not out "lints that its certificates may fail"
passes sti-ca profile show shaken-root
says out "made by   sti-ca root"
passes sti-ca profile show --json delegate-ca
passes jq -e '.command == "issue" and .issuer == "any" and .list == "any" and
    .extensions[0] == {name: "basicConstraints", critical: true, value: "CA:TRUE,pathlen:0",
        clause: "RFC 5280 section 4.2.1.9"} and (.extensions | length) == 7' out

step "show says which lints its certificates may fail, and why"
passes sti-ca profile show tn-reference
says out "lints that its certificates may fail, and why:"
says out "  e_atis_ext_not_specified"
says out "      RFC 8226 section 10.1: a list by reference is in authorityInfoAccess"
passes sti-ca profile show --json delegate-ca
passes jq -e '.waivers == [
    {id: "e_atis_tn_auth_list_ca",
        reason: "RFC 9060 section 4 demands the list of a delegating CA that the base profile forbids"},
    {id: "e_shaken_certificate_policies_id_ca",
        reason: "RFC 5280 section 4.2.1.4: the policy is that of the CA, for certificates outside of base SHAKEN do not meet the SHAKEN policy"}]' out

step "a folder of one's own stands in the place of the program's"
mkdir mine
sed 's/pathlen:0$/pathlen:1/' "$SOURCE/conf/profiles/delegate-ca.cnf" >mine/two-levels.cnf
echo "not a profile" >mine/README
sed 's/^# profiles = .*/profiles = mine/' "$SOURCE/conf/sti-ca.cnf" >mine.cnf
passes sti-ca profile list --config mine.cnf
says out "two-levels "
[ "$(wc -l <out)" -eq 1 ] || fail "there is more than the folder has"
passes sti-ca profile show --config mine.cnf two-levels
says out "CA:TRUE,pathlen:1"
refused 2 sti-ca profile show --config mine.cnf tn-level
says err "there is no profile tn-level; there is: two-levels"
printf '[profile]\ntitle = x\033[2J\nclause = y\nissuer = self\n' >mine/bad.cnf
refused 2 sti-ca profile list --config mine.cnf
says err "mine/bad.cnf: [extensions] basicConstraints: is missing; every certificate has it"
sed 's/^# profiles = .*/profiles = nowhere/' "$SOURCE/conf/sti-ca.cnf" >nowhere.cnf
refused 3 sti-ca profile list --config nowhere.cnf
says err "nowhere: the folder of the profiles cannot be read: No such file"
refused 3 sti-ca profile list --config missing.cnf
says err "missing.cnf"

step "no terminal obeys a profile"
sed 's/^title .*/title = x\x1b[2J/' "$SOURCE/conf/profiles/shaken.cnf" >mine/bad.cnf
passes sti-ca profile list --config mine.cnf
says out 'x\x1B[2J'
passes sti-ca profile show --config mine.cnf bad
says out 'x\x1B[2J'

step "check says what is wrong and where"
refused 2 sti-ca profile show nothing
says err "there is no profile nothing; there is: delegate, delegate-ca, shaken, "
refused 1 sti-ca profile check mine/README
says err "mine/README: is no name of a profile's file: 1 to 63 small letters, digits and hyphens"
sed 's/keyCertSign/keyCertSign,digitalSignature/' "$SOURCE/conf/profiles/shaken-root.cnf" >root.cnf
refused 1 sti-ca profile check root.cnf
says err "root.cnf: [extensions] keyUsage: a CA certificate has keyCertSign and nothing else"
says err "(RFC 5280 section 4.2.1.3)"
refused 1 sti-ca profile check --json root.cnf
passes jq -e '.error | .part == "[extensions] keyUsage" and .clause == "RFC 5280 section 4.2.1.3"' out
refused 3 sti-ca profile check away.cnf
says err "away.cnf"

step "a waiver is for a lint that exists, and not for what is no certificate"
with_waiver() {
    cp "$SOURCE/conf/profiles/shaken-root.cnf" root.cnf
    printf '[waivers]\n%s\n' "$1" >>root.cnf
}
with_waiver "e_atis_version = a version of its own"
passes sti-ca profile check root.cnf
says out "  e_atis_version"
with_waiver "e_atis_versoin = a slip of the pen"
refused 1 sti-ca profile check root.cnf
says err "root.cnf: [waivers] e_atis_versoin: is the id of no lint; sti-ca lint --list has them all"
with_waiver "e_sti_certificate_form = whatever"
refused 1 sti-ca profile check root.cnf
says err "root.cnf: [waivers] e_sti_certificate_form: cannot be waived: what fails it is no certificate"
with_waiver "e_atis_version ="
refused 1 sti-ca profile check root.cnf
says err "root.cnf: [waivers] e_atis_version: is waived without a reason"
