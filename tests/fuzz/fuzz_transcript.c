/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Octets as a transcript, as the plan, a bundle and what is to be signed beside it, to the
 * auditor's reader. What it takes for an entry, the writer's reader in ledger/ takes for the same:
 * two programs that share no code. Nothing without a signed end is called verified, and every fault
 * has a sentence.
 */
#include <stdlib.h>
#include <string.h>

#include "asked.h"
#include "fuzz.h"
#include "output.h"
#include "tbs.h"
#include "transcript_internal.h"
#include "verify.h"

static void same_entries(const uint8_t *octets, size_t length)
{
    struct reader reader = {.octets = octets, .length = length};
    struct dcbor_reader other = {octets, length, 0, 0};
    struct entry entry;
    while (reader.at < length && entry_read(&reader, &entry)) {
        struct transcript_entry same;
        const uint8_t *previous;
        bool cut;
        if (entry.number == 0)
            return; /* the writer's reader looks at the number at once */
        FUZZ_HOLDS(transcript_read_entry(&other, &same, &previous, &cut, NULL));
        FUZZ_HOLDS(other.at == reader.at && same.number == entry.number);
        FUZZ_HOLDS(strcmp(same.kind, entry_rules[entry.kind].name) == 0);
        FUZZ_HOLDS(previous == entry.previous.octets && same.time == entry.time);
    }
    FUZZ_HOLDS(reader.at <= length);
}

static void as_transcript(const uint8_t *octets, size_t length)
{
    struct verification v;
    struct mapped file = {octets, length};
    struct given given = {.folder = -1, .no_anchor = true};
    FILE *nowhere = fopen("/dev/null", "w");
    bool ok = verify(&v, &file, &given);
    FUZZ_HOLDS(ok == (strcmp(verdict_of(&v), "unanchored") == 0));
    FUZZ_HOLDS(!ok || v.last.kind == END);
    for (size_t i = 0; i < CHECKS; i++)
        FUZZ_HOLDS(v.outcomes[i].status == NOT_ASKED || v.outcomes[i].sentence[0] != '\0');
    put_report(nowhere, "transcript", &file, &v);
    put_verification(nowhere, FORM_JSON, "transcript", &v);
    verification_free(&v);
    fclose(nowhere);
}

/* A plan that can be read is gone through for an entry of every kind that asks it. */
static void as_plan(const uint8_t *octets, size_t length)
{
    static const uint8_t some[DIGEST] = {1};
    struct verification v;
    struct mapped file = {octets, length};
    struct entry entry = {.kind = INTENDED};
    memset(&v, 0, sizeof(v));
    v.given.folder = -1;
    for (size_t i = 0; i <= MOST_FIELDS; i++)
        entry.fields[i] = (struct item){.kind = ITEM_BYTES, .octets = some, .length = DIGEST};
    v.begin = entry;
    entry.step = (struct item){.kind = ITEM_TEXT, .octets = (const uint8_t *)"a", .length = 1};
    plan_take(&v, &file);
    plan_intended(&v, &entry);
    plan_destroyed(&v, &entry);
    entry.fields[FILE_DIGEST].length = 1;
    plan_input(&v, &entry);
    plan_end(&v);
    FUZZ_HOLDS(v.outcomes[CHECK_PLAN].faults > 0);
    issuer_free(v.issuer);
    plan_forget(v.plan);
}

/* What was read of a request is there, and what was not is nowhere. */
static void as_bundle(const uint8_t *octets, size_t length)
{
    struct asked asked;
    const char *why = asked_read(octets, length, &asked);
    FUZZ_HOLDS(why != NULL || (asked.subject.length >= 2 && asked.spki.length > 2));
    FUZZ_HOLDS(why != NULL || !asked.beside || asked.list.kind == ITEM_BYTES);
    asked_free(&asked);
    FUZZ_HOLDS(asked.subject.octets == NULL && asked.list.kind == ITEM_NONE);
}

static void is_within(const struct item *item, const struct item *whole)
{
    FUZZ_HOLDS(item->kind == ITEM_NONE ||
               (item->octets >= whole->octets &&
                item->octets + item->length <= whole->octets + whole->length));
}

static void as_tbs(const uint8_t *octets, size_t length)
{
    const struct item whole = {.kind = ITEM_BYTES, .octets = octets, .length = length};
    struct item inner = {.kind = ITEM_NONE};
    struct tbs tbs;
    for (int i = 0; i < 2; i++) {
        (i == 0 ? tbs_read : tbs_read_crl)(&whole, &tbs);
        is_within(&tbs.issuer, &whole);
        is_within(&tbs.subject, &whole);
        is_within(&tbs.spki, &whole);
        is_within(&tbs.list, &whole);
        is_within(&tbs.list_url, &whole);
        is_within(&tbs.authority, &whole);
        is_within(&tbs.key_id, &whole);
    }
    if (tbs_of_certificate(&whole, &inner))
        is_within(&inner, &whole);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    same_entries(octets, length);
    as_transcript(octets, length);
    as_plan(octets, length);
    as_bundle(octets, length);
    as_tbs(octets, length);
    return 0;
}
