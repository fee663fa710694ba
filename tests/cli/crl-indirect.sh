#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The indirect CRL of an STI-PA, from the reports of two STI-CAs: sti-ca verify by anchors of its own,
# and OpenSSL where the CRL's signer is under the certificate's anchor; a thousand entries.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"
# shellcheck source=tests/cli/private.sh
. "$SOURCE/tests/cli/private.sh"

make_world
url=https://sti-pa.example/crl
crl_key="pkcs11:token=sti-pa;object=crl-signer;id=%07?module-path=$module&pin-source=file:sti-pa.pin"
name='/C=US/O=Example STI-PA/CN=STI-PA CRL'

# issue NAME: a certificate as the shipped profiles have it.
issue() {
    make_token "$1.jwt" "$good_list"
    passes sti-ca issue --csr request.csr --token "$1.jwt" --account-key account.pem --out "$1.pem"
}
issue good
issue bad
bad=$(serial_of bad.pem)

# ---- another STI-CA, under whose root the CRL's signer stands, too: what OpenSSL wants ----

printf '[crl_issuer]\nC=US\nO=Example STI-PA\nCN=STI-PA CRL\n' >names.cnf
cat >other.cnf <<EXT
[root]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign
subjectKeyIdentifier=hash
[leaf]
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
crlDistributionPoints=point
[signer]
keyUsage=critical,cRLSign
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
[point]
fullname=URI:$url
CRLissuer=dirName:crl_issuer
EXT
cat names.cnf >>other.cnf
for key in other other-good other-bad; do make_key $key; done
passes openssl req -new -key other.key -subj '/C=US/O=Other/CN=SHAKEN Other ROOT' -out other.csr
passes openssl x509 -req -in other.csr -key other.key -extfile other.cnf -extensions root -days 30 \
    -out other.pem
for leaf in other-good other-bad; do
    passes openssl req -new -key $leaf.key -subj "/C=US/O=Other/CN=SHAKEN $leaf" -out $leaf.csr
    passes openssl x509 -req -in $leaf.csr -CA other.pem -CAkey other.key -extfile other.cnf \
        -extensions leaf -days 30 -out $leaf.pem
done
passes sti-ca key generate "$crl_key"
passes openssl req -new -key other.key -subj "$name" -out template.csr
passes "$BUILD/tests/tools/hsm_csr" "$crl_key" template.csr
mv out signer.csr
# signed_by NAME: signer.pem under this root.
signed_by() {
    passes openssl x509 -req -in signer.csr -CA "$1.pem" -CAkey "$1.key" -extfile other.cnf \
        -extensions signer -days 30 -out signer.pem
}
signed_by other
cat >>sti-ca.cnf <<CNF
[crl]
key         = $(printf '%s' "$crl_key" | sed 's/#/\\#/g')
certificate = signer.pem
url         = $url
aia         = https://sti-pa.example/signer.pem
CNF

# ---- reports: of this CA by sti-ca, of the other with jq alone ----

# other_report FILE SERIAL...: another program's report, by what docs/revocation.md says.
other_report() {
    report_file=$1
    shift
    # 0:d=... the issuer's name, as octets
    name_der=$(openssl x509 -in other.pem -outform DER | openssl asn1parse -inform DER \
        -strparse "$(openssl x509 -in other.pem -outform DER | openssl asn1parse -inform DER |
            awk -F: '/SEQUENCE/ && ++n == 4 { gsub(/ /, "", $1); print $1 }')" -noout -out /dev/stdout |
        base64 -w0)
    printf '%s\n' "$@" | jq -R --arg der "$name_der" '{
        issuer: "CN=SHAKEN Other ROOT,O=Other,C=US", issuer_der: $der, serial: .,
        date: "2026-01-01T00:00:00Z", not_after: "2099-01-01T00:00:00Z", reason: "superseded"}' |
        jq -s '{format: "sti-pki revocation report 1", made_at: "2026-01-02T00:00:00Z", entries: .}' >plain.json
    digest=$(jq -cSj . plain.json | sha256sum)
    jq --arg digest "${digest%% *}" '.sha256 = $digest' plain.json >"$report_file"
}
indirect() { # FILE [ARGUMENT]...
    crl_file=$1
    shift
    passes sti-ca crl --indirect --out "$crl_file" --force --days 7 "$@"
}

step "revoked here and elsewhere, reported, and in one CRL"
revoke_on_terminal "$(last8 "$bad")" "--certificate bad.pem --reason keyCompromise"
passes sti-ca revocation report --out own.json
says out "1 revoked, written to own.json"
jq -cSj 'del(.sha256)' own.json | sha256sum | cut -c 1-64 >is
jq -r .sha256 own.json >wanted
same is wanted
other_report other.json "$(serial_of other-bad.pem)"
indirect first.crl --report own.json --report other.json
says out "signed CRL 01"
says out "issuer      C=US, O=Example STI-PA, CN=STI-PA CRL"
says out "entries     2 (2 new, 0 gone)"

step "openssl and certtool read it"
passes openssl crl -inform DER -in first.crl -noout -text
says out "X509v3 Issuing Distribution Point: critical"
says out "Indirect CRL"
says out "URI:$url"
says out "CA Issuers - URI:https://sti-pa.example/signer.pem"
[ "$(grep -c 'X509v3 Certificate Issuer: critical' out)" -eq 2 ] || fail "not in every entry"
passes certtool --crl-info --inder --infile first.crl
says out "Revoked certificates (2):"
says out "CRL Number (not critical): 01"

step "sti-ca verify: the signer's anchor is its own"
passes openssl crl -inform DER -in first.crl -out first.pem
cat signer.pem first.pem >with-signer.pem
verify() {
    sti-ca verify "$1" --anchor root.pem --anchor other.pem --chain intermediate.pem \
        --crl with-signer.pem --crl-anchor other.pem
}
passes verify good.pem
refused 1 verify bad.pem
says err 'was revoked by the CRL of "C = US, O = Example STI-PA, CN = STI-PA CRL"'

step "OpenSSL agrees where the signer is under the same anchor"
judge() {
    openssl verify -CAfile other.pem -untrusted signer.pem -crl_check -extended_crl \
        -CRLfile first.pem "$1"
}
passes judge other-good.pem
refused 2 judge other-bad.pem
says err "certificate revoked"

step "reports need not repeat what was reported, and may"
indirect second.crl
says out "signed CRL 02"
says out "entries     2 (0 new, 0 gone)"
indirect second.crl --report own.json --report own.json --report other.json --json
passes jq -e '.number == "03" and .entries == 2 and .new == 0 and .gone == 0 and .indirect' out

step "an entry does not change silently"
sed 's/"superseded"/"keyCompromise"/' other.json >changed.json
refused 1 sti-ca crl --indirect --out x.crl --days 7 --report changed.json
says err "changed.json: was changed on its way: its SHA-256 is not the one it says"
jq 'del(.sha256)' changed.json >plain.json
digest=$(jq -cSj . plain.json | sha256sum)
jq --arg digest "${digest%% *}" '.sha256 = $digest' plain.json >changed.json
refused 1 sti-ca crl --indirect --out x.crl --days 7 --report changed.json
says err "was revoked for superseded by the CRL before, and would be for keyCompromise by the next"
says err "(RFC 5280 section 5.3.1)"
refused 1 sti-ca crl --indirect --out x.crl --days 7 --report changed.json --report other.json
says err "would be listed twice"
refused 1 sti-ca crl --indirect --out x.crl --days 7 --report good.pem
says err "good.pem: is not JSON"
absent x.crl

step "what has expired goes when a CRL issued after that has listed it"
other_report gone.json 4D
jq 'del(.sha256) | .entries[0].not_after = "2026-01-02T00:00:00Z"' gone.json >plain.json
digest=$(jq -cSj . plain.json | sha256sum)
jq --arg digest "${digest%% *}" '.sha256 = $digest' plain.json >gone.json
indirect third.crl --report gone.json
says out "entries     3 (1 new, 0 gone)"
indirect third.crl --report gone.json
says out "entries     2 (0 new, 1 gone)"

step "a thousand entries"
# shellcheck disable=SC2046 # words
other_report many.json $(seq 1000 | awk '{ printf "70%04X\n", $1 }')
indirect many.crl --report many.json
says out "entries     1002 (1000 new, 0 gone)"
passes openssl crl -inform DER -in many.crl -noout -text
[ "$(grep -c 'X509v3 Certificate Issuer: critical' out)" -eq 1002 ] || fail "not in every entry"
passes certtool --crl-info --inder --infile many.crl
says out "Revoked certificates (1002):"
passes openssl crl -inform DER -in many.crl -out first.pem
cat signer.pem first.pem >with-signer.pem
passes judge other-good.pem
refused 2 judge other-bad.pem
passes verify good.pem
refused 1 verify bad.pem

step "a series that was begun elsewhere goes on here"
rm ledger.sqlite*
passes sti-ca init
refused 1 sti-ca crl --indirect --again --out x.crl
says err 'the ledger has no CRL of "C=US, O=Example STI-PA, CN=STI-PA CRL" yet'
refused 1 sti-ca crl --indirect --out x.crl --days 7 --previous good.pem
says err "good.pem: holds no CRL in PEM or DER"
absent x.crl
# The same entries but for one, under the same name and with a number, by another key.
cat >forged.cnf <<EXT
[ca]
database = forged.index
crlnumber = forged.number
[crl_ext]
authorityKeyIdentifier = keyid
EXT
: >forged.index
echo 7F >forged.number
make_key forger
passes openssl req -x509 -new -key forger.key -subj "$name" -days 30 -out forger.pem
passes openssl ca -config forged.cnf -name ca -gencrl -md sha256 -crldays 7 -crlexts crl_ext \
    -keyfile forger.key -cert forger.pem -out forged.crl
# RFC 5280 section 6.3.3: the signature of a CRL is verified before anybody goes by it.
refused 1 sti-ca crl --indirect --out x.crl --days 7 --previous forged.crl
says err "forged.crl: is not signed with the key that signs the next one, so nobody vouches for what it lists; name the last CRL that this key has signed (RFC 5280 section 6.3.3)"
absent x.crl
indirect next.crl --previous many.crl
says out "entries     1002 (0 new, 0 gone)"
number=$(openssl crl -inform DER -in many.crl -noout -crlnumber | sed 's/.*=0*x*0*//')
next=$(openssl crl -inform DER -in next.crl -noout -crlnumber | sed 's/.*=0*x*0*//')
[ "$((0x$next))" -eq "$((0x$number + 1))" ] || fail "number $next after $number"
step "a signer without cRLSign, and one whose key is another"
sed -i 's/^keyUsage=critical,cRLSign/keyUsage=critical,digitalSignature/' other.cnf
signed_by other
refused 1 sti-ca crl --indirect --out x.crl --days 7
says err "signer.pem: its keyUsage has no cRLSign, so nobody would believe a CRL that it signs"
sed -i '/^\[signer\]/,/^\[point\]/s/digitalSignature/cRLSign/' other.cnf
cp other.csr signer.csr
signed_by other
refused 3 sti-ca crl --indirect --out x.crl --days 7
says err "signer.pem: holds another public key than the one in the HSM"
absent x.crl
