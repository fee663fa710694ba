/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A head mark: a small file beside a chain of entries that remembers the last one, so that a chain
 * that lost entries at its end is noticed. The ledger has one in its lock file, and the transcript
 * of a ceremony in a file of its own.
 *
 * There are two slots, written in turn, so that one of them is whole whatever happens. A slot:
 *   8 octets  "STI-MARK"
 *   8 octets  turn, big endian: the higher one is the later one
 *   8 octets  number of the entry, big endian
 *   32 octets hash of the entry
 *   8 octets  the first of the SHA-256 of all this
 */
#ifndef HEAD_MARK_H
#define HEAD_MARK_H

#include <stdbool.h>
#include <stdint.h>

#define HEAD_MARK_HASH 32

struct head_mark {
    uint64_t turn;  /* counts the writings */
    int64_t number; /* of the entry; 0: none yet */
    unsigned char hash[HEAD_MARK_HASH];
};

/*
 * Takes the later of the slots; number 0 if nothing was ever written. False if the file cannot be
 * read (errno says why), or, with *damaged set, if no slot is whole.
 */
bool head_mark_read(int fd, struct head_mark *mark, bool *damaged);

/*
 * Writes the mark into the slot whose turn it is, and takes it into *mark; does not wait for the
 * disk. False if it cannot be written: the mark is the older one then, which the chain fits too.
 */
bool head_mark_write(int fd, struct head_mark *mark, int64_t number,
                     const unsigned char hash[HEAD_MARK_HASH]);

#endif
