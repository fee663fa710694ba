#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The second way to load the provider's file: as a CONF module, which names no provider, so that the
# default one stays, and which need not fail in silence.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

passes ossl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem \
    -subj /CN=example -addext TNAuthList=SPC:709J -out cert.pem

# by FILE ARGUMENTS...: stock openssl with this configuration.
by() {
    conf=$1
    shift
    OPENSSL_CONF=$conf LD_PRELOAD=${STI_SANITIZER_LIBRARY:-} ASAN_OPTIONS=detect_leaks=0 \
        openssl "$@"
}

# configuration MODULE DIAGNOSTICS: an openssl.cnf that loads the module.
configuration() {
    cat <<EOF
openssl_conf = openssl_init
config_diagnostics = $2
[openssl_init]
tnauthlist = tnauthlist_module
[tnauthlist_module]
path = $1
[req]
distinguished_name = subject
[subject]
EOF
}

step "openssl knows the extension"
configuration "$BUILD/provider/tnauthlist.so" 1 >module.cnf
passes by module.cnf x509 -in cert.pem -noout -ext TNAuthList
says out "SPC:709J"
passes by module.cnf req -new -key key.pem -subj /CN=example -addext TNAuthList=TN:12155551212 \
    -noout -text
says out "TN:12155551212"

step "and every other STIR object"
# shellcheck source=tests/cli/objects.sh
. "$SOURCE/tests/cli/objects.sh"
make_objects
for kind in by-value by-reference; do
    passes by module.cnf x509 -in $kind.pem -noout -text
    shows out $kind.text
done
passes by module.cnf req -new -x509 -key key.pem -subj /CN=example -out policy.pem \
    -addext certificatePolicies=shakenPolicy1-4
refused 1 by module.cnf req -new -x509 -key key.pem -subj /CN=example -out bad.pem \
    -addext JWTClaimConstraints=mustExclude:attest
says err "needs the extension EnhancedJWTClaimConstraints"

step "the default provider is there without being named; no other is listed"
passes by module.cnf list -providers
says out "OpenSSL Default Provider"
says_not out "tnauthlist"

step "req -config loads it, too"
passes by /dev/null req -config module.cnf -new -key key.pem -subj /CN=example -noout -text \
    -addext TNAuthList=TN:12155551212
says out "TN:12155551212"

step "with config_diagnostics a module that is not there is an error"
configuration /nowhere/tnauthlist.so 1 >missing.cnf
refused 1 by missing.cnf x509 -in cert.pem -noout -ext TNAuthList
says err "/nowhere/tnauthlist.so"
says err "module=tnauthlist"

step "without, it is passed over in silence"
configuration /nowhere/tnauthlist.so 0 >missing.cnf
passes by missing.cnf x509 -in cert.pem -noout -subject

step "with config_diagnostics a name that is taken is an error that names the culprit"
configuration "$BUILD/provider/tnauthlist.so" 1 |
    sed 's/^\[openssl_init\]/&\noid_section = oids/; $a [oids]\nTNAuthList = 2.25.4711.1' >taken.cnf
refused 1 by taken.cnf x509 -in cert.pem -noout -subject
says err "the name TNAuthList, meant for 1.3.6.1.5.5.7.1.26, already stands for 2.25.4711.1"
