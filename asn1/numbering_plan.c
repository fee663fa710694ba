/* SPDX-License-Identifier: Apache-2.0 */
#include "numbering_plan.h"

#include <stdio.h>

#include "tnauthlist_internal.h"

/* Room for the longest sentence. */
#define SENTENCE 200

/* A number of the NANP with its country code: 1-NXX-NXX-XXXX. */
#define NANP_DIGITS 11
#define NANP_FIRST ((uint64_t)10000000000)
#define NANP_LAST ((uint64_t)19999999999)

/* NXX-NXX: an area code and an exchange code of it as one number of six digits. */
#define EXCHANGES 1000
#define BLOCK 10000 /* numbers of one exchange code */

/* The numbers of an entry, as values; all have as many digits. */
struct numbers {
    size_t digits;
    uint64_t first;
    uint64_t last;
};

/* A number in digits, or in words that fit an entry: `TN 12155551212`, `in the range, TN 12...`. */
struct named {
    char text[TN_MAX_SYMBOLS + sizeof("in the range, TN ")];
};

static struct named digits_of(const struct numbers *numbers, uint64_t value)
{
    struct named named;
    tn_unpack(tn_from_value(value, numbers->digits), named.text);
    return named;
}

static struct named name_of(const struct numbers *numbers, uint64_t value)
{
    struct named named;
    char digits[TN_MAX_SYMBOLS + 1];
    tn_unpack(tn_from_value(value, numbers->digits), digits);
    snprintf(named.text, sizeof(named.text), "%sTN %s",
             numbers->first == numbers->last ? "" : "in the range, ", digits);
    return named;
}

/* What of the numbers begins with 1 and has 11 digits; false when nothing does. */
static bool part_in_nanp(const struct numbers *numbers, struct numbers *part)
{
    *part = *numbers;
    if (part->first < NANP_FIRST)
        part->first = NANP_FIRST;
    if (part->last > NANP_LAST)
        part->last = NANP_LAST;
    return numbers->digits == NANP_DIGITS && part->first <= part->last;
}

/* Area codes and exchange codes: they begin with 2 to 9, and N11 is neither. */
static bool is_nxx(uint64_t code)
{
    return code >= 200 && code % 100 != 11;
}

/* The lowest NXX-NXX from `codes` on in which one of the two cannot be one. */
static uint64_t next_bad(uint64_t codes)
{
    uint64_t exchange = codes % EXCHANGES;
    if (!is_nxx(codes / EXCHANGES) || !is_nxx(exchange))
        return codes;
    uint64_t n11 = exchange - exchange % 100 + (exchange % 100 < 11 ? 11 : 111);
    return codes - exchange + (n11 < EXCHANGES ? n11 : EXCHANGES); /* exchange 000 is bad */
}

/* The lowest NXX-NXX from `codes` on in which both are good; 10^6 and more: there is none. */
static uint64_t next_good(uint64_t codes)
{
    while (codes < EXCHANGES * EXCHANGES && next_bad(codes) == codes) {
        if (!is_nxx(codes / EXCHANGES))
            codes += EXCHANGES - codes % EXCHANGES;
        else if (codes % EXCHANGES < 200)
            codes += 200 - codes % EXCHANGES;
        else
            codes++;
    }
    return codes;
}

static uint64_t higher(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* ---- the warnings ---- */

static bool sees_nanp_shape(const struct numbers *numbers, char *sentence)
{
    struct numbers part;
    if (!part_in_nanp(numbers, &part))
        return false;
    uint64_t codes = next_bad((part.first - NANP_FIRST) / BLOCK);
    uint64_t number = higher(part.first, NANP_FIRST + codes * BLOCK);
    if (number > part.last)
        return false;
    bool area = !is_nxx(codes / EXCHANGES);
    snprintf(sentence, SENTENCE,
             "%s has the %s code %03llu, but NANP area and exchange codes begin with 2 to 9 and "
             "are not N11",
             name_of(numbers, number).text, area ? "area" : "exchange",
             (unsigned long long)(area ? codes / EXCHANGES : codes % EXCHANGES));
    return true;
}

static bool sees_nanp_length(const struct numbers *numbers, char *sentence)
{
    uint64_t lowest = 1;
    for (size_t i = 1; i < numbers->digits; i++)
        lowest *= 10;
    uint64_t number = higher(numbers->first, lowest);
    if (numbers->digits == NANP_DIGITS || number > numbers->last || number >= 2 * lowest)
        return false;
    snprintf(sentence, SENTENCE,
             "%s has %zu digit%s; it begins with 1, the country code of the NANP, whose numbers "
             "have 11 with it",
             name_of(numbers, number).text, numbers->digits, numbers->digits == 1 ? "" : "s");
    return true;
}

/* 1-NXX-555-0100 to 1-NXX-555-0199. */
static bool sees_fictitious(const struct numbers *numbers, char *sentence)
{
    static const uint64_t area = (uint64_t)EXCHANGES * BLOCK;
    struct numbers part;
    if (!part_in_nanp(numbers, &part))
        return false;
    uint64_t number = part.first - part.first % area + 5550100;
    if (part.first > number + 99)
        number += area;
    number = higher(number, part.first);
    if (number > part.last)
        return false;
    snprintf(sentence, SENTENCE, "%s is fictitious: 555-0100 to 555-0199 are reserved for that",
             name_of(numbers, number).text);
    return true;
}

static bool sees_crossed_area_code(const struct numbers *numbers, char *sentence)
{
    static const uint64_t area = (uint64_t)EXCHANGES * BLOCK;
    struct numbers part;
    if (!part_in_nanp(numbers, &part) || numbers->first / area == numbers->last / area)
        return false;
    uint64_t first = part.first / area % EXCHANGES;
    uint64_t last = part.last / area % EXCHANGES;
    if (part.first != numbers->first || part.last != numbers->last)
        snprintf(sentence, SENTENCE, "the range begins or ends outside the NANP's country code 1");
    else
        snprintf(sentence, SENTENCE, "the range goes from area code %03llu to area code %03llu",
                 (unsigned long long)first, (unsigned long long)last);
    return true;
}

static bool sees_crossed_block(const struct numbers *numbers, char *sentence)
{
    uint64_t border = (numbers->first / BLOCK + 1) * BLOCK;
    if (border > numbers->last)
        return false;
    snprintf(sentence, SENTENCE, "the range goes over the border of a 10,000 block at TN %s",
             digits_of(numbers, border).text);
    return true;
}

static bool sees_no_country_code(const struct numbers *numbers, char *sentence)
{
    uint64_t lowest = 1;
    for (size_t i = 1; i < numbers->digits; i++)
        lowest *= 10;
    if (numbers->first < lowest) {
        snprintf(sentence, SENTENCE,
                 "TN %s begins with 0, and no country code does; the 0 that is dialled before an "
                 "area code is no part of the number",
                 digits_of(numbers, numbers->first).text);
        return true;
    }
    if (numbers->digits != NANP_DIGITS - 1)
        return false;
    uint64_t number = higher(numbers->first, next_good(numbers->first / BLOCK) * BLOCK);
    if (number > numbers->last)
        return false;
    snprintf(sentence, SENTENCE,
             "%s looks like a NANP number without its country code; with it, it is 1%llu",
             name_of(numbers, number).text, (unsigned long long)number);
    return true;
}

/* The table: names that people and programs rely on, in the order of the header. */
static const struct warning {
    const char *name;
    /* True if the numbers deserve it; then the sentence, of SENTENCE octets at most, is written. */
    bool (*sees)(const struct numbers *numbers, char *sentence);
} warnings[] = {
    {"nanp-shape", sees_nanp_shape},       {"nanp-length", sees_nanp_length},
    {"fictitious", sees_fictitious},       {"crosses-area-code", sees_crossed_area_code},
    {"crosses-block", sees_crossed_block}, {"no-country-code", sees_no_country_code},
};

size_t numbering_plan_check(const struct tnauthlist_entry *entry, numbering_plan_found *found,
                            void *context)
{
    if (entry->kind == TNAUTHLIST_SPC || !tn_is_digits(entry->number))
        return 0;
    char text[TN_MAX_SYMBOLS + 1];
    uint64_t first = tn_value(entry->number);
    const struct numbers numbers = {
        .digits = tn_unpack(entry->number, text),
        .first = first,
        .last = first + entry->count - 1,
    };
    size_t count = 0;
    for (size_t i = 0; i < sizeof(warnings) / sizeof(*warnings); i++) {
        char sentence[SENTENCE];
        if (!warnings[i].sees(&numbers, sentence))
            continue;
        if (found != NULL)
            found(context, warnings[i].name, sentence);
        count++;
    }
    return count;
}
