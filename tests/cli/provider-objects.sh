#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every STIR object the whole way, octet for octet: from a configuration or -addext into a CSR, from
# the CSR into a certificate, and from what is printed back into a certificate.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/objects.sh
. "$SOURCE/tests/cli/objects.sh"

make_objects

# Without the key identifiers, which a CSR cannot have.
sed '/KeyIdentifier/d; /^\[ca\]/,$d' extensions.cnf >stir.cnf

# made_as FILE EXAMPLE: the same octets as in the example, printed in the same way.
made_as() {
    same_octets "$1" "$2.pem"
    passes ossl "${3:-x509}" -in "$1" -noout -text
    shows out "$2.text"
}

step "x509 -req -extfile: the octets are those of the standards"
printf '%s\n' "TNAuthorizationList $by_value_octets" \
    "JWTClaimConstraints 3022A00A30081606617474657374A11430123010160661747465737430060C01420C0143" \
    "EnhancedJWTClaimConstraints " \
    "Authority Information Access " \
    "X509v3 Certificate Policies 300E300C060A6086480186FF09010104" >wanted
all_octets by-value.pem >made
same made wanted
printf '%s\n' "TNAuthorizationList " \
    "JWTClaimConstraints " \
    "EnhancedJWTClaimConstraints 3014A2123010160661747465737416066F7269676964" \
    "Authority Information Access 3025302306082B0601050507300E861768747470733A2F2F746E2E6578616D706C652F6C697374" \
    "X509v3 Certificate Policies 302A300C060A6086480186FF09010101300C060A6086480186FF09010103300C060A6086480186FF09010104" \
    >wanted
all_octets by-reference.pem >made
same made wanted

for kind in by-value by-reference; do
    section=$(echo $kind | tr - _)
    step "$kind: req with req_extensions"
    {
        printf '[req]\ndistinguished_name = none\nreq_extensions = %s\n[none]\n' "$section"
        cat stir.cnf
    } >req.cnf
    passes ossl req -new -key key.pem -subj /CN=example -config req.cnf -out config.csr
    made_as config.csr $kind req

    step "$kind: req -addext"
    awk -v section="[$section]" '/^\[/ { inside = $0 == section; next } inside' stir.cnf |
        sed 's/ = /=/' >lines
    set --
    while read -r line; do
        set -- "$@" -addext "$line"
    done <lines
    [ $# -eq 6 ] || fail "$# words, not three extensions"
    passes ossl req -new -key key.pem -subj /CN=example -out addext.csr "$@"
    made_as addext.csr $kind req

    step "$kind: req -x509 with -addext, and with x509_extensions"
    passes ossl req -x509 -key key.pem -subj /CN=example -out self.pem "$@"
    made_as self.pem $kind
    sed 's/^req_extensions/x509_extensions/' req.cnf >x509.cnf
    passes ossl req -x509 -key key.pem -subj /CN=example -config x509.cnf -out self.pem
    made_as self.pem $kind

    step "$kind: req -x509 -in CSR -copy_extensions copy"
    passes ossl req -x509 -in config.csr -key key.pem -copy_extensions copy -out self.pem
    made_as self.pem $kind

    step "$kind: x509 -req -copy_extensions copy, and copyall"
    for copy in copy copyall; do
        passes ossl x509 -req -in config.csr -CA intermediate.pem -CAkey intermediate.key \
            -copy_extensions $copy -out copied.pem
        made_as copied.pem $kind
    done

    step "$kind: x509 -req without -copy_extensions, and with none: nothing is taken over"
    for copy in "" "-copy_extensions none"; do
        # shellcheck disable=SC2086 # two words or none
        passes ossl x509 -req -in config.csr -CA intermediate.pem -CAkey intermediate.key \
            $copy -out none.pem
        passes ossl x509 -in none.pem -noout -text
        for name in TNAuth "STIR TN" ClaimConstraints SHAKEN; do
            says_not out "$name"
        done
    done

    step "$kind: x509 -x509toreq -copy_extensions copy: back into a CSR"
    passes ossl x509 -in $kind.pem -x509toreq -signkey key.pem -copy_extensions copy -out back.csr
    made_as back.csr $kind req

    step "$kind: from PEM to DER and back"
    passes ossl x509 -in $kind.pem -outform DER -out $kind.der
    passes ossl x509 -inform DER -in $kind.der -out again.pem
    same again.pem $kind.pem
done

step "what -ext prints, fed back by a file, makes the same octets"
# fed_back CERTIFICATE EXTENSION LONG-NAME
fed_back() {
    passes ossl x509 -in "$1" -noout -ext "$2"
    tail -n +2 out >printed.txt
    printf '[printed]\n%s = file:printed.txt\n' "$2" >printed.cnf
    passes ossl x509 -req -in plain.csr -signkey key.pem -extfile printed.cnf -extensions printed \
        -out back.pem
    octets "$1" "$3" >first
    octets back.pem "$3" >second
    [ -s first ] || fail "no octets"
    same first second
}
fed_back by-value.pem TNAuthList TNAuthorizationList
fed_back by-value.pem JWTClaimConstraints JWTClaimConstraints
fed_back by-reference.pem EnhancedJWTClaimConstraints EnhancedJWTClaimConstraints

step "the same with awkward claims: every octet that needs an escape, empty values, no ASCII"
cat >awkward.txt <<'END'
mustInclude:a\x20b\x2C\x3D
mustInclude:\x1B[31m
permitted:x=|\x20A \x7C\x3B\x5C|
permitted:nam=Société\x2C = fine
permitted:y=\x00
mustExclude:z|z
END
passes ossl req -x509 -key key.pem -subj /CN=example -out awkward.pem \
    -addext EnhancedJWTClaimConstraints=file:awkward.txt
fed_back awkward.pem EnhancedJWTClaimConstraints EnhancedJWTClaimConstraints
says printed.txt 'permitted:x=|\x20A \x7C\x3B\x5C|'
says printed.txt 'mustExclude:z|z'

step "malformed ones are taken over from a CSR as they are, octet for octet"
passes ossl req -new -key key.pem -subj /CN=example -out malformed.csr \
    -addext 1.3.6.1.5.5.7.1.26=DER:300680043730394a -addext 1.3.6.1.5.5.7.1.27=DER:3007a0051603661b6f
passes ossl x509 -req -in malformed.csr -CA intermediate.pem -CAkey intermediate.key \
    -copy_extensions copy -out malformed.pem
same_octets malformed.pem malformed.csr
says first.octets 'TNAuthorizationList 300680043730394A'
says first.octets 'JWTClaimConstraints 3007A0051603661B6F'
passes ossl x509 -in malformed.pem -noout -text
says out "; MALFORMED: TNAuthList entry 1 at byte 2: tag 0x80 is implicit"
says out "; MALFORMED: JWTClaimConstraints at byte 4: "

step "refused, wherever it stands: a wrong value makes no file, and the sentence names the place"
# refuses SENTENCE COMMAND...: out.pem is not made.
refuses() {
    sentence=$1
    shift
    refused 1 ossl "$@" -out out.pem
    says err "$sentence"
    absent out.pem
}
for wrong in "TNAuthList = TN:1215x#'x' is not a symbol of a TN" \
    "JWTClaimConstraints = mustExclude:attest#needs the extension EnhancedJWTClaimConstraints" \
    "EnhancedJWTClaimConstraints = mustExclude:iat#every PASSporT has it" \
    "authorityInfoAccess = stirTNlist;URI:https://tn.example/list#bad object" \
    "certificatePolicies = shakenPolicy1-2#invalid object identifier"; do
    sentence=${wrong#*#}
    line=${wrong%%#*}
    printf '[wrong]\n%s\n' "$line" >wrong.cnf
    printf '[req]\ndistinguished_name = none\nreq_extensions = wrong\n[none]\n%s\n' \
        "$(cat wrong.cnf)" >wrong-req.cnf
    refuses "$sentence" req -new -key key.pem -subj /CN=x -addext "$line"
    refuses "$sentence" req -new -key key.pem -subj /CN=x -config wrong-req.cnf
    refuses "$sentence" req -x509 -key key.pem -subj /CN=x -addext "$line"
    refuses "$sentence" x509 -req -in plain.csr -signkey key.pem -extfile wrong.cnf -extensions wrong
done
