#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# openssl ca: a TNAuthList from the CA's configuration, or copied from the CSR.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

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
