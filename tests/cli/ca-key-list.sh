#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca key list and key show: what the token tells of its keys.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_hsm
cp "$SOURCE/conf/sti-ca.cnf" .
uri() {
    printf 'pkcs11:token=sti-ca%s?module-path=%s&pin-source=file:sti-ca.pin' "$1" "$module"
}

step "a token without keys"
passes sti-ca key list root
says out "token sti-ca (SoftHSM project, SoftHSM v2, serial "
says out "no key"

step "every key of the token, sorted, with sti-ca's opinion"
passes sti-ca key generate root
passes sti-ca key generate intermediate
passes sti-ca key generate "$(uri ';object=large;id=%0A%ff')" --curve P-384
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out soft.key 2>/dev/null
passes softhsm2-util --import soft.key --token sti-ca --label imported --id 0b \
    --pin "$(cat sti-ca.pin)"
passes sti-ca key list "$(uri '')"
tr -s ' ' <out >words
says words "label id class type state"
says words "imported 0b private EC P-256 the key 'imported' (id 0b) on token 'sti-ca' is refused: its CKA_"
says words "intermediate 02 private EC P-256 good"
says words "large 0aff private EC P-384 good, but certificates are signed with P-256"
says words "root 01 private EC P-256 good"
[ "$(sed -n '3,$p' words | cut -d' ' -f1 | tr '\n' ' ')" = "imported intermediate large root " ] ||
    fail "not in order"

step "the same for programs"
passes sti-ca key list root --json
passes jq -e '(.keys | map(.label)) == ["imported", "intermediate", "large", "root"] and
    (.keys | map(.good)) == [false, true, true, true] and
    (.keys | map(.signs_certificates)) == [false, true, false, true] and
    .keys[2].id == "0aff" and .keys[2].type == "EC P-384" and .keys[3].class == "private" and
    (.keys[0].reason.sentence | test("is refused: its CKA_")) and
    .token.label == "sti-ca" and (.token.serial | length) == 16 and .token.firmware == "2.6"' out
passes sti-ca key list root --json

step "one key, its attributes and its public key"
passes sti-ca key show root
tr -s ' ' <out >words
says words "key root"
says words "state good"
says words " firmware 2.6"
says words "module $module"
says words " CKA_NEVER_EXTRACTABLE true"
says words " CKA_EXTRACTABLE false"
says out "-----BEGIN PUBLIC KEY-----"
sed -n '/BEGIN PUBLIC/,$p' out >root-key.pem
fingerprint=$(openssl pkey -pubin -in root-key.pem -outform DER | sha256sum | cut -d' ' -f1)
says out "SHA-256 of the SubjectPublicKeyInfo: $fingerprint"

step "it is the key of the certificate"
passes sti-ca init
passes sti-ca root
passes openssl x509 -in root.pem -noout -pubkey
same out root-key.pem

step "a key that would be refused can be looked at"
passes sti-ca key show "$(uri ';object=imported')"
tr -s ' ' <out >words
says words "state the key 'imported' (id 0b) on token 'sti-ca' is refused"
says words " CKA_LOCAL false, and must be true"

step "show for programs"
passes sti-ca key show root --json
# shellcheck disable=SC2016 # jq's variable
passes jq -e --arg hash "$fingerprint" '.good and .spki_sha256 == $hash and
    .attributes.CKA_LOCAL == {"value": "true", "wanted": true, "good": true} and
    (.public_key | startswith("-----BEGIN PUBLIC KEY-----")) and .token.model == "SoftHSM v2"' out
refused 3 sti-ca key show "$(uri ';object=nobody')" --json
passes jq -e '.error.code == "environment"' out

step "show needs a key, list does not"
refused 2 sti-ca key show "$(uri '')"
says err "object and id are missing; name the key with object= or id="
refused 2 sti-ca key list root.pem
says err "root.pem is no key: give root, intermediate or a PKCS#11 URI"
refused 2 sti-ca key list "$(uri ';objekt=x')"
says err "the attribute 'objekt' is not known"

step "a mistake in the configuration's URI is the configuration's"
sed -i 's/object=root/objekt=root/' sti-ca.cnf
refused 2 sti-ca key show root
says err "sti-ca.cnf: PKCS#11 URI at byte "

step "the first of several keys is never taken"
passes sti-ca key generate "$(uri ';object=twin;id=%20')"
passes softhsm2-util --import soft.key --token sti-ca --label twin --id 21 --pin "$(cat sti-ca.pin)"
refused 3 sti-ca key show "$(uri ';object=twin')"
says err "token 'sti-ca' has more than one private key 'twin': 'twin' (id 20), 'twin' (id 21); name one of them with both object= and id="
