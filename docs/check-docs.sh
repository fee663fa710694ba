#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares what `--help` of sti-ca, sti-pa and sti-transcript says with the man pages and the bash completion:
# the same commands and, command by command, the same options, no more and no less. Looks at the man
# pages' mdoc, and at the links between the pages of docs/.
#
# usage: BUILD=build SOURCE=. docs/check-docs.sh [--lints]
#   --lints only prints the tables of docs/lint.md, as `sti-ca lint --list` has them
#   BUILD   the build folder; build by default
#   SOURCE  the checkout; the folder above this script by default
# Exit status: 0 they agree; 1 they do not; 3 something that is needed is missing.
#
# What the man pages have to look like: every command has a `.Ss COMMAND` section, in which every
# option but --help stands as `.It Fl -OPTION`.
set -eu
export LC_ALL=C
SOURCE=${SOURCE:-$(dirname "$0")/..}
BUILD=${BUILD:-build}

command -v bash >/dev/null || {
    echo "check-docs: bash is needed to try the completion" >&2
    exit 3
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
faults=0

fault() {
    echo "check-docs: $*" >&2
    faults=$((faults + 1))
}

# Says which lines of the two sorted files stand in one of them only.
compare() { # WHAT HELP-FILE OTHER-FILE OTHER-NAME
    for word in $(comm -23 "$2" "$3"); do
        fault "$1: $word is in --help, but not in $4"
    done
    for word in $(comm -13 "$2" "$3"); do
        fault "$1: $word is in $4, but not in --help"
    done
}

# The options that a command's --help explains, each on a line, with --help itself.
help_options() { # PROGRAM COMMAND
    # shellcheck disable=SC2086 # a command has one word or two
    "$program_path" $2 --help | sed -n 's/^  \(--[a-z0-9-]*\).*/\1/p' >"$folder/plain"
    echo --help >>"$folder/plain"
    sort -u "$folder/plain"
}

# Of these, the ones with a value.
help_value_options() { # COMMAND
    # shellcheck disable=SC2086 # a command has one word or two
    "$program_path" $1 --help | sed -n 's/^  \(--[a-z0-9-]*\) [A-Z].*/\1/p'
}

# The options in one section of a man page.
man_options() { # PAGE SECTION
    awk -v section=".Ss $2" '
        /^\.S[sh]/ { inside = $0 == section }
        inside && /^\.It Fl -/ { print "-" $3 }' "$1" >"$folder/plain"
    echo --help >>"$folder/plain"
    sort -u "$folder/plain"
}

# What the completion offers for the last of the words.
completions() { # PROGRAM WORD...
    program_=$1
    shift
    bash -c '
        . "$1" || exit
        function=$2
        shift 2
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        "$function"
        [ "${#COMPREPLY[@]}" -eq 0 ] || printf "%s\n" "${COMPREPLY[@]}"
    ' completions "$SOURCE/conf/completion/$program_.bash" \
        "_$(echo "$program_" | tr - _)" "$program_" "$@" | sort -u
}

check_command() { # PROGRAM COMMAND
    page=$SOURCE/docs/man/$1.1
    if ! grep -qx "\.Ss $2" "$page"; then
        fault "$1 $2: has no section in $1.1"
        return
    fi
    help_options "$1" "$2" >"$folder/help"
    man_options "$page" "$2" >"$folder/man"
    compare "$1 $2" "$folder/help" "$folder/man" "$1.1"
    # shellcheck disable=SC2086 # a command has one word or two
    completions "$1" $2 -- >"$folder/completion"
    compare "$1 $2" "$folder/help" "$folder/completion" "completion/$1.bash"
    for option in $(help_value_options "$2"); do
        # Behind an option with a value comes the value, so no option may be offered there.
        # shellcheck disable=SC2086 # a command has one word or two
        if completions "$1" $2 "$option" -- | grep -q '^--'; then
            fault "$1 $2: completion/$1.bash does not know that $option has a value"
        fi
    done
    cat "$folder/help" >>"$folder/all"
}

# The completion's own way to a command: its first word, then its second.
check_command_words() { # PROGRAM COMMAND
    first=${2%% *}
    completions "$1" "" | grep -qx -- "$first" ||
        fault "$1 $2: $first is not offered by completion/$1.bash"
    [ "$first" = "$2" ] || completions "$1" "$first" "" | grep -qx -- "${2#* }" ||
        fault "$1 $2: ${2#* } is not offered by completion/$1.bash behind $first"
}

check_program() { # PROGRAM FOLDER
    program_path=$BUILD/$2/$1
    if [ ! -x "$program_path" ]; then
        echo "check-docs: $program_path is not there; build first, or set BUILD" >&2
        exit 3
    fi
    if ! bash -n "$SOURCE/conf/completion/$1.bash"; then
        fault "completion/$1.bash: bash cannot read it"
        return
    fi
    printf '%s\n' --help --version >"$folder/all"
    "$program_path" --help | sed -n 's/^  \([a-z][a-z -]*[a-z]\)  .*/\1/p' |
        sed 's/ *$//' >"$folder/commands"
    if [ ! -s "$folder/commands" ]; then
        fault "$1 --help lists no command"
    fi
    while read -r command_; do
        check_command "$1" "$command_" </dev/null
        check_command_words "$1" "$command_" </dev/null
    done <"$folder/commands"

    # No word too many: commands of the completion, sections and options of the page.
    cut -d' ' -f1 "$folder/commands" >"$folder/plain"
    printf '%s\n' --help --version >>"$folder/plain"
    sort -u "$folder/plain" >"$folder/help"
    completions "$1" "" >"$folder/completion"
    compare "$1" "$folder/help" "$folder/completion" "completion/$1.bash"

    awk '/^\.Sh / { inside = $0 == ".Sh COMMANDS" }
        inside && /^\.Ss / { print substr($0, 5) }' "$SOURCE/docs/man/$1.1" |
        while read -r section; do
            grep -qx -- "$section" "$folder/commands" || echo "$section"
        done >"$folder/plain"
    while read -r section; do
        fault "$1.1: has a section for $section, which is no command"
    done <"$folder/plain"

    sort -u "$folder/all" >"$folder/help"
    grep -o 'Fl -[a-z0-9-]*' "$SOURCE/docs/man/$1.1" | sed 's/^Fl /-/' | sort -u >"$folder/man"
    for option in $(comm -13 "$folder/help" "$folder/man"); do
        fault "$1.1: names $option, which no command has"
    done
}

# The tables of docs/lint.md: a heading for each family, a row for each lint.
lint_tables() {
    "$BUILD/ca-tool/sti-ca" lint --list | awk '
        /^[^ ]/ { printf "%s### %s\n\n| id | from | what must be so |\n|---|---|---|\n", sep, $0; sep = "\n" }
        /^  / {
            id = $1
            from = $3
            sub(/^ *[^ ]+ +[^ ]+ +[^ ]+ +/, "")
            printf "| `%s` | %s | %s |\n", id, from, $0
        }'
}
if [ "${1:-}" = --lints ]; then
    lint_tables
    exit
fi

check_program sti-ca ca-tool
check_program sti-pa pa
check_program sti-transcript sti-transcript

# docs/lint.md has the tables between two marks.
lint_tables >"$folder/help"
sed -n '/^<!-- lints -->$/,/^<!-- end of lints -->$/p' "$SOURCE/docs/lint.md" | sed '1,2d;$d' |
    sed '$d' >"$folder/plain"
cmp -s "$folder/help" "$folder/plain" || {
    diff "$folder/help" "$folder/plain" >&2 || true
    fault "lint.md: its tables are not those of sti-ca lint --list; see check-docs.sh --lints"
}

# A link from one page to another leads to a file, and to a heading of it. Headings become anchors as
# on GitHub: in small letters, without punctuation, blanks as hyphens.
anchors() { # PAGE
    sed -n 's/^##* *//p' "$1" | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9_\n-'
}
for page in "$SOURCE"/README.md "$SOURCE"/docs/*.md; do
    grep -o '](\([^)]*\))' "$page" | sed 's/^](//; s/)$//' | grep -v '^https*:' >"$folder/plain" ||
        continue
    while read -r link; do
        target=$(dirname "$page")/${link%%#*}
        [ "${link%%#*}" ] || target=$page
        if [ ! -e "$target" ]; then
            fault "$(basename "$page"): the link $link leads nowhere"
            continue
        fi
        case $link in
        *#*) anchors "$target" | grep -qx -- "${link#*#}" ||
            fault "$(basename "$page"): there is no heading for the link $link" ;;
        esac
    done <"$folder/plain"
done

# From inside their folder, so that the pages find each other. Whether OpenSSL's own pages are on
# this machine is no fault of ours.
if command -v mandoc >/dev/null; then
    cd "$SOURCE/docs/man"
    for page in *; do
        mandoc -Tlint -Wstyle "$page" 2>&1 |
            grep -v -e 'outdated mandoc.db' -e 'manual not found: Xr openssl 1' \
                -e 'manual not found: Xr config 5ssl' \
                -e 'unknown manual section: Dt ... 7ossl' >"$folder/plain" || continue
        cat "$folder/plain" >&2
        fault "$page: mandoc has complaints"
    done
fi

if [ "$faults" -ne 0 ]; then
    echo "check-docs: $faults faults" >&2
    exit 1
fi
echo "check-docs: man pages and completion agree with --help"
