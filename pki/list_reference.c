/* SPDX-License-Identifier: Apache-2.0 */
#include "list_reference.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "list_url.h"

static const char clause[] = "RFC 8226 section 10.1";

/* A URL as a string of the certificate has it, which need not end with a NUL. */
static char *copy_url(const ASN1_STRING *uri, struct sti_error *err)
{
    const char *octets = (const char *)ASN1_STRING_get0_data(uri);
    size_t length = (size_t)ASN1_STRING_length(uri);
    static const char scheme[] = "https://";
    if (length > LIST_REFERENCE_MAX_OCTETS) {
        sti_refuse(err, NULL,
                   "the URL of the list by reference has %zu octets; at most %d are read", length,
                   LIST_REFERENCE_MAX_OCTETS);
        return NULL;
    }
    for (size_t i = 0; i < length; i++) {
        if (octets[i] > 0x20 && octets[i] < 0x7f)
            continue;
        sti_refuse(err, "RFC 3986 section 2",
                   "the URL of the list by reference has octet 0x%02X, which a URL cannot have",
                   (unsigned char)octets[i]);
        return NULL;
    }
    if (length <= strlen(scheme) || strncasecmp(octets, scheme, strlen(scheme)) != 0) {
        sti_refuse(err, clause, "the list by reference is at \"%.*s\", which is not an https URL",
                   length > 100 ? 100 : (int)length, octets);
        return NULL;
    }
    char *url = strndup(octets, length);
    if (url == NULL)
        sti_fail(err, "no memory for a URL");
    return url;
}

static bool is_list(const ACCESS_DESCRIPTION *access)
{
    char dotted[80];
    int length = OBJ_obj2txt(dotted, sizeof(dotted), access->method, 1);
    return length > 0 && strcmp(dotted, TNAUTHLIST_AD_STIR_TN_LIST_OID) == 0;
}

/* The one access description of a list; NULL if there is none. */
static bool find(const AUTHORITY_INFO_ACCESS *access, const ACCESS_DESCRIPTION **found,
                 const char *what, struct sti_error *err)
{
    *found = NULL;
    for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(access); i++) {
        const ACCESS_DESCRIPTION *one = sk_ACCESS_DESCRIPTION_value(access, i);
        if (!is_list(one))
            continue;
        if (*found != NULL)
            return sti_refuse(err, clause,
                              "the %s names two lists by reference, and one is its list", what);
        if (one->location->type != GEN_URI)
            return sti_refuse(err, clause,
                              "the %s names its list by reference by something else than a URL",
                              what);
        *found = one;
    }
    return true;
}

bool list_reference_read(const struct list_place *place, char **url, struct sti_error *err)
{
    int state = 0;
    const ACCESS_DESCRIPTION *found = NULL;
    *url = NULL;
    ERR_set_mark();
    AUTHORITY_INFO_ACCESS *access =
        X509V3_get_d2i(place->extensions, NID_info_access, &state, NULL);
    ERR_pop_to_mark();
    if (access == NULL && state == -1) /* there is none */
        return true;
    bool ok = access != NULL ? find(access, &found, place->what, err)
              : state == -2
                  ? sti_refuse(err, "RFC 5280 section 4.2",
                               "the %s holds two authorityInfoAccess extensions", place->what)
                  : sti_refuse(err, "RFC 5280 section 4.2.2.1",
                               "the %s's authorityInfoAccess cannot be read", place->what);
    if (ok && found != NULL) {
        *url = copy_url(found->location->d.uniformResourceIdentifier, err);
        ok = *url != NULL;
    }
    AUTHORITY_INFO_ACCESS_free(access);
    return ok || sti_error_part(err, "authorityInfoAccess");
}

const char *list_reference_name(const char *url)
{
    const char *slash = strrchr(url, '/');
    return slash == NULL ? url : slash + 1;
}

bool list_reference_is_digest(const char *name)
{
    size_t hex = strspn(name, "0123456789abcdef");
    return hex == LIST_NAME_LENGTH - 4 && strcmp(name + hex, ".der") == 0;
}
