# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# A small world for stories about ceremonies: an HSM with keys for a root and an intermediate, three
# witnesses, and the shipped ceremony files with a window around now. Sourced after lib.sh, world.sh
# and terminal.sh.

witnesses='security-officer auditor witness'

# instant OFFSET: now and so much more or less, as a ceremony file has times.
instant() {
    date -u -d "$1" +%Y-%m-%dT%H:%M:%SZ
}

# with_window FILE: the ceremony may take place from an hour ago to in two hours.
with_window() {
    sed -i "s/^window_begin *=.*/window_begin = $(instant '1 hour ago')/
        s/^window_end *=.*/window_end = $(instant '2 hours')/
        s/^valid_from *=.*/valid_from = $(instant '1 day ago')/
        s/^this_update *=.*/this_update = $(instant now)/
        s/^next_update *=.*/next_update = $(instant '30 days')/" "$1"
}

# ceremony_file KIND: the shipped file, as KIND.cnf.
ceremony_file() {
    cp "$SOURCE/conf/ceremonies/$1.cnf" .
    with_window "$1.cnf"
}

# public_key NAME: NAME-key.pem, from the HSM.
public_key() {
    passes sti-ca key show "$1" --json
    jq -r .public_key out >"$1-key.pem"
}

# start_ca: the ledger, both keys and the witnesses, by the sti-ca.cnf that is there.
start_ca() {
    passes sti-ca init
    passes sti-ca key generate root
    passes sti-ca key generate intermediate
    for witness in $witnesses; do
        make_key "$witness"
    done
}

make_ceremony_world() {
    make_hsm
    make_configuration
    start_ca
    public_key root
    public_key intermediate
}

# make_request_world: a CA with its certificates, that may have a CA below it, an STI-PA and an applicant.
make_request_world() {
    make_hsm
    make_configuration
    sed -i 's/^path_length = 0/path_length = 1/' sti-ca.cnf
    start_ca
    passes sti-ca root
    passes sti-ca intermediate
    make_pa
    make_key account
    make_key end-entity
}

# make_bundle NAME LIST: a request with this list, of the end entity.
make_bundle() {
    make_csr "$1.csr" "$2"
    make_token "$1.jwt" "$2"
    passes sti-ca bundle create --csr "$1.csr" --token "$1.jwt" --account-key account.pem \
        --out "$1.bundle"
}

# request_file KIND: the shipped file, whose certificates end in ten minutes and which follows nothing.
request_file() {
    ceremony_file "$1"
    sed -i "s/^valid_to *=.*/valid_to = $(instant '10 minutes')/; s/^previous *=.*/previous = none/
        s/^valid_from *=.*/valid_from = $(instant now)/" "$1.cnf"
}

# plan_digest KIND: what is approved.
plan_digest() {
    sha256sum <"$1.plan" | cut -d ' ' -f 1
}

# approve KIND WITNESS: as KIND.WITNESS.approval
approve() {
    passes sti-ca ceremony approve "$1.plan" --as "$2" --key "$2.key" \
        --digest "$(plan_digest "$1")" --out "$1.$2.approval"
}

# words_without_paper NAME: the first words of the digest of a plan that has no paper.
words_without_paper() {
    grep -o '"[A-Za-z]*"' "$SOURCE/ceremony/digest_words_table.c" | tr -d '"' >words
    place=0
    for octet in $(plan_digest "$1" | cut -c 1-8 | sed 's/../& /g'); do
        sed -n "$((2 * 0x$octet + place % 2 + 1))p" words
        place=$((place + 1))
    done | paste -s -d ' '
}

# typed_words KIND: the first words of the plan's digest, as they stand on the paper, if there is one.
typed_words() {
    if [ ! -e "$1.txt" ]; then
        words_without_paper "$1"
        return
    fi
    awk '/^The digest of the plan/ { plan = 1 }
        plan && /^ +1  / { print $2, $3, $4, $5; exit }' "$1.txt"
}

# conversation KIND SIGNATURES: what people type in a ceremony that goes well, as the file talk.txt.
conversation() {
    {
        printf 'from the paper|%s\n' "$(typed_words "$1")"
        printf 'type right|right\n'
        printf 'type open|open\n'
        signatures=$2
        while [ "$signatures" -gt 0 ]; do
            printf 'type sign|sign\n'
            signatures=$((signatures - 1))
        done
        printf 'type close|close\n'
    } >talk.txt
}

# answers KIND SIGNATURES: the same as the file answers, for a rehearsal.
answers() {
    conversation "$@"
    cut -d '|' -f 2 talk.txt >answers
}

# hold KIND [ARGUMENT]...: holds the ceremony on a terminal, with the approvals of all that gave one;
# people type what is in the file talk.txt.
hold() {
    hold_kind=$1
    shift
    hold_words="sti-ca ceremony run $hold_kind.plan $*"
    for approval in "$hold_kind".*.approval; do
        [ ! -e "$approval" ] || hold_words="$hold_words --approval $approval"
    done
    status=0
    talk_on_terminal talk.txt "$hold_words" || status=$?
}

# holds KIND: it goes well. hold_fails STATUS TEXT KIND: it does not, and says why.
holds() {
    hold "$@"
    [ "$status" -eq 0 ] || fail "the ceremony ended with status $status: $(cat screen)"
}
hold_fails() {
    wanted=$1
    wanted_text=$2
    shift 2
    hold "$@"
    [ "$status" -eq "$wanted" ] || fail "exit status $status, not $wanted: $(cat screen)"
    tr -d '\r' <screen | tr '\n' ' ' | grep -qF -- "$wanted_text" ||
        fail "the screen does not say: $wanted_text; $(cat screen)"
}

# documented NAME: the screen is what docs/ceremony-screens.md shows under "## NAME". With STI_SCREENS the
# section is written there instead, for the page: the sections of all stories, one after the other.
documented() {
    tr -d '\r' <screen | sed '/^Script /d; /^$/{ N; /\nScript done/d; }' >printed
    if [ -n "${STI_SCREENS:-}" ]; then
        awk -f "$SOURCE/tests/cli/screen-shown.awk" printed | sed 's/^/    /; s/ *$//' >"$STI_SCREENS/$1"
        return
    fi
    # The lines of its block: blank ones only between others.
    awk -v name="## $1" '/^## / { on = $0 == name; begun = blank = 0 }
        on && begun && /^$/ { blank++ }
        on && /^    / { for (; blank > 0; blank--) print ""; begun = 1; print substr($0, 5) }' \
        "$SOURCE/docs/ceremony-screens.md" >shown
    [ -s shown ] || fail "docs/ceremony-screens.md shows nothing under $1"
    awk -f "$SOURCE/tests/cli/shown.awk" shown printed >difference ||
        fail "docs/ceremony-screens.md, $1: $(cat difference printed)"
}
