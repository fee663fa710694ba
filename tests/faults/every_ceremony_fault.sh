#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every fault over a ceremony: each call that changes the disk goes wrong once in every way that means
# something to it (io_faulty.c), and each call to the HSM (p11_faulty.c), every time in a copy of the
# same planned and approved world, with people at the terminal who read what it says. Then the same
# words once more, as docs/ceremony.md says: the ceremony must come to its end, and look from outside
# as the undisturbed one does.
#
# STI_FAULTS is how much of it: all (scripts/faults --ceremony); some, which is what the tests run; few,
# where a run is slow. Each is the same every time. STI_CEREMONIES names the ceremonies:
#   root          the certificate of a root
#   root-signing  the same, gone on with after its run died while the HSM signed
#   root-cut      and after one died with half an entry in the transcript, the certificate in the ledger
#   batch         two requests
#   reference     one, whose list goes by reference
#   destruction   the key of the intermediate is destroyed
#   revocation    one certificate, and the CRL
# STI_ONLY, a regular expression, leaves those faults: `^C_Sign `, `^disk 7 `.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"
# shellcheck source=tests/cli/world.sh
. "$SOURCE/tests/cli/world.sh"
# shellcheck source=tests/cli/ceremony.sh
. "$SOURCE/tests/cli/ceremony.sh"
# shellcheck source=tests/cli/private.sh
. "$SOURCE/tests/cli/private.sh"
# shellcheck source=tests/faults/ceremony_world.sh
. "$SOURCE/tests/faults/ceremony_world.sh"
# shellcheck source=tests/faults/disk_ways.sh
. "$SOURCE/tests/faults/disk_ways.sh"

# What a run that died leaks is found elsewhere, and libp11 leaks when a call of its fails.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
case ${STI_FAULTS:-some} in
all) stride=1 ceremonies='root root-signing root-cut batch reference destruction revocation' ;;
some) stride=251 ceremonies='root root-cut' ;;
*) stride=501 ceremonies=root ;;
esac
home=$PWD
tokens=$home/softhsm # the world's
preload=${STI_SANITIZER_LIBRARY:+$STI_SANITIZER_LIBRARY:}$BUILD/tests/faults/io-faulty.so
# shellcheck disable=SC2154 # world.sh's
export P11_FAULTY_MODULE="$module"

# ---- one ceremony ----

# hold_it [VARIABLE=VALUE]...: the ceremony of $kind, whose plan is $plan, in w, with a fault or none; the screen is in screen.
hold_it() {
    (cd w && exec people "$home/people.$plan" env "$@" sti-ca ceremony run "$plan.plan" \
        --approval "$plan.auditor.approval" --approval "$plan.witness.approval" >../screen)
}

# faulted WHERE NUMBER WAY [VALUE]: with the fault. For the HSM, WHERE is the function.
faulted() {
    case $1 in
    disk)
        hold_it LD_PRELOAD="$preload" IO_FAULTY_UNDER="$(realpath w)" IO_FAULTY_LOG="$PWD/log" \
            IO_FAULTY_AT="$2" IO_FAULTY_WAY="$3"
        ;;
    *) hold_it P11_FAULTY_LOG="$PWD/log" P11_FAULTY="$*" ;;
    esac
}

# is_over: the transcript has its end, verifies, and is true to the plan.
is_over() {
    sti-transcript rederive "w/$plan.transcript" --inputs w --anchor "$home/key.$plan" >verified 2>&1 </dev/null
}

# look: what there is, from outside: the ledger's states, the files. What is wrong stands in looked.err.
look() {
    "$BUILD/tests/faults/check_world" w/ledger.sqlite w >looked 2>looked.err || return 1
    sqlite3 -readonly w/ledger.sqlite "SELECT state, serial, delivered_at IS NULL FROM certificate
        ORDER BY number; SELECT serial, reason, date FROM revocation; SELECT scope, hex(number) FROM crl" >>looked
    find w -type f ! -name '*.cut-*' | sort >>looked
    [ "$kind" != destruction ] || (cd w && sti-ca key list intermediate) >>looked 2>looked.err
}

# renew_tokens: a key that was destroyed is there again. In a folder with a softhsm of its own.
renew_tokens() {
    [ "$kind" = destruction ] || return 0
    rm -rf softhsm
    cp -rp "$home/softhsm.kept" softhsm
}

# ---- one trial ----

wrong() {
    printf 'WRONG %s, %s: %s\n' "$kind" "$fault" "$1"
    { cat looked.err verified && tail -n 4 screen; } 2>/dev/null | sed 's/^/    /' | head -n 20
    echo wrong >>wrong
}

# happened: the fault was there to be had in this run.
happened() {
    case $fault in
    disk*) grep -q " ${fault##* }\$" log ;;
    *) grep -qx "$(echo "$fault" | cut -d ' ' -f 1-2)" log ;;
    esac
}

# trial: of $kind, with $fault, in a worker's own folder.
trial() {
    rm -rf w log
    : >looked.err
    : >verified
    cp -rp "$home/world.$kind" w
    renew_tokens
    status=0
    # shellcheck disable=SC2086 # words
    faulted $fault || status=$?
    happened || return 0
    echo "$fault" >>tried
    case $fault:$status in
    *kill-*:137 | *" die":137) ;;
    *kill-*:* | *" die":*) wrong "it was not killed: status $status" ;;
    *:0) is_over || wrong "status 0, and it is not over" ;;
    *:3) grep -q '^sti-ca: ' screen || wrong "no sentence" ;;
    *) wrong "status $status, not 3" ;;
    esac
    is_over || settle
    judge
}

# settle: the same words once more.
settle() {
    status=0
    hold_it || status=$?
    [ "$status" -eq 0 ] || wrong "the second run has status $status"
}

# gave_up: the one end besides: an HSM that signed something else is not asked again. The serial is used
# up, there is no certificate, and the transcript says that the ceremony has failed.
gave_up() {
    case $fault in
    "C_Sign "*" wrong") grep -q 'which FAILED' verified && grep -q '^\(abandoned\|uncertain\)|' looked ;;
    *) false ;;
    esac
}

judge() {
    is_over || wrong "the transcript does not verify"
    if ! look; then
        wrong "not all is well"
    elif ! gave_up && ! cmp -s looked "$home/set.$kind"; then
        wrong "it is not as undisturbed: $(diff looked "$home/set.$kind" | head -n 5)"
    fi
    (cd w && sti-ca ledger verify) >verified 2>&1 </dev/null || wrong "ledger verify has status $?"
}

# ---- all of them ----

hsm_ways() {
    printf '%s\n' "before 0x30" "after 0x30" "after 0xb3" "onward 0x32" die
    [ "$1" != C_Sign ] || printf '%s\n' wrong short long empty
}

# undisturbed: the calls of the ceremony, all faults in all-trials, and how it looks.
undisturbed() {
    rm -rf w log
    cp -rp "world.$kind" w
    faulted disk 0 none || fail "the ceremony $kind fails undisturbed: $(cat screen)"
    is_over || fail "the ceremony $kind is not over undisturbed: $(cat verified)"
    look || fail "the ceremony $kind undisturbed: $(cat looked.err)"
    mv looked "set.$kind"
    mv log "disk.$kind"
    rm -rf w
    renew_tokens
    cp -rp "world.$kind" w
    faulted none 0 before || fail "the ceremony $kind fails undisturbed: $(cat screen)"
    mv log "hsm.$kind"
    renew_tokens
    {
        while read -r number call rest; do
            for way in $(disk_ways "$call"); do echo "disk $number $way"; done
        done <"disk.$kind"
        while read -r call number; do
            hsm_ways "$call" | sed "s/^/$call $number /"
        done <"hsm.$kind"
    } | grep -E "${STI_ONLY:-.}" >all-trials
    awk -v stride=$stride 'NR % stride == 1 || stride == 1' all-trials >"trials.$kind"
}

# killed_world FAULT STATE: world.$kind, after the root's ceremony died from this fault, at the first N of
# those that are read at which the state of its certificate is this.
killed_world() {
    while read -r number; do
        rm -rf w log
        cp -rp world.root w
        # shellcheck disable=SC2086 # words
        faulted ${1%N*}$number${1#*N} || true
        [ "$(sqlite3 -readonly w/ledger.sqlite "SELECT state FROM certificate")" != "$2" ] || break
    done
    [ "$(sqlite3 -readonly w/ledger.sqlite "SELECT state FROM certificate")" = "$2" ] ||
        fail "the root's ceremony never dies with $2"
    mv w "world.$kind"
}

# make_world_of KIND: planned and approved, in world.KIND.
make_world_of() {
    case $1 in
    batch) make_batch_world ;;
    destruction) make_destruction_world ;;
    reference) make_reference_world ;;
    revocation) make_revocation_world ;;
    root-signing) echo 1 | killed_world "C_Sign N die" intended ;;
    root-cut) # the transcript has no name in the log
        [ -e disk.root ] || fail "root-cut is made from the calls of root: name that one before it"
        awk '$2 == "write" && $4 ~ /#/ { print $1 }' disk.root | killed_world "disk N kill-torn" issued
        ;;
    esac
}

# not_blind: what must not be, is seen. In the world of the undisturbed ceremony, which is in w.
not_blind() {
    fault=none
    mv w/root.pem kept
    look
    if cmp -s looked set.root; then fail "a missing output is not seen"; fi
    mv kept w/root.pem
    sqlite3 w/ledger.sqlite "DROP TRIGGER certificate_ends_once; UPDATE certificate SET delivered_at = NULL"
    look
    if cmp -s looked set.root; then fail "a delivery that is not noted is not seen"; fi
    head -c 500 w/root.transcript >half
    mv half w/root.transcript
    if is_over; then fail "half a transcript is not seen"; fi
}

# worker NUMBER: every so manieth trial.
worker() {
    mkdir -p "worker.$1"
    cd "worker.$1"
    # SoftHSM writes into its token with every login, which two processes must not do at once.
    cp -rp "$tokens" .
    sed "s|$tokens|$PWD/softhsm|" "$SOFTHSM2_CONF" >softhsm2.conf
    SOFTHSM2_CONF=$PWD/softhsm2.conf
    export SOFTHSM2_CONF
    : >tried
    : >wrong
    line=0
    while read -r fault; do
        line=$((line + 1))
        [ $((line % workers)) -ne "$1" ] || trial
    done <"$home/trials.$kind"
}

workers=$(nproc)
tried=0
wrong=0
[ "${STI_CEREMONIES:-}" = revocation ] || make_root_world
for kind in ${STI_CEREMONIES:-$ceremonies}; do
    plan=${kind%%-*}
    make_world_of "$kind"
    undisturbed
    [ "$kind" != root ] || not_blind
    w=0
    while [ "$w" -lt "$workers" ]; do
        worker "$w" >"report.$w" 2>&1 &
        w=$((w + 1))
    done
    wait
    cat report.*
    here=$(cat worker.*/tried | wc -l)
    bad=$(cat worker.*/wrong | wc -l)
    printf '%s: %s calls to the disk and %s to the HSM, %s of %s faults tried, %s wrong\n' "$kind" \
        "$(wc -l <"disk.$kind")" "$(wc -l <"hsm.$kind")" "$here" "$(wc -l <all-trials)" "$bad"
    [ "$here" -gt 0 ] || fail "no fault was tried on $kind"
    tried=$((tried + here))
    wrong=$((wrong + bad))
    rm -rf worker.*
done
printf '%s faults over ceremonies tried, %s wrong\n' "$tried" "$wrong"
[ "$wrong" -eq 0 ]
