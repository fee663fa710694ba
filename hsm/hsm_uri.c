/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PKCS#11 URIs. p11-kit's parser decodes them; a scan before it refuses what p11-kit would skip or
 * repair in silence: attributes nobody reads, attributes given twice, blanks, malformed escapes. A
 * mistyped attribute that is ignored selects another key than the one that was meant.
 */
#include "hsm.h"

#include <p11-kit/uri.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLAUSE "RFC 7512 section 2.3"
#define SCHEME "pkcs11:"
#define NAME_SHOWN 60 /* octets of an unknown attribute's name that a message repeats */

enum component { PATH, QUERY };

/* Every attribute of RFC 7512, in the component it belongs to; `refusal` if it is not for us. */
static const struct attribute {
    const char *name;
    enum component component;
    const char *refusal;
} attributes[] = {
    {"token", PATH, NULL},
    {"manufacturer", PATH, NULL},
    {"serial", PATH, NULL},
    {"model", PATH, NULL},
    {"object", PATH, NULL},
    {"id", PATH, NULL},
    {"type", PATH, NULL},
    {"slot-id", PATH, "slot numbers change; name the token by its label with token="},
    {"slot-description", PATH, "name the token by its label with token="},
    {"slot-manufacturer", PATH, "name the token by its label with token="},
    {"library-description", PATH, "name the module's file with module-path="},
    {"library-manufacturer", PATH, "name the module's file with module-path="},
    {"library-version", PATH, "name the module's file with module-path="},
    {"module-path", QUERY, NULL},
    {"pin-source", QUERY, NULL},
    {"pin-value", QUERY,
     "a PIN in an argument can be read by every user of the machine; put it in a file of mode 600 "
     "and write pin-source=file:PATH"},
    {"module-name", QUERY, "name the module's file with module-path="},
};
#define ATTRIBUTES (sizeof(attributes) / sizeof(attributes[0]))

/* One `name=value` of the URI, still escaped. */
struct piece {
    const char *name;
    int name_length;
    const char *value;
    size_t value_length;
    enum component component;
};

/* Completes a URI error with its place: `at` points into `text`, or is NULL if it has none. */
static bool at_byte(struct sti_error *err, const char *text, const char *at)
{
    if (err != NULL && at != NULL)
        err->offset = (size_t)(at - text);
    return sti_error_part(err, "PKCS#11 URI");
}

static bool piece_is(const struct piece *piece, const char *name)
{
    return strlen(name) == (size_t)piece->name_length &&
           memcmp(name, piece->name, (size_t)piece->name_length) == 0;
}

static bool is_hex(char c)
{
    return c != '\0' && strchr("0123456789abcdefABCDEF", c) != NULL;
}

/* p11-kit drops blanks: `token=STI CA` would become the token STICA. */
static bool check_characters(const char *text, struct sti_error *err)
{
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;
        if (c <= ' ' || c >= 0x7f || strchr("\"#<>\\^`{}", c) != NULL) {
            sti_error_set(err, STI_USAGE, CLAUSE, "this character must be written as %%%02X", c);
            return at_byte(err, text, at);
        }
        if (c == '%' && (!is_hex(at[1]) || !is_hex(at[2]))) {
            sti_error_set(err, STI_USAGE, CLAUSE,
                          "%% must be followed by two hexadecimal digits; a %% itself is %%25");
            return at_byte(err, text, at);
        }
    }
    return true;
}

/* Finds the attribute's row in the table; ATTRIBUTES if it is unknown. */
static size_t attribute_find(const struct piece *piece)
{
    size_t i = 0;
    while (i < ATTRIBUTES && !piece_is(piece, attributes[i].name))
        i++;
    return i;
}

static bool has_escaped_nul(const struct piece *piece)
{
    for (size_t i = 0; i + 2 < piece->value_length; i++) {
        if (memcmp(piece->value + i, "%00", 3) == 0)
            return true;
    }
    return false;
}

/* One attribute: is it known, in its component, and new? `seen` has one bit per table row. */
static bool check_piece(const struct piece *piece, unsigned long *seen, struct sti_error *err)
{
    size_t row = attribute_find(piece);
    if (row == ATTRIBUTES) {
        int shown = piece->name_length < NAME_SHOWN ? piece->name_length : NAME_SHOWN;
        return sti_error_set(err, STI_USAGE, CLAUSE,
                             "the attribute '%.*s' is not known; correct or remove it", shown,
                             piece->name);
    }
    const struct attribute *known = &attributes[row];
    if (known->refusal != NULL)
        return sti_error_set(err, STI_USAGE, CLAUSE, "%s is not accepted: %s", known->name,
                             known->refusal);
    if (known->component != piece->component)
        return sti_error_set(err, STI_USAGE, CLAUSE, "%s belongs %s the '?'; move it there",
                             known->name, known->component == PATH ? "before" : "after");
    if (*seen & (1UL << row))
        return sti_error_set(err, STI_USAGE, CLAUSE, "%s is given twice; give it once",
                             known->name);
    *seen |= 1UL << row;
    if (piece->value_length == 0)
        return sti_error_set(err, STI_USAGE, CLAUSE, "%s has no value; give it one or remove it",
                             known->name);
    if (piece_is(piece, "type") &&
        (piece->value_length != 7 || memcmp(piece->value, "private", 7) != 0))
        return sti_error_set(err, STI_USAGE, CLAUSE,
                             "type=%.*s is not accepted; write type=private or leave type out",
                             (int)(piece->value_length < 40 ? piece->value_length : 40),
                             piece->value);
    /* An id is octets, all else becomes a C string and would end at the NUL. */
    if (!piece_is(piece, "id") && has_escaped_nul(piece))
        return sti_error_set(err, STI_USAGE, CLAUSE, "%s contains %%00; remove it", known->name);
    return true;
}

static bool check_attributes(const char *text, struct sti_error *err)
{
    unsigned long seen = 0;
    enum component component = PATH;
    const char *at = text + strlen(SCHEME);
    if (*at == '?') {
        component = QUERY;
        at++;
    }
    for (;;) {
        const char *end = at + strcspn(at, component == PATH ? ";?" : "&");
        const char *equals = memchr(at, '=', (size_t)(end - at));
        if (equals == NULL || equals == at) {
            sti_error_set(err, STI_USAGE, CLAUSE, "expected an attribute written as name=value");
            return at_byte(err, text, at);
        }
        struct piece piece = {.name = at,
                              .name_length = (int)(equals - at),
                              .value = equals + 1,
                              .value_length = (size_t)(end - equals - 1),
                              .component = component};
        if (!check_piece(&piece, &seen, err))
            return at_byte(err, text, at);
        if (*end == '\0')
            return true;
        if (*end == '?')
            component = QUERY;
        at = end + 1;
    }
}

/* A field of a token is padded with blanks; absent, p11-kit leaves it all zero. */
static bool take_padded(char **out, const unsigned char *field, size_t size)
{
    if (field[0] == '\0')
        return true;
    while (size > 0 && field[size - 1] == ' ')
        size--;
    *out = strndup((const char *)field, size);
    return *out != NULL;
}

static bool take_path(char **out, const char *directory, const char *path)
{
    if (path[0] == '/' || directory == NULL || directory[0] == '\0')
        *out = strdup(path);
    else if (asprintf(out, "%s/%s", directory, path) < 0)
        *out = NULL;
    return *out != NULL;
}

/* file:PATH and file:///PATH; anything else (a command, a host, a bare path) is refused. */
static bool take_pin_source(struct hsm_uri *uri, const char *source, const char *directory,
                            struct sti_error *err)
{
    const char *path = strncmp(source, "file:", 5) == 0 ? source + 5 : "";
    if (strncmp(path, "//", 2) == 0)
        path = path[2] == '/' ? path + 2 : "";
    if (path[0] == '\0') {
        sti_error_set(err, STI_USAGE, CLAUSE,
                      "pin-source names no file of this machine; write pin-source=file:PATH");
        return at_byte(err, uri->text, NULL);
    }
    return take_path(&uri->pin_file, directory, path) || sti_fail(err, "out of memory");
}

static bool take_object(struct hsm_uri *uri, P11KitUri *parsed)
{
    const CK_ATTRIBUTE *label = p11_kit_uri_get_attribute(parsed, CKA_LABEL);
    if (label != NULL && (uri->object = strndup(label->pValue, label->ulValueLen)) == NULL)
        return false;
    const CK_ATTRIBUTE *id = p11_kit_uri_get_attribute(parsed, CKA_ID);
    if (id == NULL)
        return true;
    uri->id = malloc(id->ulValueLen);
    if (uri->id == NULL)
        return false;
    memcpy(uri->id, id->pValue, id->ulValueLen);
    uri->id_length = id->ulValueLen;
    return true;
}

static bool check_complete(const struct hsm_uri *uri, const char *module_path,
                           struct sti_error *err)
{
    const char *missing = NULL;
    if (uri->token == NULL || uri->token[0] == '\0')
        missing = "token is missing; name the token by its label with token=";
    else if (uri->object == NULL && uri->id == NULL)
        missing = "object and id are missing; name the key with object= or id=";
    else if (module_path == NULL)
        missing = "module-path is missing; name the PKCS#11 module's file with ?module-path=";
    if (missing == NULL)
        return true;
    sti_error_set(err, STI_USAGE, CLAUSE, "%s", missing);
    return at_byte(err, uri->text, NULL);
}

/* Copies what p11-kit decoded. */
static bool take(struct hsm_uri *uri, P11KitUri *parsed, const char *directory,
                 struct sti_error *err)
{
    const CK_TOKEN_INFO *token = p11_kit_uri_get_token_info(parsed);
    if (!take_padded(&uri->token, token->label, sizeof(token->label)) ||
        !take_padded(&uri->manufacturer, token->manufacturerID, sizeof(token->manufacturerID)) ||
        !take_padded(&uri->model, token->model, sizeof(token->model)) ||
        !take_padded(&uri->serial, token->serialNumber, sizeof(token->serialNumber)) ||
        !take_object(uri, parsed))
        return sti_fail(err, "out of memory");
    const char *module_path = p11_kit_uri_get_module_path(parsed);
    if (!check_complete(uri, module_path, err))
        return false;
    if (!take_path(&uri->module_path, directory, module_path))
        return sti_fail(err, "out of memory");
    const char *pin_source = p11_kit_uri_get_pin_source(parsed);
    return pin_source == NULL || take_pin_source(uri, pin_source, directory, err);
}

static bool parse(struct hsm_uri *uri, const char *directory, struct sti_error *err)
{
    if (strncmp(uri->text, SCHEME, strlen(SCHEME)) != 0) {
        sti_error_set(err, STI_USAGE, CLAUSE,
                      "a key in an HSM is written as "
                      "pkcs11:token=TOKEN;object=KEY?module-path=FILE");
        return at_byte(err, uri->text, NULL);
    }
    if (!check_characters(uri->text, err) || !check_attributes(uri->text, err))
        return false;
    P11KitUri *parsed = p11_kit_uri_new();
    if (parsed == NULL)
        return sti_fail(err, "out of memory");
    bool good = false;
    int rc = p11_kit_uri_parse(uri->text, P11_KIT_URI_FOR_ANY, parsed);
    if (rc != P11_KIT_URI_OK) {
        sti_error_set(err, STI_USAGE, CLAUSE, "%s; correct it", p11_kit_uri_message(rc));
        at_byte(err, uri->text, NULL);
    } else if (p11_kit_uri_any_unrecognized(parsed)) {
        /* The scan knows every name, so only a value that fits no token can be left. */
        sti_error_set(err, STI_USAGE, CLAUSE,
                      "token or manufacturer is longer than 32 octets, or model or serial longer "
                      "than 16; no token has such a name");
        at_byte(err, uri->text, NULL);
    } else {
        good = take(uri, parsed, directory, err);
    }
    p11_kit_uri_free(parsed);
    return good;
}

struct hsm_uri *hsm_uri_parse(const char *text, const char *directory, struct sti_error *err)
{
    struct hsm_uri *uri = calloc(1, sizeof(*uri));
    if (uri == NULL || (uri->text = strdup(text)) == NULL) {
        sti_fail(err, "out of memory");
    } else if (parse(uri, directory, err)) {
        return uri;
    }
    hsm_uri_free(uri);
    return NULL;
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
    free(uri->object);
    free(uri->id);
    free(uri->pin_file);
    free(uri);
}
