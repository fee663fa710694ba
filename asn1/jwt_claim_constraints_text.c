/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text form of (Enhanced)JWTClaimConstraints.
 *
 *   list   = [entry] *( ("," / line end) [entry] )        ";" starts a comment up to the line's end
 *   entry  = "mustInclude:" name / "mustExclude:" name / "permitted:" name "=" value *( "|" value )
 *   name   = 1*( visible ASCII but , ; = \  /  "\x" two hex digits )
 *   value  = *( any octet but , ; | \ and control characters  /  "\x" two hex digits )
 */
#include <string.h>

#include "jwt_claim_constraints_builder.h"
#include "text_words.h"

static const char *const prefixes[] = {"mustInclude:", "permitted:", "mustExclude:"};

/* Adds the octets of a word, each of which may be written as \xHH; `name`: visible ASCII only. */
static bool add_octets(struct jwt_claim_encoded *part, const struct text *text, struct word word,
                       bool name, struct sti_error *err)
{
    for (size_t i = word.start; i < word.end;) {
        unsigned char c = (unsigned char)text->octets[i];
        int escaped = text_escape(text, i, word.end);
        if (c == '\\' && escaped < 0)
            return sti_refuse(err, NULL, "a \\ starts \\xHH with two hex digits") ||
                   text_at(text, i, err);
        if (escaped < 0 && (c < 0x20 || c == 0x7f || (name && (c == ' ' || c >= 0x80))))
            return sti_refuse(err, NULL,
                              "octet 0x%02X cannot stand plainly here; \\x%02X would "
                              "mean it",
                              c, c) ||
                   text_at(text, i, err);
        if (escaped >= 0)
            c = (unsigned char)escaped;
        if (name && c >= 0x80)
            return sti_refuse(err, "RFC 8226 section 8",
                              "octet 0x%02X cannot stand in the name of a claim (IA5String)", c) ||
                   text_at(text, i, err);
        if (!jwt_claim_append(part, &c, 1, err))
            return false;
        i += escaped < 0 ? 1 : 4;
    }
    return true;
}

static bool add_name(struct jwt_claim_encoded *part, const struct text *text, struct word word,
                     struct sti_error *err)
{
    size_t start = part->length;
    if (word.start == word.end)
        return sti_refuse(err, NULL, "the name of a claim is missing") ||
               text_at(text, word.start, err);
    return add_octets(part, text, word, true, err) &&
           jwt_claim_wrap(part, start, DER_IA5STRING, err);
}

/* VALUE|VALUE|...: every value an UTF8String. An empty one is a value too. */
static bool add_values(struct jwt_claim_encoded *part, const struct text *text, struct word word,
                       struct sti_error *err)
{
    size_t values = part->length;
    for (size_t at = word.start; at <= word.end;) {
        const char *bar = memchr(text->octets + at, '|', word.end - at);
        size_t end = bar == NULL ? word.end : (size_t)(bar - text->octets);
        size_t start = part->length;
        if (!add_octets(part, text, (struct word){at, end}, false, err) ||
            !jwt_claim_wrap(part, start, DER_UTF8STRING, err))
            return false;
        at = end + 1;
    }
    return jwt_claim_wrap(part, values, DER_SEQUENCE, err);
}

/* CLAIM=VALUE|VALUE|... */
static bool add_permitted(struct jwt_claim_encoded *part, const struct text *text, struct word word,
                          struct sti_error *err)
{
    size_t start = part->length;
    const char *equals = memchr(text->octets + word.start, '=', word.end - word.start);
    if (equals == NULL)
        return sti_refuse(err, NULL, "permitted: wants values, as in permitted:attest=A|B") ||
               text_at(text, word.end, err);
    size_t middle = (size_t)(equals - text->octets);
    return add_name(part, text, (struct word){word.start, middle}, err) &&
           add_values(part, text, (struct word){middle + 1, word.end}, err) &&
           jwt_claim_wrap(part, start, DER_SEQUENCE, err);
}

static bool read_entry(struct jwt_claim_builder *builder, const struct text *text, struct word word,
                       struct sti_error *err)
{
    unsigned kind = 0;
    while (kind <= JWT_CLAIM_MUST_EXCLUDE && !text_starts_with(text, word, prefixes[kind]))
        kind++;
    if (kind > JWT_CLAIM_MUST_EXCLUDE)
        return sti_refuse(err, NULL,
                          "an entry begins with mustInclude:, permitted: or mustExclude:, as in "
                          "mustInclude:attest or permitted:attest=A|B") ||
               text_at(text, word.start, err);
    if (builder->count == JWT_CLAIM_MAX_CONSTRAINTS)
        return sti_refuse(err, NULL, "there are more than %zu constraints",
                          JWT_CLAIM_MAX_CONSTRAINTS) ||
               text_at(text, word.start, err);
    builder->count++;
    struct jwt_claim_encoded *part = &builder->parts[kind];
    word.start += strlen(prefixes[kind]);
    return kind == JWT_CLAIM_PERMITTED_VALUES ? add_permitted(part, text, word, err)
                                              : add_name(part, text, word, err);
}

bool jwt_claim_constraints_parse_entry(struct jwt_claim_builder *builder, const char *octets,
                                       size_t length, struct sti_error *err)
{
    const struct text text = {.octets = octets, .end = length, .line = 1};
    return read_entry(builder, &text, (struct word){0, length}, err);
}

/*
 * `permitted:a=b;mustInclude:c` was meant as two entries: as a comment, the second would be lost
 * without a word.
 */
static bool check_comment(const struct text *text, struct word word, struct sti_error *err)
{
    if (word.start == word.end || text->at == text->end || text->octets[text->at] != ';')
        return true;
    struct word behind = {text->at + 1, text->end};
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
        if (text_starts_with(text, behind, prefixes[i]))
            return sti_refuse(err, NULL, "; starts a comment; entries are separated by commas") ||
                   text_at(text, text->at, err);
    return true;
}

bool jwt_claim_constraints_parse(struct jwt_claim_builder *builder, const char *octets,
                                 size_t length, struct sti_error *err)
{
    struct text text = {.octets = octets, .end = length, .line = 1};
    struct word word;
    while (text_next_word(&text, &word)) {
        if (word.start < word.end &&
            (!read_entry(builder, &text, word, err) || !check_comment(&text, word, err)))
            return false;
        text_end_word(&text);
    }
    return true;
}

/* ---- printing ---- */

/* A value: blanks inside it stand plainly, at its ends they would not count. */
static void put_value(struct text_out *out, struct jwt_claim_octets value)
{
    for (size_t i = 0; i < value.length; i++) {
        if (value.octets[i] == ' ' && i > 0 && i + 1 < value.length)
            text_put(out, ' ');
        else
            text_put_octet(out, value.octets[i], ",;|");
    }
}

size_t jwt_claim_constraint_text(const struct jwt_claim_constraints *value, size_t index, char *buf,
                                 size_t size)
{
    const struct jwt_claim_constraint *constraint = &value->constraints[index];
    struct text_out out = {buf, size, 0};
    text_put_word(&out, prefixes[constraint->kind]);
    for (size_t i = 0; i < constraint->claim.length; i++)
        text_put_octet(&out, constraint->claim.octets[i], ",;=");
    for (size_t i = 0; i < constraint->value_count; i++) {
        text_put(&out, i == 0 ? '=' : '|');
        put_value(&out, value->values[constraint->first_value + i]);
    }
    return text_finish(&out);
}
