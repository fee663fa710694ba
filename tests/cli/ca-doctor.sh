#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca doctor: what libcrypto does not say about its configuration, and what sti-ca will not find.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

good=$BUILD/conf/openssl-tnauthlist.cnf
provider=$BUILD/provider/tnauthlist.so
unset OPENSSL_MODULES

# examines CONFIGURATION: the checks of openssl with it.
examines() {
    OPENSSL_CONF=$1 sti-ca doctor --only openssl
}

# finds CONFIGURATION CHECK TEXT REMEDY: that check fails, and says what is wrong and what to do.
finds() {
    refused 3 examines "$1"
    tr -s ' ' <out >words
    says words " FAILED $2 $3"
    says words " -> $4"
    says err "failed; each says what to do"
}

step "all is well: the provider by its configuration"
passes examines "$good"
tr -s ' ' <out >words
says words " ok configuration $good (OPENSSL_CONF)"
says words " ok provider [tnauthlist_section] names it and activates it"
says words " ok default-provider [default_section] activates default"
says words " ok module $provider"
says words " ok load TNAuthList, JWTClaimConstraints and EnhancedJWTClaimConstraints are made"
says words "6 ok, 0 failed, 0 skipped"

step "and by the shipped one with OPENSSL_MODULES"
OPENSSL_MODULES=$BUILD/provider passes examines "$SOURCE/conf/openssl-tnauthlist.cnf"

step "and as a CONF module"
cat >conf-module.cnf <<EOF
openssl_conf = init
[init]
tnauthlist = module
[module]
path = $provider
EOF
passes examines conf-module.cnf
tr -s ' ' <out >words
says words " ok provider [module] names it as a CONF module"
says words " ok default-provider no provider is activated, so OpenSSL loads its own"

step "there is no such configuration"
finds "$PWD/nowhere.cnf" configuration "$PWD/nowhere.cnf (OPENSSL_CONF): No such file" \
    "export OPENSSL_CONF="

step "it is not in CONF format"
printf 'openssl_conf = a\n[a\n' >bad.cnf
finds bad.cnf configuration "bad.cnf: line 2: missing close square bracket" "correct the line"

step "it loads nothing"
echo '[req]' >empty.cnf
finds empty.cnf configuration "empty.cnf (OPENSSL_CONF) has no line openssl_conf" "add the lines of"

step "it does not name the provider"
printf 'openssl_conf = a\n[a]\nproviders = b\n[b]\ndefault = c\n[c]\nactivate = 1\n' >other.cnf
finds other.cnf provider "other.cnf does not name the module tnauthlist" "add the lines of"

step "it names it and does not activate it"
sed '/^\[tnauthlist_section\]/,$ s/^activate/# &/' "$good" >inactive.cnf
finds inactive.cnf provider "[tnauthlist_section] does not activate it" "add the line activate = 1"

step "the default provider is forgotten"
sed 's/^default /#&/' "$good" >no-default.cnf
finds no-default.cnf default-provider \
    "[provider_section] activates a provider but not default: most commands will fail" \
    "add default = default_section"

step "an oid_section claims a name, which openssl req would not survive"
sed 's/^\[openssl_init\]/&\noid_section = oids/; $a [oids]\nTNAuthList = 1.3.6.1.5.5.7.1.26' \
    "$good" >oids.cnf
finds oids.cnf oid-section "[oids] TNAuthList = 1.3.6.1.5.5.7.1.26" "remove the line"

step "the module is not there"
finds "$SOURCE/conf/openssl-tnauthlist.cnf" module "" "write the full path of tnauthlist.so"
sed 's|^module .*|module = /nowhere/tnauthlist.so|' "$good" >nowhere.cnf
finds nowhere.cnf module "/nowhere/tnauthlist.so: No such file or directory" "write the full path"

step "the module is no provider"
echo 'not a shared object' >tnauthlist.so
sed "s|^module .*|module = $PWD/tnauthlist.so|" "$good" >rubbish.cnf
refused 3 examines rubbish.cnf
tr -s ' ' <out >words
says words " FAILED load "
says words "$PWD/tnauthlist.so"

step "a name is taken: the provider's own sentence, which a configuration keeps from you"
sed 's/^\[openssl_init\]/&\noid_section = oids/; $a [oids]\nTNAuthorizationList = 2.25.4711.1' \
    "$good" >taken.cnf
refused 3 examines taken.cnf
tr -s ' ' <out >words
says words " FAILED load tnauthlist: the name TNAuthorizationList, meant for 1.3.6.1.5.5.7.1.26,"
says words "already stands for 2.25.4711.1"

step "the extension has another name, so that TNAuthList is none"
sed 's/^providers = /oid_section = oids\n&/; $a [oids]\ntnAuthList = 1.3.6.1.5.5.7.1.26' \
    "$good" >other-name.cnf
finds other-name.cnf names \
    "1.3.6.1.5.5.7.1.26 has the name tnAuthList here: something registered it before the provider" \
    "let the provider register first: remove other lines"
says words " FAILED oid-section [oids] tnAuthList = 1.3.6.1.5.5.7.1.26"

step "the name of a certificate policy is taken, which the provider puts up with"
sed 's/^providers = /oid_section = oids\n&/; $a [oids]\nshakenPolicy1-4 = 2.25.4711.4' \
    "$good" >policy.cnf
finds policy.cnf names "shakenPolicy1-4 stands for 2.25.4711.4 here, not for 2.16.840.1.114569.1.1.4" \
    "let the provider register first: remove other lines"

step "--json says the same"
refused 3 env OPENSSL_CONF=no-default.cnf sti-ca doctor --only openssl --json
cp out doctor.json # the next command's output goes to out
passes jq -e '.failed == 1 and ([.checks[] | select(.state == "failed") | .check]
    == ["default-provider"]) and (.checks[] | select(.state == "failed") | .remedy | length > 0)' doctor.json

step "--only takes two words"
refused 2 sti-ca doctor --only hsm
says err "--only takes openssl or ca, not hsm"

step "without a configuration of sti-ca only the clock is looked at"
passes sti-ca doctor --only ca
tr -s ' ' <out >words
says words " ok clock it is 2"
says words " skipped configuration there is no sti-ca.cnf here; --config FILE names another"
refused 3 sti-ca doctor --only ca --config nowhere.conf
says out "nowhere.conf"

step "a CA before its certificates are made"
make_hsm
cp "$SOURCE/conf/sti-ca.cnf" .
refused 3 sti-ca doctor --only ca
tr -s ' ' <out >words
says words " ok token [root] 'sti-ca' is there (SoftHSM project SoftHSM v2, serial "
says words " ok pin [intermediate] is in sti-ca.pin"
says words " skipped certificate [root] root.pem is not made yet"
says words " FAILED sti-pa-anchors sti-pa.pem"
says words " FAILED ledger ledger.sqlite is not there"
says words " -> sti-ca init"
says words " FAILED lists tnlists: No such file or directory"
rm sti-ca.cnf

step "a CA that is ready"
make_ca
make_pa
passes sti-ca doctor --only ca
tr -s ' ' <out >words
says words " ok certificate [root] root.pem is valid now"
says words " ok certificate [intermediate] intermediate.pem is valid now"
says words " ok sti-pa-anchors sti-pa.pem has 1"
says words " ok ledger ledger.sqlite can be read and written"
says words " ok lists tnlists can be written"
says words " ok profiles the program itself has 8"
says words ", 0 failed, 0 skipped"

step "profiles of the site's own: every file is read, and the first fault is named"
cp -r "$SOURCE/conf/profiles" mine
sed -i 's/^profiles *=.*//; /^ledger *=/ a profiles = mine' sti-ca.cnf
passes sti-ca doctor --only ca
tr -s ' ' <out >words
says words " ok profiles mine has 8"
sed 's/^issuer *=.*/issuer = nobody/' mine/shaken.cnf >mine/b-bad.cnf
sed 's/^keyUsage *=.*/keyUsage = critical, everything/' mine/shaken.cnf >mine/c-worse.cnf
refused 3 sti-ca doctor --only ca
tr -s ' ' <out >words
says words " FAILED profiles mine/b-bad.cnf: [profile] issuer: is none of self, no-list, list and any"
says_not words c-worse.cnf
says words ", 1 failed, 0 skipped"
mkdir none
sed -i 's/^profiles = .*/profiles = none/' sti-ca.cnf
refused 3 sti-ca doctor --only ca
tr -s ' ' <out >words
says words " FAILED profiles none has none"
says words " -> copy the files of conf/profiles there"
sed -i 's/^profiles = .*/profiles = nowhere/' sti-ca.cnf
refused 3 sti-ca doctor --only ca
tr -s ' ' <out >words
says words " FAILED profiles nowhere: the folder of the profiles cannot be read: No such file"
sed -i '/^profiles = /d' sti-ca.cnf

step "a PIN file that others can read, a token that is not there, a broken certificate"
chmod 640 sti-ca.pin
sed -i '/^\[root\]/,/^\[/ s/token=sti-ca/token=elsewhere/' sti-ca.cnf
cp intermediate.pem good.pem
echo rubbish >intermediate.pem
refused 3 sti-ca doctor --only ca
tr -s ' ' <out >words
says words " FAILED pin [root] sti-ca.pin is open to other users (mode 0640)"
says words " -> take the others' rights away: chmod 600"
says words " FAILED token no token 'elsewhere': the module $module has "
says words " FAILED certificate intermediate.pem"
if [ "$(id -u)" -eq 0 ]; then
    chmod 600 sti-ca.pin
    chown 65534 sti-ca.pin
    refused 3 sti-ca doctor --only ca
    tr -s ' ' <out >words
    says words " FAILED pin [root] sti-ca.pin belongs to another user (uid 65534)"
    says words " -> put the PIN into a file of your own"
fi
rm sti-ca.pin
refused 3 sti-ca doctor --only ca
tr -s ' ' <out >words
says words " FAILED pin [root] sti-ca.pin: No such file or directory"
