/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The provider that is compared with ours: it teaches openssl the TNAuthList extension too, with
 * ASN.1 templates and the methods that libcrypto's own extensions are made of, v2i and i2v. It
 * checks the same rules and prints the same text. SPCs are taken and printed as they are, without
 * escapes; a range is START-LAST alone.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_dispatch.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "templates.h"

/* Room for a range: START-LAST and a NUL. */
#define RANGE_TEXT 40

__attribute__((visibility("default"))) OSSL_provider_init_fn OSSL_provider_init;

static void entry_free(TN_ENTRY *entry)
{
    ASN1_item_free((ASN1_VALUE *)entry, ASN1_ITEM_rptr(TN_ENTRY));
}

/* ---- text to entries ---- */

/* Takes the digits up to `end` as a number. */
static bool read_digits(const char *text, const char *end, uint64_t *value)
{
    *value = 0;
    if (text == end || end - text > 15)
        return false;
    for (; text < end; text++) {
        if (*text < '0' || *text > '9')
            return false;
        *value = *value * 10 + (uint64_t)(*text - '0');
    }
    return true;
}

static bool set_string(TN_ENTRY *entry, enum tn_arm arm, const char *text)
{
    ASN1_IA5STRING *string = ASN1_IA5STRING_new();
    if (string == NULL)
        return false;
    if (arm == ARM_SPC)
        entry->value.spc = string;
    else
        entry->value.one = string;
    entry->type = arm;
    return ASN1_STRING_set(string, text, -1) == 1;
}

static bool set_range(TN_ENTRY *entry, const char *text, const char *hyphen)
{
    uint64_t first;
    uint64_t last;
    const char *end = hyphen + 1 + strlen(hyphen + 1);
    if (!read_digits(text, hyphen, &first) || !read_digits(hyphen + 1, end, &last) ||
        hyphen - text != end - hyphen - 1 || last <= first)
        return false;
    TN_RANGE *range = (TN_RANGE *)ASN1_item_new(ASN1_ITEM_rptr(TN_RANGE));
    if (range == NULL)
        return false;
    entry->value.range = range;
    entry->type = ARM_RANGE;
    return ASN1_STRING_set(range->start, text, (int)(hyphen - text)) == 1 &&
           ASN1_INTEGER_set_uint64(range->count, last - first + 1) == 1;
}

/* `SPC:709J` in a value, `SPC.1 = 709J` in a section. */
static bool is_named(const CONF_VALUE *line, const char *name)
{
    size_t length = strlen(name);
    return strncmp(line->name, name, length) == 0 &&
           (line->name[length] == '\0' || line->name[length] == '.');
}

static TN_ENTRY *read_entry(const CONF_VALUE *line)
{
    TN_ENTRY *entry = (TN_ENTRY *)ASN1_item_new(ASN1_ITEM_rptr(TN_ENTRY));
    if (entry == NULL)
        return NULL;
    bool ok = false;
    const char *hyphen;
    if (line->value == NULL)
        ;
    else if (is_named(line, "SPC"))
        ok = set_string(entry, ARM_SPC, line->value);
    else if (is_named(line, "TN") && (hyphen = strchr(line->value, '-')) != NULL)
        ok = set_range(entry, line->value, hyphen);
    else if (is_named(line, "TN"))
        ok = set_string(entry, ARM_ONE, line->value);
    if (ok && templates_entry_is_good(entry))
        return entry;
    entry_free(entry);
    return NULL;
}

static void *list_v2i(const X509V3_EXT_METHOD *method, X509V3_CTX *ctx,
                      STACK_OF(CONF_VALUE) * lines)
{
    (void)method;
    (void)ctx;
    int count = sk_CONF_VALUE_num(lines);
    STACK_OF(TN_ENTRY) *list = sk_TN_ENTRY_new_reserve(NULL, count);
    for (int i = 0; list != NULL && i < count; i++) {
        const CONF_VALUE *line = sk_CONF_VALUE_value(lines, i);
        TN_ENTRY *entry = read_entry(line);
        if (entry == NULL) {
            ERR_raise_data(ERR_LIB_X509V3, X509V3_R_EXTENSION_VALUE_ERROR,
                           "entry %d is no TNEntry: %s:%s", i + 1, line->name,
                           line->value == NULL ? "" : line->value);
            sk_TN_ENTRY_pop_free(list, entry_free);
            return NULL;
        }
        sk_TN_ENTRY_push(list, entry); /* cannot fail: there is room */
    }
    return list;
}

/* ---- entries to text ---- */

/* libcrypto puts a NUL behind every string; one inside an SPC would cut it, and the lists that are
 * measured have none. */
static const char *text_of(const ASN1_IA5STRING *string)
{
    return (const char *)ASN1_STRING_get0_data(string);
}

static bool put_range(const TN_RANGE *range, STACK_OF(CONF_VALUE) * *lines)
{
    char text[RANGE_TEXT];
    int length = ASN1_STRING_length(range->start);
    uint64_t count;
    uint64_t first;
    return ASN1_INTEGER_get_uint64(&count, range->count) == 1 &&
           read_digits(text_of(range->start), text_of(range->start) + length, &first) &&
           snprintf(text, sizeof(text), "%.*s-%0*" PRIu64, length, text_of(range->start), length,
                    first + count - 1) > 0 &&
           X509V3_add_value("TN", text, lines) == 1;
}

static bool put_entry(const TN_ENTRY *entry, STACK_OF(CONF_VALUE) * *lines)
{
    if (entry->type == ARM_SPC)
        return X509V3_add_value("SPC", text_of(entry->value.spc), lines) == 1;
    if (entry->type == ARM_ONE)
        return X509V3_add_value("TN", text_of(entry->value.one), lines) == 1;
    return put_range(entry->value.range, lines);
}

static STACK_OF(CONF_VALUE) *
    list_i2v(const X509V3_EXT_METHOD *method, void *value, STACK_OF(CONF_VALUE) * lines)
{
    (void)method;
    const STACK_OF(TN_ENTRY) *list = value;
    STACK_OF(CONF_VALUE) *made = NULL;
    int count = sk_TN_ENTRY_num(list);
    if (lines == NULL)
        lines = made = sk_CONF_VALUE_new_reserve(NULL, count);
    bool ok = lines != NULL;
    for (int i = 0; ok && i < count; i++) {
        const TN_ENTRY *entry = sk_TN_ENTRY_value(list, i);
        ok = templates_entry_is_good(entry) && put_entry(entry, &lines);
    }
    if (ok)
        return lines;
    sk_CONF_VALUE_pop_free(made, X509V3_conf_free);
    return NULL;
}

/* ---- the provider ---- */

static void teardown(void *context)
{
    (void)context;
}

static const OSSL_ALGORITHM *query_operation(void *context, int operation, int *no_cache)
{
    (void)context;
    (void)operation;
    *no_cache = 0;
    return NULL;
}

int OSSL_provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
                       const OSSL_DISPATCH **out, void **context)
{
    static const OSSL_DISPATCH functions[] = {
        {OSSL_FUNC_PROVIDER_TEARDOWN, (void (*)(void))teardown},
        {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query_operation},
        {0, NULL},
    };
    static X509V3_EXT_METHOD method = {
        .ext_flags = X509V3_EXT_MULTILINE,
        .it = ASN1_ITEM_ref(TN_LIST),
        .i2v = list_i2v,
        .v2i = list_v2i,
    };
    (void)in;
    method.ext_nid = OBJ_create("1.3.6.1.5.5.7.1.26", "TNAuthList", "TNAuthorizationList");
    if (method.ext_nid == NID_undef || X509V3_EXT_add(&method) != 1)
        return 0;
    *out = functions;
    *context = (void *)handle;
    return 1;
}
