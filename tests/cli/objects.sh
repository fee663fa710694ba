# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Every object that the provider names, in certificates made anew for each story. Sourced after lib.sh.
#
#   root.pem, intermediate.pem   a CA, with root.key and intermediate.key
#   by-value.pem       TNAuthList, JWTClaimConstraints, one certificate policy
#   by-reference.pem   the access method stirTNList, EnhancedJWTClaimConstraints, three policies
#   by-value.text, by-reference.text   their extensions as openssl prints them, without the blanks
#   extensions.cnf     the sections they were made from
#   key.pem, plain.csr their key, and a CSR without extensions

# shellcheck disable=SC2034 # by_value_octets is for the stories
by_value_octets=302BA00616043730394AA1123010160B3132313535353530313030020164A20D160B3132313535353531323132

write_extensions() {
    cat >extensions.cnf <<'END'
[by_value]
TNAuthList = SPC:709J, TN:12155550100-12155550199, TN:12155551212
JWTClaimConstraints = mustInclude:attest, permitted:attest=B|C
certificatePolicies = shakenPolicy1-4
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[by_reference]
authorityInfoAccess = stirTNList;URI:https://tn.example/list
EnhancedJWTClaimConstraints = mustExclude:attest, mustExclude:origid
certificatePolicies = shakenPolicy1-1, shakenPolicy1-3, shakenPolicy1-4
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[ca]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
certificatePolicies = anyPolicy
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
END
    cat >by-value.text <<'END'
TNAuthorizationList:
SPC:709J
TN:12155550100-12155550199
TN:12155551212
JWTClaimConstraints:
mustInclude:attest
permitted:attest=B|C
X509v3 Certificate Policies:
Policy: SHAKEN Certificate Policy v1.4
END
    cat >by-reference.text <<'END'
Authority Information Access:
STIR TN List - URI:https://tn.example/list
EnhancedJWTClaimConstraints:
mustExclude:attest
mustExclude:origid
X509v3 Certificate Policies:
Policy: SHAKEN Certificate Policy v1.1
Policy: SHAKEN Certificate Policy v1.3
Policy: SHAKEN Certificate Policy v1.4
END
}

# issue CERTIFICATE SECTION [OPTION]...: the intermediate signs plain.csr with a section's extensions.
issue() {
    issued=$1
    section=$2
    shift 2
    passes ossl x509 -req -in plain.csr -CA intermediate.pem -CAkey intermediate.key -days 90 \
        -extfile extensions.cnf -extensions "$section" -out "$issued" "$@"
}

make_objects() {
    write_extensions
    passes ossl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout root.key \
        -subj "/CN=example root" -days 365 -out root.pem -addext subjectKeyIdentifier=hash \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
    passes ossl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -keyout intermediate.key -subj "/CN=example intermediate" -out intermediate.csr
    passes ossl x509 -req -in intermediate.csr -CA root.pem -CAkey root.key -days 365 \
        -extfile extensions.cnf -extensions ca -out intermediate.pem
    passes ossl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem
    passes ossl req -new -key key.pem -subj /CN=example -out plain.csr
    issue by-value.pem by_value
    issue by-reference.pem by_reference
}

# The lines of a file as one line, without the blanks around them.
one_line() {
    sed 's/^ *//; s/ *$//' "$1" | tr '\n' '|'
}

# shows FILE TEXT: the text's lines stand in the file, one behind the other, however indented.
shows() {
    case $(one_line "$1") in
    *"$(one_line "$2")"*) ;;
    *) fail "$1 does not show the lines of $2" ;;
    esac
}

# octets FILE NAME: the octets, in hex, of the extension of a certificate or CSR that openssl prints
# under this name.
octets() {
    ossl asn1parse -in "$1" | octets_in "$2"
}

# octets_in NAME <PARSED: the same from what asn1parse has printed.
octets_in() {
    sed -n "/:$1\$/{n;/BOOLEAN/n;s/.*\\[HEX DUMP\\]://p;}"
}

# all_octets FILE: those of all STIR objects.
all_octets() {
    ossl asn1parse -in "$1" >parsed
    for name in TNAuthorizationList JWTClaimConstraints EnhancedJWTClaimConstraints \
        "Authority Information Access" "X509v3 Certificate Policies"; do
        printf '%s %s\n' "$name" "$(octets_in "$name" <parsed)"
    done
}

# same_octets FILE FILE: in both the same, and not nothing.
same_octets() {
    all_octets "$1" >first.octets
    all_octets "$2" >second.octets
    grep -q '30[0-9A-F]*$' first.octets || fail "$1 has none of the extensions"
    same first.octets second.octets
}
