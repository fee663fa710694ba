/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head mark: the lock file beside the ledger remembers the last entry, so that a ledger that
 * was put back from an older copy is noticed before anything is signed for it: what was issued
 * since that copy is not in its record, and a serial, a token or a CRL number could be used again.
 *
 * There are two slots, written in turn, so that one of them is whole whatever happens. A slot:
 *   8 octets  "STI-MARK"
 *   8 octets  turn, big endian: the higher one is the later one
 *   8 octets  number of the entry, big endian
 *   32 octets hash of the entry
 *   8 octets  the first of the SHA-256 of all this
 */
#include "ledger_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
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

static bool sum(const unsigned char slot[SLOT], unsigned char digest[LEDGER_DIGEST_OCTETS])
{
    return EVP_Digest(slot, SUMMED, digest, NULL, EVP_sha256(), NULL) == 1;
}

static bool slot_is_good(const unsigned char slot[SLOT])
{
    unsigned char digest[LEDGER_DIGEST_OCTETS];
    return memcmp(slot, magic, 8) == 0 && sum(slot, digest) &&
           memcmp(slot + SUMMED, digest, SLOT - SUMMED) == 0 && get_number(slot + 16) <= INT64_MAX;
}

static bool slot_is_empty(const unsigned char slot[SLOT])
{
    static const unsigned char empty[SLOT];
    return memcmp(slot, empty, SLOT) == 0;
}

/* Takes the later of the slots; number 0 if nothing was ever written. */
static bool take_mark(struct ledger *ledger, const unsigned char slots[2][SLOT],
                      struct sti_error *err)
{
    ledger->mark = (struct ledger_place){.number = 0};
    ledger->mark_turn = 0;
    for (int i = 0; i < 2; i++) {
        if (!slot_is_good(slots[i]) || get_number(slots[i] + 8) < ledger->mark_turn)
            continue;
        ledger->mark_turn = get_number(slots[i] + 8);
        ledger->mark.number = (int64_t)get_number(slots[i] + 16);
        memcpy(ledger->mark.hash, slots[i] + 24, LEDGER_DIGEST_OCTETS);
    }
    if (ledger->mark.number > 0 || (slot_is_empty(slots[0]) && slot_is_empty(slots[1])))
        return true;
    sti_fail(err, "the lock file of this ledger (its name with \".lock\" added) is damaged, so "
                  "nobody can say whether the ledger is the latest copy; find out, then remove the "
                  "lock file");
    return sti_error_in(err, ledger->path);
}

/* Is the marked entry in the log, as it was. */
static bool compare(struct ledger *ledger, struct sti_error *err)
{
    unsigned char hash[LEDGER_DIGEST_OCTETS];
    bool found = false;
    ledger->restored = false;
    if (ledger->mark.number == 0)
        return true;
    if (!log_find(ledger, ledger->mark.number, hash, &found, err))
        return false;
    ledger->restored = !found || memcmp(hash, ledger->mark.hash, sizeof(hash)) != 0;
    return true;
}

bool mark_read(struct ledger *ledger, int lock, struct sti_error *err)
{
    unsigned char slots[2][SLOT] = {{0}};
    if (pread(lock, slots, sizeof(slots), 0) < 0) {
        sti_fail(err, "the lock file of the ledger could not be read: %s", strerror(errno));
        return sti_error_in(err, ledger->path);
    }
    return take_mark(ledger, (const unsigned char(*)[SLOT])slots, err) && compare(ledger, err);
}

bool mark_again(struct ledger *ledger, struct sti_error *err)
{
    if (!compare(ledger, err))
        return false;
    mark_write(ledger);
    return true;
}

bool mark_look(struct ledger *ledger, struct sti_error *err)
{
    char *name = NULL;
    if (ledger->lock >= 0)
        return true; /* it was read when the file was opened */
    if (asprintf(&name, "%s.lock", ledger->real) < 0)
        return sti_fail(err, "out of memory");
    int lock = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    free(name);
    bool ok = lock < 0 || mark_read(ledger, lock, err);
    if (lock >= 0)
        (void)close(lock);
    return ok;
}

bool mark_is_there(struct ledger *ledger, struct sti_error *err)
{
    if (!ledger->restored)
        return true;
    sti_fail(err,
             "this ledger was restored from an older copy: it had an entry %lld once, which is not "
             "in it (it ends with %lld), so what was issued since is not in its record; put the "
             "latest copy back, or see what to do with: sti-ca recover",
             (long long)ledger->mark.number, (long long)ledger->head.number);
    return sti_error_in(err, ledger->path);
}

void mark_write(struct ledger *ledger)
{
    unsigned char slot[SLOT];
    unsigned char digest[LEDGER_DIGEST_OCTETS];
    if (ledger->lock < 0 || ledger->restored || ledger->head.number < 1)
        return;
    memcpy(slot, magic, 8);
    put_number(slot + 8, ledger->mark_turn + 1);
    put_number(slot + 16, (uint64_t)ledger->head.number);
    memcpy(slot + 24, ledger->head.hash, LEDGER_DIGEST_OCTETS);
    if (!sum(slot, digest))
        return;
    memcpy(slot + SUMMED, digest, SLOT - SUMMED);
    /* If it cannot be written, the mark is an older one, which the ledger fits too. */
    ledger->mark_turn++;
    if (pwrite(ledger->lock, slot, sizeof(slot), (off_t)(ledger->mark_turn % 2 * SLOT)) ==
        (ssize_t)sizeof(slot))
        ledger->mark = ledger->head;
}

bool ledger_is_restored(const struct ledger *ledger, int64_t *number)
{
    *number = ledger->mark.number;
    return ledger->restored;
}

bool ledger_record_restored(struct ledger *ledger, int64_t time, struct sti_error *err)
{
    struct ledger_entry entry = {.event = EVENT_RESTORED};
    if (!ledger->restored) {
        sti_refuse(err, NULL,
                   "this ledger has every entry that its lock file remembers, so there "
                   "is nothing to confirm");
        return sti_error_in(err, ledger->path);
    }
    entry_set_number(&entry, KEY_TIME, time);
    entry_set_number(&entry, KEY_MARK_NUMBER, ledger->mark.number);
    entry_set_octets(&entry, KEY_MARK_HASH, ledger->mark.hash, LEDGER_DIGEST_OCTETS);
    if (!log_record(ledger, &entry, err))
        return false;
    ledger->restored = false;
    mark_write(ledger);
    mark_write(ledger); /* both slots: the older one is of the other copy */
    return true;
}
