#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A signal ends a run in order: nothing half done, the HSM logged out of, a sentence that says what
# was done, and the exit status of a process that was ended by that signal.
# shellcheck disable=SC2086 # $issue and $token are meant to be several words
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"

make_world
cp sti-ca.cnf plain.cnf
pause=$BUILD/tests/tools/p11-pause.so
sed -i "s|$module|$pause|" sti-ca.cnf
export P11_PAUSE_MODULE="$module" P11_PAUSE_LOG="$PWD/calls" P11_PAUSE_AT=
key_uri="pkcs11:token=sti-ca;object=third;id=%09?module-path=$pause&pin-source=file:sti-ca.pin"
issue='sti-ca issue --csr request.csr --token token.jwt --account-key account.pem --out c.pem'
new_token() {
    rm -f c.pem token.jwt
    make_token token.jwt "$good_list"
}

# until_making: until the tool has begun its output file, which has no name yet, or one of its own.
until_making() {
    tries=0
    # shellcheck disable=SC2010 # the descriptors' targets are wanted, not names
    until ls -l "/proc/$tool/fd" 2>/dev/null | grep -qE '/#[0-9]+ \(deleted\)|[.]sti-pki-'; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || fail "no output file is begun: $(cat err)"
        sleep 0.05
    done
}

# begin STEP... -- COMMAND...: starts the command, which will stand still at these calls of the
# module. A shell lets what it starts behind itself ignore two of the signals; env takes that back.
begin() {
    P11_PAUSE_AT=
    while [ "$1" != -- ]; do
        P11_PAUSE_AT="$P11_PAUSE_AT${P11_PAUSE_AT:+ }$1"
        shift
    done
    shift
    rm -f reached-* go-on-* calls
    env --default-signal=INT,QUIT,HUP,TERM,PIPE "$@" >out 2>err </dev/null &
    tool=$!
    P11_PAUSE_AT=
}

# at STEP [SIGNAL]: sends the signal when the command stands there, then lets it go on.
at() {
    until_there "reached-$1"
    [ -z "${2:-}" ] || kill -s "$2" $tool
    : >"go-on-$1"
}

# ends STATUS: the exit status; and nothing lies about.
ends() {
    status=0
    wait $tool || status=$?
    [ "$status" -eq "$1" ] || fail "exit status $status, not $1"
    absent .sti-pki-*
}

# logged_out: the last calls of the module are those that put it away.
logged_out() {
    tail -n 2 calls >last
    grep -qx C_Logout calls || fail "no C_Logout: $(tr '\n' ' ' <calls)"
    grep -qx C_Finalize last || fail "no C_Finalize: $(tr '\n' ' ' <calls)"
}

# lists WORD...: the ledger's last line has these words.
lists() {
    passes sti-ca list
    tail -n 1 out >last
    for word; do
        says last "$word"
    done
}

step "every signal, at the login: nothing was issued, and the ledger is as it was"
before=$(ledger_state)
for signal in INT:130 QUIT:131 TERM:143 HUP:129; do
    begin C_Login -- $issue
    at C_Login "${signal%:*}"
    ends "${signal#*:}"
    [ "$(cat err)" = "sti-ca: interrupted by SIG${signal%:*}; nothing was issued" ] || fail "no sentence"
    logged_out
    absent c.pem
    [ ! -s out ] || fail "something was printed"
    [ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
done

step "before the login, and between the login and the intent"
for at in C_OpenSession C_FindObjectsInit; do
    begin $at -- $issue
    at $at TERM
    ends 143
    [ "$(cat err)" = "sti-ca: interrupted by SIGTERM; nothing was issued" ] || fail "no sentence"
    logged_out
    absent c.pem
    [ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"
done

step "the same as JSON"
begin C_Login -- $issue --json
at C_Login TERM
ends 143
[ "$(jq -r .error.sentence out)" = "interrupted by SIGTERM; nothing was issued" ] || fail "no JSON"

step "a second signal while the HSM is logged out of does not break that off"
begin C_Login C_Logout -- $issue
at C_Login TERM
until_there reached-C_Logout
kill -s TERM $tool
kill -s INT $tool
at C_Logout TERM
ends 143
says err "interrupted by SIGTERM; nothing was issued"
logged_out

step "while the HSM signs: the certificate is finished, recorded and written"
begin C_Sign -- $issue
at C_Sign INT
ends 130
[ "$(cat err)" = "sti-ca: interrupted by SIGINT; certificate c.pem was already issued and is whole" ] ||
    fail "no sentence"
says out "written to c.pem"
logged_out
passes openssl verify -CAfile root.pem -untrusted intermediate.pem c.pem
lists issued end-entity

step "a signal that was ignored from the start stays ignored"
new_token
begin C_Login C_Sign -- env --ignore-signal=HUP $issue
at C_Login HUP
at C_Sign HUP
ends 0
[ ! -s err ] || fail "an error was printed"
passes openssl verify -CAfile root.pem -untrusted intermediate.pem c.pem

step "an HSM that does not answer is not waited for: the next run refuses until that is settled"
new_token
begin C_Sign -- $issue
until_there reached-C_Sign
kill -s TERM $tool
sleep 1
kill -s TERM $tool
status=0
wait $tool || status=$?
[ "$status" -eq 143 ] || fail "exit status $status, not 143"
says err "interrupted by SIGTERM; nothing was issued, and serial "
says err " is not used again; the run did not come to its end within 8 seconds, so if an HSM was open it was not logged out of"
absent c.pem
rm -f .sti-pki-*
lists intended
refused 3 $issue --config plain.cnf
says err "the HSM may have signed; nothing is issued until that is settled: sti-ca recover"
passes sti-ca recover
lists uncertain
passes $issue --config plain.cnf
lists issued

step "a pipe that nobody reads: status 3, and the sentence says what was done"
new_token
mkfifo pipe
# shellcheck disable=SC2016
begin C_Sign -- sh -c 'exec "$@" >pipe' sh $issue
: <pipe
until_there reached-C_Sign
: >go-on-C_Sign
ends 3
[ "$(cat err)" = "sti-ca: standard output cannot be written: Broken pipe; certificate c.pem was already issued and is whole" ] ||
    fail "no sentence"
logged_out
passes openssl verify -CAfile root.pem -untrusted intermediate.pem c.pem

step "standard output that is closed: nothing else gets what is printed"
new_token
# shellcheck disable=SC2016
refused 3 sh -c 'exec "$@" >&-' sh $issue
says err "standard output cannot be written: Bad file descriptor; certificate c.pem was already issued and is whole"
passes openssl verify -CAfile root.pem -untrusted intermediate.pem c.pem
passes sti-ca list

step "the prompts end at once"
control_c=$(printf '\003')
sed 's/&pin-source=file:sti-ca.pin//' sti-ca.cnf >prompt.cnf
rm -f calls
new_token
before=$(ledger_state)
refused_on_terminal 130 'PIN of token' "12$control_c" "exec $issue --config prompt.cnf"
says screen "sti-ca: interrupted by SIGINT; nothing was issued"
logged=$(grep -c C_Login calls || true)
[ "$logged" -eq 0 ] || fail "a login was tried"
tail -n 1 calls >last
says last C_Finalize
refused_on_terminal 130 'Type its' "ro$control_c" "exec sti-ca key destroy root"
says screen "sti-ca: interrupted by SIGINT; the key is still there; nothing was changed"
logged_out
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"

step "so does the wait for a PIN that another program writes"
sed 's/file:sti-ca.pin/fd:3/' sti-ca.cnf >pipe.cnf
# shellcheck disable=SC2016
begin -- sh -c 'exec "$@" 3<>pipe' sh $issue --config pipe.cnf
until_making
kill -s TERM $tool
ends 143
[ "$(cat err)" = "sti-ca: interrupted by SIGTERM; nothing was issued" ] || fail "no sentence"
[ "$before" = "$(ledger_state)" ] || fail "the ledger has changed"

step "a key is made and reported, or not made"
begin C_Login -- sti-ca key generate "$key_uri"
at C_Login TERM
ends 143
[ "$(cat err)" = "sti-ca: interrupted by SIGTERM; no key was made" ] || fail "no sentence"
logged_out
passes sti-ca key list root
says_not out third
begin C_GenerateKeyPair -- sti-ca key generate "$key_uri"
at C_GenerateKeyPair TERM
ends 143
says err "sti-ca: interrupted by SIGTERM; key 'third' (id 09) was already made and is whole"
says out "made key third on token sti-ca"
logged_out
passes sti-ca key show "$key_uri"

step "a key is destroyed and that is reported"
rm -f reached-* go-on-* calls
{
    until_there reached-C_DestroyObject
    kill -s TERM "$(cat pid)"
    : >go-on-C_DestroyObject
} &
export P11_PAUSE_AT=C_DestroyObject
refused_on_terminal 143 'Type its' third "echo \$\$ >pid; exec sti-ca key destroy '$key_uri'"
wait
export P11_PAUSE_AT=
says screen "destroyed key third"
says screen "sti-ca: interrupted by SIGTERM; key third was already destroyed"
logged_out

step "init reads its configuration from a pipe and is ended: nothing was made"
mkdir empty
mkfifo empty/sti-ca.cnf
# shellcheck disable=SC2016
begin -- sh -c 'cd empty; exec "$@" 3<>sti-ca.cnf' sh sti-ca init
tries=0
until grep -q '^SigCgt:.*[4567cdef]...$' /proc/$tool/status 2>/dev/null; do # SIGTERM is bit 14
    tries=$((tries + 1))
    [ $tries -lt 200 ] || fail "SIGTERM is not caught"
    sleep 0.05
done
kill -s TERM $tool
ends 143
says err "interrupted by SIGTERM; nothing was done"
[ "$(ls empty)" = sti-ca.cnf ] || fail "something was made"

step "the other commands that sign"
begin C_Login -- sti-ca root --force
at C_Login TERM
ends 143
says err "interrupted by SIGTERM; nothing was issued"
begin C_Sign -- sti-ca root --force
at C_Sign TERM
ends 143
says err "interrupted by SIGTERM; certificate root.pem was already issued and is whole"
passes openssl verify -CAfile root.pem root.pem
lists issued root
logged_out
echo SPC:709J >list.txt
mkdir published
begin C_Login -- sti-ca tnlist publish --out published list.txt
at C_Login TERM
ends 143
[ "$(cat err)" = "sti-ca: interrupted by SIGTERM; nothing was published" ] || fail "no sentence"
[ -z "$(ls -A published)" ] || fail "something is left"
begin C_Sign -- sti-ca tnlist publish --out published list.txt
at C_Sign TERM
ends 143
says err "and its list are written and whole"
[ "$(find published -name '*.der' -o -name '*.cose' | wc -l)" -eq 2 ] || fail "not both files"
logged_out
token="sti-pa token --certificate sti-pa.pem --list SPC:709J --account-key account.pem --out t.jwt"
pa_pause=$(printf '%s' "$pa_key" | sed "s|$module|$pause|")
begin C_Login -- $token --key "$pa_pause"
at C_Login TERM
ends 143
[ "$(cat err)" = "sti-pa: interrupted by SIGTERM; no token was signed" ] || fail "no sentence"
absent t.jwt
logged_out
begin C_Sign -- $token --key "$pa_pause"
at C_Sign TERM
ends 143
[ "$(cat err)" = "sti-pa: interrupted by SIGTERM; token t.jwt was already signed and is whole" ] ||
    fail "no sentence"
says out "signed token"
[ -s t.jwt ] || fail "no token"
logged_out
begin C_Sign -- sti-pa certificate --key "$pa_pause" --country US --organization "Example STI-PA" \
    --common-name "STI-PA token signer" --out again.pem
at C_Sign TERM
ends 143
says err "sti-pa: interrupted by SIGTERM; certificate again.pem was already made and is whole"
passes openssl x509 -in again.pem -noout
