# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What every command story has: steps, and commands that must pass or must be refused. A story runs
# in an empty folder of its own (see run). The last command's output is in the files out and err, which
# the next command may read: they change when it has ended.

PATH=$BUILD/ca-tool:$BUILD/pa:$BUILD/sti-transcript:$BUILD/tests/tools:$PATH
LC_ALL=C
export PATH LC_ALL

step_now='(before the first step)'

# step SENTENCE: what the next commands show.
step() {
    step_now=$1
    printf -- '- %s\n' "$1"
}

fail() {
    printf 'FAILED at: %s\n%s\n' "$step_now" "$1" >&2
    for file in out err; do
        [ -s "$file" ] && { printf '%s\n' "--- $file" && head -c 4000 "$file"; } >&2
    done
    exit 1
}

# keep_output COMMAND...: its exit status is in $status.
keep_output() {
    status=0
    "$@" >out.next 2>err.next </dev/null || status=$?
    mv out.next out
    mv err.next err
}

# passes COMMAND...: it must exit with 0.
passes() {
    keep_output "$@"
    [ "$status" -eq 0 ] || fail "exit status $status, not 0: $*"
}

# refused STATUS COMMAND...: it must exit with STATUS and say why on standard error.
refused() {
    wanted=$1
    shift
    keep_output "$@"
    [ "$status" -eq "$wanted" ] || fail "exit status $status, not $wanted: $*"
    [ -s err ] || fail "no reason on standard error: $*"
}

# says FILE TEXT: the text must stand in the file.
says() {
    grep -qF -- "$2" "$1" || fail "$1 does not say: $2"
}

# says_not FILE TEXT: it must not.
says_not() {
    if grep -qF -- "$2" "$1"; then
        fail "$1 says: $2"
    fi
}

# same FILE FILE: octet for octet.
same() {
    cmp -s "$1" "$2" || fail "$1 and $2 differ"
}

# absent PATH...: there is no such file.
absent() {
    for file; do
        [ ! -e "$file" ] || fail "$file is there"
    done
}

# ossl ARGUMENTS...: the stock openssl with the provider. A provider built with the address
# sanitizer needs its run-time library to be loaded first.
ossl() {
    if [ -n "${STI_SANITIZER_LIBRARY:-}" ]; then
        OPENSSL_CONF=$BUILD/conf/openssl-tnauthlist.cnf LD_PRELOAD=$STI_SANITIZER_LIBRARY \
            ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1 openssl "$@"
    else
        OPENSSL_CONF=$BUILD/conf/openssl-tnauthlist.cnf openssl "$@"
    fi
}

# until_there FILE: it is there; ten seconds at most.
until_there() {
    tries=0
    until [ -e "$1" ]; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || fail "$1 does not come: $(cat err)"
        sleep 0.05
    done
}
