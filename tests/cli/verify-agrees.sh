#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sti-ca verify beside three others that validate paths: openssl verify -x509_strict, GnuTLS's
# certtool and Botan, on the same files, each with one fault. Where they differ, the table says why.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/chains.sh
. "$SOURCE/tests/cli/chains.sh"

one="$(list TN:12155550150)"
with_issuer=$point
point= # Botan 3 could judge nothing else, see crl-issuer below

# variant NAME [LEAF [CA-BELOW-THE-INTERMEDIATE]...]: a folder with root.pem, between.pem and leaf.pem.
variant() {
    folder=$1
    mkdir "$folder"
    cp root.pem "$folder"
    cp "${2:-leaf}.pem" "$folder/leaf.pem"
    if [ $# -gt 2 ]; then
        shift 2
        cp middle.pem "$folder/between.pem"
        for name; do cat "$name.pem" >>"$folder/between.pem"; done
    else
        cp between.pem "$folder"
    fi
}

# Like the delegate, with the lines that sed's script makes of its extensions; and an end entity of it.
# of_ca NAME SCRIPT [OPENSSL-X509-ARGUMENT]...
of_ca() {
    case_=$1
    sed "$2" delegate.ext >"delegate-$case_.ext"
    shift 2
    certificate "delegate-$case_" Delegate middle "$@"
    extensions "leaf-$case_" "$aki" "$one"
    certificate "leaf-$case_" Leaf "delegate-$case_"
    variant "$case_" "leaf-$case_" "delegate-$case_"
}

# An end entity with the lines that sed's script makes of its extensions.
# of_leaf NAME SCRIPT [OPENSSL-X509-ARGUMENT]...
of_leaf() {
    case_=$1
    sed "$2" leaf.ext >"leaf-$case_.ext"
    shift 2
    certificate "leaf-$case_" Leaf delegate "$@"
    variant "$case_" "leaf-$case_"
}

# tampered FILE.pem: the certificate in PEM with another bit in its signature.
tampered() {
    openssl x509 -in "$1" -outform DER | od -An -v -tx1 | tr -d ' \n' >hex
    # a hexadecimal digit, its lowest bit turned over
    last=$(tail -c 1 hex | tr 0123456789abcdef 1032547698badcfe)
    { head -c -1 hex && printf '%s' "$last"; } | sed 's/../\\x&/g' | xargs -0 printf '%b' >changed.der
    echo '-----BEGIN CERTIFICATE-----'
    base64 -w 64 changed.der
    echo '-----END CERTIFICATE-----'
}

step "certificates with one fault each"
make_chain
variant good
of_leaf by-reference '/26=DER/ c authorityInfoAccess=1.3.6.1.5.5.7.48.14;URI:https://tn.example/l'
printf 'TN:12155550150\n' >one.txt
of_leaf crl-issuer "$ a $with_issuer"

# ---- which certificates ----
extensions other
certificate other 'Other Root' other
variant another-anchor
cp other.pem another-anchor/root.pem
variant a-gap
cp middle.pem a-gap/between.pem
# The key of the anchor and its name, in another certificate: the same CA.
extensions renewed
cp root.key renewed.key
certificate renewed Root renewed -days 60
variant renewed-anchor
cp renewed.pem renewed-anchor/root.pem
# A CA of that name with another key: its identifier is another, too.
extensions other-key
certificate other-key Root other-key
variant anchor-of-other-key
cp other-key.pem anchor-of-other-key/root.pem
variant self-signed
extensions leaf-self
certificate leaf-self Leaf leaf-self
cp leaf-self.pem self-signed/leaf.pem

# ---- dates (RFC 5280 section 6.1.3 a 2) ----
extensions leaf-expired "$aki" "$one"
dated leaf-expired Leaf delegate 20200101 20200201
variant expired leaf-expired
cp leaf-expired.ext leaf-early.ext
dated leaf-early Leaf delegate 20480101 20480201
variant not-yet-valid leaf-early
cp delegate.ext delegate-expired.ext
cp delegate.key delegate-expired.key
dated delegate-expired Delegate middle 20200101 20200201
variant expired-ca leaf delegate-expired
cp root.key root-expired.key
cp root.ext root-expired.ext
dated root-expired Root root 20200101 20200201
variant expired-anchor
cp root-expired.pem expired-anchor/root.pem

# ---- signatures (a 1) ----
variant bad-signature
tampered leaf.pem >bad-signature/leaf.pem
variant bad-signature-of-ca
{ cat middle.pem && tampered delegate.pem; } >bad-signature-of-ca/between.pem
# The same name and identifier, another key.
sed "s/^subjectKeyIdentifier=.*/subjectKeyIdentifier=$(openssl x509 -in delegate.pem -noout -ext subjectKeyIdentifier | sed -n '2s/ //gp')/" \
    delegate.ext >delegate-impostor.ext
certificate delegate-impostor Delegate middle
variant impostor leaf delegate-impostor

# ---- names (a 4) ----
cp delegate.key delegate-renamed.key
cp delegate.ext delegate-renamed.ext
certificate delegate-renamed 'Another Name' middle
variant names-do-not-chain leaf delegate-renamed

# ---- extensions of a CA (RFC 5280 section 6.1.4 k to n) ----
of_ca no-basic-constraints /basicConstraints/d
of_ca not-a-ca 's/CA:TRUE,pathlen:0/CA:FALSE/; /keyUsage/d'
of_ca basic-constraints-not-critical 's/critical,CA:TRUE/CA:TRUE/'
of_ca no-key-cert-sign 's/keyCertSign/cRLSign/'
of_ca no-key-usage /keyUsage/d
of_ca critical-in-ca '$ a 1.2.3.4=critical,DER:0500'
# pathLen of the delegate is 0: one more CA below it is too many.
extensions sub "$aki" "$(list TN:12155550150)"
certificate sub Sub delegate
extensions leaf-below-sub "$aki" "$one"
certificate leaf-below-sub Leaf sub
variant path-too-long leaf-below-sub delegate sub
# The end entity is a CA: it does not count for pathLen (section 4.2.1.9).
extensions sub-end "$aki" "$one"
certificate sub-end End delegate
variant end-entity-is-a-ca sub-end
# An end entity signs another.
extensions leaf-child "$aki" "$one"
certificate leaf-child Leaf leaf
variant end-entity-as-ca leaf-child delegate leaf

# ---- extensions of the end entity ----
of_leaf unknown-critical '$ a 1.2.3.4=critical,DER:0500'
of_leaf unknown-not-critical '$ a 1.2.3.4=DER:0500'
of_leaf key-cert-sign-without-ca 's/digitalSignature/&,keyCertSign/'
of_leaf list-critical 's/26=DER/26=critical,DER/'

# ---- key identifiers (RFC 5280 sections 4.2.1.1 and 4.2.1.2, RFC 9060 section 7) ----
of_leaf no-aki '/authorityKey/ c authorityKeyIdentifier=none'
of_leaf no-ski '/subjectKey/ c subjectKeyIdentifier=none'
sed '/subjectKey/ c subjectKeyIdentifier=none' delegate.ext >delegate-no-ski.ext
cp delegate.key delegate-no-ski.key
certificate delegate-no-ski Delegate middle
variant no-ski-of-ca leaf delegate-no-ski
sed 's/^subjectKeyIdentifier=.*/subjectKeyIdentifier=0102/' delegate.ext >delegate-ski.ext
cp delegate.key delegate-ski.key
certificate delegate-ski Delegate middle
variant other-aki leaf delegate-ski

# ---- algorithms ----
of_leaf sha1 '' -sha1

# ---- lists (RFC 9060 section 4) ----
of_leaf beyond "/26=DER/ c $(list TN:12155550150-12155550200)"
of_leaf no-list /26=DER/d

# ---- who says what ----

step "who can judge here"
passes openssl version
cat out
# From 4.0 on OpenSSL leaves a CA's basicConstraints that are not critical alone.
plain=no
case $(cat out) in "OpenSSL 3"*) ;; *) plain=yes ;; esac
gnutls_there=
if command -v certtool >/dev/null; then
    gnutls_there=yes
    passes certtool --version
    head -n 1 out
fi
# Debian's module is Debian's Python's, which need not be the first one.
botan_there=
for python in python3 /usr/bin/python3; do
    if [ -n "$botan_there" ] || ! command -v $python >/dev/null; then
        continue
    fi
    keep_output $python "$SOURCE/tests/cli/botan-verify.py"
    if [ "$status" -eq 0 ]; then
        botan_there=$python
        cat out
    fi
done

# judge STATUS COMMAND...: yes for exit status 0, no for this one; all else is a fault of the story.
judge() {
    no=$1
    shift
    keep_output "$@"
    case $status in
    0) echo yes ;;
    "$no") echo no ;;
    *) fail "exit status $status: $*" ;;
    esac
}

# In certtool's file each certificate is followed by its issuer, the anchor last.
upside_down() {
    awk '/BEGIN/ { n++ } { block[n] = block[n] $0 "\n" }
        END { while (n > 0) printf "%s", block[n--] }' "$1"
}

# A line of the table: the variant, the check that sti-ca refuses it for, OpenSSL, GnuTLS, Botan.
# Without a tool its column is as wanted ($2, $3).
judge_all() {
    { cat "$1/leaf.pem" && upside_down "$1/between.pem" && cat "$1/root.pem"; } >chain.pem
    ours=$(judge 1 sti-ca verify --json "$1/leaf.pem" --anchor "$1/root.pem" \
        --chain "$1/between.pem" --uncovered accept --list https://tn.example/l=one.txt)
    checks=$(jq -r '[.checks[] | select(.state == "failed") | .name] | join(",")' out)
    [ "$ours" = no ] || checks=$(jq -r .verdict out)
    openssl_=$(judge 2 openssl verify -x509_strict -auth_level 2 -no-CApath -no-CAstore -CAfile "$1/root.pem" \
        -untrusted "$1/between.pem" "$1/leaf.pem")
    gnutls=$2
    [ -z "$gnutls_there" ] || gnutls=$(judge 1 certtool --verify-chain --infile chain.pem)
    botan=$3
    [ -z "$botan_there" ] || [ "$3" = any ] || botan=$(judge 1 "$botan_there" \
        "$SOURCE/tests/cli/botan-verify.py" "$1/leaf.pem" "$1/between.pem" "$1/root.pem")
    printf '%s %s %s %s %s\n' "$1" "$checks" "$openssl_" "$gnutls" "$botan"
}

step "they agree, but for what the table says"
# A row: the fault, the check of sti-ca that refuses it, and whether OpenSSL, GnuTLS and Botan accept.
# `any`: versions differ. `-` in front of a row: not all of them say what sti-ca says, for the reason above it.
cat >table <<EOT
good valid yes yes yes
by-reference valid yes yes yes
renewed-anchor valid yes yes yes
end-entity-is-a-ca valid yes yes yes
unknown-not-critical valid yes yes yes
# An end entity's SKI is a SHOULD (RFC 5280 section 4.2.1.2).
no-ski valid yes yes yes
a-gap path-key-ids no no no
another-anchor path-key-ids no no no
anchor-of-other-key path-key-ids no no no
self-signed path-key-ids no no no
other-aki path-key-ids no no no
expired path-chain no no no
not-yet-valid path-chain no no no
expired-ca path-chain no no no
# RFC 5280 section 6.1.1 leaves it open whether an anchor's dates count; all four count them.
expired-anchor path-chain no no no
bad-signature path-chain no no no
bad-signature-of-ca path-chain no no no
impostor path-chain no no no
sha1 path-chain no no no
names-do-not-chain path-chain no no no
no-basic-constraints path-chain no no no
not-a-ca path-chain no no no
no-key-cert-sign path-chain no no no
critical-in-ca path-chain no no no
path-too-long path-chain no no no
end-entity-as-ca path-chain no no no
unknown-critical path-chain no no no
# cRLIssuer in a distribution point, which the STI-PA's CRL needs (ATIS-1000080 section 6.4.1, RFC 5280
# section 4.2.1.13): Botan 2 reads it; 3.12 takes the extension for malformed and refuses the path.
- crl-issuer valid yes yes any
# Who does not know the TNAuthList cannot go on if it is critical (RFC 5280 section 4.2). Botan 3 knows it,
# and does not miss that it must not be (RFC 8226 section 9, by the profiles of ATIS-1000080).
- list-critical path-chain no no any
# The AKI of all but self-signed certificates is a MUST (RFC 5280 section 4.2.1.1, RFC 9060 section 7).
- no-aki path-key-ids no yes yes
# The SKI of a CA is a MUST (RFC 5280 section 4.2.1.2, RFC 9060 section 7).
- no-ski-of-ca path-key-ids no yes yes
# The keyUsage of a CA is a MUST (RFC 5280 section 4.2.1.3); validation looks at one that is there (6.1.4 n).
- no-key-usage path-chain no yes yes
# A CA's basicConstraints MUST be critical (RFC 5280 section 4.2.1.9); validation does not ask (6.1.4 k).
- basic-constraints-not-critical path-chain $plain yes yes
# keyCertSign without cA is forbidden (RFC 5280 section 4.2.1.3); GnuTLS looks at CAs alone.
- key-cert-sign-without-ca path-chain no yes no
# Of lists nobody else knows (RFC 9060 section 4).
- beyond path-encompassing yes yes yes
- no-list path-delegates yes yes yes
EOT
sed -n 's/^- //; /^#/!p' table >wanted
while read -r case_ _ _ gnutls_wanted botan_wanted; do
    judge_all "$case_" "$gnutls_wanted" "$botan_wanted" </dev/null
done <wanted >agreement
diff wanted agreement || fail "they do not agree as the table says"

step "and the table is whole and right about who agrees"
[ "$(cut -d' ' -f1 wanted | sort)" = "$(for folder in */; do echo "${folder%/}"; done | sort)" ] ||
    fail "the table has not exactly the cases that were made"
# Without a `-` all three say what sti-ca says.
grep -v '^[#-]' table | awk '{ ours = $2 == "valid" ? "yes" : "no" }
    $3 != ours || $4 != ours || $5 != ours { print; bad = 1 } END { exit bad }' ||
    fail "a row without - in which not all agree"
grep '^- ' table | awk '{ ours = $3 == "valid" ? "yes" : "no" }
    $4 == ours && $5 == ours && $6 == ours { print; bad = 1 }
    END { exit bad }' || fail "a row with - in which all agree"
printf '%s of %s faults and good paths are judged alike by all; the others have their clause\n' \
    "$(grep -c '^[^#-]' table)" "$(wc -l <wanted)"
