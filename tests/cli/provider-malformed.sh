#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Certificates with malformed lists: openssl prints what can be walked, says what is wrong and at
# which byte, and no octet of the list reaches the terminal as a control character.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

passes ossl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem

# harmless FILE: no control character but line ends, and nothing beyond ASCII.
harmless() {
    tr -d '\n -~' <"$1" >rest
    [ ! -s rest ] || fail "$1 has control characters"
}

# prints VALUE LINE...: a certificate with this value of the extension; -ext prints these lines.
prints() {
    passes ossl req -x509 -key key.pem -subj /CN=example -addext "$1" \
        -addext subjectKeyIdentifier=hash -out bad.pem
    shift
    passes ossl x509 -in bad.pem -noout -text
    says out "TNAuthorizationList: "
    says out "X509v3 Subject Key Identifier: "
    harmless out
    passes ossl x509 -in bad.pem -noout -ext TNAuthList
    harmless out
    echo 'TNAuthorizationList: ' >wanted
    printf '    %s\n' "$@" >>wanted
    same out wanted
    # The program goes on: the certificate verifies as any other.
    passes ossl verify -x509_strict -CAfile bad.pem bad.pem
}

step "implicit tags: what was meant stands before the flaw"
prints TNAuthList=DER:300680043730394a \
    '; MALFORMED: TNAuthList entry 1 at byte 2: tag 0x80 is implicit, the arm [0] has the explicit tag 0xA0 (RFC 8226 section 9)' \
    'SPC:709J ; byte 2: implicit tag 0x80, 0xA0 around an IA5String is wanted'

step "a good entry before a bad one is shown, and the list is still called malformed"
prints TNAuthList=DER:3010a006160431323334a30616043730394a \
    '; MALFORMED: TNAuthList entry 2 at byte 10: context tag [3] is no arm of TNEntry; spc [0], range [1], one [2] are (RFC 8226 section 9)' \
    'SPC:1234' \
    '; byte 10: context tag [3] is no arm of TNEntry; spc [0], range [1], one [2] are'

step "mistakes of published certificates: a string without a tag, a length octet left out"
prints TNAuthList=DER:300613043735354a \
    '; MALFORMED: TNAuthList entry 1 at byte 2: tag 0x13 stands where a TNEntry (0xA0, 0xA1 or 0xA2) is wanted (RFC 8226 section 9)' \
    '; byte 2: PrintableString "755J" without a context tag; it may be meant as an SPC, [0] around an IA5String'
prints TNAuthList=DER:3008a006163535384a \
    '; MALFORMED: TNAuthList at byte 1: the length says 8 octets, but only 7 follow (X.690 section 10.1)' \
    '; byte 1: the length of the list does not fit what follows' \
    'SPC:558J ; byte 2: the length octet of the IA5String is missing'

step "what is no list at all; octets behind the list; a range that is too long"
prints TNAuthList=DER:53504337 \
    '; MALFORMED: TNAuthList at byte 0: tag 0x53 stands where TNAuthorizationList as SEQUENCE (0x30) is wanted (RFC 8226 section 9)' \
    '; byte 0: bare text, "SPC7", where a SEQUENCE of entries is wanted'
prints TNAuthList=DER:3008a00616043730394a0500 \
    '; MALFORMED: TNAuthList at byte 10: 2 octets too many behind the list (RFC 8226 section 9)' \
    'SPC:709J' '; byte 10: 2 octets too many behind the list'
prints TNAuthList=DER:300ba10930071602313002015a \
    '; MALFORMED: TNAuthList entry 1 at byte 10: range from 10 with a count of 90 is too long: start + count must be less than 10^2 (RFC 8226 section 9)' \
    '; byte 2: range from 10 with a count of 90 is too long: start + count must be less than 10^2'

step "octets that would look like a good list if they were dumped raw"
# line ends and blanks, then SPC:709J
prints TNAuthList=DER:0a202020205350433a3730394a \
    '; MALFORMED: TNAuthList at byte 0: tag 0x0A stands where TNAuthorizationList as SEQUENCE (0x30) is wanted (RFC 8226 section 9)' \
    '; byte 0: tag 0x0A stands where a SEQUENCE (0x30) is wanted'

step "escape sequences in an SPC: a list, so it is printed as one, with \\x"
# ESC [ 3 1 m, ESC ] 0 ; x BEL, line end and carriage return, DEL
prints TNAuthList=DER:3009a00716051b5b33316d 'SPC:\x1B[31m'
prints TNAuthList=DER:300aa00816061b5d303b7807 'SPC:\x1B]0\x3Bx\x07'
prints TNAuthList=DER:3008a00616040a0d7f61 'SPC:\x0A\x0D\x7Fa'

step "creation is strict all the same"
refused 1 ossl req -x509 -key key.pem -subj /CN=x -addext TNAuthList=TN:10+90 -out no.pem
says err "less than 10^2"
