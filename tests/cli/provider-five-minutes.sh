#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs docs/stir-extensions-in-five-minutes.md: every command, in its order, in one shell; what the
# page shows must be what is printed. Three things differ from what a reader does: `build` is a link
# to the build folder, openssl may be started with the sanitizer's library, and a server listens on a
# free port instead of 4433.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

page=$SOURCE/docs/stir-extensions-in-five-minutes.md
story=$PWD/story
mkdir "$story" bin run
ln -s "$BUILD" run/build
cat >bin/openssl <<EOF
#!/bin/sh
LD_PRELOAD=${STI_SANITIZER_LIBRARY:-} ASAN_OPTIONS=detect_leaks=0 exec $(command -v openssl) "\$@"
EOF
chmod +x bin/openssl
PATH=$PWD/bin:$PATH
cd "$story"
awk -f "$SOURCE/tests/cli/page.awk" "$page"
cd ../run

# A server that nobody has asked ends after a minute; the story waits for it at its end.
server=
end_server() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
}
trap end_server EXIT

# start_server COMMAND-FILE: in the background; its port comes from the line ACCEPT of server.txt.
start_server() {
    : >server.txt # is read before the server has opened it
    sed 's/127\.0\.0\.1:4433/127.0.0.1:0/; s/^openssl/exec timeout 60 openssl/; s/ *&$//' "$1" >"$1.run"
    # shellcheck disable=SC1090 # the command of the page
    (. "$1.run") </dev/null &
    server=$!
    port=
    tries=0
    while [ -z "$port" ]; do
        tries=$((tries + 1))
        [ $tries -lt 300 ] || fail "the server does not listen"
        sleep 0.1
        port=$(sed -n 's/^ACCEPT 127\.0\.0\.1://p' server.txt)
    done
}

# run_command NUMBER: exit status and output must be those of the page.
run_command() {
    sed "s/127\.0\.0\.1:4433/127.0.0.1:${port:-4433}/" "$story/$1.command" >"$story/$1.run"
    set +e # also inside of the command
    # shellcheck disable=SC1090 # the command of the page
    . "$story/$1.run" >"$story/out" 2>"$story/err" </dev/null
    status=$?
    set -e
    # What is on standard error comes first: it is not buffered.
    cat "$story/err" "$story/out" >"$story/printed"
    [ "$status" -eq "$(cat "$story/$1.status")" ] ||
        fail "exit status $status: $(cat "$story/$1.command" "$story/printed")"
    awk -f "$SOURCE/tests/cli/shown.awk" "$story/$1.shown" "$story/printed" >"$story/difference" ||
        fail "$(cat "$story/$1.command" "$story/difference")"
}

number=1
while [ -f "$story/$number.command" ]; do
    step "$(head -n 1 "$story/$number.command")"
    if grep -q ' &$' "$story/$number.command"; then
        start_server "$story/$number.command"
    else
        run_command $number
    fi
    number=$((number + 1))
done
[ $number -gt 40 ] || fail "the page has only $((number - 1)) commands"
[ -z "$server" ] || wait "$server" || fail "the server has failed"
server=

step "the comparison can fail"
# differ PAGE PRINTED: what the page shows is not what is printed.
differ() {
    printf '%b' "$1" >shown
    printf '%b' "$2" >printed
    if awk -f "$SOURCE/tests/cli/shown.awk" shown printed >difference; then
        fail "taken for equal: $1 and $2"
    fi
}
differ 'a\n' 'b\n'
differ 'a\n' ''
differ '' 'a\n'
differ 'a\n...\nc\n' 'a\nb\n'
differ 'a...c\n' 'abcd\n'
differ 'a...b...c\n' 'abb\n'
differ '...\na\n' 'a\nb\n'
