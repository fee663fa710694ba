/* SPDX-License-Identifier: Apache-2.0 */
/* Taking up an intent: it must be the one that would be written. */
#include "ledger_internal.h"

#include <string.h>

bool resume_is_planned(const struct ledger *ledger, const struct ledger_record *record)
{
    char serial[LEDGER_SERIAL_TEXT + 1];
    for (size_t i = 0; i < ledger->planned_count; i++)
        if (ledger_serial_normal(ledger->planned[i].serial, serial, NULL) &&
            strcmp(serial, record->serial) == 0 &&
            memcmp(ledger->planned[i].tbs_digest, record->tbs_digest, LEDGER_DIGEST_OCTETS) == 0)
            return true;
    return false;
}

static bool same_text(const char *one, const char *other)
{
    return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

static bool same_digest(const uint8_t *one, const uint8_t *other)
{
    return one == NULL || other == NULL ? one == other
                                        : memcmp(one, other, LEDGER_DIGEST_OCTETS) == 0;
}

static bool same_token(const struct ledger_record *record, const struct ledger_token *token)
{
    if (token == NULL)
        return record->jti == NULL;
    return same_text(record->jti, token->jti) && same_digest(record->signer, token->signer) &&
           record->token_limit == token->limit;
}

/* In what the two are not the same, as a word for the sentence; NULL: in nothing. */
static const char *difference(const struct ledger_record *record,
                              const struct ledger_intent *intent)
{
    if (!same_digest(record->tbs_digest, intent->tbs_digest))
        return "octets to be signed";
    if (record->kind != intent->kind)
        return "kind";
    if (!same_text(record->subject, intent->subject))
        return "subject";
    if (!same_digest(record->spki, intent->spki))
        return "key";
    if (!same_digest(record->holder, intent->holder))
        return "holder";
    if (!same_token(record, intent->token))
        return "token";
    if (!same_text(record->profile, intent->profile))
        return "profile";
    if (!same_text(record->waivers, intent->waivers))
        return "waivers";
    return same_text(record->hsm, intent->hsm) ? NULL : "HSM";
}

static bool visit(void *context, const struct ledger_record *record, struct sti_error *err)
{
    if (record->state != LEDGER_INTENDED)
        return sti_refuse(err, NULL, "serial %s is recorded as %s, and that is final",
                          record->serial, ledger_state_name(record->state));
    const char *what = difference(record, context);
    return what == NULL ||
           sti_refuse(err, NULL,
                      "serial %s was intended with another %s than now, and so it is not signed "
                      "again; bring back what it was then, or give it up: sti-ca recover",
                      record->serial, what);
}

bool ledger_resume_intent(struct ledger *ledger, const struct ledger_intent *intent,
                          struct sti_error *err)
{
    return ledger_show(ledger, intent->serial, visit, (void *)(uintptr_t)intent, err) ||
           sti_error_in(err, ledger->path);
}
