/* SPDX-License-Identifier: Apache-2.0 */
#include "words.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include <openssl/bio.h>

#define QUOTE_OCTETS 60

struct quoted quote(const char *text, size_t length)
{
    struct quoted quoted;
    size_t shown = length;
    if (length > QUOTE_OCTETS) {
        shown = QUOTE_OCTETS;
        /* Do not cut through a UTF-8 sequence: back to where one starts. */
        while (shown > 0 && ((unsigned char)text[shown] & 0xc0) == 0x80)
            shown--;
    }
    for (size_t at = 0; at < shown; at++) {
        unsigned char c = (unsigned char)text[at];
        quoted.text[at] = c < 0x20 || c == 0x7f ? '?' : text[at];
        /* U+0080 to U+009F steer some terminals as ESC does. */
        if (c <= 0x9f && c >= 0x80 && at > 0 && (unsigned char)text[at - 1] == 0xc2)
            quoted.text[at - 1] = quoted.text[at] = '?';
    }
    snprintf(quoted.text + shown, sizeof(quoted.text) - shown, "%s", shown < length ? "..." : "");
    return quoted;
}

struct quoted time_words(int64_t seconds)
{
    struct quoted words;
    time_t when = (time_t)seconds;
    struct tm utc;
    if (gmtime_r(&when, &utc) == NULL ||
        strftime(words.text, sizeof(words.text), "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        snprintf(words.text, sizeof(words.text), "%" PRId64 " seconds since 1970", seconds);
    return words;
}

struct quoted name_words(const X509_NAME *name)
{
    struct quoted words = quote("", 0);
    BIO *memory = BIO_new(BIO_s_mem());
    char *text = NULL;
    if (memory != NULL &&
        X509_NAME_print_ex(memory, name, 0, XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
        long length = BIO_get_mem_data(memory, &text);
        if (length > 0)
            words = quote(text, (size_t)length);
    }
    BIO_free(memory);
    return words;
}

struct quoted subject_of(const X509 *certificate)
{
    return name_words(X509_get_subject_name(certificate));
}
