# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What the scripts have in common that make a token: NAME-init FOLDER LABEL makes one token with
# this label and a PIN in FOLDER/LABEL.pin, keeps all its state in FOLDER, and prints shell
# variables, to be evaluated by the caller:
#
#   hsm_module    the PKCS#11 module's file
#   hsm_query     the query of a PKCS#11 URI for it, without pin-source
#   hsm_package   the Debian package that the module is from
#   ...           and exported, what the module itself reads from the environment
#
# Exit status 77: this module cannot run on this machine; the reason is on standard error. NAME-stop
# FOLDER, where there is one, ends what NAME-init has started.

# skip REASON
skip() {
    echo "skipped: $1" >&2
    exit 77
}

# needs PATH PACKAGE: a file that a package brings.
needs() {
    [ -e "$1" ] || skip "$1 is not here; install the package $2"
}

# library NAME: where a shared library of that name is on this machine, whatever its architecture.
library() {
    for library_ in /usr/lib/*/"$1" /usr/lib/"$1"; do
        [ -e "$library_" ] || continue
        echo "$library_"
        return
    done
    echo "/usr/lib/$1"
}

# prints NAME VALUE, for eval; exports NAME VALUE, the same for the environment.
prints() {
    printf "%s='%s'\n" "$1" "$(printf %s "$2" | sed "s/'/'\\\\''/g")"
}
exports() {
    prints "$1" "$2"
    echo "export $1"
}

# leaks: the module itself does not free all that it takes, which the leak sanitizer would blame on
# us. What this project does not free is found with SoftHSM.
leaks() {
    export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
    exports ASAN_OPTIONS "$ASAN_OPTIONS"
}

# make_pin FOLDER LABEL: eight characters, the most that every module takes.
make_pin() {
    (umask 077 && openssl rand -hex 4 >"$1/$2.pin")
}
