/* SPDX-License-Identifier: Apache-2.0 */
/* Small checks and words that reading and making of tokens have in common. */
#include "token_internal.h"

#include <string.h>
#include <strings.h>

#define JTI_MAX_OCTETS 255
#define URL_MAX_OCTETS 2048

const char *json_type_words(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return "an object";
    case JSON_ARRAY:
        return "an array";
    case JSON_STRING:
        return "a string";
    case JSON_INTEGER:
        return "a number";
    case JSON_REAL:
        return "a number with a fraction or an exponent";
    case JSON_TRUE:
    case JSON_FALSE:
        return "true or false";
    default:
        return "null";
    }
}

bool has_control_characters(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at != '\0'; at++) {
        if (*at < 0x20 || *at == 0x7f)
            return true;
        if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f) /* U+0080 to U+009F */
            return true;
    }
    return false;
}

bool jti_check(const char *jti, struct sti_error *err)
{
    static const char clause[] = "RFC 9448 section 5.3";
    size_t length = strlen(jti);
    if (length == 0)
        return sti_refuse(err, clause, "jti is empty; it must identify the token");
    if (length > JTI_MAX_OCTETS)
        return sti_refuse(err, clause, "jti has %zu octets; at most %d are read", length,
                          JTI_MAX_OCTETS);
    if (has_control_characters(jti))
        return sti_refuse(err, clause, "jti has control characters: \"%s\"",
                          quote(jti, length).text);
    return true;
}

/* The URL is looked up by its text, so it holds no more than what names a certificate. */
bool x5u_check(const char *url, struct sti_error *err)
{
    const struct quoted shown = quote(url, strlen(url));
    if (strncasecmp(url, "https://", 8) != 0)
        return sti_refuse(err, "RFC 9448 section 6", "x5u \"%s\" is not an https URL", shown.text);
    if (strlen(url) > URL_MAX_OCTETS)
        return sti_refuse(err, NULL, "x5u has %zu octets; at most %d are read", strlen(url),
                          URL_MAX_OCTETS);
    for (const char *at = url; *at != '\0'; at++)
        if (*at <= 0x20 || *at >= 0x7f || strchr("\"<>\\^`{|}", *at) != NULL)
            return sti_refuse(err, "RFC 3986 section 2",
                              "x5u \"%s\" has a character that no URL has", shown.text);
    if (strchr(url, '#') != NULL)
        return sti_refuse(err, "RFC 3986 section 3.5", "x5u \"%s\" has a fragment; none is allowed",
                          shown.text);
    if (strchr(url, '?') != NULL)
        return sti_refuse(err, "RFC 3986 section 3.4", "x5u \"%s\" has a query; none is allowed",
                          shown.text);
    size_t authority = strcspn(url + 8, "/");
    if (memchr(url + 8, '@', authority) != NULL)
        return sti_refuse(err, "RFC 3986 section 3.2.1",
                          "x5u \"%s\" has user information (\"@\"); none is allowed", shown.text);
    if (authority == 0 || url[8] == ':')
        return sti_refuse(err, "RFC 9110 section 4.2.2", "x5u \"%s\" has no host", shown.text);
    return true;
}
