/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PKCS#11 URIs. The grammar is RFC 7512's, with its percent-encoding and each of its attributes.
 * The reading is stricter than other readers': an attribute that nobody reads, one given twice, a
 * blank or a malformed escape is refused, because a mistyped attribute that is passed over selects
 * another key than the one that was meant.
 *
 *     "pkcs11:" [ name "=" value *( ";" name "=" value ) ] [ "?" name "=" value *( "&" ... ) ]
 */
#include "hsm_uri_internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CLAUSE HSM_URI_CLAUSE
#define SCHEME "pkcs11:"

/* What RFC 3986 calls unreserved, and what RFC 7512 allows unescaped in both components. */
#define LETTERS_AND_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define PLAIN LETTERS_AND_DIGITS "-._~:[]@!$'()*+,="

/* One `name=value` of the URI, still escaped. */
struct piece {
    const char *name;
    size_t name_length;
    const char *value;
    size_t value_length;
    enum component component;
};

/* Completes a URI error with its place: `at` points into the text, or is NULL if it has none. */
static bool at_byte(const struct reading *in, const char *at)
{
    if (in->err != NULL && at != NULL)
        in->err->offset = (size_t)(at - in->uri->text);
    return sti_error_part(in->err, "PKCS#11 URI");
}

static bool out_of_memory(const struct reading *in)
{
    return sti_fail(in->err, "out of memory");
}

static bool is_hex(char c)
{
    return c != '\0' && strchr("0123456789abcdefABCDEF", c) != NULL;
}

/* pk11-pchar or pk11-qchar, without the percent-encoded ones. */
static bool is_allowed(char c, enum component component)
{
    return strchr(PLAIN, c) != NULL || strchr(component == PATH ? "&" : "/?|", c) != NULL;
}

static bool check_characters(const struct reading *in, const struct piece *piece)
{
    for (size_t i = 0; i < piece->value_length; i++) {
        const char *at = piece->value + i;
        if (*at == '%' && (!is_hex(at[1]) || !is_hex(at[2]))) {
            sti_error_set(in->err, STI_USAGE, CLAUSE,
                          "%% must be followed by two hexadecimal digits; a %% itself is %%25");
            return at_byte(in, at);
        }
        if (*at != '%' && !is_allowed(*at, piece->component)) {
            sti_error_set(in->err, STI_USAGE, CLAUSE, "this character must be written as %%%02X",
                          (unsigned char)*at);
            return at_byte(in, at);
        }
    }
    return true;
}

static unsigned hex_value(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

/* The escapes have been checked. The octets are the caller's to free; NULL: no memory. */
static bool decode(const struct piece *piece, struct value *value)
{
    value->length = 0;
    value->octets = malloc(piece->value_length + 1);
    if (value->octets == NULL)
        return false;
    for (size_t i = 0; i < piece->value_length; i++) {
        char c = piece->value[i];
        if (c == '%') {
            c = (char)(hex_value(piece->value[i + 1]) << 4 | hex_value(piece->value[i + 2]));
            i += 2;
        }
        value->octets[value->length++] = (unsigned char)c;
    }
    value->octets[value->length] = '\0';
    return true;
}

/* Finds the attribute's row in the table; the last one if it is unknown. */
static size_t attribute_find(const struct piece *piece)
{
    const struct attribute *rows = hsm_uri_attributes;
    size_t i = 0;
    while (rows[i].name != NULL && (strlen(rows[i].name) != piece->name_length ||
                                    memcmp(rows[i].name, piece->name, piece->name_length) != 0))
        i++;
    return i;
}

/* One attribute: is it known, for us, in its component, and new? */
static bool check_name(struct reading *in, const struct piece *piece, size_t row)
{
    const struct attribute *known = &hsm_uri_attributes[row];
    if (known->name == NULL)
        return sti_error_set(
            in->err, STI_USAGE, CLAUSE, "the attribute '%.*s' is not known; correct or remove it",
            piece->name_length < HSM_URI_SHOWN ? (int)piece->name_length : HSM_URI_SHOWN,
            piece->name);
    if (known->refusal != NULL)
        return sti_error_set(in->err, STI_USAGE, CLAUSE, "%s is not accepted: %s", known->name,
                             known->refusal);
    if (known->component != piece->component)
        return sti_error_set(in->err, STI_USAGE, CLAUSE, "%s belongs %s the '?'; move it there",
                             known->name, known->component == PATH ? "before" : "after");
    if (in->seen & (1UL << row))
        return sti_error_set(in->err, STI_USAGE, CLAUSE, "%s is given twice; give it once",
                             known->name);
    in->seen |= 1UL << row;
    return true;
}

static bool check_value(const struct reading *in, const struct attribute *known,
                        const struct value *value)
{
    if (value->length == 0)
        return sti_error_set(in->err, STI_USAGE, CLAUSE,
                             "%s has no value; give it one or remove it", known->name);
    if (value->length > known->most)
        return sti_error_set(in->err, STI_USAGE, CLAUSE,
                             "%s has %zu octets, of which there can be %zu at most; correct it",
                             known->name, value->length, known->most);
    if (!known->any && memchr(value->octets, '\0', value->length) != NULL)
        return sti_error_set(in->err, STI_USAGE, CLAUSE, "%s contains %%00; remove it",
                             known->name);
    return true;
}

static bool take_piece(struct reading *in, const struct piece *piece)
{
    size_t row = attribute_find(piece);
    if (!check_name(in, piece, row))
        return at_byte(in, piece->name);
    if (!check_characters(in, piece))
        return false;
    struct value value;
    if (!decode(piece, &value))
        return out_of_memory(in);
    bool good = check_value(in, &hsm_uri_attributes[row], &value) &&
                hsm_uri_attributes[row].take(in, &hsm_uri_attributes[row], &value);
    free(value.octets);
    return good || at_byte(in, piece->name);
}

static bool take_pieces(struct reading *in, const char *at)
{
    enum component component = PATH;
    if (*at == '?') {
        component = QUERY;
        at++;
    }
    for (;;) {
        const char *end = at + strcspn(at, component == PATH ? ";?" : "&");
        const char *equals = memchr(at, '=', (size_t)(end - at));
        if (equals == NULL || equals == at) {
            sti_error_set(in->err, STI_USAGE, CLAUSE,
                          "expected an attribute written as name=value");
            return at_byte(in, at);
        }
        const struct piece piece = {.name = at,
                                    .name_length = (size_t)(equals - at),
                                    .value = equals + 1,
                                    .value_length = (size_t)(end - equals - 1),
                                    .component = component};
        if (!take_piece(in, &piece))
            return false;
        if (*end == '\0')
            return true;
        if (*end == '?')
            component = QUERY;
        at = end + 1;
    }
}

static bool check_complete(const struct reading *in, bool key_needed)
{
    const struct hsm_uri *uri = in->uri;
    const char *missing = NULL;
    if (uri->token == NULL || uri->token[0] == '\0')
        missing = "token is missing; name the token by its label with token=";
    else if (key_needed && uri->object == NULL && uri->id == NULL)
        missing = "object and id are missing; name the key with object= or id=";
    else if (uri->module_path == NULL)
        missing = "module-path is missing; name the PKCS#11 module's file with ?module-path=";
    if (missing == NULL)
        return true;
    sti_error_set(in->err, STI_USAGE, CLAUSE, "%s", missing);
    return at_byte(in, NULL);
}

bool hsm_uri_is(const char *text)
{
    return strncasecmp(text, SCHEME, strlen(SCHEME)) == 0; /* RFC 3986 section 3.1 */
}

static bool parse(struct reading *in, bool key_needed)
{
    if (!hsm_uri_is(in->uri->text)) {
        sti_error_set(in->err, STI_USAGE, CLAUSE,
                      "a key in an HSM is written as "
                      "pkcs11:token=TOKEN;object=KEY?module-path=FILE");
        return at_byte(in, NULL);
    }
    const char *at = in->uri->text + strlen(SCHEME);
    return take_pieces(in, at) && check_complete(in, key_needed);
}

static struct hsm_uri *uri_new(const char *text, const char *directory, bool key_needed,
                               struct sti_error *err)
{
    struct hsm_uri *uri = calloc(1, sizeof(*uri));
    struct reading in = {.uri = uri, .directory = directory, .err = err};
    if (uri == NULL || (uri->text = strdup(text)) == NULL) {
        out_of_memory(&in);
    } else {
        uri->pin_fd = HSM_NO_FD;
        if (parse(&in, key_needed))
            return uri;
    }
    hsm_uri_free(uri);
    return NULL;
}

struct hsm_uri *hsm_uri_parse(const char *text, const char *directory, struct sti_error *err)
{
    return uri_new(text, directory, true, err);
}

struct hsm_uri *hsm_uri_parse_token(const char *text, const char *directory, struct sti_error *err)
{
    return uri_new(text, directory, false, err);
}

void hsm_uri_free(struct hsm_uri *uri)
{
    if (uri == NULL)
        return;
    free(uri->text);
    free(uri->module_path);
    free(uri->token);
    free(uri->manufacturer);
    free(uri->model);
    free(uri->serial);
    free(uri->slot_description);
    free(uri->slot_manufacturer);
    free(uri->library_description);
    free(uri->library_manufacturer);
    free(uri->object);
    free(uri->id);
    free(uri->pin_file);
    free(uri->init_reserved);
    free(uri);
}
