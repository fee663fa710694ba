#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# openssl cms: the certificates in a signed message.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/objects.sh
. "$SOURCE/tests/cli/objects.sh"

make_objects
cat >>extensions.cnf <<'EOF'
[critical_list]
TNAuthList = critical, SPC:709J
EOF
echo 'a message' >message

# sign CERTIFICATE FILE: the message, signed, with the chain.
sign() {
    passes ossl cms -sign -nodetach -binary -signer "$1" -inkey key.pem -certfile intermediate.pem \
        -in message -outform DER -out "$2"
}

for kind in by-value by-reference; do
    step "$kind: cms -sign and -verify; the signer's certificate is written out and shown"
    sign $kind.pem signed.cms
    passes ossl cms -verify -binary -inform DER -in signed.cms -CAfile root.pem -purpose any \
        -signer signer.pem -certsout all.pem -out verified
    says err "CMS Verification successful"
    same verified message
    same signer.pem $kind.pem
    passes ossl x509 -in signer.pem -noout -text
    shows out $kind.text

    step "$kind: all certificates of a message, without verifying it"
    passes ossl pkcs7 -inform DER -in signed.cms -print_certs -text -noout
    shows out $kind.text
    [ "$(grep -c '^Certificate:' out)" -eq 2 ] || fail "two certificates are wanted"

    step "$kind: those of -certsout, in one file"
    passes ossl storeutl -noout -text -certs all.pem
    shows out $kind.text
    says out "Total found: 2"
    [ "$(grep -c 'BEGIN CERT' all.pem)" -eq 2 ] || fail "two certificates are wanted"
done

step "cms -cmsout -print shows the structure: names for the extensions, dumps of their octets"
sign by-value.pem signed.cms
passes ossl cms -cmsout -print -noout -inform DER -in signed.cms
says out "object: TNAuthorizationList (1.3.6.1.5.5.7.1.26)"
says out "object: JWTClaimConstraints (1.3.6.1.5.5.7.1.27)"
says_not out "SPC:709J"
sign by-reference.pem signed.cms
passes ossl cms -cmsout -print -noout -inform DER -in signed.cms
says out "object: EnhancedJWTClaimConstraints (1.3.6.1.5.5.7.1.33)"

step "without the provider, numbers"
passes env OPENSSL_CONF=/dev/null openssl cms -cmsout -print -noout -inform DER -in signed.cms
says out "1.3.6.1.5.5.7.1.33"
says_not out EnhancedJWT

step "a message that was changed is refused"
sed 's/a message/A message/' signed.cms >changed.cms
refused 4 ossl cms -verify -binary -inform DER -in changed.cms -CAfile root.pem -purpose any -out bad
says err "CMS Verification failure"

step "a signer with a critical list is refused, as by openssl verify; its certificate can be shown"
issue critical.pem critical_list
sign critical.pem critical.cms
refused 4 ossl cms -verify -binary -inform DER -in critical.cms -CAfile root.pem -purpose any -out bad
says err "unhandled critical extension"
passes ossl pkcs7 -inform DER -in critical.cms -print_certs -text -noout
says out "TNAuthorizationList: critical"

step "a malformed list does not matter to the signature, and is shown with its flaw"
printf '1.3.6.1.5.5.7.1.26 = DER:300680043730394a\n' >malformed.cnf
passes ossl x509 -req -in plain.csr -CA intermediate.pem -CAkey intermediate.key -days 90 \
    -out malformed.pem -extfile malformed.cnf
sign malformed.pem malformed.cms
passes ossl cms -verify -binary -inform DER -in malformed.cms -CAfile root.pem -purpose any \
    -out verified
passes ossl pkcs7 -inform DER -in malformed.cms -print_certs -text -noout
says out "; MALFORMED: TNAuthList entry 1 at byte 2: tag 0x80 is implicit"

step "what is no message"
head -c 100 signed.cms >short.cms
refused 1 ossl pkcs7 -inform DER -in short.cms -print_certs -text -noout
refused 2 ossl cms -cmsout -print -noout -inform DER -in short.cms
