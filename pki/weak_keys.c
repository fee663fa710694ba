/* SPDX-License-Identifier: Apache-2.0 */
#include "weak_keys.h"

#include <stdlib.h>
#include <string.h>

struct digest {
    unsigned char octets[WEAK_KEY_OCTETS];
};

struct weak_keys {
    struct digest *digests; /* sorted */
    size_t count;
};

/* Not isxdigit() and strtol(): the locale has no say in this. */
static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *found = c == '\0' ? NULL : strchr(digits, c);
    return found == NULL ? -1 : (int)((found - digits) % 16);
}

static bool read_digest(const char *text, size_t length, struct digest *digest)
{
    if (length != 2 * (size_t)WEAK_KEY_OCTETS)
        return false;
    for (size_t i = 0; i < WEAK_KEY_OCTETS; i++) {
        int high = hex_value(text[2 * i]);
        int low = hex_value(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        digest->octets[i] = (unsigned char)(high * 16 + low);
    }
    return true;
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(struct digest));
}

/* One line without its end. */
static bool read_line(struct weak_keys *keys, const char *line, size_t length)
{
    static const char blanks[] = " \t\r";
    size_t end = 0;
    while (end < length && line[end] != ';' && line[end] != '#')
        end++;
    while (end > 0 && line[end - 1] != '\0' && strchr(blanks, line[end - 1]) != NULL)
        end--;
    size_t start = 0;
    while (start < end && line[start] != '\0' && strchr(blanks, line[start]) != NULL)
        start++;
    return start == end || read_digest(line + start, end - start, &keys->digests[keys->count++]);
}

static bool read_lines(struct weak_keys *keys, const char *text, size_t length,
                       struct sti_error *err)
{
    size_t number = 1;
    for (size_t at = 0; at < length; number++) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t octets = end == NULL ? length - at : (size_t)(end - text) - at;
        if (!read_line(keys, text + at, octets)) {
            sti_error_set(err, STI_USAGE, NULL,
                          "is not the SHA-256 of a SubjectPublicKeyInfo in 64 hex digits; behind "
                          "; or # stands a comment");
            if (err != NULL)
                err->line = number;
            return false;
        }
        at += octets + 1;
    }
    return true;
}

struct weak_keys *weak_keys_read(const char *text, size_t length, struct sti_error *err)
{
    /* A line with a digest has its digits and an end, so there are at most so many. */
    size_t most = length / (2 * (size_t)WEAK_KEY_OCTETS) + 1;
    struct weak_keys *keys = calloc(1, sizeof(*keys));
    if (keys != NULL)
        keys->digests = calloc(most, sizeof(*keys->digests));
    bool ok = keys != NULL && keys->digests != NULL;
    if (!ok)
        sti_fail(err, "no memory for the list of weak keys");
    ok = ok && read_lines(keys, text, length, err);
    if (ok) {
        qsort(keys->digests, keys->count, sizeof(*keys->digests), compare);
        return keys;
    }
    weak_keys_free(keys);
    return NULL;
}

void weak_keys_free(struct weak_keys *keys)
{
    if (keys == NULL)
        return;
    free(keys->digests);
    free(keys);
}

size_t weak_keys_count(const struct weak_keys *keys)
{
    return keys->count;
}

bool weak_keys_have(const struct weak_keys *keys, const unsigned char digest[WEAK_KEY_OCTETS])
{
    return bsearch(digest, keys->digests, keys->count, sizeof(*keys->digests), compare) != NULL;
}
