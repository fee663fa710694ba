# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# A terminal with a person at it, for stories about questions. Sourced after lib.sh.

# screen_of COMMAND: the shell command on a new terminal, where what is on standard input is typed; the
# file ended says that it has ended. Its exit status is the command's.
screen_of() {
    screen_status=0
    script -qefc "$1" screen >/dev/null || screen_status=$?
    : >ended
    return "$screen_status"
}

# stay TRIES: until the command of screen_of has ended, or not much longer: who goes away closes the
# terminal.
stay() {
    tries=0
    until [ -e ended ] || [ $tries -ge "$1" ]; do
        sleep 0.02
        tries=$((tries + 1))
    done
}

# on_terminal PROMPT ANSWER COMMAND: runs the shell command on a new terminal and types the answer
# once the prompt stands there; the screen goes to the file screen, the exit status is the command's.
on_terminal() {
    rm -f ended
    : >screen
    {
        tries=0
        until grep -q "$1" screen 2>/dev/null || [ $tries -ge 200 ]; do
            sleep 0.05
            tries=$((tries + 1))
        done
        printf '%s\n' "$2"
        stay 50
    } | screen_of "$3"
}

# refused_on_terminal STATUS PROMPT ANSWER COMMAND: the same, and it must exit with STATUS.
refused_on_terminal() {
    wanted=$1
    shift
    status=0
    on_terminal "$@" || status=$?
    [ "$status" -eq "$wanted" ] || fail "exit status $status, not $wanted: $(cat screen)"
}

# wiped LINE TEXT: the progress line LINE was on the screen; at last it is gone, and TEXT begins a line
# there. What is left on the screen goes to the file shown.
wiped() {
    says screen "$1"
    sed "s/.*$(printf '\r\033')\[K//" screen | tr -d '\r' >shown
    says_not shown "$1"
    grep -q "^$2" shown || fail "no line begins with $2: $(cat shown)"
}

# wait_on_screen TEXT OFFSET: until the text stands on the screen behind that octet.
wait_on_screen() {
    tries=0
    until tail -c "+$2" screen 2>/dev/null | grep -q -- "$1" || [ $tries -ge 200 ]; do
        sleep 0.05
        tries=$((tries + 1))
    done
}

# talk_on_terminal FILE COMMAND: runs the shell command on a new terminal and has a conversation: each
# line of FILE is `PROMPT|ANSWER`, and the answer is typed once the prompt stands there, behind what
# stood there before. The screen goes to the file screen, the exit status is the command's.
talk_on_terminal() {
    rm -f ended
    : >screen
    {
        offset=1
        while IFS='|' read -r prompt answer; do
            wait_on_screen "$prompt" "$offset"
            offset=$(($(wc -c <screen) + 1))
            case $answer in
            '!'*) eval "${answer#!}" ;;
            *) printf '%s\n' "$answer" ;;
            esac
        done <"$1"
        stay 25
    } | screen_of "stty cols 80 rows 25; $2"
}
