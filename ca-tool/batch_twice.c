/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the ledger cannot know yet: two requests of one batch that may not both be granted. They are
 * looked at in the order of their names, so that always the same one is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "batch.h"

/* The names of the checks that ask the ledger the same (verdict.c). */
#define TOKEN_UNUSED "token-unused"
#define KEY_UNSEEN "csr-key-unseen"
#define ONCE "request-once"

static int compare_tokens(const struct batch_item *a, const struct batch_item *b)
{
    int order = memcmp(a->request.token.signer, b->request.token.signer, LEDGER_DIGEST_OCTETS);
    return order != 0 ? order : strcmp(a->request.token.jti, b->request.token.jti);
}

static int compare_keys(const struct batch_item *a, const struct batch_item *b)
{
    return memcmp(a->spki, b->spki, LEDGER_DIGEST_OCTETS);
}

/* Behind what makes neighbours of them: the order of names, which is that of the items. */
static int in_order(const struct batch_item *a, const struct batch_item *b)
{
    return a < b ? -1 : a > b;
}

static int by_token(const void *a, const void *b)
{
    const struct batch_item *const *left = a;
    const struct batch_item *const *right = b;
    int order = compare_tokens(*left, *right);
    return order != 0 ? order : in_order(*left, *right);
}

static int by_key(const void *a, const void *b)
{
    const struct batch_item *const *left = a;
    const struct batch_item *const *right = b;
    int order = compare_keys(*left, *right);
    return order != 0 ? order : in_order(*left, *right);
}

static void refuse(struct batch_item *item, const char *check)
{
    item->outcome = BATCH_REFUSED;
    item->check = check;
}

/* ---- one key, two holders ---- */

static void refuse_keys(struct batch_item **items, size_t count)
{
    const struct batch_item *first = NULL;
    for (size_t i = 0; i < count; i++) {
        struct batch_item *item = items[i];
        if (first == NULL || compare_keys(first, item) != 0)
            first = item;
        if (memcmp(first->request.holder, item->request.holder, LEDGER_DIGEST_OCTETS) == 0)
            continue;
        sti_refuse(&item->reason, NULL,
                   "the CSR's key is that of request %s of this batch, too, which has another "
                   "holder (another account key or another subject); make a new key",
                   first->name);
        sti_error_in(&item->reason, item->request.parts.csr.name);
        refuse(item, KEY_UNSEEN);
    }
}

/* ---- one token, more certificates than it may have ---- */

static bool same_request(const struct batch_item *a, const struct batch_item *b)
{
    const struct tnauthlist *left = &a->request.list;
    const struct tnauthlist *right = &b->request.list;
    return compare_keys(a, b) == 0 && strcmp(a->subject, b->subject) == 0 &&
           left->der_length == right->der_length &&
           memcmp(left->der, right->der, left->der_length) == 0;
}

/*
 * Two of the same request would be told apart by nobody: after a stop, the certificate of one would
 * be taken for that of both.
 */
static bool refuse_same(struct batch_item *item, struct batch_item *const *others, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (others[i]->outcome == BATCH_REFUSED || !same_request(item, others[i]))
            continue;
        sti_refuse(&item->reason, NULL,
                   "asks with the same token and key for the same certificate as request %s of "
                   "this batch; a batch issues it once",
                   others[i]->name);
        sti_error_in(&item->reason, item->request.parts.csr.name);
        refuse(item, ONCE);
        return true;
    }
    return false;
}

static void refuse_uses(struct batch_item **items, size_t count, int64_t before)
{
    int64_t limit = items[0]->request.token.limit;
    int64_t uses = before;
    for (size_t i = 0; i < count; i++) {
        struct batch_item *item = items[i];
        if (refuse_same(item, items, i) || item->outcome == BATCH_DONE_BEFORE)
            continue; /* the latter is among the uses before */
        if (limit == LEDGER_NO_LIMIT || uses < limit) {
            uses++;
            continue;
        }
        sti_refuse(&item->reason, "RFC 9447 section 4",
                   "the token id \"%.100s\" is used by request %s of this batch, too, and this CA "
                   "issues %lld a token; ask the STI-PA for a new token",
                   item->request.token.jti, items[0]->name, (long long)limit);
        sti_error_part(&item->reason, "claim jti");
        sti_error_in(&item->reason, item->request.parts.token.name);
        refuse(item, TOKEN_UNUSED);
    }
}

static bool refuse_tokens(struct batch *batch, struct batch_item **items, size_t count,
                          struct sti_error *err)
{
    size_t next;
    for (size_t i = 0; i < count; i = next) {
        struct ledger_uses uses;
        for (next = i + 1; next < count && compare_tokens(items[i], items[next]) == 0;)
            next++;
        if (next == i + 1)
            continue;
        const struct ledger_token *token = &items[i]->request.token;
        if (!ledger_token_uses(batch->ledger, token->jti, token->signer, &uses, err))
            return false;
        refuse_uses(items + i, next - i, uses.count);
    }
    return true;
}

/* Those that would be issued or were; what is refused already takes nothing from others. */
static size_t collect(const struct batch *batch, struct batch_item **items)
{
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++)
        if (batch->items[i].outcome != BATCH_REFUSED)
            items[count++] = &batch->items[i];
    return count;
}

bool batch_refuse_twice(struct batch *batch, struct sti_error *err)
{
    struct batch_item **items = malloc((batch->count + 1) * sizeof(*items));
    if (items == NULL)
        return sti_fail(err, "no memory for the verdicts");
    size_t count = collect(batch, items);
    qsort(items, count, sizeof(struct batch_item *), by_key);
    refuse_keys(items, count);
    count = collect(batch, items);
    qsort(items, count, sizeof(struct batch_item *), by_token);
    bool ok = refuse_tokens(batch, items, count, err);
    free(items);
    return ok;
}
