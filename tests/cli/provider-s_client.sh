#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Certificates that come from elsewhere: shown by a TLS server (s_client -showcerts), or lying in a
# file with others (storeutl, crl2pkcs7 and pkcs7 -print_certs).
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

# serve CERTIFICATE: a TLS server on a free port of 127.0.0.1, in $port. It answers one connection.
# -www: it does not read its standard input, whose end would end it. Nothing here lasts a minute.
server=
serve() {
    : >server.out # the port of the server before this one must not be read again
    (exec env OPENSSL_CONF=/dev/null timeout 60 openssl s_server -accept 127.0.0.1:0 -naccept 1 -www \
        -cert "$1" -key key.pem -cert_chain intermediate.pem >server.out 2>server.err </dev/null) &
    server=$!
    port=
    tries=0
    while [ -z "$port" ]; do
        port=$(sed -n 's/^ACCEPT 127\.0\.0\.1://p' server.out)
        tries=$((tries + 1))
        [ $tries -lt 300 ] || fail "the server does not listen: $(cat server.err)"
        kill -0 "$server" 2>/dev/null || fail "the server has ended: $(cat server.err)"
        [ -n "$port" ] || sleep 0.1
    done
}
stop_server() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
}
trap stop_server EXIT

# answered: the server has answered its one connection and ends by itself.
answered() {
    wait "$server" || fail "the server has failed: $(cat server.err)"
    server=
}

# show CERTIFICATE: what s_client says of it, in shown.
show() {
    serve "$1"
    passes ossl s_client -connect "127.0.0.1:$port" -showcerts -CAfile root.pem
    cp out shown
    answered
}

for kind in by-value by-reference; do
    step "$kind: s_client -showcerts, read by x509 -text"
    show $kind.pem
    says shown "Verify return code: 0 (ok)"
    passes ossl x509 -in shown -noout -text
    shows out $kind.text
    passes ossl x509 -in shown -out served.pem
    same served.pem $kind.pem

    step "$kind: the whole chain, by crl2pkcs7 and pkcs7 -print_certs"
    passes ossl crl2pkcs7 -nocrl -certfile shown -out chain.p7
    passes ossl pkcs7 -in chain.p7 -print_certs -text -noout
    shows out $kind.text
    says out "Policy: X509v3 Any Policy"
    [ "$(grep -c '^Certificate:' out)" -eq 2 ] || fail "two certificates are wanted"

    step "$kind: the same by storeutl, which wants the certificates alone"
    sed -n '/-BEGIN CERTIFICATE-/,/-END CERTIFICATE-/p' shown >chain.pem
    passes ossl storeutl -noout -text -certs chain.pem
    shows out $kind.text
    says out "Total found: 2"
done
passes ossl x509 -in shown -noout -ext EnhancedJWTClaimConstraints,authorityInfoAccess
says out "STIR TN List - URI:https://tn.example/list"

step "without the provider: numbers, and a dump of the octets"
passes env OPENSSL_CONF=/dev/null openssl x509 -in shown -noout -text
says out "1.3.6.1.5.5.7.1.33:"
says_not out mustExclude

step "a malformed list does not stop TLS; it is shown as far as it can be"
printf '1.3.6.1.5.5.7.1.26 = DER:300680043730394a\n' >malformed.cnf
passes ossl x509 -req -in plain.csr -CA intermediate.pem -CAkey intermediate.key -days 90 \
    -out malformed.pem -extfile malformed.cnf
show malformed.pem
says shown "Verify return code: 0 (ok)"
passes ossl x509 -in shown -noout -ext TNAuthList
says out "; MALFORMED: TNAuthList entry 1 at byte 2: tag 0x80 is implicit"
passes ossl storeutl -noout -text -certs malformed.pem
says out "; MALFORMED: TNAuthList entry 1 at byte 2: tag 0x80 is implicit"

step "a critical list: s_client goes on and says so; with -verify_return_error it does not go on"
issue critical.pem critical_list
show critical.pem
says shown "Verify return code: 34 (unhandled critical extension)"
passes ossl x509 -in shown -noout -ext TNAuthList
says out "TNAuthorizationList: critical"
serve critical.pem
refused 1 ossl s_client -connect "127.0.0.1:$port" -showcerts -CAfile root.pem -verify_return_error
says err "verify error:num=34:unhandled critical extension"

step "no server, no certificate"
stop_server
wait "$server" || true
server=
refused 1 ossl s_client -connect "127.0.0.1:$port" -showcerts
refused 1 ossl x509 -in out -noout -ext TNAuthList
refused 1 ossl storeutl -noout -text -certs nowhere.pem
says err "nowhere.pem"
