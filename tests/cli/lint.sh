#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca lint: certificates, chains and folders; the forms of its report; what it says of its rules.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"

# is FILTER VALUE: the JSON on standard output says so.
is() {
    [ "$(jq -r "$1" out)" = "$2" ] || fail "$1 is not $2, but $(jq -r "$1" out)"
}

# make_certificate NAME SUBJECT ISSUER EXTENSIONS: NAME.pem and NAME.key, signed by ISSUER (itself:
# NAME), with the stock openssl.
make_certificate() {
    printf '%s\n' "$4" >extensions
    passes ossl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout "$1.key" \
        -subj "$2" -out "$1.csr"
    if [ "$1" = "$3" ]; then
        passes ossl x509 -req -in "$1.csr" -key "$1.key" -sha256 -days 3650 -extfile extensions \
            -out "$1.pem"
    else
        passes ossl x509 -req -in "$1.csr" -CA "$3.pem" -CAkey "$3.key" -sha256 -days 365 \
            -extfile extensions -out "$1.pem"
    fi
}
below_root='subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always
certificatePolicies = 2.16.840.1.114569.1.1.4
crlDistributionPoints = point
[point]
fullname = URI:https://pa.example/crl
CRLissuer = dirName:crl_issuer
[crl_issuer]
C = US
O = Example STI-PA
CN = STI-PA CRL'

step "certificates of the base profile: nothing to say"
make_certificate root "/C=US/O=Example/CN=SHAKEN Example ROOT" root \
    'basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash'
make_certificate intermediate "/C=US/O=Example/CN=SHAKEN Example" root \
    "basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign
$below_root"
leaf_extensions="basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature"
make_certificate leaf "/C=US/O=Example Telecom/CN=SHAKEN 709J" intermediate "$leaf_extensions
TNAuthList = SPC:709J
$below_root"
passes sti-ca lint root.pem intermediate.pem leaf.pem
[ "$(cat out)" = "3 certificates in 3 files: 0 errors, 0 warnings, 0 notices; 0 not in force yet when the certificate began" ] ||
    fail "other words"
[ ! -s err ] || fail "something on standard error"

step "a fault: its id and reason, exit status 1, and a sentence"
make_certificate bad "/C=us/O=Example Telecom/CN=SHAKEN 709j" intermediate "$leaf_extensions
TNAuthList = SPC:709j
$below_root"
refused 1 sti-ca lint leaf.pem bad.pem
cat >wanted <<'END'
bad.pem
  error          e_atis_subject_c_iso: C is "us", not two capital letters
  error          e_atis_tn_auth_list_spc_format: the SPC 709j has more than digits and capital letters
  error          e_atis_subject_c_us: C is "us", not US
2 certificates in 2 files: 3 errors, 0 warnings, 0 notices; 0 not in force yet when the certificate began
END
same out wanted
[ "$(cat err)" = "sti-ca: bad.pem: 3 lints of error level failed, the first here; sti-ca lint --explain ID says more" ] ||
    fail "another sentence"

step "DER, standard input, and a file with a key beside the certificate"
openssl x509 -in bad.pem -outform DER -out bad.der
refused 1 sti-ca lint bad.der
says out "e_atis_subject_c_iso: "
status=0
sti-ca lint - <bad.pem >out 2>err || status=$?
[ "$status" -eq 1 ] || fail "exit status $status"
says out "standard input"
cat bad.key bad.pem >both.pem
refused 1 sti-ca lint both.pem
says out "1 certificate in 1 file: 3 errors"

step "--all: what passes, too"
passes sti-ca lint --all leaf.pem
says out "  pass           e_atis_version"
says_not out "e_atis_version_ca"

step "JSON: the results, and what passed only when asked"
refused 1 sti-ca lint --json leaf.pem bad.pem
is '.results | length' 2
is '.results[0] | tojson' '{"file":"leaf.pem","findings":[]}'
is '.results[1].file' bad.pem
is '.results[1].findings | map(.id) | join(" ")' \
    "e_atis_subject_c_iso e_atis_tn_auth_list_spc_format e_atis_subject_c_us"
is '.results[1].findings[0] | tojson' \
    '{"id":"e_atis_subject_c_iso","status":"fail","detail":"C is \"us\", not two capital letters"}'
passes sti-ca lint --json --all leaf.pem
is '.results[0].findings | map(.status) | unique | join(" ")' pass

step "a certificate older than a rule: not in force, and what it would say"
passes openssl req -new -key leaf.key -subj "/C=us/O=Example/CN=SHAKEN 709J" -out old.csr
printf '%s\n' "[ca]" "default_ca = old" "[old]" "database = index" "serial = serial" \
    "new_certs_dir = ." "default_md = sha256" "policy = any" "x509_extensions = leaf" "[any]" \
    "C = optional" "O = optional" "CN = optional" "[leaf]" "$leaf_extensions" \
    "subjectKeyIdentifier = hash" "authorityKeyIdentifier = keyid:always" >old.cnf
: >index
echo 4B2233B9C29DA21F35331ABD8FD943DE >serial
passes openssl ca -batch -config old.cnf -cert intermediate.pem -keyfile intermediate.key \
    -startdate 200101000000Z -enddate 300101000000Z -in old.csr -notext -out old.pem
passes sti-ca lint --json old.pem
is '[.results[0].findings[] | select(.id == "e_atis_subject_c_iso")] | .[0] | tojson' \
    '{"id":"e_atis_subject_c_iso","status":"not-effective","detail":"would fail: C is \"us\", not two capital letters"}'
is '[.results[0].findings[] | select(.id == "e_atis_subject_cn")] | .[0].detail' "would pass"
is '.results[0].findings | map(.status) | unique | join(" ")' not-effective
passes sti-ca lint old.pem
says_not out "old.pem"
passes sti-ca lint --all old.pem
says out "  not-effective  e_atis_subject_c_iso: would fail: "

step "SARIF: the rules, and the findings with their files"
cp bad.pem 'b d.pem'
refused 1 sti-ca lint --sarif leaf.pem 'b d.pem'
is .version 2.1.0
is '.runs[0].results | length' 3
is '.runs[0].results[0].ruleId' e_atis_subject_c_iso
is '.runs[0].results[0].level' error
is '.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri' b%20d.pem
is '[.runs[0].results[].ruleId] - [.runs[0].tool.driver.rules[].id] | length' 0
passes sti-ca lint --sarif --all leaf.pem
is '[.runs[0].results[] | .kind + " " + .level] | unique | join(" ")' "pass none"

step "a delegate: its list within its signer's, which follows in the file"
make_certificate parent "/C=US/O=Example/CN=SHAKEN Example parent" root \
    "basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign
TNAuthList = TN:12155550100-12155550199
$below_root"
make_certificate inside "/C=US/O=Example PBX/CN=SHAKEN PBX" parent "$leaf_extensions
TNAuthList = TN:12155550150
$below_root"
make_certificate outside "/C=US/O=Example PBX/CN=SHAKEN PBX" parent "$leaf_extensions
TNAuthList = TN:12155550200
$below_root"
cat inside.pem parent.pem root.pem >inside-chain.pem
cat outside.pem parent.pem root.pem >outside-chain.pem
refused 1 sti-ca lint inside-chain.pem
says out "inside-chain.pem: certificate 1"
says out "inside-chain.pem: certificate 2"
says_not out "inside-chain.pem: certificate 3"
says_not out "e_sti_"
refused 1 sti-ca lint outside-chain.pem
says out "  error          e_sti_delegate_encompassed: its list has what its signer's list has not"
refused 1 sti-ca lint outside.pem
says_not out e_sti_delegate_encompassed
refused 1 sti-ca lint --json outside-chain.pem
is '[.results[].certificate] | map(tostring) | join(" ")' "1 2 3"
is '[.results[].file] | unique | join(" ")' outside-chain.pem

step "what is no certificate is a finding, and the run goes on"
echo hello >text
printf '\060\003\002\001\005' >der
: >empty
{ cat leaf.pem && printf '%s\n' '-----BEGIN CERTIFICATE-----' 'MII!' '-----END CERTIFICATE-----'; } >broken.pem
refused 1 sti-ca lint text der empty broken.pem leaf.pem
cat >wanted <<'END'
text
  error          e_sti_certificate_form: holds no certificate, neither in PEM nor in DER
der
  error          e_sti_certificate_form: certificate at byte 2: tag 0x02 stands where tbsCertificate (0x30) is wanted (RFC 5280 section 4.1)
empty
  error          e_sti_certificate_form: holds no certificate, neither in PEM nor in DER
broken.pem: certificate 2
  error          e_sti_certificate_form: a block of PEM is broken (RFC 7468 section 3)
2 certificates in 5 files: 4 errors, 0 warnings, 0 notices; 0 not in force yet when the certificate began
END
same out wanted
refused 1 sti-ca lint --json text leaf.pem
is '.results[0].findings[0].id' e_sti_certificate_form
is '.results | length' 2

step "folders, with what is below them; a link to a folder is not followed"
mkdir -p folder/below
cp leaf.pem folder/a.pem
cp bad.pem folder/below/b.pem
ln -s ../folder folder/loop
ln -s ../leaf.pem folder/link.pem
mkfifo folder/pipe
refused 1 sti-ca lint folder
says out "folder/below/b.pem"
says out "3 certificates in 3 files: 3 errors"

step "a file that cannot be read: exit status 3, and the others are judged"
refused 3 sti-ca lint --json nowhere.pem bad.pem gone.pem
is '.results | map(.file) | join(" ")' bad.pem
[ "$(cat err)" = "sti-ca: nowhere.pem: cannot be read: No such file or directory; 1 more could not be read" ] ||
    fail "another sentence"
deep=deep
for _ in 1 2 3 4 5 6 7 8; do deep=$deep/d/d/d/d; done
mkdir -p "$deep/d"
refused 3 sti-ca lint deep
says err "cannot be read: folders nest deeper than 32 levels"

step "who will accept it: nobody stumbles over the base profile"
passes sti-ca lint --verifiers leaf.pem
[ "$(cat out)" = "1 certificate in 1 file: 0 stumbling blocks" ] || fail "other words"
passes sti-ca lint --verifiers inside-chain.pem
says out "  stumbles       asterisk-first-spc: the first entry of its list is no SPC"
says out "  stumbles       reports-ca-list: it is a CA certificate with a TNAuthList"
passes sti-ca lint --verifiers --json inside.pem
is '.results[0].findings[0].id' asterisk-first-spc
passes sti-ca lint --verifiers --sarif inside.pem
is '.runs[0].results[0].level' note
passes sti-ca lint --verifiers
says out "source: asterisk/asterisk, "
passes sti-ca lint --verifiers --json
is '[.verifiers[] | select(.source == "" or .hint == "")] | length' 0

step "the rules: listed and explained"
passes sti-ca lint --list
says out "  e_atis_subject_cn_spc                           error   2022-01-16  CN of an end-entity certificate has SHAKEN, one space and the SPC of its list"
passes sti-ca lint --list --json
is '.lints | map(keys | join(" ")) | unique | join("|")' "clause effective id level"
is '.lints[] | select(.id == "e_atis_subject_cn_spc") | tojson' \
    '{"id":"e_atis_subject_cn_spc","level":"error","clause":"ATIS-1000080.v004 section 6.4.1","effective":"2022-01-16"}'
passes sti-ca lint --explain e_sti_list_reference_https
says out "  rule:   a list by reference is at an https URI"
says out "  clause: RFC 8226 section 10.1"
says out "counts for certificates that are valid from 2018-02-01 on"
says out "  hint:   publish the list with https"
passes sti-ca lint --explain e_sti_list_reference_https --json
is .lint.hint "publish the list with https"
passes sti-ca lint --explain asterisk-size
says out "8,192 octets"
passes sti-ca lint --explain asterisk-size --json
is .verifier.verifier "Asterisk, res_stir_shaken"

step "words that do not go together"
wrong() {
    text=$1
    shift
    refused 2 sti-ca lint "$@"
    says err "sti-ca: $text"
}
wrong "FILE is missing; see \`sti-ca lint --help\`"
wrong "there is no lint e_nothing; see \`sti-ca lint --list\`" --explain e_nothing
wrong "give either --list or --explain" --list --explain e_atis_version
wrong "give either --json or --sarif" --json --sarif leaf.pem
wrong "--list and --explain stand alone, or with --json" --list leaf.pem
wrong "--list and --explain stand alone, or with --json" --list --all
wrong "--sarif and --all want a FILE" --verifiers --sarif

step "names from outside cannot steer a terminal"
esc=$(printf '\033[31m')
cp bad.pem "x$esc.pem"
refused 1 sti-ca lint "x$esc.pem"
says out 'x\x1B[31m.pem'
says_not out "$esc"

step "progress on a terminal, and nowhere else"
mkdir many
for number in 1 2 3 4 5 6 7 8 9 10 11 12; do cp leaf.pem many/$number.pem; done
on_terminal files "" "sti-ca lint many"
says screen " files, "
says screen "12 certificates in 12 files: 0 errors"
on_terminal files "" "sti-ca lint --json many >out"
says screen " files, "
is '.results | length' 12
on_terminal results "" "sti-ca lint --json many"
says_not screen " files, "
passes sti-ca lint many
[ ! -s err ] || fail "something on standard error"
