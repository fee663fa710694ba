# SPDX-License-Identifier: Apache-2.0
# From the screen of a ceremony to what a page shows of it: what is another one each time becomes "...".
# Digests with their words, and what is left of a paragraph from the first serial or time on, become a line
# "...", for where its lines end depends on them; behind a label the text alone does.
function hole() {
    if (last != "...")
        print "..."
    last = "..."
}
function show(line) {
    print line
    last = line
}
BEGIN {
    # No intervals: not every awk knows them.
    big = "[0-9A-F]"; big = big big big big; group = big
    big = big big; big = big big
    small = "[0-9a-f]"; small = small small small small
    small = small small; small = small small
    time = "[0-9]+-[0-9]+-[0-9]+T[0-9:]+Z"
    varies = big "|" small "|" time
}
$0 ~ "^  (" group " ?)+$" { hole(); words = 1; next }
words && /^  [A-Za-z]+ +[A-Za-z]+ +[A-Za-z]+ +[A-Za-z]+$/ { next }
{
    words = 0
    match($0, /^ */)
    indent = RLENGTH
    if (indent > 0 && indent == skipped)
        next
    skipped = 0
}
indent > 0 && $0 ~ varies && !/^ +[a-z]+ *  [^ ]/ { hole(); skipped = indent; next }
{
    gsub(time, "...")
    gsub(big "[0-9A-F]*", "...")
    gsub(small "[0-9a-f]*", "...")
    gsub(/ [0-9]+ octets/, " ... octets")
    sub(/^  serial number .*/, "  serial number  ...")
    sub(/firmware .*/, "firmware ...")
    sub(/from the paper: .*/, "from the paper: ...")
    show($0)
}
