/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Walking lists as they are found in the field. The strict reader reads every entry it can; what it
 * refuses is looked at again here, for the mistakes that real certificates have.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tnauthlist_internal.h"

#define UTF8STRING 0x0c
#define PRINTABLESTRING 0x13
#define T61STRING 0x14
#define VISIBLESTRING 0x1a
#define IMPLICIT 0x80

/* How much of a text that is no entry is shown. */
#define SHOWN_OCTETS 60

/* A walk under way. `text` holds the text form of one entry and grows with the longest. */
struct walk {
    const uint8_t *octets;
    size_t at;
    size_t end;
    size_t entry;
    char *text;
    size_t room;
    tnauthlist_visit visit;
    void *context;
};

static bool tell(struct walk *walk, size_t offset, const char *text, const char *flaw)
{
    const struct tnauthlist_found found = {walk->entry, offset, text, flaw};
    return walk->visit(walk->context, &found);
}

/* ---- texts ---- */

/* The text form of an entry, in walk->text; NULL without memory. */
static const char *entry_text(struct walk *walk, const struct tnauthlist_entry *entry)
{
    size_t length = tnauthlist_value_text(walk->octets, entry, walk->text, walk->room);
    if (length >= walk->room) {
        char *more = realloc(walk->text, length + 1);
        if (more == NULL)
            return NULL;
        walk->text = more;
        walk->room = length + 1;
        tnauthlist_value_text(walk->octets, entry, walk->text, walk->room);
    }
    return walk->text;
}

/* The octets as an SPC or a number of the text form; NULL if they are neither. */
static const char *string_text(struct walk *walk, unsigned kind, size_t at, size_t length)
{
    struct tnauthlist_entry entry = {.number = at, .count = length, .kind = kind};
    if (length == 0)
        return NULL;
    if (kind == TNAUTHLIST_ONE) {
        entry.count = 1;
        if (!tn_pack((const char *)walk->octets + at, length, &entry.number, NULL))
            return NULL;
    }
    for (size_t i = at; i < at + length; i++)
        if (walk->octets[i] >= 0x80)
            return NULL;
    return entry_text(walk, &entry);
}

static bool is_printable(const uint8_t *octets, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (octets[i] < 0x20 || octets[i] >= 0x7f)
            return false;
    return length > 0;
}

static bool is_url(const uint8_t *octets, size_t length)
{
    return (length > 7 && memcmp(octets, "http://", 7) == 0) ||
           (length > 8 && memcmp(octets, "https://", 8) == 0);
}

/* Octets between quotes, what cannot be printed as a dot, long ones cut. */
static void quote(const uint8_t *octets, size_t length, char quoted[SHOWN_OCTETS + 8])
{
    size_t shown = length < SHOWN_OCTETS ? length : SHOWN_OCTETS;
    char *out = quoted;
    *out++ = '"';
    for (size_t i = 0; i < shown; i++)
        *out++ = octets[i] >= 0x20 && octets[i] < 0x7f ? (char)octets[i] : '.';
    strcpy(out, shown < length ? "...\"" : "\"");
}

/* The name of a string type that stands where IA5String should; NULL if the tag is none of them. */
static const char *string_type(uint8_t tag)
{
    switch (tag) {
    case DER_IA5STRING:
        return "IA5String";
    case UTF8STRING:
        return "UTF8String";
    case PRINTABLESTRING:
        return "PrintableString";
    case T61STRING:
        return "T61String";
    case VISIBLESTRING:
        return "VisibleString";
    default:
        return NULL;
    }
}

/* ---- one element the strict reader has refused ---- */

/* An element: its tag, and its content cut to what is there. */
struct element {
    size_t start;
    uint8_t tag;
    size_t content;
    size_t length;
    bool cut;    /* the length says more than there is, or is no length */
    bool padded; /* the length could be written in fewer octets */
};

/* Reads a header with a length of any form; a wrong length becomes what is left. */
static struct element read_element(const struct walk *walk, size_t at, size_t end)
{
    struct element element = {.start = at, .tag = walk->octets[at], .content = at + 1};
    size_t left = end - at - 1;
    if (left == 0) {
        element.cut = true;
        return element;
    }
    size_t length = walk->octets[at + 1];
    size_t octets = length < 0x80 ? 0 : length & 0x7f;
    element.content++;
    left--;
    if (octets > 4 || octets > left || length == 0x80) {
        element.length = left;
        element.cut = true;
        return element;
    }
    if (octets > 0)
        length = 0;
    for (size_t i = 0; i < octets; i++)
        length = length << 8 | walk->octets[element.content + i];
    element.padded = octets > 0 && (length < 0x80 || length >> 8 * (octets - 1) == 0);
    element.content += octets;
    left -= octets;
    element.cut = length > left;
    element.length = element.cut ? left : length;
    return element;
}

static const uint8_t *content_of(const struct walk *walk, const struct element *element)
{
    return walk->octets + element->content;
}

/* A string with no [n] around it: nobody can tell an SPC from a number. */
static bool bare_string(struct walk *walk, const struct element *element)
{
    char quoted[SHOWN_OCTETS + 8];
    char flaw[200];
    quote(content_of(walk, element), element->length, quoted);
    if (is_url(content_of(walk, element), element->length))
        snprintf(flaw, sizeof(flaw),
                 "a URL in the list, %s; a list by reference belongs into Authority Information "
                 "Access, as stirTNList",
                 quoted);
    else
        snprintf(flaw, sizeof(flaw),
                 "%s %s without a context tag; it may be meant as an SPC, [0] around an IA5String",
                 string_type(element->tag), quoted);
    return tell(walk, element->start, NULL, flaw);
}

/* [0] or [2] in the implicit form: the text stands right behind the tag. */
static bool implicit_string(struct walk *walk, const struct element *element)
{
    char flaw[120];
    unsigned kind = element->tag & 3u;
    snprintf(flaw, sizeof(flaw), "implicit tag 0x%02X, 0x%02X around an IA5String is wanted",
             element->tag, DER_CONTEXT | kind);
    return tell(walk, element->start, string_text(walk, kind, element->content, element->length),
                flaw);
}

/* [0] or [2] around something that is no IA5String. */
static bool odd_string(struct walk *walk, const struct element *element, const char *refusal)
{
    unsigned kind = element->tag & 3u;
    const uint8_t *content = content_of(walk, element);
    char flaw[160];
    if (element->length < 2 || string_type(content[0]) == NULL)
        return tell(walk, element->start, NULL, refusal);
    struct element inner = read_element(walk, element->content, element->content + element->length);
    const char *text = string_text(walk, kind, inner.content, inner.length);
    if (inner.cut && is_printable(content + 1, element->length - 1)) {
        snprintf(flaw, sizeof(flaw), "the length octet of the %s is missing",
                 string_type(content[0]));
        text = string_text(walk, kind, element->content + 1, element->length - 1);
    } else if (is_url(content_of(walk, &inner), inner.length)) {
        return bare_string(walk, &inner);
    } else if (content[0] != DER_IA5STRING) {
        snprintf(flaw, sizeof(flaw), "%s where an IA5String is wanted", string_type(content[0]));
    } else {
        return tell(walk, element->start, text, refusal);
    }
    return tell(walk, element->start, text, flaw);
}

/* [1] whose SEQUENCE is missing: start and count stand right behind the tag. */
static bool implicit_range(struct walk *walk, const struct element *element, const char *refusal)
{
    if (element->length > 100 || element->cut)
        return tell(walk, element->start, NULL, refusal);
    /* What it would be with the SEQUENCE: read strictly. */
    uint8_t whole[110] = {DER_CONTEXT | TNAUTHLIST_RANGE, (uint8_t)(element->length + 2),
                          DER_SEQUENCE, (uint8_t)element->length};
    struct tnauthlist_entry entry;
    size_t at = 0;
    memcpy(whole + 4, content_of(walk, element), element->length);
    if (!tnauthlist_decode_entry(whole, &at, element->length + 4, &entry, NULL))
        return tell(walk, element->start, NULL, refusal);
    return tell(walk, element->start, entry_text(walk, &entry),
                "implicit tag: the SEQUENCE around start and count is missing");
}

static bool flawed(struct walk *walk, const struct element *element, const char *refusal)
{
    switch (element->tag) {
    case IMPLICIT | TNAUTHLIST_SPC:
    case IMPLICIT | TNAUTHLIST_ONE:
        return implicit_string(walk, element);
    case DER_CONTEXT | TNAUTHLIST_SPC:
    case DER_CONTEXT | TNAUTHLIST_ONE:
        return odd_string(walk, element, refusal);
    case IMPLICIT | TNAUTHLIST_RANGE:
    case DER_CONTEXT | TNAUTHLIST_RANGE:
        return implicit_range(walk, element, refusal);
    default:
        if (string_type(element->tag) != NULL)
            return bare_string(walk, element);
        return tell(walk, element->start, NULL, refusal);
    }
}

/* ---- the list ---- */

/* What stands behind the count of a range that the strict reader has read. */
static const char *extra_elements(const struct walk *walk, const struct tnauthlist_entry *entry,
                                  size_t end)
{
    if (entry->kind != TNAUTHLIST_RANGE)
        return NULL;
    struct element arm = read_element(walk, entry->offset, end);
    struct element range = read_element(walk, arm.content, end);
    struct element start = read_element(walk, range.content, end);
    struct element count = read_element(walk, start.content + start.length, end);
    size_t behind = count.content + count.length;
    if (behind == range.content + range.length)
        return NULL;
    if (walk->octets[behind] == DER_IA5STRING)
        return "a second pair stands behind the count; only the first one counts";
    return "unknown elements stand behind the count; they are stepped over";
}

static bool walk_entry(struct walk *walk)
{
    struct tnauthlist_entry entry;
    struct sti_error err;
    size_t start = walk->at;
    walk->entry++;
    if (tnauthlist_decode_entry(walk->octets, &walk->at, walk->end, &entry, &err)) {
        const char *text = entry_text(walk, &entry);
        return text != NULL && tell(walk, start, text, extra_elements(walk, &entry, walk->end));
    }
    struct element element = read_element(walk, start, walk->end);
    walk->at = element.content + element.length;
    return flawed(walk, &element, err.sentence);
}

/* Octets that do not begin with a SEQUENCE. */
static bool no_list(struct walk *walk)
{
    char quoted[SHOWN_OCTETS + 8];
    char flaw[200];
    size_t length = walk->end;
    if (length == 0)
        return tell(walk, 0, NULL, "there are no octets");
    quote(walk->octets, length, quoted);
    if (is_url(walk->octets, length))
        snprintf(
            flaw, sizeof(flaw),
            "a bare URL, %s; a list by reference belongs into Authority Information Access, as "
            "stirTNList",
            quoted);
    else if (is_printable(walk->octets, length))
        snprintf(flaw, sizeof(flaw), "bare text, %s, where a SEQUENCE of entries is wanted",
                 quoted);
    else
        snprintf(flaw, sizeof(flaw), "tag 0x%02X stands where a SEQUENCE (0x30) is wanted",
                 walk->octets[0]);
    return tell(walk, 0, NULL, flaw);
}

static bool walk_list(struct walk *walk)
{
    if (walk->end == 0 || walk->octets[0] != DER_SEQUENCE)
        return no_list(walk);
    size_t end = walk->end;
    struct element list = read_element(walk, 0, end);
    if (list.cut && !tell(walk, 1, NULL, "the length of the list does not fit what follows"))
        return false;
    if (list.padded && !tell(walk, 1, NULL, "the length of the list is not in the fewest octets"))
        return false;
    walk->at = list.content;
    walk->end = list.content + list.length;
    if (list.length == 0 && !tell(walk, walk->end, NULL, "the list is empty"))
        return false;
    while (walk->at < walk->end)
        if (!walk_entry(walk))
            return false;
    walk->entry = 0;
    if (walk->end == end)
        return true;
    char flaw[80];
    snprintf(flaw, sizeof(flaw), "%zu octets too many behind the list", end - walk->end);
    return tell(walk, walk->end, NULL, flaw);
}

bool tnauthlist_walk(const uint8_t *der, size_t length, tnauthlist_visit visit, void *context)
{
    struct walk walk = {.octets = der, .end = length, .visit = visit, .context = context};
    walk.room = 256;
    walk.text = malloc(walk.room);
    bool ok = walk.text != NULL && length <= TNAUTHLIST_MAX_OCTETS && walk_list(&walk);
    free(walk.text);
    return ok;
}
