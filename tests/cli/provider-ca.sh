#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# openssl ca: STIR extensions from the CA's configuration, or copied from the CSR; many CSRs at once.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/objects.sh
. "$SOURCE/tests/cli/objects.sh"

passes ossl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key \
    -subj "/CN=example CA" -days 365 -out ca.pem \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
passes ossl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem
: >index.txt

# The provider's sections are in the file, so that -config alone is enough.
cat >ca.cnf <<EOF
openssl_conf = openssl_init
[openssl_init]
providers = providers
[providers]
default = default_provider
tnauthlist = tnauthlist_provider
[default_provider]
activate = 1
[tnauthlist_provider]
module = $BUILD/provider/tnauthlist.so
activate = 1

[ca]
default_ca = example_ca
[example_ca]
dir = .
database = index.txt
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
rand_serial = yes
unique_subject = no
default_md = sha256
default_days = 90
default_crl_days = 7
policy = anything
x509_extensions = profile
[anything]
commonName = supplied
[profile]
basicConstraints = critical, CA:FALSE
TNAuthList = @list
[list]
SPC.1 = 709J
TN.1 = 12155550100-12155550199
EOF

step "x509_extensions: the configuration's list goes into the certificate"
passes ossl req -new -key key.pem -subj /CN=one -out plain.csr
passes ossl ca -batch -config ca.cnf -in plain.csr -out made.pem
passes ossl x509 -in made.pem -noout -ext TNAuthList
says out "    SPC:709J"
says out "    TN:12155550100-12155550199"

step "the certificate's text in the output file has the list, too"
says made.pem "TN:12155550100-12155550199"

step "copy_extensions = copy: the CSR's list goes into the certificate"
sed '/^TNAuthList/d; s/^policy/copy_extensions = copy\npolicy/' ca.cnf >copy.cnf
passes ossl req -new -key key.pem -subj /CN=two -addext TNAuthList=SPC:1234,TN:12155551212 \
    -out list.csr
passes ossl ca -batch -config copy.cnf -in list.csr -out copied.pem
passes ossl x509 -in copied.pem -noout -ext TNAuthList
cat >wanted <<EOF
TNAuthorizationList: 
    SPC:1234
    TN:12155551212
EOF
same out wanted

step "with both, the configuration's list stands and the CSR's does not"
sed 's/^policy/copy_extensions = copy\npolicy/' ca.cnf >both.cnf
passes ossl ca -batch -config both.cnf -in list.csr -out both.pem
passes ossl x509 -in both.pem -noout -ext TNAuthList
says out "    SPC:709J"
says_not out "SPC:1234"

step "copy_extensions = none: the CSR's list is dropped"
sed '/^TNAuthList/d' ca.cnf >none.cnf
passes ossl ca -batch -config none.cnf -in list.csr -out none.pem
passes ossl x509 -in none.pem -noout -text
says_not out TNAuth

step "a configuration with a bad list signs nothing"
sed 's/^SPC.1.*/SPC.1 = 709 J/' ca.cnf >bad.cnf
refused 1 ossl ca -batch -config bad.cnf -in plain.csr -out bad.pem
says err "list: SPC.1: octet 0x20 cannot stand plainly in an SPC"
absent bad.pem

step "the old recipe's oid_section line does not go with the provider: remove it"
sed 's/^openssl_conf.*/&\noid_section = oids/; s/^\[ca\]/[oids]\nTNAuthList = 1.3.6.1.5.5.7.1.26\n&/' \
    ca.cnf >oids.cnf
refused 1 ossl ca -batch -config oids.cnf -in plain.csr -out bad.pem
says err "oid exists"
absent bad.pem

step "every STIR object by the CA's configuration, and copied from a CSR: octet for octet"
make_objects
for kind in by-value by-reference; do
    section=$(echo $kind | tr - _)
    awk -v section="[$section]" '/^\[/ { inside = $0 == section; next } inside' extensions.cnf >lines
    sed '/^TNAuthList/d; /^\[profile\]/r lines' ca.cnf >all.cnf
    passes ossl ca -batch -config all.cnf -in plain.csr -out all.pem
    shows all.pem $kind.text
    passes ossl x509 -in all.pem -out bare.pem
    same_octets bare.pem $kind.pem
    {
        printf '[req]\ndistinguished_name = none\nreq_extensions = stir\n[none]\n[stir]\n'
        sed '/KeyIdentifier/d' lines
    } >req.cnf
    passes ossl req -new -key key.pem -config req.cnf -subj /CN=example -out $kind.csr
    passes ossl ca -batch -config copy.cnf -in $kind.csr -out all.pem
    shows all.pem $kind.text
    passes ossl x509 -in all.pem -out bare.pem
    same_octets bare.pem $kind.csr
done

step "-extfile and -extensions: this run's extensions instead of the configuration's"
passes ossl ca -batch -config ca.cnf -in plain.csr -out other.pem -extfile extensions.cnf \
    -extensions by_reference
passes ossl x509 -in other.pem -noout -text
shows out by-reference.text
says_not out TNAuth

step "-infiles: many CSRs, each with its own list; new_certs_dir has the certificates by serial"
mkdir issued
sed 's/^new_certs_dir.*/new_certs_dir = issued/; s/^rand_serial.*/serial = serial/' copy.cnf >many.cnf
echo 01 >serial
for number in 1 2 3; do
    passes ossl req -new -key key.pem -subj "/CN=number $number" -out $number.csr \
        -addext TNAuthList=TN:1215555010$number
done
# Without -out: a file of this name would be written anew for each certificate.
passes ossl ca -batch -config many.cnf -notext -infiles 1.csr 2.csr by-reference.csr 3.csr
cp out all.pem
[ "$(grep -c 'BEGIN CERT' all.pem)" -eq 4 ] || fail "four certificates are wanted"
for number in 1 2; do
    passes ossl x509 -in issued/0$number.pem -noout -ext TNAuthList
    printf 'TNAuthorizationList: \n    TN:1215555010%s\n' $number >wanted
    same out wanted
done
passes ossl x509 -in issued/03.pem -noout -text
shows out by-reference.text
passes ossl x509 -in issued/04.pem -noout -ext TNAuthList
says out "    TN:12155550103"
passes ossl storeutl -noout -text -certs all.pem
says out "Total found: 4"
says out "TN:12155550101"
shows out by-reference.text

step "-infiles: a CSR whose signature is not good gets none, the others do"
ossl req -in 2.csr -outform DER >2.der 2>err || fail "2.csr"
# The last octet of the signature, in octal, is another one.
size=$(wc -c <2.der)
last=$(tail -c 1 2.der | od -An -to1 | tr -d ' ')
[ "$last" = 001 ] && other='\002' || other='\001'
{
    head -c $((size - 1)) 2.der
    # shellcheck disable=SC2059 # the octet in octal
    printf "$other"
} >forged.der
passes ossl req -inform DER -in forged.der -out forged.csr
# Its exit status says nothing of this.
ossl ca -batch -config many.cnf -notext -infiles 1.csr forged.csr 3.csr >out 2>err </dev/null || true
says err "Signature did not match the certificate request"
[ "$(grep -c 'BEGIN CERT' out)" -eq 2 ] || fail "two certificates are wanted"
absent issued/07.pem

step "-infiles: a malformed list is copied as it is; openssl ca looks at no list"
passes ossl req -new -key key.pem -subj /CN=malformed -out malformed.csr \
    -addext 1.3.6.1.5.5.7.1.26=DER:300680043730394a
passes ossl ca -batch -config many.cnf -notext -out malformed.pem -infiles malformed.csr
same_octets malformed.pem malformed.csr
passes ossl x509 -in malformed.pem -noout -ext TNAuthList
says out "; MALFORMED: TNAuthList entry 1 at byte 2: tag 0x80 is implicit"

step "a configuration with forbidden claim constraints signs nothing"
sed 's/^TNAuthList.*/EnhancedJWTClaimConstraints = mustExclude:iat/' ca.cnf >bad.cnf
refused 1 ossl ca -batch -config bad.cnf -in plain.csr -out bad.pem
says err "mustExclude:iat: every PASSporT has it"
absent bad.pem
