/* SPDX-License-Identifier: Apache-2.0 */
/* The TNAuthList of a certificate: read strictly by asn1/, nothing of it kept but a summary. */
#include "lint_reader.h"
#include "tnauthlist.h"

static bool count_entries(void *context, const struct tnauthlist *portion)
{
    struct lint_list *list = context;
    for (size_t i = 0; i < portion->count; i++) {
        struct tnauthlist_entry entry = tnauthlist_get(portion, i);
        bool is_spc = entry.kind == TNAUTHLIST_SPC;
        if (list->entries == 0)
            list->first_is_spc = is_spc;
        if (is_spc && list->spcs == 0)
            list->spc = (struct lint_octets){portion->der + entry.number, (size_t)entry.count};
        list->spcs += is_spc ? 1 : 0;
        list->entries++;
    }
    return true;
}

/*
 * True if the entry at fault is a range in the right form, a number and a count, that says
 * something a range must not say: a start with # or *, a count below 2 or too large.
 */
static bool is_range_fault(struct lint_octets value, size_t wanted)
{
    struct der list;
    struct der entry = {0};
    struct der range;
    struct der start;
    struct der count;
    uint8_t tag = 0;
    tn_word number;
    if (wanted == 0 || !lint_only(value, DER_SEQUENCE, &list))
        return false;
    for (size_t i = 0; i < wanted; i++)
        if (!lint_any(&list, &tag, &entry, "an entry", NULL))
            return false;
    return tag == DER_CONTEXT + TNAUTHLIST_RANGE &&
           der_expect(&entry, DER_SEQUENCE, "a range", &range, NULL) && entry.at == entry.end &&
           der_expect(&range, DER_IA5STRING, "start", &start, NULL) &&
           tn_pack((const char *)start.octets + start.at, start.end - start.at, &number, NULL) &&
           der_expect(&range, DER_INTEGER, "count", &count, NULL) && count.at < count.end;
}

void lint_list_read(struct lint_list *list, struct lint_octets value)
{
    list->there = true;
    sti_error_clear(&list->fault);
    list->well_formed =
        tnauthlist_portions(value.at, value.length, NULL, count_entries, list, &list->fault);
    if (!list->well_formed)
        list->range_fault = is_range_fault(value, list->fault.entry);
}
