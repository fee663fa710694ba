/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The head mark: the lock file beside the ledger remembers the last entry, so that a ledger that
 * was put back from an older copy is noticed before anything is signed for it: what was issued
 * since that copy is not in its record, and a serial, a token or a CRL number could be used again.
 */
#include "ledger_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    bool damaged = false;
    if (head_mark_read(lock, &ledger->mark, &damaged))
        return compare(ledger, err);
    if (damaged)
        sti_fail(err, "the lock file of this ledger (its name with \".lock\" added) is damaged, so "
                      "nobody can say whether the ledger is the latest copy; find out, then remove "
                      "the lock file");
    else
        sti_fail(err, "the lock file of the ledger could not be read: %s", strerror(errno));
    return sti_error_in(err, ledger->path);
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
    if (ledger->lock < 0 || ledger->restored || ledger->head.number < 1)
        return;
    /* If it cannot be written, the mark is an older one, which the ledger fits too. */
    (void)head_mark_write(ledger->lock, &ledger->mark, ledger->head.number, ledger->head.hash);
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
