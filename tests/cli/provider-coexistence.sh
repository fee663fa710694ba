#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Others that register the same names, and the provider loaded twice. Where an oid_section may stand
# is in provider-oid-section.sh; what docs/coexistence.md says of configurations is seen in both.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

module=$BUILD/provider/tnauthlist.so
unset OPENSSL_MODULES
passes ossl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem \
    -subj /CN=example -addext TNAuthList=SPC:709J -out cert.pem

# configuration BEFORE OID-LINE: an openssl.cnf with the provider, and a line before it.
configuration() {
    cat <<EOF
openssl_conf = openssl_init
extensions = nothing
[openssl_init]
$1
providers = providers
[providers]
default = default_provider
tnauthlist = tnauthlist_provider
[default_provider]
activate = 1
[tnauthlist_provider]
module = $module
activate = 1
[req]
distinguished_name = nothing
[nothing]
[oids]
$2
EOF
}

# by FILE ARGUMENTS...: stock openssl with this configuration.
by() {
    conf=$1
    shift
    OPENSSL_CONF=$conf LD_PRELOAD=${STI_SANITIZER_LIBRARY:-} ASAN_OPTIONS=detect_leaks=0 \
        openssl "$@"
}

# requests CONFIGURATION EXTENSION: the CSR's text in out.
requests() {
    by "$1" req -new -key key.pem -subj /CN=example -noout -text -addext "$2"
}

step "the name for another OID: the provider refuses to load, in silence"
for line in "TNAuthList = 2.25.4711.1" "stirTNList = 2.25.4711.1" \
    "JWTClaimConstraints = 2.25.4711.1" "EnhancedJWTClaimConstraints = 2.25.4711.1"; do
    configuration "oid_section = oids" "$line" >taken.cnf
    passes by taken.cnf list -providers
    says_not out tnauthlist
    refused 1 requests taken.cnf TNAuthList=SPC:709J

    step "... ${line%% *}: -provider and sti-ca doctor say why"
    sed '/^tnauthlist = /d' taken.cnf >without.cnf
    refused 1 by without.cnf x509 -in cert.pem -noout -provider-path "$BUILD/provider" \
        -provider tnauthlist
    says err "the name ${line%% *}, meant for "
    says err "already stands for 2.25.4711.1 in this process; remove the oid_section line"
    refused 3 env OPENSSL_CONF=taken.cnf sti-ca doctor --only openssl
    says out "the name ${line%% *}, meant for "
done

configuration "" "" >removed.cnf
step "loaded twice, by the configuration and by -provider: once is enough, twice does no harm"
passes by removed.cnf x509 -in cert.pem -noout -ext TNAuthList -provider-path "$BUILD/provider" \
    -provider tnauthlist
says out "    SPC:709J"
passes by removed.cnf x509 -in cert.pem -noout -ext TNAuthList -provider "$module"
says out "    SPC:709J"

step "loaded twice, as a provider and as a CONF module"
{
    sed 's/^\[openssl_init\]/&\ntnauthlist_module = module/' removed.cnf
    printf '[module]\npath = %s\n' "$module"
} >both.cnf
passes by both.cnf x509 -in cert.pem -noout -ext TNAuthList
printf 'TNAuthorizationList: \n    SPC:709J\n' >wanted
same out wanted
passes requests both.cnf TNAuthList=SPC:709J
says out "SPC:709J"
