# SPDX-License-Identifier: Apache-2.0
# Compares what a page shows with what a command has printed: awk -f shown.awk SHOWN PRINTED.
# A line "..." stands for any number of lines, "..." inside a line for any text. Blanks at both ends of
# a line do not count: versions of OpenSSL indent differently. Ends with 1 and says what differs.
function fits(printed, shown,    part, count, i, at) {
    count = split(shown, part, /\.\.\./)
    if (count < 2)
        return printed == shown
    if (substr(printed, 1, length(part[1])) != part[1])
        return 0
    printed = substr(printed, length(part[1]) + 1)
    for (i = 2; i < count; i++) {
        at = index(printed, part[i])
        if (at == 0)
            return 0
        printed = substr(printed, at + length(part[i]))
    }
    at = length(printed) - length(part[count])
    return at >= 0 && substr(printed, at + 1) == part[count]
}
{ gsub(/^[ \t]+|[ \t]+$/, "") }
FILENAME == ARGV[1] { shown[++shown_count] = $0; next }
{ printed[++printed_count] = $0 }
END {
    at = 1
    for (i = 1; i <= shown_count; i++) {
        if (shown[i] == "...") {
            any = 1
            continue
        }
        while (any && at <= printed_count && !fits(printed[at], shown[i]))
            at++
        if (at > printed_count || !fits(printed[at], shown[i])) {
            print "the page shows: " shown[i]
            print "printed is:     " (at > printed_count ? "nothing more" : printed[at])
            exit 1
        }
        any = 0
        at++
    }
    if (!any && at <= printed_count) {
        print "the page does not show: " printed[at]
        exit 1
    }
}
