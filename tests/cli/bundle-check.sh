#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca bundle check: a bundle is taken whole or not at all, and compared with what was made.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/bundle.sh
. "$SOURCE/tests/cli/bundle.sh"

make_bundle_files
create --chain chain.pem --list list.der --out request.bundle
digest=$(sha256sum <request.bundle | cut -d' ' -f1)

step "a good bundle: its digest is what sha256sum says"
passes sti-ca bundle check request.bundle
printf '%s\n' "well-formed: bundle, 5 parts, each with its SHA-256" "digest $digest" \
    "compare the digest with the one shown where the bundle was made" >wanted
same out wanted

step "with the digest read at the other end, as a person writes it"
sed '$d' wanted >wanted-compared
echo "the digest is the one given" >>wanted-compared
upper=$(echo "$digest" | tr a-f A-F)
grouped=$(echo "$digest" | sed 's/..../& /g')
colons=$(echo "$digest" | sed 's/../&:/g')
for given in "$digest" "$upper" "$grouped" "$colons"; do
    passes sti-ca bundle check --digest "$given" request.bundle
    same out wanted-compared
done
passes sti-ca bundle check --json --digest "$digest" request.bundle
[ "$(jq -r '"\(.sha256) \(.compared) \(.parts | length)"' out)" = "$digest true 5" ] ||
    fail "other facts"
passes sti-ca bundle check --json request.bundle
[ "$(jq -r .compared out)" = false ] || fail "nothing was compared"

step "another digest: refused, be the bundle as good as it likes"
create --chain chain.pem --out other.bundle
other=$(sha256sum <other.bundle | cut -d' ' -f1)
refused 1 sti-ca bundle check --digest "$digest" other.bundle
says err "sti-ca: other.bundle: its digest is $other, not the one given with --digest"
last=$(echo "$digest" | cut -c64 | tr 0-9a-f 1-9a-f0)
refused 1 sti-ca bundle check --digest "$(echo "$digest" | cut -c1-63)$last" request.bundle
says err "not the one given with --digest"

step "what is no digest"
for given in '' "${digest}0" "$(echo "$digest" | cut -c1-63)" "g$(echo "$digest" | cut -c2-)" \
    "$digest  request.bundle"; do
    refused 2 sti-ca bundle check --digest "$given" request.bundle
    says err "--digest is no SHA-256: it has 64 hex digits"
done

# damage OFFSET: an octet of request.bundle is another in damaged.bundle.
damage() {
    cp request.bundle damaged.bundle
    octet=$(dd if=request.bundle bs=1 skip="$1" count=1 2>/dev/null | od -An -tu1)
    # shellcheck disable=SC2059 # the octet as an escape
    printf "\\$(printf %03o $((octet ^ 1)))" |
        dd of=damaged.bundle bs=1 seek="$1" conv=notrunc 2>/dev/null
}

step "one octet off: the part is named, and check, show and JSON refuse the whole"
at=$(LC_ALL=C grep -aboF "$(cat token.jwt)" request.bundle | cut -d: -f1)
damage "$at"
for command in check show; do
    refused 1 sti-ca bundle $command damaged.bundle
    says err "sti-ca: damaged.bundle: token at byte $((at - 2)): its SHA-256 is not the one that stands before it: the bundle was damaged or altered; use nothing of it, and have it made again"
    [ ! -s out ] || fail "something of it was printed"
done
refused 1 sti-ca bundle check --json damaged.bundle
[ "$(jq -r '"\(.error.code) \(.error.part)"' out)" = "refused token" ] || fail "no error as JSON"
at=$(LC_ALL=C grep -abo 'BEGIN CERTIFICATE REQUEST' request.bundle | cut -d: -f1)
damage "$at"
refused 1 sti-ca bundle check damaged.bundle
says err "damaged.bundle: csr at byte "

step "its first and its last octet, cut off, with more behind"
damage 0
refused 1 sti-ca bundle check damaged.bundle
says err "damaged.bundle: is not a bundle of sti-ca"
damage $(($(wc -c <request.bundle) - 1))
refused 1 sti-ca bundle check damaged.bundle
says err "account-key at byte "
head -c -1 request.bundle >damaged.bundle
refused 1 sti-ca bundle check damaged.bundle
says err "the octets end within an item; some are missing; the bundle was cut off: use nothing of it, and fetch it again (RFC 8949 section 5.1)"
(cat request.bundle && echo) >damaged.bundle
refused 1 sti-ca bundle check damaged.bundle
says err "at byte $(wc -c <request.bundle): has 1 octets too many behind the bundle"

# by_hand NAME=FILE...: a bundle made without sti-ca, its digests good.
by_hand() {
    # shellcheck disable=SC2016 # not for the shell
    {
        printf '\203\155sti-ca bundle\001'
        octal $((0240 + $#))
        for pair; do
            name=${pair%%=*} file=${pair#*=}
            octal $((0140 + ${#name}))
            printf '%s\202\130\040' "$name"
            openssl dgst -sha256 -binary "$file"
            size=$(wc -c <"$file")
            if [ "$size" -lt 24 ]; then
                octal $((0100 + size))
            elif [ "$size" -lt 256 ]; then
                printf '\130' && octal "$size"
            else
                printf '\131' && octal $((size / 256)) && octal $((size % 256))
            fi
            cat "$file"
        done
    }
}
octal() { # NUMBER
    # shellcheck disable=SC2059 # the octet as an escape
    printf "\\$(printf %03o "$1")"
}

step "the format is what docs/bundle.md says: made by hand, it is the same file"
by_hand csr=request.csr list=list.der chain=chain.pem token=token.jwt account-key=account.pem \
    >by-hand.bundle
same by-hand.bundle request.bundle

step "good digests over a part that is not what its name says: refused, the part named"
by_hand csr=token.jwt token=token.jwt account-key=account.pem >wrong.bundle
refused 1 sti-ca bundle check wrong.bundle
says err "sti-ca: wrong.bundle: csr: is not a CSR in PEM"
by_hand csr=request.csr token=request.csr account-key=account.pem >wrong.bundle
refused 1 sti-ca bundle check wrong.bundle
says err "sti-ca: wrong.bundle: token: is not a token"
by_hand csr=request.csr token=token.jwt account-key=account.key >wrong.bundle
refused 1 sti-ca bundle show wrong.bundle
says err "sti-ca: wrong.bundle: account-key: holds a private key, which must not travel"
printf '\060\004\240\002\026\000' >bad.der
by_hand csr=request.csr list=bad.der token=token.jwt account-key=account.pem >wrong.bundle
refused 1 sti-ca bundle check wrong.bundle
says err "sti-ca: wrong.bundle: list, TNAuthList entry 1 at byte "

step "parts missing, unknown, twice, out of order"
by_hand csr=request.csr token=token.jwt >wrong.bundle
refused 1 sti-ca bundle check wrong.bundle
says err "wrong.bundle: the bundle has no part account-key, without which no request can be judged"
by_hand csr=request.csr nets=list.der token=token.jwt account-key=account.pem >wrong.bundle
refused 1 sti-ca bundle check wrong.bundle
says err "a part has a name that is none of crl, csr, list, chain, token and account-key"
by_hand csr=request.csr csr=request.csr token=token.jwt account-key=account.pem >wrong.bundle
refused 1 sti-ca bundle check wrong.bundle
says err "a key of the map of parts stands twice"
by_hand token=token.jwt csr=request.csr account-key=account.pem >wrong.bundle
refused 1 sti-ca bundle check wrong.bundle
says err "a key of the map of parts is out of order"

step "what is no bundle at all, and no file"
refused 1 sti-ca bundle check token.jwt
says err "sti-ca: token.jwt: is not a bundle of sti-ca: it does not begin as one does"
refused 3 sti-ca bundle check nowhere.bundle
says err "sti-ca: nowhere.bundle: cannot be opened: No such file or directory"
