# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# The result of a module's story: a file in the build folder, and its row in docs/hsm.md. Sourced
# before the story begins, so that no result of an earlier run can stay.

name=$STI_HSM
result=$BUILD/hsm-modules/$name.json
rm -f "$result"

# record_module WORKS FACTS: WORKS is yes or no; FACTS is what token_facts printed. The version is
# the package's without Debian's revision.
# shellcheck disable=SC2154 # start_token sets hsm_package
record_module() {
    version=$(dpkg-query -W -f '${Version}' "$hsm_package" | sed 's/^[0-9]*://; s/[-+~].*//')
    mkdir -p "$(dirname "$result")"
    jq --arg name "$name" --arg version "$version" --arg works "$1" --arg needs "${hsm_needs:-}" \
        '{name: $name, version: $version, works: ($works == "yes"), needs: $needs} + .' "$2" \
        >"$result.new"
    mv "$result.new" "$result"
    row=$(jq -r -f "$SOURCE/tests/hsm/row.jq" "$result")
    printf '%s\n' "$row"
    # A version that the page does not have yet is news, not a fault.
    if ! grep -qF "| $name | $version |" "$SOURCE/docs/hsm.md"; then
        echo "docs/hsm.md has no row of $name $version: add the one above"
    elif ! grep -qxF "$row" "$SOURCE/docs/hsm.md"; then
        fail "docs/hsm.md has another row of $name $version; put this one there: $row"
    fi
}
