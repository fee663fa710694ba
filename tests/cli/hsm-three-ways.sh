#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One key on a token, three ways of signing with it: libp11's EVP_PKEY, raw C_Sign, and the stock
# openssl through what it has for PKCS#11. Whatever is signed verifies with the one public key. A way
# of the stock openssl that is not on this machine is reported; without any the story is skipped.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_hsm
make_configuration
passes sti-ca init
passes sti-ca key generate root
passes sti-ca root
passes openssl x509 -in root.pem -noout -pubkey
mv out public.pem
make_key applicant
passes openssl req -new -key applicant.key -subj "/CN=applicant" -out applicant.csr
printf 'a text to sign\n' >text
printf 'another text\n' >other
key='pkcs11:token=sti-ca;object=root;id=%01;type=private'

# signed SIGNATURE: it is one of text, and of nothing else.
signed() {
    passes openssl dgst -sha256 -verify public.pem -signature "$1" text
    refused_status=0
    openssl dgst -sha256 -verify public.pem -signature "$1" other >out 2>err || refused_status=$?
    [ "$refused_status" -eq 1 ] || fail "$1 verifies for another text"
}

step "the public key that the token shows is the certificate's"
passes sti-ca key show root --json
jq -j .public_key out >shown.pem
same shown.pem public.pem

step "EVP_PKEY through libp11: a text, and the certificate that sti-ca has signed"
passes hsm_sign evp "$key?$hsm_query&pin-source=file:sti-ca.pin" text
mv out evp.sig
signed evp.sig
passes openssl verify -CAfile root.pem -check_ss_sig root.pem

step "raw C_Sign in a session of its own: the same text"
passes hsm_sign raw "$key?$hsm_query&pin-source=file:sti-ca.pin" text
mv out raw.sig
signed raw.sig

# What each way of the stock openssl has in its configuration besides the way itself.
common() {
    cat <<'END'
[req]
distinguished_name = dn
[dn]
[ca]
default_ca = example_ca
[example_ca]
database = index.txt
new_certs_dir = .
certificate = root.pem
rand_serial = yes
unique_subject = no
default_md = sha256
default_days = 1
policy = anything
x509_extensions = profile
[anything]
commonName = supplied
[profile]
basicConstraints = critical, CA:FALSE
END
}

# stock NAME OPTION...: a text, a CSR and a certificate by the stock openssl with NAME.cnf; the
# options say that the key is on a token.
stock() {
    name=$1
    shift
    OPENSSL_CONF=$PWD/$name.cnf
    export OPENSSL_CONF
    : >index.txt
    passes openssl dgst -sha256 "$@" -sign "$key" -out "$name.sig" text
    passes openssl req -new "$@" -key "$key" -subj "/CN=root" -out "$name.csr"
    passes openssl ca -batch -notext "$@" -keyfile "$key" -in applicant.csr -out "$name.pem"
    unset OPENSSL_CONF
    signed "$name.sig"
    passes openssl req -in "$name.csr" -verify -noout
    passes openssl req -in "$name.csr" -noout -pubkey
    same out public.pem
    passes openssl verify -CAfile root.pem "$name.pem"
    passes openssl x509 -in "$name.pem" -noout -pubkey
    same out applicant.pem
    tried="$tried $name"
}
tried=

step "openssl dgst, req and ca through libp11's engine"
if openssl engine pkcs11 >out 2>err; then
    # The PIN is here: with pin-source=file: the engine 0.4.12 tries a wrong one.
    (umask 077 && {
        printf 'openssl_conf = init\n[init]\nengines = engines\n[engines]\npkcs11 = pkcs11_engine\n'
        printf '[pkcs11_engine]\nMODULE_PATH = %s\nPIN = %s\ninit = 0\n' \
            "$hsm_module" "$(cat sti-ca.pin)"
        common
    } >engine.cnf)
    stock engine -engine pkcs11 -keyform engine
else
    echo "  skipped: this openssl has no engine pkcs11; install libengine-pkcs11-openssl, for 3.x"
fi

step "openssl dgst, req and ca through pkcs11-provider"
modules=$(openssl info -modulesdir)
if [ -e "$modules/pkcs11.so" ]; then
    # Without the quirk it ends the module while openssl still has objects of it.
    {
        printf 'openssl_conf = init\n[init]\nproviders = providers\n'
        printf '[providers]\ndefault = default_provider\npkcs11 = pkcs11_provider\n'
        printf '[default_provider]\nactivate = 1\n[pkcs11_provider]\nmodule = %s\n' \
            "$modules/pkcs11.so"
        printf 'pkcs11-module-path = %s\npkcs11-module-token-pin = file:%s\n' \
            "$hsm_module" "$PWD/sti-ca.pin"
        printf 'pkcs11-module-quirks = no-deinit\nactivate = 1\n'
        common
    } >provider.cnf
    stock provider
else
    echo "  skipped: this openssl has no provider pkcs11; install pkcs11-provider, from Debian 13 on"
fi

if [ -z "$tried" ]; then
    echo "skipped: the stock openssl cannot use a token here, so only two ways were compared"
    exit 77
fi
echo "compared: EVP_PKEY through libp11, raw C_Sign, and openssl with:$tried"
