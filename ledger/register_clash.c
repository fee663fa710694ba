/* SPDX-License-Identifier: Apache-2.0 */
/* Would a certificate have numbers that another holder's has. */
#include "register_internal.h"

#include <stdio.h>

struct search {
    struct ledger *ledger;
    const struct register_wish *wish;
    struct register_clash *clash;
};

/* True in *related if the certificate stands above or below the one that is wished for. */
static bool is_related(struct ledger *ledger, const struct register_wish *wish,
                       const struct register_certificate *certificate, bool *related,
                       struct sti_error *err)
{
    bool above, below;
    if (!register_is_below(ledger, &wish->issuer, &certificate->key_id, &above, err) ||
        !register_is_below(ledger, &certificate->authority, &wish->key_id, &below, err))
        return false;
    *related = above || below;
    return true;
}

static bool look(void *context, const struct register_certificate *certificate,
                 const struct register_piece *pieces, size_t count, struct sti_error *err)
{
    struct search *search = context;
    bool related;
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].spc != NULL)
            continue;
        if (!is_related(search->ledger, search->wish, certificate, &related, err))
            return false;
        if (related)
            return true;
        snprintf(search->clash->serial, sizeof(search->clash->serial), "%s", certificate->serial);
        snprintf(search->clash->subject, sizeof(search->clash->subject), "%s",
                 certificate->subject);
        search->clash->first = pieces[i].first;
        search->clash->last = pieces[i].last;
        return false; /* one is enough */
    }
    return true;
}

bool register_clash(struct ledger *ledger, const struct register_wish *wish, int64_t at,
                    struct register_clash *clash, struct sti_error *err)
{
    struct search search = {ledger, wish, clash};
    struct register_holder others = wish->who;
    *clash = (struct register_clash){.first = 0};
    others.others = true;
    return register_ask(ledger, wish->numbers, at, &others, look, &search, err) ||
           clash->serial[0] != '\0';
}
