# SPDX-License-Identifier: Apache-2.0
# bash completion for sti-ca: commands, options and file names. docs/check-docs.sh compares it with
# what sti-ca --help says.
# shellcheck shell=bash

# The profiles that are part of the program.
_sti_ca_profiles='shaken-root shaken-intermediate shaken tn-intermediate tn-level tn-reference delegate-ca delegate'

# Offers the words given that begin with $current.
_sti_ca_words() {
    mapfile -t COMPREPLY < <(compgen -W "$*" -- "$current")
}

_sti_ca_files() {
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
    compopt -o filenames 2>/dev/null
}

# Sets `command` to the command on the line, one word or two, and `arguments` to where it ends.
_sti_ca_command() {
    command=${COMP_WORDS[1]}
    arguments=2
    case $command in
    key | profile | tnlist | bundle | revocation | ledger | register | ceremony)
        command="$command ${COMP_WORDS[2]}"
        arguments=3
        ;;
    esac
}

_sti_ca_options() {
    case $1 in
    init) echo --config --help ;;
    "key generate") echo --curve --config --help ;;
    "key list" | "key show") echo --config --json --help ;;
    "key destroy") echo --config --help ;;
    root | intermediate) echo --profile --config --force --help ;;
    check)
        echo --csr --token --account-key --list --bundle --profile --date-confirmed --config --json --help
        ;;
    issue)
        echo --csr --token --account-key --list --bundle --profile --date-confirmed --batch --out --by-reference \
            --jobs --review-only --consent --force --config --json --help
        ;;
    verify)
        echo --chain --anchor --list --undecidable --spc-numbers --crl --crl-anchor --uncovered \
            --stale-crl --tn --at --json --help
        ;;
    "profile list" | "profile show" | "profile check") echo --config --json --help ;;
    "tnlist encode" | "tnlist canonical") echo --out --form --force --help ;;
    "tnlist show") echo --lenient --json --help ;;
    "tnlist publish") echo --out --url --force --config --json --help ;;
    "tnlist verify") echo --statement --certificate --config --json --help ;;
    "tnlist "*) echo --json --help ;;
    "bundle create")
        echo --csr --token --account-key --chain --crl --list --out --force --json --help
        ;;
    "bundle show") echo --json --help ;;
    "bundle check") echo --digest --json --help ;;
    "bundle pack") echo --plan --held --out --force --json --help ;;
    "bundle unpack") echo --into --digest --json --help ;;
    lint) echo --all --verifiers --profile --config --list --explain --json --sarif --help ;;
    revoke) echo --certificate --numbers --reason --date --note --config --json --help ;;
    "revocation report") echo --out --since --force --config --help ;;
    crl)
        echo --out --issuer --indirect --report --days --next-update --previous --again --pem --force --config \
            --json --help
        ;;
    "ceremony plan") echo --config --ascii --help ;;
    "ceremony rehearse") echo --answers --out --module --config --help ;;
    "ceremony approve") echo --as --key --out --digest --help ;;
    "ceremony run") echo --approval --config --entries-lost --help ;;
    "ceremony rederive") echo --config --help ;;
    list) echo --config --json --help ;;
    "ledger log") echo --from --config --json --help ;;
    "ledger verify" | "ledger import" | "ledger backup") echo --config --json --help ;;
    "ledger export") echo --force --config --json --help ;;
    "register who" | "register overlaps") echo --at --config --json --help ;;
    "register holders") echo --list --at --config --json --help ;;
    "register affected") echo --lost --gained --holder --at --config --json --help ;;
    "register export") echo --csv --at --config --json --help ;;
    recover) echo --out --restored --config --json --help ;;
    doctor) echo --only --config --json --help ;;
    show) echo --out --list-out --force --config --json --help ;;
    esac
}

_sti_ca() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command arguments
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        _sti_ca_words init key root intermediate check issue verify profile tnlist bundle lint revoke revocation crl list show register recover ledger ceremony doctor --help --version
        return
    fi
    _sti_ca_command
    if [ "$COMP_CWORD" -lt "$arguments" ]; then
        case ${COMP_WORDS[1]} in
        key) _sti_ca_words generate list show destroy ;;
        profile) _sti_ca_words list show check ;;
        tnlist) _sti_ca_words show encode check canonical count contains diff cover publish verify ;;
        bundle) _sti_ca_words create show check pack unpack ;;
        revocation) _sti_ca_words report ;;
        ceremony) _sti_ca_words plan rehearse approve run rederive ;;
        ledger) _sti_ca_words log verify export import backup ;;
        register) _sti_ca_words who holders overlaps affected export ;;
        esac
        return
    fi
    # --option=value comes as three words.
    if [ "$current" = "=" ]; then
        current=
    elif [ "$previous" = "=" ]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $previous in
    --config | --csr | --token | --account-key | --out | --batch | --list-out | --chain | --crl | --list | \
        --statement | --certificate | --bundle | --anchor | --crl-anchor | --spc-numbers | --report | --previous | \
        --lost | --gained | --answers | --module | --key | --approval | --plan | --held | --into)
        _sti_ca_files
        return
        ;;
    --profile)
        _sti_ca_words "$_sti_ca_profiles"
        return
        ;;
    --form)
        _sti_ca_words text der base64url pem hex
        return
        ;;
    --only)
        _sti_ca_words openssl ca
        return
        ;;
    --curve)
        _sti_ca_words P-256 P-384
        return
        ;;
    --reason)
        _sti_ca_words unspecified keyCompromise cACompromise affiliationChanged superseded cessationOfOperation \
            privilegeWithdrawn aACompromise
        return
        ;;
    --issuer)
        _sti_ca_words root intermediate
        return
        ;;
    --date-confirmed)
        _sti_ca_words "$(date -u +%F)"
        return
        ;;
    --undecidable | --uncovered | --stale-crl)
        _sti_ca_words accept refuse
        return
        ;;
    --explain)
        _sti_ca_words "$(sti-ca lint --list 2>/dev/null | sed -n 's/^  \([a-z0-9_]*\) .*/\1/p')"
        return
        ;;
    --by-reference | --url | --jobs | --consent | --digest | --tn | --at | --holder | --numbers | --date | --note | --since | --days | --next-update | --from | --as) return ;;
    esac
    if [[ $current == -* ]]; then
        # shellcheck disable=SC2046 # a list of words
        _sti_ca_words $(_sti_ca_options "$command")
        return
    fi
    case $command in
    "key "*) _sti_ca_words root intermediate ;;
    "profile show")
        _sti_ca_words "$_sti_ca_profiles"
        ;;
    "ledger export" | "ledger import" | "ledger backup") _sti_ca_files ;;
    lint | "tnlist "* | "bundle "* | "ceremony "* | "profile check" | verify) _sti_ca_files ;;
    esac
}

complete -F _sti_ca sti-ca
