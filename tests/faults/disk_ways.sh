# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# The ways in which a call that changes the disk can go wrong. Sourced.

# disk_ways KIND: what means something to such a call. kill-after is the kill-before of the next call but
# for what is created between the two.
disk_ways() {
    case $1 in
    write) echo kill-before kill-after kill-torn short enospc eio eintr enospc-on eio-on ;;
    sync) echo kill-before kill-after enospc eio eintr eio-on ;;
    name) echo kill-before kill-after enospc eio enospc-on ;;
    unlink) echo kill-before kill-after eio ;;
    truncate) echo kill-before kill-after enospc eio eintr ;;
    esac
}
