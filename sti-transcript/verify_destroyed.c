/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys that were destroyed. That a key is gone cannot be proved by octets; what can be: that it was
 * in the HSM, that witnesses had approved the plan by then, and that nothing was signed with it
 * behind that, least of all the end.
 */
#include "verify.h"

static struct named_key *find(struct verification *v, const struct item *spki)
{
    for (size_t i = 0; i < v->key_count; i++)
        if (item_same(&v->keys[i].spki, spki))
            return &v->keys[i];
    return NULL;
}

bool destroyed_check(struct verification *v, const struct entry *entry)
{
    const struct item *spki = &entry->fields[DESTROYED_KEY];
    struct named_key *key = find(v, spki);
    long long number = (long long)entry->number;
    if (v->begin.fields[BEGIN_VERSION].number < 2)
        fault(v, CHECK_FORM, "entry %lld is of a kind that version 1 has not", number);
    if ((int64_t)v->approved < v->begin.fields[BEGIN_NEEDED].number)
        fault(v, CHECK_APPROVALS,
              "entry %lld destroys a key, with %zu approvals that count of %lld that are needed",
              number, v->approved, (long long)v->begin.fields[BEGIN_NEEDED].number);
    if (key == NULL)
        return fault(v, CHECK_DESTROYED,
                     "entry %lld: the key that was destroyed is in no hsm entry before", number);
    if (!not_destroyed_check(v, entry, spki, "is destroyed once more"))
        return false;
    key->destroyed = entry->number;
    v->outcomes[CHECK_DESTROYED].count++;
    return !v->given.rederive || plan_destroyed(v, entry);
}

bool not_destroyed_check(struct verification *v, const struct entry *entry, const struct item *spki,
                         const char *what)
{
    const struct named_key *key = find(v, spki);
    return key == NULL || key->destroyed == 0 ||
           fault(v, CHECK_DESTROYED, "entry %lld: a key %s that entry %lld says was destroyed",
                 (long long)entry->number, what, (long long)key->destroyed);
}

bool destruction_check(struct verification *v)
{
    return v->failed || v->counts[DESTROYED] > 0 ||
           !item_is(&v->begin.fields[BEGIN_CEREMONY], "key-destruction") ||
           fault(v, CHECK_DESTROYED,
                 "the ceremony is held to destroy a key and called done, and no key was destroyed");
}
