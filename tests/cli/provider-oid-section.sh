#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A configuration that has both the provider and an oid_section with one of its names or OIDs: what
# goes together, what does not, and who says so.
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

# configuration WHERE LINE: the provider's configuration with the line in an oid_section that is
# named at the top of the file, or in [openssl_init] before or after the providers.
configuration() {
    case $1 in
    top) place='/^openssl_conf/i oid_section = oids' ;;
    before) place='/^providers/i oid_section = oids' ;;
    after) place='/^providers/a oid_section = oids' ;;
    esac
    sed -e "$place" -e "\$a [oids]\n$2\n[ca]\ndefault_ca = authority\n[authority]" \
        -e "\$a new_certs_dir = .\ndatabase = index\npolicy = any\n[any]\n[list]" \
        -e '$a TNAuthList = SPC:709J' "$BUILD/conf/openssl-tnauthlist.cnf"
}

# prints FILE NAME [LONG-NAME]: openssl x509 -ext NAME prints the certificate's list, with this title.
prints() {
    passes by "$1" x509 -in cert.pem -noout -ext "$2"
    printf '%s: \n    SPC:709J\n' "${3:-TNAuthorizationList}" >wanted
    same out wanted
}

# requests FILE NAME: openssl req -config FILE makes the extension by this name.
requests() {
    passes by /dev/null req -config "$1" -new -key key.pem -subj /CN=example \
        -addext "$2=SPC:709J" -noout -text
    says out " SPC:709J"
}

step "at the top, where req and ca read it: they end, and say which line it was"
for name in TNAuthList tnAuthList; do
    configuration top "$name = 1.3.6.1.5.5.7.1.26" >top.cnf
    refused 1 by /dev/null req -config top.cnf -new -key key.pem -subj /CN=example -noout
    says err "problem creating object $name=1.3.6.1.5.5.7.1.26"
    says err "oid exists"
    : >index
    refused 1 by /dev/null ca -config top.cnf -gencrl -keyfile key.pem -cert cert.pem
    says err "problem creating object $name=1.3.6.1.5.5.7.1.26"
    prints top.cnf TNAuthList # other commands do not look there
done

step "in [openssl_init], before the providers: the provider takes the object over as it is"
configuration before "TNAuthList = 1.3.6.1.5.5.7.1.26" >before.cnf
prints before.cnf TNAuthList TNAuthList
requests before.cnf TNAuthList
configuration before "TNAuthList = TNAuthorizationList, 1.3.6.1.5.5.7.1.26" >both.cnf
prints both.cnf TNAuthList
requests both.cnf TNAuthList

step "under another name: that is the one and only name then"
configuration before "tnAuthList = 1.3.6.1.5.5.7.1.26" >other.cnf
prints other.cnf tnAuthList tnAuthList
requests other.cnf tnAuthList
refused 1 by /dev/null req -config other.cnf -new -key key.pem -subj /CN=example \
    -addext TNAuthList=SPC:709J -noout
says err "unknown extension name"
says err "name=TNAuthList"

step "after the providers: the line fails, in silence but for req -config and config_diagnostics"
configuration after "TNAuthList = 1.3.6.1.5.5.7.1.26" >after.cnf
prints after.cnf TNAuthList
refused 1 by /dev/null req -config after.cnf -new -key key.pem -subj /CN=example -noout
says err "module=oid_section, value=oids"
sed '/^openssl_conf/i config_diagnostics = 1' after.cnf >diagnostics.cnf
refused 1 by diagnostics.cnf x509 -in cert.pem -noout -ext TNAuthList
says err "module=oid_section, value=oids"
says err "oid exists"

step "a file that is read twice makes the object twice: so it is without the provider, too"
refused 1 by before.cnf req -config before.cnf -new -key key.pem -subj /CN=example -noout
says err "module=oid_section, value=oids"

step "the name for another OID, before the providers: the provider refuses, libcrypto keeps quiet"
configuration before "TNAuthList = 2.25.4711.1" >taken.cnf
passes by taken.cnf list -providers
says_not out tnauthlist
refused 1 by taken.cnf req -new -key key.pem -subj /CN=example -addext TNAuthList=SPC:709J -noout
says_not err 2.25.4711.1

step "and asked for by an option, it says why"
refused 1 by taken.cnf x509 -in cert.pem -noout -subject -provider-path "$BUILD/provider" \
    -provider tnauthlist -provider default
says err "tnauthlist: the name TNAuthList, meant for 1.3.6.1.5.5.7.1.26, already stands for 2.25.4711.1 in this process; remove the oid_section line or the application code that says so"

step "after the providers: the line fails, the provider has the name"
configuration after "TNAuthList = 2.25.4711.1" >late.cnf
prints late.cnf TNAuthList
refused 1 by /dev/null req -config late.cnf -new -key key.pem -subj /CN=example -noout
says err "module=oid_section, value=oids"

step "the name of a certificate policy for another OID: left alone, and the rest is there"
configuration before "shakenPolicy1-3 = 2.25.4711.3" >policy.cnf
prints policy.cnf TNAuthList
passes by policy.cnf req -x509 -new -key key.pem -subj /CN=example -out policies.pem \
    -addext certificatePolicies=shakenPolicy1-3,shakenPolicy1-4
passes by "$BUILD/conf/openssl-tnauthlist.cnf" x509 -in policies.pem -noout -ext certificatePolicies
says out "Policy: 2.25.4711.3"
says out "Policy: SHAKEN Certificate Policy v1.4"
