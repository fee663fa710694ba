/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_holds(bool holds, const char *property, const char *file, int line)
{
    if (holds)
        return;
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, property);
    abort();
}

void fuzz_check_error(const struct sti_error *err)
{
    FUZZ_HOLDS(err->code == STI_REFUSED || err->code == STI_USAGE);
    FUZZ_HOLDS(err->sentence[0] != '\0');
    char text[2048];
    size_t length = sti_error_text(err, text, sizeof(text));
    FUZZ_HOLDS(length < sizeof(text) && length == strlen(text));
    for (size_t i = 0; i < length; i++)
        FUZZ_HOLDS(text[i] >= 0x20 && text[i] < 0x7f);
}

char *fuzz_print(const struct tnauthlist *list, size_t *length)
{
    *length = 0;
    for (size_t i = 0; i < list->count; i++)
        *length += tnauthlist_entry_text(list, i, NULL, 0) + 1;
    char *text = malloc(*length + 1);
    FUZZ_HOLDS(text != NULL);
    char *at = text;
    for (size_t i = 0; i < list->count; i++) {
        size_t room = (size_t)(text + *length + 1 - at);
        size_t written = tnauthlist_entry_text(list, i, at, room);
        FUZZ_HOLDS(written < room && at[written] == '\0' && strlen(at) == written);
        FUZZ_HOLDS(tnauthlist_get(list, i).kind == TNAUTHLIST_SPC ||
                   written < TNAUTHLIST_ENTRY_TEXT);
        at += written;
        *at++ = '\n';
    }
    FUZZ_HOLDS(at == text + *length);
    return text;
}

uint8_t *fuzz_encode_again(const struct tnauthlist *list, size_t *length)
{
    size_t text_length;
    char *text = fuzz_print(list, &text_length);
    struct tnauthlist_builder builder = {0};
    struct sti_error err;
    FUZZ_HOLDS(tnauthlist_parse(&builder, text, text_length, &err));
    free(text);
    FUZZ_HOLDS(builder.count == list->count);
    uint8_t *der = NULL;
    FUZZ_HOLDS(tnauthlist_builder_finish(&builder, &der, length, &err));
    return der;
}
