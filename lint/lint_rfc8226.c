/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 8226: the TNAuthList, by value (section 9) and by reference (section 10.1). */
#include "lint_families.h"
#include "lint_rules.h"

#define RFC "RFC 8226 section "
/* What the standard leaves open is a warning or a notice here, never an error. */
#define OPEN "not said in RFC 8226 section "

static bool with_list(const struct lint_subject *subject)
{
    return subject->list.there;
}

static bool list_form(const struct lint_subject *subject, struct lint_detail *detail)
{
    const struct lint_list *list = &subject->list;
    if (list->well_formed || list->range_fault)
        return true;
    return lint_fails(detail, "TNAuthList entry %zu at byte %zu: %s", list->fault.entry,
                      list->fault.offset == STI_NOWHERE ? 0 : list->fault.offset,
                      list->fault.sentence);
}

static bool list_ranges(const struct lint_subject *subject, struct lint_detail *detail)
{
    const struct lint_list *list = &subject->list;
    return !list->range_fault ||
           lint_fails(detail, "TNAuthList entry %zu: %s", list->fault.entry, list->fault.sentence);
}

static bool list_not_critical(const struct lint_subject *subject, struct lint_detail *detail)
{
    return !lint_critical(subject, LINT_EXTENSION_TNAUTHLIST) ||
           lint_fails(detail, "the TNAuthList is critical");
}

static bool not_both(const struct lint_subject *subject, struct lint_detail *detail)
{
    return !subject->list.there || subject->references == 0 ||
           lint_fails(detail, "there is a TNAuthList by value and one by reference: whether both "
                              "count or one, is not said");
}

static bool with_reference(const struct lint_subject *subject)
{
    return subject->references > 0;
}

static bool reference_https(const struct lint_subject *subject, struct lint_detail *detail)
{
    if (subject->references_https)
        return true;
    return lint_fails(detail, "the list by reference is at \"%s\", no https URI",
                      lint_words(subject->reference).text);
}

static bool one_reference(const struct lint_subject *subject, struct lint_detail *detail)
{
    return subject->references == 1 ||
           lint_fails(detail,
                      "there are %zu lists by reference: whether they are one list, is not "
                      "said",
                      subject->references);
}

static bool with_good_list(const struct lint_subject *subject)
{
    return subject->list.well_formed;
}

static bool spc_alone(const struct lint_subject *subject, struct lint_detail *detail)
{
    const struct lint_list *list = &subject->list;
    return list->spcs == 0 || list->spcs == list->entries ||
           lint_fails(detail,
                      "the list has numbers and the SPC %s: entries are a union, so the "
                      "SPC's numbers count, too",
                      lint_words(list->spc).text);
}

static const struct lint lints[] = {
    {"e_sti_tnauthlist_form", RFC "9", LINT_RFC8226,
     "the TNAuthList is well-formed: explicit tags, one entry at least, lawful symbols",
     "look at it with sti-ca tnlist show --lenient, and make it with sti-ca tnlist encode",
     with_list, list_form},
    {"e_sti_tnauthlist_range", RFC "9", LINT_RFC8226,
     "a range starts with digits, counts 2 or more, and does not make the number longer",
     "give the numbers that do not fit as single ones", with_list, list_ranges},
    {"e_sti_tnauthlist_critical", RFC "9", LINT_RFC8226, "the TNAuthList is not critical",
     "take critical off it", with_list, list_not_critical},
    {"e_sti_list_reference_https", RFC "10.1", LINT_RFC8226,
     "a list by reference is at an https URI", "publish the list with https", with_reference,
     reference_https},
    {"w_sti_list_reference_twice", OPEN "10.1", LINT_RFC8226, "there is one list by reference",
     "name the list once", with_reference, one_reference},
    {"w_sti_list_value_and_reference", OPEN "10.1", LINT_RFC8226,
     "a list is there by value or by reference, not in both ways",
     "leave one of them out: verifiers may take either, both or none", lint_has_list, not_both},
    {"n_sti_spc_beside_numbers", RFC "9", LINT_RFC8226,
     "a list names a provider or numbers, not both",
     "leave the SPC out unless all its numbers are meant", with_good_list, spc_alone},
};

const struct lint_family lint_rfc8226 = LINT_FAMILY("RFC 8226", lints);
