/* SPDX-License-Identifier: Apache-2.0 */
/* What the checks come to, when all is read: what was seen, what could not be looked at, the
 * verdict. */
#include "verify.h"

#include <stdarg.h>
#include <stdio.h>

/* A check without a fault: passed, or not made for want of something. */
static void settle(struct verification *v, enum check check, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void settle(struct verification *v, enum check check, const char *format, ...)
{
    struct outcome *outcome = &v->outcomes[check];
    va_list arguments;
    if (outcome->status == FAULTY || outcome->status == NOT_MADE)
        return;
    outcome->status = PASSED;
    va_start(arguments, format);
    vsnprintf(outcome->sentence, sizeof(outcome->sentence), format, arguments);
    va_end(arguments);
}

static void not_made(struct verification *v, enum check check, const char *why)
{
    struct outcome *outcome = &v->outcomes[check];
    if (outcome->status == FAULTY)
        return;
    outcome->status = NOT_MADE;
    snprintf(outcome->sentence, sizeof(outcome->sentence), "%s", why);
}

static void settle_files(struct verification *v, enum check check, enum entry_kind kind,
                         const char *what)
{
    const struct outcome *outcome = &v->outcomes[check];
    long long count = (long long)v->counts[kind];
    if (v->given.folder < 0 && count > 0)
        not_made(v, check, "no folder with the files is given (--inputs)");
    else if (outcome->absent > 0 && outcome->count == 0)
        not_made(v, check, "none of the files is in the folder");
    else
        settle(v, check, "%zu of %lld files %s, as they were%s", outcome->count, count, what,
               outcome->absent > 0 ? "; the others are not in the folder" : "");
}

/* Behind a break nothing was looked at, and no check is called passed. */
void settle_broken(struct verification *v)
{
    for (size_t i = 0; i < CHECKS; i++)
        if (v->outcomes[i].status == NOT_ASKED && i != CHECK_PLAN && i != CHECK_STEPS &&
            i != CHECK_DESTROYED && i != CHECK_REQUESTS)
            not_made(v, (enum check)i,
                     "the transcript is broken; what is behind that was not read");
}

static void settle_signed(struct verification *v)
{
    const struct outcome *outcome = &v->outcomes[CHECK_SIGNED];
    if (outcome->absent > 0 && outcome->count == 0)
        not_made(v, CHECK_SIGNED,
                 "what was signed is not in the transcript, and not in a folder "
                 "that is given (--inputs)");
    else
        settle(v, CHECK_SIGNED, "%zu of %lld are what was to be signed, by a key of the HSM%s",
               outcome->count, (long long)v->counts[SIGNED],
               outcome->absent > 0 ? "; the others are not at hand" : "");
}

/* The digest of the key is for those who have it on paper, and not as a file. */
static void settle_anchor(struct verification *v)
{
    const struct item *spki = &v->last.fields[END_KEY];
    uint8_t digest[DIGEST];
    char hex[2 * DIGEST + 1] = "";
    if (v->last.kind != END) {
        not_made(v, CHECK_ANCHOR, "there is no end, which the ceremony key would sign");
        return;
    }
    if (digest_of(spki->octets, spki->length, digest))
        for (size_t i = 0; i < DIGEST; i++)
            snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    if (v->given.anchors != NULL) {
        settle(v, CHECK_ANCHOR, "the ceremony key is one that is given: SHA-256 %s", hex);
        return;
    }
    char why[160];
    snprintf(why, sizeof(why),
             "no key is given that the end must be signed by (--anchor); the ceremony key has "
             "SHA-256 %s",
             hex);
    not_made(v, CHECK_ANCHOR, why);
}

static void settle_requests(struct verification *v)
{
    if (v->outcomes[CHECK_REQUESTS].count == 0)
        settle(v, CHECK_REQUESTS, "the plan signs nothing that comes of a request or an issuer");
    else
        settle(v, CHECK_REQUESTS,
               "%zu of the plan: keys, names and lists are those of the requests, issuers those of "
               "their certificates",
               v->outcomes[CHECK_REQUESTS].count);
}

void settle_all(struct verification *v)
{
    long long count = (long long)v->count;
    settle(v, CHECK_FORM, "%lld entries in deterministic CBOR", count);
    settle(v, CHECK_NUMBERS, "1 to %lld, none is missing", count);
    settle(v, CHECK_CHAIN, "every entry holds the digest of the one before");
    settle(v, CHECK_TIMES, "none goes backward; a person has confirmed %lld of %lld",
           (long long)v->persons, count);
    settle(v, CHECK_PREVIOUS,
           v->begin.fields[BEGIN_FIRST].number == 1 ? "this is the first ceremony, it says"
                                                    : "it follows the transcript that is given");
    if ((int64_t)v->approved < v->begin.fields[BEGIN_NEEDED].number)
        not_made(v, CHECK_APPROVALS,
                 "fewer approved than are needed, and nothing was to be signed");
    settle(v, CHECK_APPROVALS, "%zu of %zu approvers approved this plan, %lld are needed",
           v->approved, v->approver_count, (long long)v->begin.fields[BEGIN_NEEDED].number);
    settle_signed(v);
    if (v->counts[DESTROYED] > 0)
        settle(v, CHECK_DESTROYED,
               "%zu keys that were in the HSM are destroyed, and signed nothing behind that",
               v->outcomes[CHECK_DESTROYED].count);
    settle_files(v, CHECK_INPUTS, INPUT, "that were read");
    settle_files(v, CHECK_OUTPUTS, OUTPUT, "that were written");
    settle(v, CHECK_END, "signed by the ceremony key; the ceremony %s",
           v->failed ? "has failed" : "is done");
    settle_anchor(v);
    if (!v->given.rederive)
        return;
    settle(v, CHECK_PLAN,
           "the plan in the folder is the one that was approved, and its inputs are there");
    settle_requests(v);
    if (v->counts[DESTROYED] > 0)
        settle(v, CHECK_STEPS, "%zu to-be-signed octets, and %lld destroyed keys, are the plan's",
               v->outcomes[CHECK_STEPS].count, (long long)v->counts[DESTROYED]);
    else
        settle(v, CHECK_STEPS, "%zu to-be-signed octets are those of the plan",
               v->outcomes[CHECK_STEPS].count);
}

const char *verdict_of(const struct verification *v)
{
    bool other = false;
    for (size_t i = 0; i < CHECKS; i++)
        other = other || (v->outcomes[i].status == FAULTY &&
                          !(i == CHECK_END && v->unfinished && v->outcomes[i].faults == 1));
    return other                                        ? "broken"
           : v->unfinished                              ? "unfinished"
           : v->outcomes[CHECK_ANCHOR].status == PASSED ? "verified"
                                                        : "unanchored";
}
