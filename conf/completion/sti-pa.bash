# SPDX-License-Identifier: Apache-2.0
# bash completion for sti-pa: commands, options and file names. docs/check-docs.sh compares it with
# what sti-pa --help says.
# shellcheck shell=bash

# Offers the words given that begin with $current.
_sti_pa_words() {
    mapfile -t COMPREPLY < <(compgen -W "$*" -- "$current")
}

_sti_pa_files() {
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
}

_sti_pa_options() {
    case $1 in
    "key generate") echo --key --help ;;
    certificate)
        echo --key --country --organization --common-name --lifetime --out --force --help
        ;;
    token)
        echo --key --certificate --list --list-file --account-key --fingerprint --lifetime --ca \
            --x5u --iss --jti --out --force --help
        ;;
    esac
}

_sti_pa() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command=${COMP_WORDS[1]}
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        _sti_pa_words key certificate token --help --version
        return
    fi
    if [ "$command" = key ]; then
        if [ "$COMP_CWORD" -eq 2 ]; then
            _sti_pa_words generate
            return
        fi
        command="key ${COMP_WORDS[2]}"
    fi
    # --option=value comes as three words.
    if [ "$current" = "=" ]; then
        current=
    elif [ "$previous" = "=" ]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $previous in
    --certificate | --list-file | --account-key | --out)
        _sti_pa_files
        return
        ;;
    --key | --country | --organization | --common-name | --lifetime | --list | --fingerprint | \
        --x5u | --iss | --jti)
        return
        ;;
    esac
    if [[ $current == -* ]]; then
        # shellcheck disable=SC2046 # a list of words
        _sti_pa_words $(_sti_pa_options "$command")
    fi
}

complete -F _sti_pa sti-pa
