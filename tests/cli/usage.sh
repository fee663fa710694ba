#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --help teaches, wrong words get exit status 2 and a pointer.
set -eu
# shellcheck source=tests/cli/lib.sh
. "$SOURCE/tests/cli/lib.sh"

# teaches COMMAND...: it explains itself in lines of at most 80 columns (but for the usage line).
teaches() {
    passes "$@" --help
    says out "usage: $*"
    if sed 1d out | grep -E '^.{81}'; then
        fail "a line is too long"
    fi
}

step "every command has --help, on standard output, in lines of at most 80"
for program in sti-ca sti-pa; do
    teaches $program
    passes $program --version
    says out "$program 0."
done
for command in init "key generate" "key list" "key show" "key destroy" root intermediate check issue \
    "profile list" "profile show" "profile check" "tnlist show" \
    "bundle create" "bundle show" "bundle check" lint show list; do
    # shellcheck disable=SC2086 # two words
    teaches sti-ca $command
done
for command in "key generate" certificate token; do
    # shellcheck disable=SC2086 # two words
    teaches sti-pa $command
done

step "half a command explains its group"
passes sti-ca tnlist --help
says out "usage: sti-ca tnlist COMMAND"
says out "tnlist cover       say whether"
says_not out "key generate"
passes sti-pa key -h
says out "key generate"

# wrong TEXT COMMAND...
wrong() {
    text=$1
    shift
    refused 2 "$@"
    says err "$text"
}

step "wrong words"
wrong "sti-ca: a command is missing; see \`sti-ca --help\`" sti-ca
wrong "there is no command frobnicate; see \`sti-ca --help\`" sti-ca frobnicate
wrong "there is no option --frob; see \`sti-ca check --help\`" sti-ca check --frob
wrong "--csr needs a value" sti-ca check --csr
wrong "--token is missing" sti-ca check --csr a
wrong "--csr is given twice" sti-ca check --csr a --csr b
wrong "FILE is missing; see \`sti-ca tnlist show --help\`" sti-ca tnlist show
wrong "b is one word too many" sti-ca tnlist show a b
wrong "tnlist is half a command; there is: tnlist show" sti-ca tnlist
wrong "key is half a command; there is: key generate" sti-pa key
wrong "an option is cut short, --config was meant?" sti-ca init --conf x
wrong "an option is cut short, --config was meant?" sti-ca init --conf=x
wrong "foo is no key: give root, intermediate or a PKCS#11 URI" sti-ca key generate foo
wrong "pin-value" sti-ca key generate 'pkcs11:token=a;object=b;id=%01?module-path=/x&pin-value=1234'
says_not err 1234
wrong "give either --list or --list-file" sti-pa token --key k --certificate c --account-key a --out o
wrong "give either --account-key or --fingerprint" sti-pa token --key k --certificate c --list SPC:1 \
    --out o
wrong '--country is "us", two capital letters are wanted' sti-pa certificate --key k --country us \
    --organization o --common-name c --out o
wrong "10x is not a length of time" sti-pa token --key k --certificate c --lifetime 10x --out o

step "a configuration with a mistake: file, section and key are named"
cp "$SOURCE/conf/sti-ca.cnf" .
bad_config() {
    sed "$2" "$SOURCE/conf/sti-ca.cnf" >sti-ca.cnf
    wrong "sti-ca: sti-ca.cnf: $1" sti-ca init
}
bad_config "[root] dayz: is an unknown key; this section has: key, certificate, subject, days, path_length" \
    's/^days        = 7305/dayz = 7305/'
bad_config "[sti-ca] ledger: is missing" '/^ledger/d'
bad_config "[end-entities] days: stands in an unknown section" 's/^\[end-entity\]/[end-entities]/;'
bad_config "[empty] : stands in an unknown section" "\$a [empty]"
bad_config "[root] days: is not a number of days" 's/7305/soon/'
bad_config "[root] subject: CN of a root has the word ROOT" 's/Example ROOT/Example/'
bad_config "[x5u] 1: is not an https URL, a blank and a file" 's|^1 = https|1 = http|'
bad_config "[intermediate] key: " 's/token=sti-ca;object=intermediate/tokn=sti-ca;object=intermediate/'
bad_config "line 29: the key stands twice in its section" '/^key  .*root/a key = again'
bad_config "line 1: lines that begin with a dot are not read here" '1i .include other.cnf'
# shellcheck disable=SC2016 # not for the shell
bad_config "line 9: ENV:: takes a value from the environment" 's|file:sti-ca.pin|${ENV::PIN}|'
absent ledger.sqlite
refused 3 sti-ca init --config nowhere.cnf
says err "nowhere.cnf: cannot be opened: No such file or directory; copy conf/sti-ca.cnf"
