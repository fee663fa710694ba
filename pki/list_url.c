/* SPDX-License-Identifier: Apache-2.0 */
#include "list_url.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cert.h"

#define CLAUSE "RFC 8226 section 10.1"
#define SCHEME "https://"

bool list_name(const uint8_t *der, size_t length, char name[LIST_NAME_LENGTH + 1],
               struct sti_error *err)
{
    unsigned char digest[CERT_DIGEST_OCTETS];
    if (!cert_digest(der, length, digest, err))
        return false;
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(name + 2 * i, 3, "%02x", digest[i]);
    strcpy(name + 2 * sizeof(digest), ".der");
    return true;
}

static bool check_base(const char *base, struct sti_error *err)
{
    const char *host = base + strlen(SCHEME);
    if (strncasecmp(base, SCHEME, strlen(SCHEME)) != 0)
        return sti_refuse(err, CLAUSE, "the list's URL %.100s is not https, which it must be",
                          base);
    for (const char *at = base; *at != '\0'; at++)
        if (!isalnum((unsigned char)*at) && strchr("-._~:/[]!$&'()*+,;=%@?#", *at) == NULL)
            return sti_refuse(err, "RFC 3986 section 2",
                              "the list's URL has octet 0x%02X, which a URL cannot have",
                              (unsigned char)*at);
    if (*host == '\0' || *host == '/' || *host == ':')
        return sti_refuse(err, CLAUSE, "the list's URL %.100s names no host", base);
    if (strpbrk(host, "@?#") != NULL)
        return sti_refuse(err, CLAUSE,
                          "the list's URL %.100s has a user, a query or a fragment; it may have "
                          "none of them",
                          base);
    if (base[strlen(base) - 1] != '/')
        return sti_refuse(err, CLAUSE,
                          "the list's URL %.100s does not end with /; the name of the list is put "
                          "behind it",
                          base);
    return true;
}

char *list_url(const char *base, const char *name, struct sti_error *err)
{
    if (!check_base(base, err))
        return NULL;
    size_t room = strlen(base) + strlen(name) + 1;
    char *url = malloc(room);
    if (url == NULL)
        sti_fail(err, "no memory for a URL");
    else
        snprintf(url, room, "%s%s", base, name);
    return url;
}
