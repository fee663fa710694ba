#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Witnesses' keys: one in a token of the witness's own, whose PIN is typed, and one in a file behind a
# passphrase that is typed. Neither secret is shown or left anywhere, and the ceremony takes both.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/terminal.sh
. "$SOURCE/tests/cli/terminal.sh"
# shellcheck source=tests/cli/ceremony.sh
. "$SOURCE/tests/cli/ceremony.sh"

make_ceremony_world
make_key stranger
card_module=/usr/lib/softhsm/libsofthsm2.so

step "the auditor's key is in a token of their own, the witness's in a file behind a passphrase"
(umask 077 && openssl rand -hex 8 >auditor.secret && openssl rand -hex 16 >witness.secret)
pin=$(cat auditor.secret)
passphrase=$(cat witness.secret)
rm auditor.key auditor.pem witness.key witness.pem
passes softhsm2-util --init-token --free --label auditor-card --so-pin 87654321 --pin "$pin"
card="pkcs11:token=auditor-card;object=approver;id=%07"
auditor="$card?module-path=$card_module"
passes sti-pa key generate --key "$auditor&pin-source=file:auditor.secret"
passes p11tool --provider "$card_module" --export "$card;type=public"
cp out auditor.pem
passes openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -pass file:witness.secret \
    -out witness.key
passes openssl pkey -in witness.key -passin file:witness.secret -pubout -out witness.pem
says witness.key "BEGIN ENCRYPTED PRIVATE KEY"
ceremony_file root
passes sti-ca ceremony plan root.cnf
# From here on nothing but a person knows them.
rm auditor.secret witness.secret

# approve_typing WITNESS KEY PROMPT SECRET: on a terminal; the status is in $status.
approve_typing() {
    printf 'from the paper|%s\n%s|%s\n' "$(typed_words root)" "$3" "$4" >talk.txt
    status=0
    talk_on_terminal talk.txt \
        "sti-ca ceremony approve root.plan --as $1 --key '$2' --out root.$1.approval" || status=$?
    rm talk.txt
    says screen "$3"
    [ -z "$4" ] || says_not screen "$4"
}

# not_approved STATUS TEXT: what approve_typing has come to; it was asked once.
not_approved() {
    [ "$status" -eq "$1" ] || fail "exit status $status, not $1: $(cat screen)"
    tr -d '\r' <screen | tr '\n' ' ' | grep -qF -- "$2" || fail "the screen does not say: $2; $(cat screen)"
    absent root.auditor.approval root.witness.approval
    [ "$(grep -Ec '^(PIN of token|Passphrase of) ' screen)" -eq 1 ] || fail "asked more than once: $(cat screen)"
}

step "a wrong PIN, and a wrong passphrase: asked once, refused, nothing is written"
approve_typing auditor "$auditor" "PIN of token auditor-card: " 00000000
not_approved 3 "CKR_PIN_INCORRECT"
approve_typing witness witness.key "Passphrase of witness.key: " "not $passphrase"
not_approved 3 "witness.key: what was typed is not the passphrase of this private key; it is asked for once: start again"
approve_typing witness witness.key "Passphrase of witness.key: " ""
not_approved 3 "witness.key: what was typed is not the passphrase of this private key"

step "control-C at either prompt: nothing is approved, and the terminal is as it was"
for prompt in PIN Passphrase; do
    [ $prompt = PIN ] && key=$auditor || key=witness.key
    [ $prompt = PIN ] && who=auditor || who=witness
    printf 'from the paper|%s\n%s of|!printf "\\003"\n' "$(typed_words root)" $prompt >talk.txt
    status=0
    talk_on_terminal talk.txt \
        "trap : INT; sti-ca ceremony approve root.plan --as $who --key '$key' --out root.$who.approval; echo status \$?; stty -a" || status=$?
    says screen "nothing was approved"
    says screen "status 130"
    says screen " echo "
    absent "root.$who.approval"
done

step "the right secret of another witness's key"
passes openssl pkcs8 -topk8 -in stranger.key -v2 aes-256-cbc -passout pass:hidden-stranger -out stranger.p8
approve_typing witness stranger.p8 "Passphrase of stranger.p8: " hidden-stranger
not_approved 1 "the key is not the one that the plan lists for 'witness'"
approve_typing witness "$auditor" "PIN of token auditor-card: " "$pin"
not_approved 1 "the key is not the one that the plan lists for 'witness'"

step "without a terminal a secret comes from nowhere"
digest=$(plan_digest root)
refused 3 setsid -w sti-ca ceremony approve root.plan --as witness --key witness.key --digest "$digest" \
    --out root.witness.approval
says err "witness.key: the passphrase of this private key is needed and there is no terminal to ask on; run it on one"
refused 3 setsid -w sti-ca ceremony approve root.plan --as auditor --key "$auditor" --digest "$digest" \
    --out root.auditor.approval
says err 'the PIN of token "auditor-card" is needed and there is no terminal to ask on'
refused 2 sti-ca ceremony approve root.plan --as auditor --key "$auditor&pin-value=$pin" \
    --digest "$digest" --out root.auditor.approval
says err "a PIN in an argument can be read by every user of the machine"
echo "no key" >nothing.key
refused 1 sti-ca ceremony approve root.plan --as witness --key nothing.key --digest "$digest" \
    --out root.witness.approval
says err "nothing.key: holds no private EC key in PEM"
absent root.auditor.approval root.witness.approval

step "typed: both approve, and the secrets are on no screen"
approve_typing auditor "$auditor" "PIN of token auditor-card: " "$pin"
[ "$status" -eq 0 ] || fail "not approved: $(cat screen)"
says screen "approved by auditor: root.auditor.approval"
approve_typing witness witness.key "Passphrase of witness.key: " "$passphrase"
[ "$status" -eq 0 ] || fail "not approved: $(cat screen)"
says screen "approved by witness: root.witness.approval"

step "the ceremony takes both approvals, and an auditor's program verifies them"
conversation root 1
holds root
passes sti-transcript verify root.transcript --inputs . --anchor root-key.pem
says out "2 of 3 approvers approved this plan, 2 are needed"

step "the secrets are in no file: not in plan, approvals, transcript or ledger"
for secret in "$pin" "$passphrase"; do
    if grep -rlF -- "$secret" .; then fail "a secret is in a file"; fi
done
