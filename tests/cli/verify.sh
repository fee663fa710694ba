#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca verify: a path from the end entity to an anchor, made by the stock openssl; revocation by an
# indirect CRL; one number. What others say of such paths: verify-agrees.sh.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/chains.sh
. "$SOURCE/tests/cli/chains.sh"

list_base=https://tn.example/lists/

step "root, intermediate, the CA of a delegate with a list, an end entity with a list within it"
make_chain

# ---- the STI-PA: a root of its own, and a signer of CRLs ----

printf 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n' >pa.ext
certificate pa 'PA Root' pa
printf 'keyUsage=critical,cRLSign\n%s\n' "$aki" >pa-crl.ext
certificate pa-crl 'PA CRL' pa

# The CRL's TBSCertList for asn1parse -genconf: openssl ca cannot make an indirect CRL.
crl_structure() { # ISSUER-CN SERIAL ISSUER-CN-OF-IT NEXT-UPDATE
    cat <<TBS
[tbs]
version=INTEGER:1
algorithm=SEQUENCE:algorithm
issuer=SEQUENCE:name
this=UTCTIME:$(date -u -d -1day +%y%m%d%H%M%SZ)
next=UTCTIME:$4
entries=SEQUENCE:entries
extensions=EXPLICIT:0,SEQUENCE:extensions
[algorithm]
oid=OID:ecdsa-with-SHA256
[name]
rdn=SET:rdn
[rdn]
attribute=SEQUENCE:attribute
[attribute]
type=OID:commonName
value=UTF8:$1
[entries]
entry=SEQUENCE:entry
[entry]
serial=INTEGER:0x$2
date=UTCTIME:$(date -u -d -1day +%y%m%d%H%M%SZ)
extensions=SEQUENCE:entry_extensions
[entry_extensions]
issuer=SEQUENCE:certificate_issuer
[certificate_issuer]
oid=OID:2.5.29.29
critical=BOOLEAN:TRUE
value=OCTWRAP,SEQUENCE:general_names
[general_names]
name=EXPLICIT:4,SEQUENCE:revoked_issuer
[revoked_issuer]
rdn=SET:revoked_rdn
[revoked_rdn]
attribute=SEQUENCE:revoked_attribute
[revoked_attribute]
type=OID:commonName
value=UTF8:$3
[extensions]
point=SEQUENCE:point
[point]
oid=OID:2.5.29.28
critical=BOOLEAN:TRUE
value=OCTWRAP,SEQUENCE:issuing_point
[issuing_point]
name=EXPLICIT:0,IMPLICIT:0,SEQUENCE:url
indirect=IMPLICIT:4,BOOLEAN:TRUE
[url]
uri=IMPLICIT:6,IA5STRING:$crl_url
TBS
}

# make_crl FILE SERIAL ISSUER-CN [NEXT-UPDATE]: an indirect CRL of the STI-PA with one entry.
make_crl() {
    crl_structure 'PA CRL' "$2" "$3" "${4:-$(date -u -d +1day +%y%m%d%H%M%SZ)}" >structure
    { printf 'asn1=SEQUENCE:tbs\n' && cat structure; } >tbs.cnf
    passes openssl asn1parse -genconf tbs.cnf -noout -out tbs.der
    passes openssl dgst -sha256 -sign pa-crl.key -out tbs.sig tbs.der
    {
        printf 'asn1=SEQUENCE:crl\n[crl]\ntbs=SEQUENCE:tbs\nalgorithm=SEQUENCE:algorithm\n'
        printf 'signature=FORMAT:HEX,BITSTRING:%s\n' "$(od -An -v -tx1 tbs.sig | tr -d ' \n')"
        cat structure
    } >crl.cnf
    passes openssl asn1parse -genconf crl.cnf -noout -out "$1.der"
    passes openssl crl -inform DER -in "$1.der" -out "$1"
    cat pa-crl.pem >>"$1"
}

serial_of() {
    openssl x509 -in "$1" -noout -serial | sed 's/.*=//'
}

make_crl nobody.crl 4D Somebody
now='--anchor root.pem --chain between.pem --crl nobody.crl --crl-anchor pa.pem'

# verify ARGUMENT...: with what every run of this story has.
verify() {
    # shellcheck disable=SC2086 # words
    sti-ca verify $now "$@"
}

# is FILTER VALUE: the JSON on standard output says so.
is() {
    [ "$(jq -r "$1" out)" = "$2" ] || fail "$1 is not $2"
}

step "valid: every check passes"
passes verify leaf.pem --tn 12155550155
says out "1 CN=Leaf"
says out "    TN:12155550150-12155550159"
says out "4 CN=Root"
says out "passed  path-encompassing every list lies within its issuer's"
says out "RFC 9060 section 4"
says out "found: 1 in 2: yes"
says out "found: range, entry 1 TN:12155550150-12155550159"
says out "verdict: valid at "
says_not out FAILED
passes verify --json leaf.pem --tn TN:12155550155
is .verdict valid
is '[.checks[] | select(.state == "passed")] | length' 12
is '[.path[].subject] | join(",")' "CN=Leaf,CN=Delegate,CN=Intermediate,CN=Root"
is '.path[1].list_by' value
is '.path[1].list[1].one' 12155551212

step "what leads to the anchor may stand behind the certificate, and files may be DER"
cat leaf.pem delegate.pem middle.pem >x5u.pem
passes sti-ca verify x5u.pem --anchor root.pem --crl nobody.crl --crl-anchor pa.pem
for name in leaf middle delegate root; do
    passes openssl x509 -in $name.pem -outform DER -out $name.der
done
cp pa-crl.pem signer.pem
passes sti-ca verify leaf.der --anchor root.der --chain middle.der --chain delegate.der \
    --crl nobody.crl --crl-anchor pa.pem

step "revoked: the certificate, or one above it"
for name in leaf:Delegate delegate:Intermediate middle:Root; do
    make_crl revoked.crl "$(serial_of "${name%:*}.pem")" "${name#*:}"
    refused 1 sti-ca verify leaf.pem --anchor root.pem --chain between.pem --crl revoked.crl --crl-anchor pa.pem
    says err "was revoked by the CRL of \"CN = PA CRL\" (RFC 5280 section 6.3.3)"
    says out "FAILED  path-not-revoked"
    says out "verdict: not valid at"
    says out "(1 of 12 checks failed)"
done
step "the same serial of another issuer is another certificate"
make_crl other.crl "$(serial_of leaf.pem)" Somebody
passes sti-ca verify leaf.pem --anchor root.pem --chain between.pem --crl other.crl --crl-anchor pa.pem

step "no CRL, a CRL out of date, a CRL under the STI-CA's anchor: refused unless a word says so"
refused 1 sti-ca verify leaf.pem --anchor root.pem --chain between.pem
says err "sti-ca: leaf.pem: certificate 1: nobody says whether \"CN = Leaf\" is revoked: no CRL of the STI-PA was given; get the STI-PA's CRL that speaks of it, or do without (uncovered = accept) (RFC 5280 section 6.3)"
passes sti-ca verify leaf.pem --anchor root.pem --chain between.pem --uncovered accept
says out "found: 0 of 3, which the policy accepts"
refused 1 sti-ca verify leaf.pem --anchor root.pem --chain between.pem --uncovered refuse
make_crl stale.crl 4D Somebody "$(date -u -d -1hour +%y%m%d%H%M%SZ)"
refused 1 sti-ca verify leaf.pem --anchor root.pem --chain between.pem --crl stale.crl --crl-anchor pa.pem
says err "sti-ca: CRL: the CRL of \"CN = PA CRL\" is out of date at"
passes sti-ca verify leaf.pem --anchor root.pem --chain between.pem --crl stale.crl --crl-anchor pa.pem \
    --stale-crl accept
refused 1 sti-ca verify leaf.pem --anchor root.pem --chain between.pem --crl nobody.crl --crl-anchor root.pem
says err "the CRL's signer is not trusted at"

step "numbers"
refused 1 verify leaf.pem --tn 12155550160
says err "sti-ca: leaf.pem: certificate 1: TN 12155550160 is not in its list (RFC 8226 section 9)"
refused 1 verify delegate.pem --tn 12155550155
says err "the certificate is a CA's, and only end entities sign PASSporTs"

step "the time"
refused 1 verify leaf.pem --at 2020-01-01T00:00:00Z
says err "certificate \"CN = Root\": certificate is not yet valid"
says out "verdict: not valid at 2020-01-01T00:00:00Z"
passes verify leaf.pem --at "$(date -u +%Y-%m-%dT%H:%M:%S+00:00)"

step "by reference: the digest in the URL finds the list"
printf 'TN:12155550150-12155550159\n' >leaf.txt
passes sti-ca tnlist encode leaf.txt --out leaf-list.der
digest=$(sha256sum leaf-list.der | cut -d' ' -f1)
extensions leaf-by-reference "$aki" "$point" \
    "authorityInfoAccess=1.3.6.1.5.5.7.48.14;URI:$list_base$digest.der"
certificate leaf-by-reference Leaf delegate
passes verify leaf-by-reference.pem --list leaf.txt --tn 12155550155
says out "by reference: $list_base$digest.der"
passes verify --json leaf-by-reference.pem --list "$list_base$digest.der=leaf-list.der"
is '.path[0].list_by' reference
is '.path[0].list_url' "$list_base$digest.der"
refused 1 verify leaf-by-reference.pem
says err "leaf-by-reference.pem: certificate 1 TNAuthList: its list is by reference at $list_base$digest.der, and no list that was given is that one; fetch it"
printf 'TN:12155550150\n' >other.txt
refused 1 verify leaf-by-reference.pem --list other.txt
refused 1 verify leaf-by-reference.pem --list "$list_base$digest.der=other.txt"
says err "sti-ca: other.txt: certificate 1 TNAuthList: the URL of the list ends with the digest"
extensions leaf-at-url "$aki" "$point" "authorityInfoAccess=1.3.6.1.5.5.7.48.14;URI:${list_base}1"
certificate leaf-at-url Leaf delegate
passes verify leaf-at-url.pem --list "${list_base}1=other.txt"
refused 1 verify leaf-at-url.pem --list "${list_base}2=other.txt" --list other.txt
printf 'TN:12155550200\n' >beyond.txt
refused 1 verify leaf-at-url.pem --list "${list_base}1=beyond.txt"
says err "its issuer \"CN = Delegate\" lacks TN:12155550200"

step "undecidable: numbers below an SPC"
extensions delegate-spc "$aki" "$point" "$(list SPC:709J)"
certificate delegate-spc 'Delegate SPC' middle
extensions leaf-of-spc "$aki" "$point" "$(list TN:12155550150-12155550159)"
certificate leaf-of-spc Leaf delegate-spc
now="$now --chain delegate-spc.pem"
refused 1 verify leaf-of-spc.pem
says err "it is undecidable whether its issuer \"CN = Delegate SPC\" may pass on TN:12155550150-12155550159"
says err "(RFC 9060 section 4.1)"
says out "verdict: undecidable at"
refused 1 verify --json leaf-of-spc.pem
is .verdict undecidable
passes verify leaf-of-spc.pem --undecidable accept
printf 'spc,first,last\n709J,12155550100,12155550199\n' >numbers.csv
passes verify leaf-of-spc.pem --spc-numbers numbers.csv
printf 'spc,first,last\n709J,12155550100,12155550155\n' >numbers.csv
refused 1 verify leaf-of-spc.pem --spc-numbers numbers.csv
says err "lacks TN:12155550156-12155550159"
says out "verdict: not valid"

step "wrong words"
# wrong TEXT ARGUMENT...
wrong() {
    text=$1
    shift
    refused 2 sti-ca verify "$@"
    says err "$text"
}
wrong "--anchor is missing" leaf.pem
wrong "CERT is missing" --anchor root.pem
wrong "--crl and --crl-anchor go together" leaf.pem --anchor root.pem --crl nobody.crl
wrong "--crl and --crl-anchor go together" leaf.pem --anchor root.pem --crl-anchor pa.pem
wrong "--stale-crl says what to do with a CRL; give one" leaf.pem --anchor root.pem --stale-crl accept
wrong "--undecidable and --spc-numbers exclude each other" leaf.pem --anchor root.pem \
    --undecidable accept --spc-numbers numbers.csv
wrong "--undecidable is accept or refuse, not maybe" leaf.pem --anchor root.pem --undecidable maybe
wrong "--uncovered is accept or refuse, not yes" leaf.pem --anchor root.pem --uncovered yes
wrong "--tn +1215: a TN has no +" leaf.pem --anchor root.pem --tn +1215
wrong "--at: tomorrow is not a time as in 2026-01-31T23:59:59Z" leaf.pem --anchor root.pem --at tomorrow
wrong "--at is given twice" leaf.pem --anchor root.pem --at 2026-01-31T23:59:59Z --at 2026-01-31T23:59:59Z
wrong "names no file; write URL=FILE" leaf.pem --anchor root.pem --list https://tn.example/1
many=
while [ "$(echo "$many" | wc -w)" -lt 130 ]; do many="$many --chain middle.pem"; done
# shellcheck disable=SC2086 # words
wrong "--chain is one value too many, there is room for 64" leaf.pem --anchor root.pem $many

step "files that are not there, or something else"
refused 3 sti-ca verify nowhere.pem --anchor root.pem
refused 1 sti-ca verify leaf.txt --anchor root.pem
says err "leaf.txt: holds no certificate in PEM"
head -c 100 leaf.der >cut.der
refused 1 sti-ca verify cut.der --anchor root.pem
says err "cut.der: is not one certificate in DER"
refused 1 sti-ca verify leaf.der --anchor root.pem --crl root.pem --crl-anchor pa.pem
says err "root.pem: holds no CRL in PEM or DER"
printf 'spc,first\n' >bad.csv
refused 1 verify leaf-of-spc.pem --spc-numbers bad.csv
says err "sti-ca: bad.csv: certificate 1 line 1 column 1: the first line is not: spc,first,last"
