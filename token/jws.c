/* SPDX-License-Identifier: Apache-2.0 */
#include "jws.h"

#include <stdlib.h>
#include <string.h>

#include "base64url.h"
#include "token.h"
#include "token_internal.h"

static const char form_clause[] = "RFC 7515 section 7.1";

/* White space is ignored at the very end only: editors and shells add a line end there. */
static size_t length_without_end(const char *text, size_t length)
{
    while (length > 0 && memchr(" \t\r\n", text[length - 1], 4) != NULL)
        length--;
    return length;
}

bool token_looks_like(const char *octets, size_t length)
{
    int dots = 0;
    size_t part = 0; /* symbols in this part so far */
    length = length_without_end(octets, length);
    for (size_t at = 0; at < length; at++) {
        if (octets[at] != '.') {
            if (base64url_value(octets[at]) < 0)
                return false;
            part++;
            continue;
        }
        if (part == 0)
            return false;
        dots++;
        part = 0;
    }
    /* The third part may be empty: an unsigned token shall be refused as what it is. */
    return dots == 2;
}

/* Finds the two dots. */
static bool split(const char *text, size_t length, size_t dots[2], struct sti_error *err)
{
    size_t parts = 1;
    for (size_t at = 0; at < length; at++) {
        if (text[at] != '.')
            continue;
        if (parts <= 2)
            dots[parts - 1] = at;
        parts++;
    }
    if (parts != 3)
        sti_refuse(err, form_clause, "%zu part%s separated by dots; a compact JWS has three%s",
                   parts, parts == 1 ? "" : "s",
                   text[0] == '{' ? " (this looks like JSON, which is not read)" : "");
    else if (dots[0] == 0)
        sti_refuse(err, form_clause, "the first part, the header, is empty");
    else if (dots[1] == dots[0] + 1)
        sti_refuse(err, form_clause, "the second part, the payload, is empty");
    else
        return true;
    return sti_error_part(err, "token");
}

/* How deep brackets nest; those in strings do not count. */
static size_t depth_of(const uint8_t *octets, size_t length)
{
    size_t depth = 0;
    size_t deepest = 0;
    bool in_string = false;
    for (size_t at = 0; at < length; at++) {
        uint8_t c = octets[at];
        if (in_string && c == '\\')
            at++;
        else if (c == '"')
            in_string = !in_string;
        else if (!in_string && (c == '{' || c == '['))
            deepest = ++depth > deepest ? depth : deepest;
        else if (!in_string && (c == '}' || c == ']') && depth > 0)
            depth--;
    }
    return deepest;
}

json_t *jws_json(const uint8_t *octets, size_t length, const char *part, const char *clause,
                 struct sti_error *err)
{
    json_error_t why;
    size_t depth = depth_of(octets, length);
    if (depth > JWS_MAX_DEPTH) {
        sti_refuse(err, "RFC 8259 section 9", "the %s nests %zu levels deep; at most %d are read",
                   part, depth, JWS_MAX_DEPTH);
        sti_error_part(err, "%s", part);
        return NULL;
    }
    json_t *json = json_loadb((const char *)octets, length, JSON_REJECT_DUPLICATES, &why);
    if (json != NULL && json_is_object(json))
        return json;
    if (json != NULL) {
        sti_refuse(err, clause, "the %s is a JSON array; it must be an object", part);
        json_decref(json);
    } else if (json_error_code(&why) == json_error_out_of_memory) {
        sti_fail(err, "out of memory");
    } else {
        sti_refuse(err, clause, "the %s is not a JSON object with unique members: %s", part,
                   quote(why.text, strlen(why.text)).text);
        if (err != NULL && why.position >= 0)
            err->offset = (size_t)why.position;
    }
    sti_error_part(err, "%s", part);
    return NULL;
}

static bool decode_part(const char *text, size_t from, size_t to, uint8_t **octets, size_t *length,
                        const char *part, struct sti_error *err)
{
    return base64url_decode(text + from, to - from, octets, length, err) ||
           sti_error_part(err, "%s", part);
}

bool jws_read(struct jws *jws, const char *text, size_t length, struct sti_error *err)
{
    if (length > TOKEN_MAX_OCTETS) {
        sti_refuse(err, NULL, "the token has %zu octets; at most %zu are read", length,
                   TOKEN_MAX_OCTETS);
        return sti_error_part(err, "token");
    }
    length = length_without_end(text, length);
    if (length == 0) {
        sti_refuse(err, form_clause, "the token is empty");
        return sti_error_part(err, "token");
    }
    size_t dots[2] = {0, 0};
    if (!split(text, length, dots, err))
        return false;
    jws->text = text;
    jws->signed_length = dots[1];

    uint8_t *header = NULL;
    size_t header_length = 0;
    if (!decode_part(text, 0, dots[0], &header, &header_length, "header", err))
        return false;
    jws->header = jws_json(header, header_length, "header", "RFC 7515 section 4", err);
    free(header);
    return jws->header != NULL &&
           decode_part(text, dots[0] + 1, dots[1], &jws->payload, &jws->payload_length, "payload",
                       err) &&
           decode_part(text, dots[1] + 1, length, &jws->signature, &jws->signature_length,
                       "signature", err);
}

void jws_free(struct jws *jws)
{
    json_decref(jws->header);
    free(jws->payload);
    free(jws->signature);
    memset(jws, 0, sizeof(*jws));
}

static char *encode_json(const json_t *json, struct sti_error *err)
{
    char *text = json_dumps(json, JSON_COMPACT | JSON_PRESERVE_ORDER);
    if (text == NULL) {
        sti_fail(err, "out of memory");
        return NULL;
    }
    char *part = base64url_encode((const uint8_t *)text, strlen(text), err);
    free(text);
    return part;
}

char *jws_join(const char *before, const char *after, struct sti_error *err)
{
    size_t before_length = strlen(before);
    size_t after_length = strlen(after);
    char *joined = malloc(before_length + 1 + after_length + 1);
    if (joined == NULL) {
        sti_fail(err, "out of memory");
        return NULL;
    }
    memcpy(joined, before, before_length);
    joined[before_length] = '.';
    memcpy(joined + before_length + 1, after, after_length + 1);
    return joined;
}

char *jws_signing_input(const json_t *header, const json_t *payload, struct sti_error *err)
{
    char *first = encode_json(header, err);
    char *second = first == NULL ? NULL : encode_json(payload, err);
    char *input = second == NULL ? NULL : jws_join(first, second, err);
    free(first);
    free(second);
    return input;
}
