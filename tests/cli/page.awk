# SPDX-License-Identifier: Apache-2.0
# Takes a page of docs/ apart: writes each command of its indented blocks into the file N.command,
# what is shown below it into N.shown, and its exit status into N.status.
#
#     $ COMMAND          ... which goes on behind a \ at the end of the line, and up to the line EOF
#     OUTPUT                 when the line has <<EOF
#     $ COMMAND # exit status 2
function finish() {
    if (n > 0)
        close(file)
}
function next_command() {
    finish()
    n++
    printf "" >(n ".shown")
    close(n ".shown")
    file = n ".command"
    status = 0
}
function add_to_command(line) {
    if (match(line, / # exit status [0-9]+$/)) {
        status = substr(line, RSTART + 15)
        line = substr(line, 1, RSTART - 1)
    }
    print line >file
    inside = line ~ /\\$/ || (heredoc && line != "EOF")
    if (line ~ /<<EOF/)
        inside = heredoc = 1
    if (line == "EOF")
        heredoc = 0
    if (inside)
        return
    close(file)
    print status >(n ".status")
    close(n ".status")
    file = n ".shown"
}
!/^    / { # the end of a block; what stands between blocks is no output
    finish()
    file = ""
    next
}
{ line = substr($0, 5) }
inside { add_to_command(line); next }
line ~ /^\$ / { next_command(); add_to_command(substr(line, 3)); next }
file != "" { print line >file }
