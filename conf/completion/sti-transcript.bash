# SPDX-License-Identifier: Apache-2.0
# bash completion for sti-transcript: commands, options and file names. docs/check-docs.sh compares it
# with what sti-transcript --help says.
# shellcheck shell=bash

# Offers the words given that begin with $current.
_sti_transcript_words() {
    mapfile -t COMPREPLY < <(compgen -W "$*" -- "$current")
}

_sti_transcript_files() {
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
}

_sti_transcript_options() {
    case $1 in
    verify) echo --previous --inputs --anchor --no-anchor --json --help ;;
    show) echo --json --help ;;
    rederive) echo --inputs --previous --anchor --no-anchor --json --help ;;
    report) echo --out --previous --inputs --anchor --no-anchor --help ;;
    esac
}

_sti_transcript() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        _sti_transcript_words verify show rederive report --help --version
        return
    fi
    # --option=value comes as three words.
    if [ "$current" = "=" ]; then
        current=
    elif [ "$previous" = "=" ]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $previous in
    --previous | --inputs | --anchor | --out)
        _sti_transcript_files
        return
        ;;
    esac
    if [[ $current == -* ]]; then
        # shellcheck disable=SC2046 # a list of words
        _sti_transcript_words $(_sti_transcript_options "$command")
    else
        _sti_transcript_files
    fi
}

complete -F _sti_transcript sti-transcript
