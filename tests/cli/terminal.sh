# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# A terminal with a person at it, for stories about questions. Sourced after lib.sh.

# on_terminal PROMPT ANSWER COMMAND: runs the shell command on a new terminal and types the answer
# once the prompt stands there; the screen goes to the file screen, the exit status is the command's.
on_terminal() {
    : >screen
    {
        tries=0
        until grep -q "$1" screen 2>/dev/null || [ $tries -ge 100 ]; do
            sleep 0.1
            tries=$((tries + 1))
        done
        printf '%s\n' "$2"
        sleep 1
    } | script -qefc "$3" screen >/dev/null
}

# refused_on_terminal STATUS PROMPT ANSWER COMMAND: the same, and it must exit with STATUS.
refused_on_terminal() {
    wanted=$1
    shift
    status=0
    on_terminal "$@" || status=$?
    [ "$status" -eq "$wanted" ] || fail "exit status $status, not $wanted: $(cat screen)"
}
