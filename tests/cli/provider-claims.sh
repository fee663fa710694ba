#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# JWTClaimConstraints and EnhancedJWTClaimConstraints with openssl: made, shown, refused; and the
# SHAKEN certificate policies by name.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

passes ossl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem

# make EXTENSION: a certificate signed by its own key, with this extension and no other from us.
make() {
    passes ossl req -new -x509 -key key.pem -subj /CN=example -out cert.pem -addext "$1"
}

# refuses EXTENSION SENTENCE: no certificate, and the sentence says why.
refuses() {
    refused 1 ossl req -new -x509 -key key.pem -subj /CN=example -out bad.pem -addext "$1"
    says err "$2"
    absent bad.pem
}

step "-addext, and -ext shows what can be written again"
make "JWTClaimConstraints=mustInclude:attest, permitted:attest=B|C"
passes ossl x509 -in cert.pem -noout -ext JWTClaimConstraints
cat >wanted <<EOF
JWTClaimConstraints: 
    mustInclude:attest
    permitted:attest=B|C
EOF
same out wanted
make "EnhancedJWTClaimConstraints=mustExclude:attest,mustExclude:origid"
passes ossl x509 -in cert.pem -noout -text
says out "EnhancedJWTClaimConstraints: "
says out "                mustExclude:origid"

step "a CSR has it, and x509 -req copies it"
passes ossl req -new -key key.pem -subj /CN=example -out request.csr \
    -addext "EnhancedJWTClaimConstraints=mustExclude:origid"
passes ossl x509 -req -in request.csr -signkey key.pem -copy_extensions copy -out copied.pem
passes ossl x509 -in copied.pem -noout -ext EnhancedJWTClaimConstraints
says out "    mustExclude:origid"

step "a section for long ones, a file for very long ones; the same octets"
cat >extensions.cnf <<EOF
[by_section]
EnhancedJWTClaimConstraints = @claims
[claims]
mustInclude.1 = attest
permitted.1 = attest=B|C
permitted.2 = nam=Example, Inc.
mustExclude.1 = rcdi
[by_file]
EnhancedJWTClaimConstraints = file:claims.txt
[by_der]
EnhancedJWTClaimConstraints = file:claims.der
EOF
cat >claims.txt <<EOF
mustExclude:rcdi ; no rich call data
mustInclude:attest
permitted:attest=B|C
permitted:nam=Example\\x2C Inc.
EOF
for way in by_section by_file; do
    passes ossl x509 -req -in request.csr -signkey key.pem -extfile extensions.cnf \
        -extensions "$way" -out "$way.pem"
    passes ossl x509 -in "$way.pem" -noout -ext EnhancedJWTClaimConstraints
    cp out "$way.out"
done
same by_section.out by_file.out
says out "    permitted:nam=Example\\x2C Inc."
offset=$(ossl asn1parse -in by_file.pem | sed -n '/EnhancedJWTClaim/{n;s/^ *\([0-9]*\):.*/\1/p;}')
passes ossl asn1parse -in by_file.pem -strparse "$offset" -noout -out claims.der
passes ossl x509 -req -in request.csr -signkey key.pem -extfile extensions.cnf \
    -extensions by_der -out by_der.pem
passes ossl x509 -in by_der.pem -noout -ext EnhancedJWTClaimConstraints
same out by_file.out

step "# starts a comment in a configuration: write \\#; what is left may be an empty value"
make 'JWTClaimConstraints=permitted:a=\#1'
passes ossl x509 -in cert.pem -noout -ext JWTClaimConstraints
says out "    permitted:a=#1"
make 'JWTClaimConstraints=permitted:a=#1'
passes ossl x509 -in cert.pem -noout -ext JWTClaimConstraints
printf 'JWTClaimConstraints: \n    permitted:a=\n' >wanted
same out wanted
refuses "JWTClaimConstraints=mustInclude:#1" "the name of a claim is missing; if a # stood here: \
it starts a comment in OpenSSL's configuration and -addext, write \\#"

step "refused: a section's line of unknown kind"
sed 's/^mustExclude/mustexclude/' extensions.cnf >unknown.cnf
refused 1 ossl x509 -req -in request.csr -signkey key.pem -extfile unknown.cnf \
    -extensions by_section -out bad.pem
says err "claims: mustexclude.1: no kind of entry; the section's keys are mustInclude.1, ..., \
permitted.1, ... and mustExclude.1, ..., and none stands twice"
absent bad.pem

step "refused: what is no constraint, and mustExclude in the older form (RFC 9118 section 6)"
refuses "JWTClaimConstraints=attest" \
    "line 1 column 1: an entry begins with mustInclude:, permitted: or mustExclude:"
refuses "JWTClaimConstraints=permitted:attest" "line 1 column 17: permitted: wants values"
refuses "JWTClaimConstraints=mustExclude:attest" \
    "mustExclude [2] needs the extension EnhancedJWTClaimConstraints (RFC 9118 section 6)"

step "refused: iat, orig and dest excluded (RFC 9118 section 3)"
for claim in iat orig dest; do
    refuses "EnhancedJWTClaimConstraints=mustExclude:$claim" \
        "mustExclude:$claim: every PASSporT has it; verifiers take the certificate as if it had"
done

step "refused: a claim that is included and excluded (RFC 9118 section 8), or permitted twice"
refuses "EnhancedJWTClaimConstraints=mustInclude:rcd,mustExclude:rcd" \
    "the claim is in mustInclude as well, so that no PASSporT can be valid (RFC 9118 section 8)"
refuses "JWTClaimConstraints=permitted:attest=B,permitted:attest=C" \
    "write all of them behind one permitted:"

printf '[old]\nJWTClaimConstraints = mustInclude:attest\n' >old.cnf
step "refused: both extensions in one certificate (RFC 9118 section 6)"
refused 1 ossl req -new -x509 -key key.pem -subj /CN=example -out bad.pem \
    -addext JWTClaimConstraints=mustInclude:attest \
    -addext EnhancedJWTClaimConstraints=mustExclude:rcd
says err "EnhancedJWTClaimConstraints must not stand in a certificate that has JWTClaimConstraints"
says err "(RFC 9118 section 6)"
absent bad.pem

step "not refused: both in a CSR, and copied from there; the provider is asked for one at a time"
passes ossl req -new -key key.pem -subj /CN=example -out both.csr \
    -addext JWTClaimConstraints=mustInclude:attest \
    -addext EnhancedJWTClaimConstraints=mustExclude:rcd
passes ossl x509 -req -in both.csr -signkey key.pem -copy_extensions copy -out both.pem
passes ossl x509 -in both.pem -noout -ext JWTClaimConstraints,EnhancedJWTClaimConstraints
says out "    mustInclude:attest"
says out "    mustExclude:rcd"

step "refused: one from the CA's configuration beside one copied from the CSR"
refused 1 ossl x509 -req -in request.csr -signkey key.pem -copy_extensions copy -out bad.pem \
    -extfile old.cnf -extensions old
says err "JWTClaimConstraints must not stand in a certificate that has EnhancedJWTClaimConstraints"
# openssl has opened the file by then.
[ ! -s bad.pem ] || fail "there is a certificate"
rm -f bad.pem

step "refused: a file in DER that breaks a rule is named"
printf '\060\011\242\007\060\005\026\003iat' >bad.der
refuses "EnhancedJWTClaimConstraints=file:bad.der" "bad.der: EnhancedJWTClaimConstraints: "

step "a malformed one is shown as far as it can be, without control characters"
make "1.3.6.1.5.5.7.1.27=DER:3007a0051603661b6f"
passes ossl x509 -in cert.pem -noout -ext JWTClaimConstraints
says out "; MALFORMED: JWTClaimConstraints at byte 4: tag 0x16 stands where JWTClaimNames as SEQUENCE"
says out "; byte 2: not read: A0051603661B6F"

step "the SHAKEN certificate policies by name"
make "certificatePolicies=shakenPolicy1-4"
passes ossl x509 -in cert.pem -noout -ext certificatePolicies
says out "Policy: SHAKEN Certificate Policy v1.4"
passes ossl asn1parse -in cert.pem -strparse "$(ossl asn1parse -in cert.pem |
    sed -n '/Certificate Policies/{n;s/^ *\([0-9]*\):.*/\1/p;}')"
says out ":SHAKEN Certificate Policy v1.4"
