#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Keys on P-384: the HSM makes them, and no certificate is signed with one (ATIS-1000080 section
# 6.4.1).
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"

make_hsm
cp "$SOURCE/conf/sti-ca.cnf" .
passes sti-ca init
where="?module-path=$module&pin-source=file:sti-ca.pin"

step "P-256 is the default, P-384 on demand"
passes sti-ca key generate "pkcs11:token=sti-ca;object=small;id=%10$where"
says out "EC P-256, sensitive, never extractable, sign only; test signature verified"
passes sti-ca key generate --curve P-384 "pkcs11:token=sti-ca;object=large;id=%11$where"
says out "made key large on token sti-ca"
says out "EC P-384, sensitive, never extractable, sign only; test signature verified"
refused 2 sti-ca key generate --curve P-521 "pkcs11:token=sti-ca;object=huge;id=%12$where"
says err "--curve takes P-256 or P-384, not P-521"

step "the keys of the configuration sign certificates, so they are P-256"
for key in root intermediate; do
    refused 2 sti-ca key generate $key --curve P-384
    says err "the key of [$key] must be EC P-256, because no certificate is signed with another"
    says err "(ATIS-1000080 section 6.4.1)"
done

step "a P-384 key under the name of a CA's key signs nothing"
refusal="the key 'root' (id 01) on token 'sti-ca' is not EC P-256, and certificates and SPC tokens are signed with nothing else"
passes sti-ca key generate --curve P-384 "pkcs11:token=sti-ca;object=root;id=%01$where"
before=$(ledger_state)
refused 3 sti-ca root
says err "$refusal; name another key in the URI (ATIS-1000080 section 6.4.1)"
absent root.pem
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
refused 3 sti-pa certificate --key "pkcs11:token=sti-ca;object=root;id=%01$where" --country US \
    --organization "Example STI-PA" --common-name "STI-PA token signer" --out sti-pa.pem
says err "$refusal"
absent sti-pa.pem
