# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What the stories about bundles have in common. Sourced after lib.sh.

# make_bundle_files: request.csr, token.jwt, account.pem, account.key, signer.pem, chain.pem,
# crl.pem and list.der. Nothing in a bundle is verified, so the stock openssl makes them.
make_bundle_files() {
    passes openssl ecparam -name prime256v1 -genkey -noout -out account.key
    passes openssl pkey -in account.key -pubout -out account.pem
    passes openssl ecparam -name prime256v1 -genkey -noout -out pa.key
    passes openssl req -new -key pa.key -subj '/C=US/O=Example Telecom/CN=SHAKEN 709J' \
        -out request.csr
    passes openssl req -x509 -new -key pa.key -subj '/C=US/O=Example STI-PA/CN=signer' \
        -out signer.pem
    passes openssl req -x509 -new -key pa.key -subj '/C=US/O=Example STI-PA/CN=root' -out root.pem
    cat signer.pem root.pem >chain.pem
    : >index.txt
    printf '%s\n' '[ca]' 'default_ca = a' '[a]' 'database = index.txt' 'default_md = sha256' >ca.cnf
    passes openssl ca -config ca.cnf -gencrl -crldays 30 -keyfile pa.key -cert signer.pem -out crl.pem
    printf 'SPC:709J\nTN:12155551212\n' >list.txt
    passes sti-ca tnlist encode list.txt --out list.der
    printf 'eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiIxIn0.c2lnbmF0dXJl' >token.jwt
}

# create OPTION...: a bundle with the parts that must be there, and more.
create() {
    passes sti-ca bundle create --csr request.csr --token token.jwt --account-key account.pem "$@"
}
