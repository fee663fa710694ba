/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strict DER reading of a TNAuthList.
 *
 *   TNAuthorizationList ::= SEQUENCE SIZE (1..MAX) OF TNEntry
 *   TNEntry ::= CHOICE { spc [0] ServiceProviderCode, range [1] TelephoneNumberRange,
 *                        one [2] TelephoneNumber }                        (explicit tags)
 *   ServiceProviderCode  ::= IA5String
 *   TelephoneNumberRange ::= SEQUENCE { start TelephoneNumber, count INTEGER (2..MAX), ... }
 *   TelephoneNumber      ::= IA5String (SIZE (1..15)) (FROM ("0123456789#*"))
 *                                                                        RFC 8226 section 9
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tn_pack.h"
#include "tnauthlist_internal.h"

/* How deep an unknown element behind `count` may nest before it is refused. */
#define MAX_UNKNOWN_DEPTH 8

static const struct der_subject subject = {"TNAuthList", TN_CLAUSE};

/* Steps over one element of unknown type that must be well-formed, down to a fixed depth. */
static bool skip_unknown(struct der *in, unsigned depth, struct sti_error *err)
{
    size_t start = in->at;
    uint8_t tag = in->octets[in->at++];
    if ((tag & 0x1f) == 0x1f) {
        while (in->at < in->end && (in->octets[in->at] & 0x80) != 0)
            in->at++;
        if (in->at == in->end)
            return sti_refuse(err, DER_CLAUSE, "a tag of many octets does not end") ||
                   der_at(&subject, start, err);
        in->at++;
    }
    struct der content;
    if (!der_content(in, &content, err))
        return false;
    if ((tag & 0x20) == 0)
        return true;
    if (depth == MAX_UNKNOWN_DEPTH)
        return sti_refuse(err, DER_CLAUSE, "an unknown element nests deeper than %d levels",
                          MAX_UNKNOWN_DEPTH) ||
               der_at(&subject, start, err);
    while (content.at < content.end)
        if (!skip_unknown(&content, depth + 1, err))
            return false;
    return true;
}

static bool read_tn(struct der *in, tn_word *number, struct sti_error *err)
{
    struct der text;
    if (!der_expect(in, DER_IA5STRING, "TelephoneNumber as IA5String", &text, err))
        return false;
    const char *symbols = (const char *)text.octets + text.at;
    if (tn_pack(symbols, text.end - text.at, number, err))
        return true;
    size_t inside = err == NULL || err->offset == STI_NOWHERE ? 0 : err->offset;
    return der_at(&subject, text.at + inside, err);
}

/* count INTEGER (2..MAX): minimal, positive, and small enough for the rule on ranges to be asked.
 */
static bool read_count(struct der *in, uint64_t *count, struct sti_error *err)
{
    size_t start = in->at;
    struct der octets;
    if (!der_expect(in, DER_INTEGER, "count as INTEGER", &octets, err))
        return false;
    size_t length = octets.end - octets.at;
    const uint8_t *first = octets.octets + octets.at;
    if (length == 0)
        return sti_refuse(err, DER_CLAUSE, "count has no octets") || der_at(&subject, start, err);
    if (length > 1 &&
        ((first[0] == 0 && first[1] < 0x80) || (first[0] == 0xff && first[1] >= 0x80)))
        return sti_refuse(err, "X.690 section 8.3.2", "count is not in the fewest octets") ||
               der_at(&subject, start, err);
    if (first[0] >= 0x80)
        return sti_refuse(err, TN_CLAUSE, "count is negative, at least 2 is needed") ||
               der_at(&subject, start, err);
    if (length > 8)
        return sti_refuse(err, TN_CLAUSE, "count has %zu octets, far more than any range can hold",
                          length) ||
               der_at(&subject, start, err);
    uint64_t value = 0;
    for (size_t i = 0; i < length; i++)
        value = value << 8 | first[i];
    *count = value;
    return true;
}

static bool read_range(struct der *arm, struct tnauthlist_entry *entry, struct sti_error *err)
{
    struct der range;
    if (!der_expect(arm, DER_SEQUENCE, "TelephoneNumberRange as SEQUENCE", &range, err))
        return false;
    size_t start_at = range.at;
    if (!read_tn(&range, &entry->number, err))
        return false;
    size_t count_at = range.at;
    if (!read_count(&range, &entry->count, err))
        return false;
    if (!tn_range_check(entry->number, entry->count, err))
        return der_at(&subject, tn_is_digits(entry->number) ? count_at : start_at, err);
    /* The extension marker: later versions may put more here (X.680), readers step over it. */
    while (range.at < range.end)
        if (!skip_unknown(&range, 0, err))
            return false;
    return true;
}

static bool read_spc(struct der *arm, struct tnauthlist_entry *entry, struct sti_error *err)
{
    size_t start = arm->at;
    struct der spc;
    if (!der_expect(arm, DER_IA5STRING, "ServiceProviderCode as IA5String", &spc, err))
        return false;
    if (spc.at == spc.end)
        return sti_refuse(err, TN_CLAUSE, "SPC is empty, it names no provider") ||
               der_at(&subject, start, err);
    for (size_t i = spc.at; i < spc.end; i++)
        if (spc.octets[i] >= 0x80)
            return sti_refuse(err, TN_CLAUSE, "octet 0x%02X cannot stand in an IA5String",
                              spc.octets[i]) ||
                   der_at(&subject, i, err);
    entry->number = spc.at;
    entry->count = spc.end - spc.at;
    return true;
}

/* The tag of an entry is not one of the three: names the likely mistake. */
static bool bad_arm(uint8_t tag, struct sti_error *err)
{
    if (tag >= 0x80 && tag <= 0x82)
        return sti_refuse(err, TN_CLAUSE,
                          "tag 0x%02X is implicit, the arm [%u] has the explicit tag 0x%02X", tag,
                          tag & 3u, DER_CONTEXT | tag);
    if ((tag & 0xc0) == 0x80)
        return sti_refuse(err, TN_CLAUSE,
                          "context tag [%u] is no arm of TNEntry; spc [0], range [1], one [2] are",
                          tag & 0x1fu);
    return sti_refuse(err, TN_CLAUSE,
                      "tag 0x%02X stands where a TNEntry (0xA0, 0xA1 or 0xA2) is wanted", tag);
}

/* ---- the usual entries, read in one go ---- */

/*
 * Digits of a number whose element begins at `element` (tag, length, digits). False if it is not an
 * IA5String of 1 to 15 digits or stands too near the start of the list for the window.
 */
static bool usual_digits(const struct der *in, const uint8_t *element, struct tn_digits *digits)
{
    size_t length = element[1];
    return element[0] == DER_IA5STRING && length - 1 < TN_MAX_SYMBOLS &&
           (size_t)(element - in->octets) + 2 + length >= TN_PACK_WINDOW &&
           tn_digits_load(element + 2 + length, length, digits);
}

/*
 * A count of up to seven octets, which every lawful one fits in; 0 if it is anything else. At least
 * seven octets of the entry stand before `element`.
 */
static uint64_t usual_count(const uint8_t *element, size_t octets)
{
    if (element[0] != DER_INTEGER || element[1] != octets || octets - 1 > 6 || element[2] >= 0x80 ||
        (element[2] == 0 && octets > 1 && element[3] < 0x80))
        return 0;
    return load_big_endian(element + 2 + octets - 8) & low_octets(octets);
}

static bool usual_one(const struct der *in, const uint8_t *entry_at, struct tnauthlist_entry *entry)
{
    struct tn_digits digits;
    size_t length = entry_at[1];
    if ((size_t)entry_at[3] + 2 != length || !usual_digits(in, entry_at + 2, &digits))
        return false;
    entry->number = tn_digits_word(&digits, entry_at[3]);
    entry->count = 1;
    return true;
}

static bool usual_range(const struct der *in, const uint8_t *entry_at,
                        struct tnauthlist_entry *entry)
{
    struct tn_digits digits;
    size_t length = entry_at[1];
    size_t symbols = entry_at[5];
    if (entry_at[2] != DER_SEQUENCE || (size_t)entry_at[3] + 2 != length || length < symbols + 7 ||
        !usual_digits(in, entry_at + 4, &digits))
        return false;
    uint64_t count = usual_count(entry_at + 6 + symbols, length - symbols - 6);
    uint64_t space = power_of_ten(symbols);
    if (count < 2 || count >= space || tn_digits_value(&digits) >= space - count)
        return false;
    entry->number = tn_digits_word(&digits, symbols);
    entry->count = count;
    return true;
}

/*
 * Reads a number or range of digits in its usual form: short lengths, nothing unknown. That is
 * nearly every entry there is. False leaves everything as it was, for read_entry() to read or to
 * refuse: no rule is decided here alone.
 */
static bool read_usual(struct der *in, struct tnauthlist_entry *entry)
{
    const uint8_t *entry_at = in->octets + in->at;
    size_t left = in->end - in->at;
    if (left < 7 || entry_at[1] >= 0x80 || entry_at[1] > left - 2)
        return false;
    if (entry_at[0] == (DER_CONTEXT | TNAUTHLIST_ONE)) {
        if (!usual_one(in, entry_at, entry))
            return false;
    } else if (entry_at[0] != (DER_CONTEXT | TNAUTHLIST_RANGE) ||
               !usual_range(in, entry_at, entry)) {
        return false;
    }
    entry->offset = (uint32_t)in->at;
    entry->kind = entry_at[0] - (uint32_t)DER_CONTEXT;
    in->at += 2 + (size_t)entry_at[1];
    return true;
}

static bool read_entry(struct der *in, struct tnauthlist_entry *entry, struct sti_error *err)
{
    size_t start = in->at;
    uint8_t tag = in->octets[in->at];
    if (tag < DER_CONTEXT || tag > DER_CONTEXT + TNAUTHLIST_ONE)
        return bad_arm(tag, err) || der_at(&subject, start, err);
    in->at++;
    struct der arm;
    if (!der_content(in, &arm, err))
        return false;
    entry->offset = (uint32_t)start; /* fits: the octets are limited to TNAUTHLIST_MAX_OCTETS */
    entry->kind = tag - (uint32_t)DER_CONTEXT;
    bool ok;
    if (entry->kind == TNAUTHLIST_SPC) {
        ok = read_spc(&arm, entry, err);
    } else if (entry->kind == TNAUTHLIST_RANGE) {
        ok = read_range(&arm, entry, err);
    } else {
        entry->count = 1;
        ok = read_tn(&arm, &entry->number, err);
    }
    return ok && der_expect_end(&arm, "the value of the entry", err);
}

bool tnauthlist_decode_entry(const uint8_t *octets, size_t *start, size_t end,
                             struct tnauthlist_entry *entry, struct sti_error *err)
{
    struct der in = {octets, *start, end, &subject};
    if (!read_usual(&in, entry) && !read_entry(&in, entry, err))
        return false;
    *start = in.at;
    return true;
}

/* The fewest octets an entry can have: A0 03 16 01 and one symbol. */
#define LEAST_ENTRY 5

/* Numbers of eleven digits have 15, their ranges 20 to 23: a list is seldom shorter than this says.
 */
#define LIKELY_ENTRY 20

/* Counts the entries by their outer headers, to say by how much a list is too long. */
static bool too_many(struct der in, size_t found, size_t limit, struct sti_error *err)
{
    struct der content;
    for (; in.at < in.end; found++) {
        in.at++;
        if (!der_content(&in, &content, NULL))
            break;
    }
    return sti_refuse(err, NULL, "the list has %zu entries, the limit is %zu", found, limit) ||
           der_at(&subject, STI_NOWHERE, err);
}

/* A list whose entries are read piece by piece. */
struct reading {
    struct der entries; /* those yet to be read */
    size_t count;       /* how many were read */
    size_t limit;       /* how many there may be */
};

/* Reads up to `room` entries, and says how many in *got. */
static bool read_entries(struct reading *reading, struct tnauthlist_kept *kept, size_t room,
                         size_t *got, struct sti_error *err)
{
    struct der *in = &reading->entries;
    size_t count = 0;
    while (in->at < in->end && count < room) {
        if (reading->count + count == reading->limit)
            return too_many(*in, reading->limit, reading->limit, err);
        struct tnauthlist_entry entry;
        if (!read_usual(in, &entry) && !read_entry(in, &entry, err)) {
            if (err != NULL)
                err->entry = reading->count + count + 1;
            return false;
        }
        keep(&kept[count++], &entry);
    }
    reading->count += count;
    *got = count;
    return true;
}

/* Finds the content of the outer SEQUENCE: at least one entry, and nothing behind it. */
static bool open_list(struct reading *reading, const uint8_t *der, size_t length,
                      const struct tnauthlist_limits *limits, struct sti_error *err)
{
    size_t most_octets = TNAUTHLIST_MAX_OCTETS;
    *reading = (struct reading){.limit = TNAUTHLIST_MAX_ENTRIES};
    if (limits != NULL && limits->octets < most_octets)
        most_octets = limits->octets;
    if (limits != NULL && limits->entries < reading->limit)
        reading->limit = limits->entries;
    if (length > most_octets)
        return sti_refuse(err, NULL, "the list has %zu octets, the limit is %zu", length,
                          most_octets) ||
               der_at(&subject, STI_NOWHERE, err);
    struct der in = {der, 0, length, &subject};
    if (length == 0)
        return sti_refuse(err, TN_CLAUSE, "there are no octets, a SEQUENCE (0x30) is wanted") ||
               der_at(&subject, 0, err);
    if (!der_expect(&in, DER_SEQUENCE, "TNAuthorizationList as SEQUENCE", &reading->entries, err) ||
        !der_expect_end(&in, "the list", err))
        return false;
    return reading->entries.at < reading->entries.end ||
           sti_refuse(err, TN_CLAUSE, "the list is empty, at least one entry is needed") ||
           der_at(&subject, reading->entries.at, err);
}

/*
 * Asks for large pages in a block of which `used` octets will be written: a page fault for every
 * 4 KiB of entries costs as much time as reading them. Only a hint: where it means nothing, nothing
 * changes.
 */
static void *allocate(size_t octets, size_t used)
{
    void *block = malloc(octets);
#ifdef MADV_HUGEPAGE
    const uintptr_t large = (uintptr_t)2 * 1024 * 1024;
    if (block != NULL && used >= 2 * large) {
        uintptr_t start = ((uintptr_t)block + large - 1) & ~(large - 1);
        uintptr_t end = ((uintptr_t)block + used) & ~(large - 1);
        (void)madvise((void *)start, end - start, MADV_HUGEPAGE);
    }
#endif
    return block;
}

bool tnauthlist_decode(struct tnauthlist *list, const uint8_t *der, size_t length,
                       const struct tnauthlist_limits *limits, struct sti_error *err)
{
    struct reading reading;
    memset(list, 0, sizeof(*list));
    if (!open_list(&reading, der, length, limits, err))
        return false;
    /* One allocation, before the count is known: counting first would cost as much as reading. */
    size_t octets = reading.entries.end - reading.entries.at;
    size_t room = octets / LEAST_ENTRY;
    if (room > reading.limit)
        room = reading.limit;
    size_t likely = octets / LIKELY_ENTRY < room ? octets / LIKELY_ENTRY : room;
    room++; /* for the one that does not fit: a limit is reached, or it is malformed */
    list->kept = allocate(room * sizeof(*list->kept), likely * sizeof(*list->kept));
    if (list->kept == NULL)
        return sti_fail(err, "no memory for a list of %zu octets", length);
    if (!read_entries(&reading, list->kept, room, &list->count, err)) {
        tnauthlist_free(list);
        return false;
    }
    list->der = der;
    list->der_length = length;
    /* Gives the rest back; should that fail, there is more than needed and nothing is wrong. */
    struct tnauthlist_kept *fitting = realloc(list->kept, list->count * sizeof(*list->kept));
    if (fitting != NULL)
        list->kept = fitting;
    return true;
}

struct tnauthlist_entry tnauthlist_get(const struct tnauthlist *list, size_t index)
{
    const struct tnauthlist_kept *kept = &list->kept[index];
    struct tnauthlist_entry entry = {
        .number = kept_number(kept),
        .count = 1,
        .offset = kept_offset(kept),
        .kind = kept_kind(kept),
    };
    if (entry.kind == TNAUTHLIST_SPC) {
        entry.number = kept->low;
        entry.count = kept->high;
    } else if (entry.kind == TNAUTHLIST_RANGE) {
        entry.count = kept_count(list->der, kept);
    }
    return entry;
}

bool tnauthlist_portions(const uint8_t *der, size_t length, const struct tnauthlist_limits *limits,
                         tnauthlist_portion_visit visit, void *context, struct sti_error *err)
{
    struct tnauthlist_kept kept[TNAUTHLIST_PORTION];
    struct tnauthlist portion = {der, length, kept, 0};
    struct reading reading;
    if (!open_list(&reading, der, length, limits, err))
        return false;
    while (reading.entries.at < reading.entries.end) {
        if (!read_entries(&reading, kept, TNAUTHLIST_PORTION, &portion.count, err))
            return false;
        if (visit != NULL && !visit(context, &portion)) {
            sti_error_clear(err);
            return false;
        }
    }
    return true;
}

void tnauthlist_free(struct tnauthlist *list)
{
    free(list->kept);
    memset(list, 0, sizeof(*list));
}
