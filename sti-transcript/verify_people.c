/* SPDX-License-Identifier: Apache-2.0 */
/* Who approved, which keys there are, and who signed the end. */
#include "verify.h"

#include <string.h>

#define APPROVAL_TYPE "application/x.sti-ca-approval+cbor"
#define END_TYPE "application/x.sti-ca-transcript-end+cbor"

/* An item as an argument of printf's %.*s. */
#define SHOWN(item) (int)(item).length, (const char *)(item).octets

/* ---- begin ---- */

static bool previous_check(struct verification *v, const struct entry *entry)
{
    static const uint8_t zeros[DIGEST];
    const uint8_t *named = entry->previous.octets;
    bool first = entry->fields[BEGIN_FIRST].number == 1;
    if (first != (memcmp(named, zeros, DIGEST) == 0))
        return fault(v, CHECK_PREVIOUS,
                     "begin says %s, and the digest of an entry before it says otherwise",
                     first ? "that this is the first ceremony" : "that a ceremony was before this");
    if (v->given.previous_fault != NULL)
        return fault(v, CHECK_PREVIOUS, "the transcript before is no ground: %s",
                     v->given.previous_fault);
    if (v->given.previous != NULL && first)
        return fault(v, CHECK_PREVIOUS,
                     "begin says that this is the first ceremony, but a transcript before it is "
                     "given");
    if (v->given.previous != NULL && memcmp(named, v->given.previous, DIGEST) != 0)
        return fault(v, CHECK_PREVIOUS,
                     "begin names another last entry than that of the "
                     "transcript before it");
    if (v->given.previous == NULL && !first) {
        struct outcome *outcome = &v->outcomes[CHECK_PREVIOUS];
        outcome->status = NOT_MADE;
        strcpy(outcome->sentence,
               "the transcript of the ceremony before is not given (--previous)");
    }
    return true;
}

static bool approvers_read(struct verification *v, const struct item *list)
{
    struct reader reader = {.octets = list->octets, .length = list->length};
    struct named_key next = {.used = 0};
    while (pair_next(&reader, &next.id, &next.spki)) {
        for (size_t i = 0; i < v->approver_count; i++)
            if (item_same(&v->approvers[i].id, &next.id) ||
                item_same(&v->approvers[i].spki, &next.spki))
                return fault(v, CHECK_APPROVALS, "begin names approver %.*s or their key twice",
                             SHOWN(next.id));
        next.key = key_of_spki(&next.spki);
        if (next.key == NULL)
            return fault(v, CHECK_APPROVALS, "the key of approver %.*s is not one on P-256",
                         SHOWN(next.id));
        v->approvers[v->approver_count++] = next; /* entry.c has seen that there is room */
    }
    return true;
}

bool begin_check(struct verification *v, const struct entry *entry)
{
    v->begin = *entry;
    int64_t version = entry->fields[BEGIN_VERSION].number;
    if (!item_is(&entry->fields[BEGIN_WORD], "sti-ca transcript") || (version != 1 && version != 2))
        fault(v, CHECK_FORM, "this is no transcript of version 1 or 2");
    previous_check(v, entry);
    int64_t needed = entry->fields[BEGIN_NEEDED].number;
    if (approvers_read(v, &entry->fields[BEGIN_APPROVERS]) &&
        (needed < 1 || needed > (int64_t)v->approver_count))
        fault(v, CHECK_APPROVALS, "begin wants %lld of %zu approvals, which cannot be",
              (long long)needed, v->approver_count);
    return !v->given.rederive || plan_begin(v);
}

/* ---- approvals ---- */

/* ["sti-ca approval", 1, plan, approver] (docs/transcript.md). NULL, or what is wrong. */
static const char *approval_payload(const struct item *payload, const struct item *plan,
                                    const struct item *id)
{
    struct reader reader = {.octets = payload->octets, .length = payload->length};
    struct item item;
    if (!item_read_kind(&reader, ITEM_ARRAY, &item) || item.length != 4 ||
        !item_read(&reader, &item) || !item_is(&item, "sti-ca approval") ||
        !item_read_kind(&reader, ITEM_INT, &item) || item.number != 1 ||
        !item_read_kind(&reader, ITEM_BYTES, &item))
        return "does not say what an approval says";
    if (!item_same(&item, plan))
        return "is for another plan";
    if (!item_read(&reader, &item) || !item_same(&item, id) || reader.at != reader.length)
        return "was signed under another id";
    return NULL;
}

bool approval_check(struct verification *v, const struct entry *entry)
{
    const struct item *id = &entry->fields[APPROVAL_ID];
    long long number = (long long)entry->number;
    struct named_key *approver = NULL;
    struct item payload;
    for (size_t i = 0; i < v->approver_count; i++)
        if (item_same(&v->approvers[i].id, id))
            approver = &v->approvers[i];
    if (approver == NULL)
        return fault(v, CHECK_APPROVALS,
                     "entry %lld: %.*s is not one of the approvers, but a stranger", number,
                     SHOWN(*id));
    if (approver->used != 0)
        return fault(v, CHECK_APPROVALS,
                     "entry %lld: %.*s has approved before, in entry %lld: the same witness counts "
                     "once",
                     number, SHOWN(*id), (long long)approver->used);
    const char *wrong =
        sign1_check(&entry->fields[APPROVAL_MESSAGE], APPROVAL_TYPE, approver->key, &payload);
    if (wrong == NULL)
        wrong = approval_payload(&payload, &v->begin.fields[BEGIN_PLAN], id);
    if (wrong != NULL)
        return fault(v, CHECK_APPROVALS, "entry %lld: the approval of %.*s %s", number, SHOWN(*id),
                     wrong);
    approver->used = entry->number;
    v->approved++;
    return true;
}

/* ---- keys of the HSM ---- */

bool hsm_check(struct verification *v, const struct entry *entry)
{
    const struct item *spki = &entry->fields[HSM_SPKI];
    not_destroyed_check(v, entry, spki, "is in the HSM");
    for (size_t i = 0; i < v->key_count; i++)
        if (item_same(&v->keys[i].spki, spki))
            return true;
    if (v->key_count == MOST_KEYS)
        return fault(v, CHECK_SIGNED, "there are more than %d keys of an HSM", MOST_KEYS);
    v->keys[v->key_count++] = (struct named_key){.spki = *spki};
    return true;
}

struct named_key *hsm_key(struct verification *v, const struct item *spki)
{
    for (size_t i = 0; i < v->key_count; i++) {
        struct named_key *key = &v->keys[i];
        if (!item_same(&key->spki, spki))
            continue;
        if (key->key == NULL)
            key->key = key_of_spki(spki);
        return key->key == NULL ? NULL : key;
    }
    return NULL;
}

/* ---- the end ---- */

static bool next_is(struct reader *reader, int64_t number)
{
    struct item item;
    return item_read_kind(reader, ITEM_INT, &item) && item.number == number;
}

/* What the key has signed is what the entry says, and what was read. */
static bool end_payload(const struct verification *v, const struct item *payload,
                        const struct entry *entry)
{
    static const enum entry_kind counted[] = {INPUT, APPROVAL, SIGNED, OUTPUT};
    struct reader reader = {.octets = payload->octets, .length = payload->length};
    struct item item;
    if (!item_read_kind(&reader, ITEM_ARRAY, &item) || item.length != 13 ||
        !item_read(&reader, &item) || !item_is(&item, "sti-ca transcript end") ||
        !next_is(&reader, 1) || !next_is(&reader, entry->number) || !item_read(&reader, &item) ||
        !item_same(&item, &entry->previous) || !item_read(&reader, &item) ||
        !item_same(&item, &entry->step) || !next_is(&reader, entry->time) ||
        !next_is(&reader, entry->person) || !item_read(&reader, &item) ||
        !item_same(&item, &v->begin.fields[BEGIN_PLAN]) || !item_read(&reader, &item) ||
        !item_is(&item, v->failed ? "failed" : "done"))
        return false;
    for (size_t i = 0; i < 4; i++)
        if (!next_is(&reader, v->counts[counted[i]]))
            return false;
    return reader.at == reader.length;
}

static bool anchor_check(struct verification *v, const struct item *spki)
{
    for (size_t i = 0; i < v->given.anchor_count; i++)
        if (item_same(&v->given.anchors[i], spki))
            return true;
    return v->given.anchors == NULL ||
           fault(v, CHECK_ANCHOR, "the end is signed by another key than one that is given");
}

bool end_check(struct verification *v, const struct entry *entry)
{
    const struct item *spki = &entry->fields[END_KEY];
    const struct named_key *key = hsm_key(v, spki);
    struct item payload;
    if (!v->failed && v->open)
        fault(v, CHECK_SIGNED, "%.*s was intended and not signed, and the ceremony is called done",
              SHOWN(v->intended[SIGN_NAME]));
    if (!v->failed && (int64_t)v->approved < v->begin.fields[BEGIN_NEEDED].number)
        fault(v, CHECK_APPROVALS, "there are %zu approvals that count, of %lld that are needed",
              v->approved, (long long)v->begin.fields[BEGIN_NEEDED].number);
    anchor_check(v, spki);
    not_destroyed_check(v, entry, spki, "signs the end");
    destruction_check(v);
    if (key == NULL)
        return fault(v, CHECK_END, "the key that signed the end is no P-256 key of an hsm entry");
    const char *wrong = sign1_check(&entry->fields[END_MESSAGE], END_TYPE, key->key, &payload);
    if (wrong != NULL)
        return fault(v, CHECK_END, "the end %s", wrong);
    return end_payload(v, &payload, entry) ||
           fault(v, CHECK_END, "the end was signed for other entries than stand here");
}
