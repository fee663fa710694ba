#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every call that changes the disk fails once in every way that means something to it (io_faulty.c):
# each command runs undisturbed first, and then once for each fault, every time from a copy of the same
# world. After each fault `sti-ca recover` settles what is left and the command is run again as a
# person would; check_world.c looks at the files and the ledger from outside, before and after; and the
# certificates at the end must be those of the undisturbed run.
#
# STI_FAULTS is how much of it: all (scripts/faults --io); some, which is what the tests run; few, where
# a run is slow. STI_IO_COMMANDS names the commands besides issue; all without it. Each is the same every time.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/faults/disk_ways.sh
. "$SOURCE/tests/faults/disk_ways.sh"

# What a run that died leaks is found elsewhere.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
case ${STI_FAULTS:-some} in
all) stride=1 ;;
some) stride=61 ;;
*) stride=211 ;;
esac
home=$PWD
preload=${STI_SANITIZER_LIBRARY:+$STI_SANITIZER_LIBRARY:}$BUILD/tests/faults/io-faulty.so

# ---- the world, of which every trial has a copy ----

# With CRLs of its own the CA is one of a private hierarchy, for those of SHAKEN must not sign any.
profile=
if [ -f "$SOURCE/tests/cli/private.sh" ]; then
    # shellcheck source=/dev/null
    . "$SOURCE/tests/cli/private.sh"
    make_private_world
    make_csr request.csr "$good_list"
    make_token token.jwt "$good_list"
    cp "$SOURCE"/conf/profiles/*.cnf profiles
    profile='--profile private'
else
    make_world
fi
mkdir world world/in world/tnlists
cp -p ledger.sqlite ledger.sqlite.lock root.pem intermediate.pem sti-ca.pin world
[ ! -d profiles ] || cp -r profiles world
cp request.csr token.jwt account.pem sti-pa.pem world/in
sed 's|^sti_pa_anchors.*|sti_pa_anchors = in/sti-pa.pem|' sti-ca.cnf >world/sti-ca.cnf
request='--csr in/request.csr --token in/token.jwt --account-key in/account.pem'

# Three requests for a batch, each with a key and a token of its own.
mkdir world/in/batch
for name in alpha beta gamma; do
    make_key "$name"
    passes ossl req -new -key $name.key -subj "$good_subject" -addext "TNAuthList=$good_list" \
        -out "world/in/batch/$name.csr"
    make_token "world/in/batch/$name.jwt" "$good_list"
    cp account.pem "world/in/batch/$name.pub"
done
batch="--batch in/batch $profile --out out --jobs 1"

# has COMMAND...: whether sti-ca has it.
has() {
    sti-ca "$@" --help >/dev/null 2>&1
}

# ---- the commands ----

# again FILE: unless the file is there, the command once more; and if its certificate is in the ledger
# already, as the ledger has it.
again() {
    [ ! -e "$1" ] || return 0
    # shellcheck disable=SC2046 # words
    if ! sti-ca $(words "$command"); then
        serial=$(sti-ca list --json | jq -r '[.. | objects | select(.state == "issued")][-1].serial')
        sti-ca show "$serial" --out "$1"
    fi
}

# words COMMAND: the words behind sti-ca.
words() {
    case $1 in
    issue) echo "issue $request $profile --out leaf.pem" ;;
    reference) echo "issue $request --out leaf.pem --by-reference https://tn.example/" ;;
    batch) echo "issue $batch --consent $(cat "$home/consent" 2>/dev/null)" ;;
    init) echo init ;;
    crl) echo "crl --issuer intermediate --days 7 --out intermediate.crl" ;;
    revoke) echo "revoke --certificate leaf.pem --reason superseded" ;;
    import-*) echo "ledger import in/log.cbor" ;;
    recover-*) echo "recover --out ." ;; # the ledger has the path of another folder
    esac
}

# review_digest: of the batch, as it stands; without it nothing is issued.
review_digest() {
    # shellcheck disable=SC2086 # words
    sti-ca issue $batch --review-only --json | jq -r .digest
}

# run_again: what a person does after it.
run_again() {
    case $command in
    issue | reference) again leaf.pem ;;
    batch)
        consent=$(review_digest)
        # shellcheck disable=SC2086 # words
        sti-ca issue $batch --consent "$consent" && jq -e . out/manifest.json
        ;;
    init) [ -e ledger.sqlite ] || sti-ca init ;;
    crl) # the last one once more, if it was signed already
        # shellcheck disable=SC2046 # words
        [ -e intermediate.crl ] || sti-ca crl --issuer intermediate --again --out intermediate.crl ||
            sti-ca $(words crl)
        openssl crl -inform DER -in intermediate.crl -CAfile intermediate.pem -noout
        ;;
    revoke)
        [ "$(sqlite3 -readonly ledger.sqlite 'SELECT count(*) FROM revocation')" -eq 1 ] ||
            confirmed sti-ca "$(words revoke)"
        ;;
    import-*) sti-ca ledger import in/log.cbor ;;
    recover-*) ;; # it was run again already
    esac
}

# make_world_of COMMAND: where it starts from; a run of issue that was killed leaves an intent without
# an end, or a certificate that was not delivered, by where it was.
make_world_of() {
    case $1 in
    batch)
        cp -rp world "world.$1"
        (cd "world.$1" && review_digest) >consent
        ;;
    init)
        cp -rp world "world.$1"
        rm "world.$1/ledger.sqlite" "world.$1/ledger.sqlite.lock" "world.$1"/*.pem
        ;;
    revoke) with_leaf ;;
    crl)
        with_leaf
        rm -f ended
        (cd "world.$command" && confirmed sti-ca "$(words revoke)") || fail "nothing revoked: $(cat screen)"
        ;;
    import-onto | import-new) # what a CA elsewhere has done, to this one's older ledger or to none
        with_leaf
        (cd "world.$command" && passes sti-ca ledger export ../log.cbor)
        rm -rf "world.$command"
        cp -rp world "world.$command"
        mv log.cbor "world.$command/in"
        [ "$1" = import-onto ] || rm "world.$command/ledger.sqlite" "world.$command/ledger.sqlite.lock"
        ;;
    recover-intent) killed_issue intended ;;
    recover-delivery) killed_issue issued ;;
    *) cp -rp world "world.$1" ;;
    esac
}

# with_leaf: the world after one certificate was issued.
with_leaf() {
    cp -rp world "world.$command"
    # shellcheck disable=SC2046 # words
    (cd "world.$command" && sti-ca $(words issue)) >out 2>err </dev/null || fail "nothing issued"
}

# confirmed COMMAND WORDS: on a terminal, where the end of the certificate's serial is typed.
confirmed() {
    serial=$(openssl x509 -in leaf.pem -noout -serial | tail -c 9)
    : >../screen
    {
        tries=0
        until grep -q 'Type ' ../screen || [ $tries -ge 400 ] || [ -e ../ended ]; do
            sleep 0.02
            tries=$((tries + 1))
        done
        echo "$serial"
        until [ -e ../ended ] || [ $tries -ge 400 ]; do
            sleep 0.02
            tries=$((tries + 1))
        done
    } | script -qefc "$1 $2; status=\$?; : >../ended; exit \$status" ../screen >/dev/null
}

# killed_issue STATE: world.$command after issue was killed at the first commit that left this state.
killed_issue() {
    awk '$2 == "unlink" { print $1 }' calls.issue >commits
    while read -r number; do
        rm -rf "world.$command"
        cp -rp world "world.$command"
        way=kill-after
        faulted "world.$command" "$(words issue)" >/dev/null || true
        [ "$(sqlite3 "world.$command/ledger.sqlite" \
            "SELECT state FROM certificate WHERE jti IS NOT NULL")" != "$1" ] || return 0
    done <commits
    fail "issue is never killed when the state is $1"
}

# ---- one trial ----

# look FOLDER: what check_world says of it goes to looked and looked.err; its status.
look() {
    set -- "$1" "$1/tnlists" "$1/out"
    [ -d "$3" ] || set -- "$1" "$2"
    "$BUILD/tests/faults/check_world" "$1/ledger.sqlite" "$@" >looked 2>looked.err
}

# wrong TEXT: this trial is not as it should be.
wrong() {
    printf 'WRONG %s, call %s (%s), %s: %s\n' "$command" "$number" "$call" "$way" "$1"
    sed 's/^/    /' looked.err err 2>/dev/null | head -n 12
    echo wrong >>wrong
}

# faulted FOLDER WORDS: sti-ca there, with call $number going wrong in the way $way.
faulted() {
    absolute=$(realpath "$1")
    if [ "$command" = revoke ]; then
        rm -f ended
        (cd "$1" && confirmed "LD_PRELOAD=$preload IO_FAULTY_UNDER=$absolute \
            IO_FAULTY_LOG=$absolute/../log IO_FAULTY_AT=$number IO_FAULTY_WAY=$way sti-ca" "$2" \
            >../out 2>&1) || { status=$? && cp screen err && return "$status"; }
        return 0
    fi
    # shellcheck disable=SC2086 # words
    (cd "$1" && exec env LD_PRELOAD="$preload" IO_FAULTY_UNDER="$absolute" \
        IO_FAULTY_LOG="$absolute/../log" IO_FAULTY_AT="$number" IO_FAULTY_WAY="$way" \
        sti-ca $2 >../out 2>../err </dev/null)
}

# settled: what the ledger says became of each request; and what is in the files.
settled() {
    look w || return 1
    sqlite3 -readonly w/ledger.sqlite "SELECT state, count(*) FROM certificate
        WHERE jti IS NOT NULL GROUP BY state ORDER BY state" >>looked
    case $command in
    revoke | crl) sqlite3 -readonly w/ledger.sqlite "SELECT count(*) || ' revoked' FROM revocation;
        SELECT count(*) || ' CRLs, the last is ' || hex(max(number)) FROM crl" >>looked ;;
    esac
}

# as_undisturbed: the set is that of the undisturbed run; what is uncertain on the way differs.
as_undisturbed() {
    case $command in
    recover-*) cmp -s looked "$home/set.$command" ;;
    *) [ "$(grep -v '^[a-z]*|' looked)" = "$(grep -v '^[a-z]*|' "$home/set.$command")" ] ;;
    esac
}

# trial: of $command, call $number goes wrong in the way $way. In a worker's own folder.
trial() {
    rm -rf w log
    : >looked.err
    : >log
    cp -rp "$home/world.$command" w
    status=0
    # shellcheck disable=SC2046 # words
    faulted w "$(words "$command")" || status=$?
    grep -q " $way\$" log || return 0 # the run was shorter this time, or the way means nothing
    echo "$command" >>tried
    case $way:$status in
    kill-*:137) ;;
    kill-*) wrong "it was not killed: status $status" ;;
    *:0) # nothing may be pretended
        if ! settled; then
            wrong "status 0, and not all is well"
        else
            as_undisturbed || wrong "status 0, and not all is done"
        fi
        ;;
    *:3) [ -s err ] || wrong "no sentence" ;;
    *) wrong "status $status, not 3" ;;
    esac
    settle
}

settle() {
    if has recover && [ -e w/ledger.sqlite ]; then
        case $command in
        recover-*) recover=$(words "$command") ;;
        *) recover=recover ;;
        esac
        # shellcheck disable=SC2086 # words
        (cd w && sti-ca $recover) >out 2>err </dev/null || wrong "recover has status $?"
        settled || wrong "after recover not all is well"
    fi
    rm -f ended
    (cd w && run_again) >out 2>err </dev/null || wrong "the second run has status $?"
    if ! settled; then
        wrong "after the second run not all is well"
    else
        as_undisturbed || wrong "the set is not that of the undisturbed run"
    fi
    if has ledger verify; then
        (cd w && sti-ca ledger verify) >out 2>err </dev/null || wrong "ledger verify has status $?"
    fi
}

# ---- all of them ----

# undisturbed: the command's calls, and the set of its certificates.
undisturbed() {
    make_world_of "$command"
    rm -rf w log
    cp -rp "world.$command" w
    number=0
    way=
    faulted w "$(words "$command")" || fail "$command fails undisturbed"
    mv log "calls.$command"
    settled || fail "$command undisturbed: not all is well: $(cat looked.err)"
    cp looked "set.$command"
    count=0
    : >"trials.$command"
    while read -r number kind octets path; do
        for way in $(disk_ways "$kind"); do
            count=$((count + 1))
            [ $(((count - 1) % stride)) -ne 0 ] ||
                echo "$number $way $kind $octets ${path#"$home/w/"}" >>"trials.$command"
        done
    done <"calls.$command"
}

# not_blind: what must not be, check_world sees. From the world of the undisturbed run.
sees() {
    if settled; then
        fail "check_world does not see: $1"
    fi
    grep -qF "$1" looked.err || fail "check_world says something else than: $1: $(cat looked.err)"
    rm -rf w
    cp -rp kept w
}
not_blind() {
    mv w kept
    cp -rp kept w
    cp sti-pa.pem w/stray.pem
    sees "stray.pem: the ledger does not have this certificate as issued"
    head -c 500 leaf.pem >w/leaf.pem
    sees "leaf.pem: holds no whole certificate"
    head -c 20 leaf.pem >>w/leaf.pem
    sees "leaf.pem: has more or less than its certificates"
    : >w/.sti-pki-abcdef
    sees "a file that a run has not finished"
    head -c 20000 kept/ledger.sqlite >w/ledger.sqlite
    if settled; then fail "check_world does not see half a ledger"; fi
    rm -rf w
    cp -rp kept w
    rm w/leaf.pem
    settled || fail "a file that is not there is not check_world's business"
    if as_undisturbed; then fail "the set does not count the files"; fi
    rm -rf w kept
}

# worker NUMBER: every so manieth trial.
worker() {
    mkdir -p "worker.$1"
    cd "worker.$1"
    # SoftHSM writes into its token with every login, which two processes must not do at once.
    cp -rp "$home/softhsm" .
    sed "s|$home/softhsm|$PWD/softhsm|" "$SOFTHSM2_CONF" >softhsm2.conf
    SOFTHSM2_CONF=$PWD/softhsm2.conf
    export SOFTHSM2_CONF
    : >tried
    : >wrong
    line=0
    while read -r number way call; do
        line=$((line + 1))
        [ $((line % workers)) -ne "$1" ] || trial
    done <"$home/trials.$command"
}

workers=$(nproc)
tried=0
wrong=0
all='reference init'
! sti-ca issue --help | grep -q -- --batch || all="$all batch"
! has revoke || all="$all revoke"
! has crl || all="$all crl"
! has ledger import || all="$all import-onto import-new"
! has recover || all="$all recover-intent recover-delivery"
for command in issue ${STI_IO_COMMANDS-$all}; do
    undisturbed
    if [ "$tried" -eq 0 ]; then
        cp w/leaf.pem .
        not_blind
    fi
    w=0
    while [ "$w" -lt "$workers" ]; do
        worker "$w" >"report.$w" 2>&1 &
        w=$((w + 1))
    done
    wait
    cat report.* | grep -vx Killed || true
    here=$(cat worker.*/tried | wc -l)
    bad=$(cat worker.*/wrong | wc -l)
    printf '%s: %s calls, %s faults tried, %s wrong\n' "$command" "$(wc -l <"calls.$command")" "$here" "$bad"
    [ "$here" -gt 0 ] || fail "no fault was tried on $command"
    tried=$((tried + here))
    wrong=$((wrong + bad))
    rm -rf worker.*
done
printf '%s faults of the disk tried, %s wrong\n' "$tried" "$wrong"
[ "$wrong" -eq 0 ]
