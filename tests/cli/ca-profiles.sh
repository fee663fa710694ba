#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A certificate of every profile, judged by the stock openssl and by sti-ca verify; delegation from
# the STI-CA's root to a delegate; and what each profile refuses.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_world

# The ledger of the CA that is at work.
ledger=ledger.sqlite
ledger_state() {
    sqlite3 -readonly "$ledger" 'SELECT * FROM certificate; SELECT * FROM token_use' | sha256sum
}

# extensions FILE: the names of its extensions, one a line, in their order.
extensions() {
    ossl x509 -in "$1" -noout -text | sed -n '/X509v3 extensions/,/Signature Algorithm/{
        s/^            \([^ ].*[^ ]\): *\(critical\)\{0,1\} *$/\1 \2/p; }' | sed 's/ $//'
}

# has_extensions FILE NAME...: these, in this order, and no other.
has_extensions() {
    extensions "$1" >is
    shift
    printf '%s\n' "$@" >wanted
    same is wanted
}
ca='X509v3 Basic Constraints critical
X509v3 Key Usage critical
X509v3 Subject Key Identifier'
issued="$ca
X509v3 Authority Key Identifier
X509v3 Certificate Policies
X509v3 CRL Distribution Points"

# judged ANCHOR CHAIN FILE: openssl and sti-ca agree that the path is good.
judged() {
    passes ossl verify -x509_strict -CAfile "$1" -untrusted "$2" "$3"
    passes sti-ca verify "$3" --anchor "$1" --chain "$2" --uncovered accept
}

# issue PROFILE CSR TOKEN OUT [OPTION]...
issue() {
    profile=$1 csr=$2 token=$3 out_file=$4
    shift 4
    passes sti-ca issue --profile "$profile" --csr "$csr" --token "$token" \
        --account-key account.pem --out "$out_file" "$@"
    says out "  profile   $profile"
}

# no_issue STATUS TEXT PROFILE CSR TOKEN [OPTION]...: refused, and nothing is left of it.
no_issue() {
    no_status=$1 no_text=$2 profile=$3 csr=$4 token=$5
    shift 5
    before=$(ledger_state)
    refused "$no_status" sti-ca issue --profile "$profile" --csr "$csr" --token "$token" \
        --account-key account.pem --out refused.pem "$@"
    says err "$no_text"
    absent refused.pem
    [ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
}

step "shaken-root and shaken-intermediate carry no TNAuthList"
has_extensions root.pem "$ca"
has_extensions intermediate.pem "$issued"
passes openssl x509 -in root.pem -noout -text
says out "CA:TRUE"
says out "Certificate Sign"

step "each command takes its own profiles"
refused 2 sti-ca root --profile tn-level --force
says err "the profile tn-level is for sti-ca issue, not for sti-ca root"
refused 2 sti-ca intermediate --profile shaken-root --force
says err "the profile shaken-root is for sti-ca root, not for sti-ca intermediate"
no_issue 2 "the profile shaken-root is for sti-ca root; take one for requests" \
    shaken-root request.csr token.jwt
no_issue 2 "there is no profile nothing; there is: delegate, delegate-ca, shaken, " \
    nothing request.csr token.jwt
no_issue 2 "the profile tn-reference has its list by reference; say with --by-reference BASE-URL" \
    tn-reference request.csr token.jwt
no_issue 2 "the profile tn-level has its list by value; leave --by-reference out" \
    tn-level request.csr token.jwt --by-reference https://tn.example/

step "shaken: one SPC, and what base SHAKEN has"
no_issue 1 "the list is not exactly one SPC of digits and capital letters, which the profile shaken wants; take tn-level" \
    shaken request.csr token.jwt
make_csr spc.csr SPC:709J
make_token spc.jwt SPC:709J
no_issue 1 "before it is signed the certificate fails the lint e_shaken_certificate_policies_id: the policy is 1.3.6.1.4.1.32473.1.1; mend it in the request, the configuration or the profile shaken: name 2.16.840.1.114569.1.1.4 (SHAKEN certificate policy v1.3 section 1.3)" \
    shaken spc.csr spc.jwt
sed 's/^policy .*/policy = 2.16.840.1.114569.1.1.4/' sti-ca.cnf >shaken.cnf
issue shaken spc.csr spc.jwt shaken.pem --config shaken.cnf
says_not out waived
passes ossl x509 -in shaken.pem -noout -text
says out "SHAKEN 709J"
says out "SPC:709J"
says out "Digital Signature"
says out "CA:FALSE"
[ "$(extensions shaken.pem | wc -l)" -eq 7 ] || fail "not the seven extensions of base SHAKEN"
judged root.pem intermediate.pem shaken.pem

step "tn-level and tn-reference: by value and by reference"
issue tn-level request.csr token.jwt tn-level.pem
has_extensions tn-level.pem "$issued" TNAuthorizationList
judged root.pem intermediate.pem tn-level.pem
make_token reference.jwt "$good_list"
issue tn-reference request.csr reference.jwt tn-reference.pem --by-reference https://tn.example/
has_extensions tn-reference.pem "$issued" "Authority Information Access"
passes ossl verify -x509_strict -CAfile root.pem -untrusted intermediate.pem tn-reference.pem
passes sti-ca verify tn-reference.pem --anchor root.pem --chain intermediate.pem \
    --uncovered accept --list "tnlists/$(ls tnlists)"

step "a delegating CA makes its key in its own HSM, and a CSR for it"
sed 's/object=intermediate;id=%02/object=delegating;id=%04/; s/^ledger = .*/ledger = delegating.sqlite/
    s/^lists = .*/lists = delegating-lists/
    s/^certificate = root.pem/certificate = intermediate.pem/
    t
    s/^certificate = intermediate.pem/certificate = delegate-ca.pem/' sti-ca.cnf >delegating.cnf
passes sti-ca init --config delegating.cnf
passes sti-ca key generate intermediate --config delegating.cnf
delegating_key="pkcs11:token=sti-ca;object=delegating;id=%04?$hsm_query&pin-source=file:sti-ca.pin"
delegating_list=SPC:709J,TN:12155550100-12155550199
make_csr template.csr "$delegating_list" -addext "basicConstraints=critical,CA:TRUE" \
    -addext "keyUsage=critical,keyCertSign" -subj "/C=US/O=Example Telecom/CN=SHAKEN Example Telecom CA"
passes "$BUILD/tests/tools/hsm_csr" "$delegating_key" template.csr
mv out delegate-ca.csr
make_token delegate-ca.jwt "$delegating_list" --ca

step "no certificate of a CA without its profile, and none below an intermediate with pathLen 0"
make_csr ca-only.csr "$delegating_list" -addext basicConstraints=CA:TRUE
no_issue 1 "the CSR asks for a CA certificate, and the profile tn-level makes end entities; take delegate-ca (--profile)" \
    tn-level ca-only.csr delegate-ca.jwt
no_issue 1 'intermediate.pem: the issuer "C = US, O = Example STI-CA, CN = SHAKEN Example Intermediate" has pathLenConstraint 0, so no CA can stand below it' \
    delegate-ca delegate-ca.csr delegate-ca.jwt
make_token fresh.jwt "$good_list"
no_issue 1 'has no TNAuthList, and the issuer of a delegate has one' \
    delegate request.csr fresh.jwt
for file in sti-ca.cnf delegating.cnf; do
    sed -i 's/^path_length = 0/path_length = 1/' "$file"
done
passes sti-ca intermediate --force
make_token no-ca.jwt "$delegating_list"
no_issue 1 "the CSR asks for cA TRUE, but the token says ca false" \
    delegate-ca delegate-ca.csr no-ca.jwt

step "delegate-ca: a CA with a list, which is recorded as one"
issue delegate-ca delegate-ca.csr delegate-ca.jwt delegate-ca.pem
says out "  accepted  ca: a CA certificate, by the profile delegate-ca"
has_extensions delegate-ca.pem "$issued" TNAuthorizationList
passes ossl x509 -in delegate-ca.pem -noout -text
says out "CA:TRUE, pathlen:0"
says out "Certificate Sign"
says out "TN:12155550100-12155550199"
serial=$(openssl x509 -in delegate-ca.pem -noout -serial | cut -d= -f2)
passes sti-ca show "$serial"
says out "accepted    ca: a CA certificate, by the profile delegate-ca"
judged root.pem intermediate.pem delegate-ca.pem

step "delegate: a list within the delegating CA's, and no shaken PASSporTs"
cp sti-ca.cnf sti-ca.cnf.kept
cp delegating.cnf sti-ca.cnf
ledger=delegating.sqlite
cat delegate-ca.pem intermediate.pem >above.pem
make_key customer
delegate_csr() {
    passes ossl req -new -key customer.key -subj "/C=US/O=Example Customer/CN=Example PBX" \
        -addext "TNAuthList=$2" -out "$1"
}
delegate_csr delegate.csr TN:12155550110-12155550119
make_token delegate.jwt TN:12155550110-12155550119 --lifetime 7d
issue delegate delegate.csr delegate.jwt delegate.pem
says_not out "accepted"
passes ossl x509 -in delegate.pem -noout -ext EnhancedJWTClaimConstraints
says out "mustExclude:attest"
says out "mustExclude:origid"
has_extensions delegate.pem "$issued" TNAuthorizationList EnhancedJWTClaimConstraints
judged root.pem above.pem delegate.pem
passes sti-ca verify delegate.pem --anchor root.pem --chain above.pem --uncovered accept \
    --tn 12155550115

step "a delegating CA issues delegates only"
make_token level.jwt TN:12155550110-12155550119
no_issue 1 'has a TNAuthList, so all that it issues are delegates, and the profile tn-level makes none; take the profile delegate (--profile)' \
    tn-level delegate.csr level.jwt
make_csr ca-again.csr TN:12155550110 -addext "basicConstraints=CA:TRUE"
make_token ca-again.jwt TN:12155550110 --ca
no_issue 1 "has pathLenConstraint 0, so no CA can stand below it" delegate-ca ca-again.csr ca-again.jwt

step "beyond its list is refused: another SPC; and what its SPC may stand for, unless accepted"
delegate_csr other.csr SPC:1234
make_token other.jwt SPC:1234
no_issue 1 "other.csr: TNAuthList entry 1 at byte 2: its issuer \"C = US, O = Example Telecom, CN = SHAKEN Example Telecom CA\" lacks SPC:1234; a delegate's list must be equal to its issuer's or a part of it (RFC 9060 section 4)" \
    delegate other.csr other.jwt
delegate_csr open.csr TN:12155550195-12155550204
make_token open.jwt TN:12155550195-12155550204 --lifetime 7d
no_issue 1 "it is undecidable whether its issuer" delegate open.csr open.jwt
says err "may pass on TN:12155550200-12155550204"
says err "(RFC 9060 section 4.1)"
with_policy accept.cnf "undecidable = accept"
issue delegate open.csr open.jwt open.pem --config accept.cnf
says out "  accepted  encompassed: numbers that the issuer's SPC may stand for (undecidable = accept)"
serial=$(openssl x509 -in open.pem -noout -serial | cut -d= -f2)
passes sti-ca show "$serial"
says out "accepted    encompassed: numbers that the issuer's SPC may stand for (undecidable = accept)"
refused 1 sti-ca verify open.pem --anchor root.pem --chain above.pem --uncovered accept
passes sti-ca verify open.pem --anchor root.pem --chain above.pem --uncovered accept \
    --undecidable accept

step "a delegating CA whose list is by reference: the list is looked for among its lists"
sed 's/^TNAuthList .*/authorityInfoAccess = stirTNList;URI:from-request/
    s/^e_atis_tn_auth_list_ca .*/e_atis_ext_not_specified_ca = RFC 8226 section 10.1/' \
    "$SOURCE/conf/profiles/delegate-ca.cnf" >delegate-ca-reference.cnf
mkdir profiles
mv delegate-ca-reference.cnf profiles
cp "$SOURCE"/conf/profiles/*.cnf profiles
sed 's/^# profiles = .*/profiles = profiles/' sti-ca.cnf.kept >sti-ca.cnf
make_token reference-ca.jwt "$delegating_list" --ca
issue delegate-ca-reference delegate-ca.csr reference-ca.jwt delegate-ca.pem --force \
    --by-reference https://tn.example/
digest=$(openssl x509 -in delegate-ca.pem -noout -ext authorityInfoAccess |
    sed -n 's|.*https://tn.example/||p')
cp delegating.cnf sti-ca.cnf
make_token again.jwt TN:12155550110-12155550119 --lifetime 7d
no_issue 3 "$digest" delegate delegate.csr again.jwt
cp "tnlists/$digest" delegating-lists/
issue delegate delegate.csr again.jwt by-reference.pem
cat delegate-ca.pem intermediate.pem >above.pem
passes sti-ca verify by-reference.pem --anchor root.pem --chain above.pem --uncovered accept \
    --list "tnlists/$digest"
