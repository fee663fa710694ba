/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences of lints, and octets of certificates as text. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lint_rules.h"

bool lint_fails(struct lint_detail *detail, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(detail->text, sizeof(detail->text), format, args);
    va_end(args);
    /* A sentence of a reader may quote what it has found. */
    for (char *at = detail->text; *at != '\0'; at++)
        if ((unsigned char)*at < 0x20 || (unsigned char)*at >= 0x7f)
            *at = '?';
    return false;
}

struct lint_words lint_words(struct lint_octets octets)
{
    static const char hex[] = "0123456789ABCDEF";
    struct lint_words words = {""};
    size_t used = 0;
    for (size_t i = 0; octets.at != NULL && i < octets.length; i++) {
        uint8_t octet = octets.at[i];
        if (used + 8 > sizeof(words.text)) { /* an escaped octet, "...", and the NUL */
            memcpy(words.text + used, "...", 4);
            return words;
        }
        if (octet >= 0x20 && octet < 0x7f && octet != '\\') {
            words.text[used++] = (char)octet;
            continue;
        }
        const char escaped[4] = {'\\', 'x', hex[octet >> 4], hex[octet & 15]};
        memcpy(words.text + used, escaped, sizeof(escaped));
        used += sizeof(escaped);
    }
    words.text[used] = '\0';
    return words;
}

struct lint_words lint_dotted(struct lint_octets oid)
{
    struct lint_words words;
    lint_oid_text(oid, words.text, sizeof(words.text));
    return words;
}
