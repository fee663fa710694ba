/* SPDX-License-Identifier: Apache-2.0 */
#include "head_mark.h"

#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#define SLOT 64
#define SUMMED 56
static const char magic[] = "STI-MARK";

static void put_number(unsigned char *at, uint64_t number)
{
    for (int i = 7; i >= 0; i--, number >>= 8)
        at[i] = (unsigned char)number;
}

static uint64_t get_number(const unsigned char *at)
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++)
        number = number << 8 | at[i];
    return number;
}

static bool sum(const unsigned char slot[SLOT], unsigned char digest[HEAD_MARK_HASH])
{
    return EVP_Digest(slot, SUMMED, digest, NULL, EVP_sha256(), NULL) == 1;
}

static bool slot_is_good(const unsigned char slot[SLOT])
{
    unsigned char digest[HEAD_MARK_HASH];
    return memcmp(slot, magic, 8) == 0 && sum(slot, digest) &&
           memcmp(slot + SUMMED, digest, SLOT - SUMMED) == 0 && get_number(slot + 16) <= INT64_MAX;
}

static bool slot_is_empty(const unsigned char slot[SLOT])
{
    static const unsigned char empty[SLOT];
    return memcmp(slot, empty, SLOT) == 0;
}

bool head_mark_read(int fd, struct head_mark *mark, bool *damaged)
{
    unsigned char slots[2][SLOT] = {{0}};
    *mark = (struct head_mark){.number = 0};
    *damaged = false;
    ssize_t got = pread(fd, slots, sizeof(slots), 0);
    if (got < 0)
        return false;
    /* The first mark of all goes to the second slot: with half of it there was none before. */
    if ((size_t)got < sizeof(slots) && slot_is_empty(slots[0]))
        memset(slots[1], 0, SLOT);
    for (int i = 0; i < 2; i++) {
        if (!slot_is_good(slots[i]) || get_number(slots[i] + 8) < mark->turn)
            continue;
        mark->turn = get_number(slots[i] + 8);
        mark->number = (int64_t)get_number(slots[i] + 16);
        memcpy(mark->hash, slots[i] + 24, HEAD_MARK_HASH);
    }
    *damaged = mark->number == 0 && !(slot_is_empty(slots[0]) && slot_is_empty(slots[1]));
    return !*damaged;
}

bool head_mark_write(int fd, struct head_mark *mark, int64_t number,
                     const unsigned char hash[HEAD_MARK_HASH])
{
    unsigned char slot[SLOT];
    unsigned char digest[HEAD_MARK_HASH];
    memcpy(slot, magic, 8);
    put_number(slot + 8, mark->turn + 1);
    put_number(slot + 16, (uint64_t)number);
    memcpy(slot + 24, hash, HEAD_MARK_HASH);
    if (!sum(slot, digest))
        return false;
    memcpy(slot + SUMMED, digest, SLOT - SUMMED);
    mark->turn++;
    if (pwrite(fd, slot, sizeof(slot), (off_t)(mark->turn % 2 * SLOT)) != (ssize_t)sizeof(slot))
        return false;
    mark->number = number;
    memcpy(mark->hash, hash, HEAD_MARK_HASH);
    return true;
}
