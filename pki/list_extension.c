/* SPDX-License-Identifier: Apache-2.0 */
#include "list_extension.h"

#include <limits.h>
#include <string.h>

#include <openssl/objects.h>
#include <openssl/x509v3.h>

/* True if obj is the object of a dotted OID; no table of names is asked. */
static bool is_oid(const ASN1_OBJECT *obj, const char *dotted)
{
    char text[80];
    int length = OBJ_obj2txt(text, sizeof(text), obj, 1);
    return length > 0 && (size_t)length < sizeof(text) && strcmp(text, dotted) == 0;
}

/* Copies the URL of an id-ad-stirTNList access description into url; false if there is none. */
static bool find_reference(const STACK_OF(X509_EXTENSION) * extensions, char *url, size_t size)
{
    AUTHORITY_INFO_ACCESS *access = X509V3_get_d2i(extensions, NID_info_access, NULL, NULL);
    bool found = false;
    for (int i = 0; !found && i < sk_ACCESS_DESCRIPTION_num(access); i++) {
        const ACCESS_DESCRIPTION *one = sk_ACCESS_DESCRIPTION_value(access, i);
        if (!is_oid(one->method, TNAUTHLIST_AD_STIR_TN_LIST_OID) || one->location->type != GEN_URI)
            continue;
        const ASN1_STRING *uri = one->location->d.uniformResourceIdentifier;
        snprintf(url, size, "%.*s", ASN1_STRING_length(uri),
                 (const char *)ASN1_STRING_get0_data(uri));
        found = true;
    }
    AUTHORITY_INFO_ACCESS_free(access);
    return found;
}

static bool no_list(const struct list_place *place, struct sti_error *err)
{
    char url[300];
    if (find_reference(place->extensions, url, sizeof(url)))
        sti_refuse(err, "RFC 8226 section 10.1",
                   "the %s holds no TNAuthList by value, its list is by reference at %s",
                   place->what, url);
    else
        sti_refuse(err, "RFC 8226 section 9", "the %s holds no TNAuthList", place->what);
    return sti_error_part(err, "TNAuthList");
}

bool list_extension_present(const struct list_place *place)
{
    for (int i = 0; i < sk_X509_EXTENSION_num(place->extensions); i++)
        if (is_oid(X509_EXTENSION_get_object(sk_X509_EXTENSION_value(place->extensions, i)),
                   TNAUTHLIST_OID))
            return true;
    return false;
}

bool list_extension_find(const struct list_place *place, const uint8_t **der, size_t *length,
                         struct sti_error *err)
{
    const X509_EXTENSION *found = NULL;
    for (int i = 0; i < sk_X509_EXTENSION_num(place->extensions); i++) {
        X509_EXTENSION *extension = sk_X509_EXTENSION_value(place->extensions, i);
        if (!is_oid(X509_EXTENSION_get_object(extension), TNAUTHLIST_OID))
            continue;
        if (found != NULL) {
            sti_refuse(err, "RFC 5280 section 4.2",
                       "the %s holds two TNAuthList extensions, exactly one is wanted",
                       place->what);
            return sti_error_part(err, "TNAuthList");
        }
        found = extension;
    }
    if (found == NULL)
        return no_list(place, err);
    const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data((X509_EXTENSION *)found);
    *der = ASN1_STRING_get0_data(value);
    *length = (size_t)ASN1_STRING_length(value);
    return true;
}

bool list_extension_read(const struct list_place *place, struct tnauthlist *list,
                         struct sti_error *err)
{
    const uint8_t *der = NULL;
    size_t length = 0;
    memset(list, 0, sizeof(*list));
    return list_extension_find(place, &der, &length, err) &&
           tnauthlist_decode(list, der, length, NULL, err);
}

X509_EXTENSION *list_extension_make(const uint8_t *der, size_t length)
{
    X509_EXTENSION *extension = NULL;
    ASN1_OBJECT *oid = OBJ_txt2obj(TNAUTHLIST_OID, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    if (oid != NULL && value != NULL && length <= INT_MAX &&
        ASN1_OCTET_STRING_set(value, der, (int)length))
        extension = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, value);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(oid);
    return extension;
}

/* An access description for the URL; NULL without memory. */
static ACCESS_DESCRIPTION *describe(const char *url)
{
    ACCESS_DESCRIPTION *description = ACCESS_DESCRIPTION_new();
    ASN1_IA5STRING *uri = ASN1_IA5STRING_new();
    ASN1_OBJECT *method = OBJ_txt2obj(TNAUTHLIST_AD_STIR_TN_LIST_OID, 1);
    if (description == NULL || uri == NULL || method == NULL ||
        !ASN1_STRING_set(uri, url, (int)strlen(url))) {
        ACCESS_DESCRIPTION_free(description);
        ASN1_IA5STRING_free(uri);
        ASN1_OBJECT_free(method);
        return NULL;
    }
    ASN1_OBJECT_free(description->method);
    description->method = method;
    GENERAL_NAME_set0_value(description->location, GEN_URI, uri);
    return description;
}

X509_EXTENSION *list_reference_make(const char *url)
{
    X509_EXTENSION *extension = NULL;
    AUTHORITY_INFO_ACCESS *access = AUTHORITY_INFO_ACCESS_new();
    ACCESS_DESCRIPTION *description = describe(url);
    if (access != NULL && description != NULL && sk_ACCESS_DESCRIPTION_push(access, description)) {
        description = NULL;
        extension = X509V3_EXT_i2d(NID_info_access, 0, access);
    }
    ACCESS_DESCRIPTION_free(description);
    AUTHORITY_INFO_ACCESS_free(access);
    return extension;
}
