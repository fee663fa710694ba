#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Three ways to load the provider, how to see that it is loaded, and what happens when it is not.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

# bare ARGUMENTS...: stock openssl, for which the story says where configuration and module are.
bare() {
    LD_PRELOAD=${STI_SANITIZER_LIBRARY:-} ASAN_OPTIONS=detect_leaks=0 openssl "$@"
}

# prints_list COMMAND...: the command prints the certificate's list.
prints_list() {
    passes "$@"
    printf 'TNAuthorizationList: \n    SPC:709J\n' >wanted
    same out wanted
}

passes ossl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem \
    -subj /CN=example -addext TNAuthList=SPC:709J -out cert.pem

step "list -providers: name, version and status; the default provider is there, too"
passes ossl list -providers
sed -n '/^  tnauthlist$/,/status/p' out >ours
says ours "name: TNAuthList for STIR certificates (RFC 8226)"
says ours "version: "
says ours "status: active"
says out "name: OpenSSL Default Provider"
passes ossl list -providers -verbose
says out "build info: sti-pki "

step "it offers no algorithm: it only teaches libcrypto the extension"
for kind in digest cipher mac kdf signature key-exchange kem asymcipher; do
    passes ossl list "-$kind-algorithms"
    says out "@ default"
    says_not out "@ tnauthlist"
done

step "1. a configuration with the module's full path"
prints_list ossl x509 -in cert.pem -noout -ext TNAuthList

step "2. the configuration as it is shipped, the folder by OPENSSL_MODULES"
export OPENSSL_CONF="$SOURCE/conf/openssl-tnauthlist.cnf"
export OPENSSL_MODULES="$BUILD/provider"
passes bare list -providers
says out "name: TNAuthList for STIR certificates (RFC 8226)"
prints_list bare x509 -in cert.pem -noout -ext TNAuthList
passes bare req -new -key key.pem -subj /CN=example -addext TNAuthList=SPC:709J -noout

step "3. by hand: -provider-path first, and the default provider by name"
export OPENSSL_CONF=/dev/null
unset OPENSSL_MODULES
prints_list bare x509 -in cert.pem -noout -ext TNAuthList \
    -provider-path "$BUILD/provider" -provider tnauthlist -provider default
passes bare req -new -key key.pem -subj /CN=example -noout -text -addext TNAuthList=SPC:709J \
    -provider-path "$BUILD/provider" -provider tnauthlist -provider default
says out "SPC:709J"

step "by configuration and by hand at once, and once more under another file name: no harm done"
mkdir copies
cp "$BUILD/provider/tnauthlist.so" copies/other.so
export OPENSSL_CONF="$BUILD/conf/openssl-tnauthlist.cnf"
prints_list bare x509 -in cert.pem -noout -ext TNAuthList \
    -provider-path "$BUILD/provider" -provider tnauthlist -provider default
prints_list bare x509 -in cert.pem -noout -ext TNAuthList \
    -provider-path "$PWD/copies" -provider other -provider default
passes bare list -providers -provider-path "$PWD/copies" -provider other
[ "$(grep -c "name: TNAuthList for STIR" out)" -eq 2 ] || fail "two providers should be listed"
export OPENSSL_CONF=/dev/null

step "-provider-path behind -provider comes too late"
refused 1 bare x509 -in cert.pem -noout -ext TNAuthList \
    -provider tnauthlist -provider-path "$BUILD/provider" -provider default
says err "unable to load provider tnauthlist"

step "without the default provider nothing can be read"
refused 1 bare x509 -in cert.pem -noout -ext TNAuthList \
    -provider-path "$BUILD/provider" -provider tnauthlist
says err "Did you forget to load them?"

step "not loaded: req refuses the name, but x509 -ext says there is nothing, with exit status 0"
refused 1 bare req -new -key key.pem -subj /CN=example -addext TNAuthList=SPC:709J -noout
says err "unknown extension name"
passes bare x509 -in cert.pem -noout -ext TNAuthList
says_not out SPC:709J
says err "No extensions in certificate"

step "a module that is not there is passed over in silence: list -providers shows it"
export OPENSSL_CONF="$SOURCE/conf/openssl-tnauthlist.cnf"
export OPENSSL_MODULES="$PWD/nowhere"
passes bare list -providers
says_not out tnauthlist

step "config_diagnostics = 1 changes nothing about that"
{
    echo config_diagnostics = 1
    cat "$SOURCE/conf/openssl-tnauthlist.cnf"
} >diagnostics.cnf
export OPENSSL_CONF=diagnostics.cnf
passes bare list -providers
says_not out tnauthlist
passes bare x509 -in cert.pem -noout -ext TNAuthList
says err "No extensions in certificate"

step "... and x509 -text has the number and a dump"
passes bare x509 -in cert.pem -noout -text
says out "1.3.6.1.5.5.7.1.26: "
says out "0....."
