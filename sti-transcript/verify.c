/* SPDX-License-Identifier: Apache-2.0 */
/* The walk from entry to entry: form, numbers, chain, times; and what the checks come to. */
#include "verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const check_names[CHECKS] = {
    [CHECK_FORM] = "form",     [CHECK_NUMBERS] = "numbers",     [CHECK_CHAIN] = "chain",
    [CHECK_TIMES] = "times",   [CHECK_PREVIOUS] = "previous",   [CHECK_SIGNED] = "signed",
    [CHECK_INPUTS] = "inputs", [CHECK_APPROVALS] = "approvals", [CHECK_OUTPUTS] = "outputs",
    [CHECK_END] = "end",       [CHECK_ANCHOR] = "anchor",       [CHECK_PLAN] = "plan",
    [CHECK_STEPS] = "steps",   [CHECK_DESTROYED] = "destroyed", [CHECK_REQUESTS] = "requests",
};

bool fault(struct verification *v, enum check check, const char *format, ...)
{
    struct outcome *outcome = &v->outcomes[check];
    if (outcome->faults++ == 0) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(outcome->sentence, sizeof(outcome->sentence), format, arguments);
        va_end(arguments);
    }
    outcome->status = FAULTY;
    return false;
}

/* ---- the chain ---- */

/*
 * Whether the entry belongs behind the last one. A fault here ends the reading: behind it nothing
 * is proved.
 */
static bool chain_check(struct verification *v, const struct entry *entry)
{
    long long number = (long long)entry->number;
    if (entry->number != v->count + 1)
        return fault(v, CHECK_NUMBERS,
                     "entry %lld stands where entry %lld must be: one was removed, added or moved",
                     number, (long long)v->count + 1);
    if (v->count > 0 && memcmp(entry->previous.octets, v->last_digest, DIGEST) != 0)
        return fault(v, CHECK_CHAIN,
                     "entry %lld was written behind another entry %lld than stands there now: that "
                     "one was altered",
                     number, number - 1);
    if ((entry->kind == BEGIN) != (v->count == 0))
        return fault(v, CHECK_FORM,
                     "entry %lld is of kind %s: a transcript has one begin, as its "
                     "first entry",
                     number, entry_rules[entry->kind].name);
    if (v->last.kind == END && v->count > 0)
        return fault(v, CHECK_FORM, "entry %lld stands behind the end", number);
    return true;
}

static void times_check(struct verification *v, const struct entry *entry)
{
    if (v->count > 0 && entry->time < v->last.time)
        fault(v, CHECK_TIMES,
              "the time of entry %lld is %lld seconds before that of the entry "
              "before it",
              (long long)entry->number, (long long)(v->last.time - entry->time));
    v->persons += entry->person;
}

/* ---- what each kind asks for ---- */

static bool failed_check(struct verification *v, const struct entry *entry)
{
    v->failed = true;
    v->open = false;
    v->why = entry->fields[TEXT];
    return true;
}

/* What was intended may have been signed: it has to be intended anew. */
static bool resumed_check(struct verification *v, const struct entry *entry)
{
    (void)entry;
    v->open = false;
    return true;
}

static bool (*const kind_checks[ENTRY_KINDS])(struct verification *, const struct entry *) = {
    [BEGIN] = begin_check, [INPUT] = file_check,          [APPROVAL] = approval_check,
    [HSM] = hsm_check,     [SIGNED] = signed_check,       [INTENDED] = intended_check,
    [OUTPUT] = file_check, [FAILED] = failed_check,       [RESUMED] = resumed_check,
    [END] = end_check,     [DESTROYED] = destroyed_check,
};

static bool may_follow_failure(enum entry_kind kind)
{
    return kind == NOTE || kind == RESUMED || kind == END;
}

static void entry_check(struct verification *v, const struct entry *entry)
{
    times_check(v, entry);
    if (v->failed && !may_follow_failure(entry->kind))
        fault(v, CHECK_END, "entry %lld is of kind %s, although the ceremony had failed before",
              (long long)entry->number, entry_rules[entry->kind].name);
    if (kind_checks[entry->kind] != NULL)
        kind_checks[entry->kind](v, entry);
}

/* ---- reading ---- */

static void form_fault(struct verification *v, const struct reader *reader, size_t start)
{
    long long number = (long long)v->count + 1;
    if (reader->cut) {
        v->unfinished = true;
        fault(
            v, CHECK_END,
            "unfinished: the file ends at octet %zu within entry %lld, which begins at octet %zu: "
            "it was cut off, or that entry was altered",
            reader->length, number, start);
    } else {
        fault(v, CHECK_FORM, "entry %lld cannot be read, at octet %zu: %s", number, reader->at,
              reader->fault);
    }
}

/* Reads all entries; `each` may be NULL: then nothing but the chain is looked at. */
static bool walk(struct verification *v, const struct mapped *file,
                 void (*each)(struct verification *, const struct entry *))
{
    struct reader reader = {.octets = file->octets, .length = file->length};
    while (reader.at < reader.length) {
        struct entry entry;
        size_t start = reader.at;
        if (!entry_read(&reader, &entry)) {
            form_fault(v, &reader, start);
            return false;
        }
        if (!chain_check(v, &entry))
            return false;
        if (each != NULL)
            each(v, &entry);
        if (!digest_of(entry.octets, entry.length, v->last_digest))
            return fault(v, CHECK_CHAIN, "libcrypto does not compute SHA-256");
        v->counts[entry.kind]++;
        v->last = entry;
        v->count = entry.number;
    }
    return v->count > 0 || fault(v, CHECK_FORM, "there is nothing in the file");
}

bool last_digest_of(const struct mapped *file, uint8_t digest[DIGEST], char *why, size_t room)
{
    struct verification v = {.given = {.folder = -1}};
    if (walk(&v, file, NULL)) {
        memcpy(digest, v.last_digest, DIGEST);
        return true;
    }
    for (size_t i = 0; i < CHECKS; i++)
        if (v.outcomes[i].faults > 0)
            snprintf(why, room, "%s", v.outcomes[i].sentence);
    return false;
}

/* ---- what it comes to ---- */

static void end_of_file(struct verification *v)
{
    if (v->last.kind == END)
        return;
    v->unfinished = true;
    fault(v, CHECK_END, "unfinished: the last entry, %lld, is of kind %s and no end",
          (long long)v->count, entry_rules[v->last.kind].name);
}

bool verify(struct verification *v, const struct mapped *file, const struct given *given)
{
    memset(v, 0, sizeof(*v));
    v->given = *given;
    v->broken = !walk(v, file, entry_check);
    if (v->broken) {
        settle_broken(v);
    } else {
        end_of_file(v);
        if (given->rederive)
            plan_end(v);
        settle_all(v);
    }
    bool ok = true;
    for (size_t i = 0; i < CHECKS; i++)
        ok = ok && v->outcomes[i].status != FAULTY;
    return ok && (given->no_anchor || v->outcomes[CHECK_ANCHOR].status == PASSED);
}

void verification_free(struct verification *v)
{
    for (size_t i = 0; i < v->approver_count; i++)
        EVP_PKEY_free(v->approvers[i].key);
    for (size_t i = 0; i < v->key_count; i++)
        EVP_PKEY_free(v->keys[i].key);
    plan_free(v->plan);
    issuer_free(v->issuer);
}
