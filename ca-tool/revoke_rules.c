/* SPDX-License-Identifier: Apache-2.0 */
/* What every revocation keeps, whoever asks for it; and how people are asked. */
#include <string.h>

#include "clock.h"
#include "revoke_find.h"
#include "text.h"

/* So many entries of a list are shown, and so many digits of a serial typed. */
#define ENTRIES_SHOWN 12
#define DIGITS_TYPED 8

bool revoke_check_twice(const struct revoke_targets *targets, struct sti_error *err)
{
    const char *last = targets->items[targets->count - 1].serial;
    for (size_t i = 0; i + 1 < targets->count; i++)
        if (strcmp(targets->items[i].serial, last) == 0)
            return sti_error_set(err, STI_USAGE, NULL, "serial %s is named twice", last);
    return true;
}

bool revoke_check_future(int64_t date, int64_t now, struct sti_error *err)
{
    char text[CLOCK_TEXT];
    clock_text(date, text);
    return date <= now || sti_refuse(err, "RFC 5280 section 5.1.2.6",
                                     "%s is in the future; a certificate is revoked from the "
                                     "moment you say so, or from an earlier one",
                                     text);
}

bool revoke_check_date(const struct revoke_target *target, int64_t date, struct sti_error *err)
{
    char text[CLOCK_TEXT];
    clock_text(target->intended_at, text);
    return date >= target->intended_at ||
           sti_refuse(err, "RFC 5280 section 5.1.2.6",
                      "serial %s is from %s, so it cannot have been revoked before", target->serial,
                      text);
}

void revoke_show_list(FILE *out, const struct tnauthlist *list)
{
    for (size_t i = 0; i < list->count && i < ENTRIES_SHOWN; i++) {
        char text[256];
        tnauthlist_entry_text(list, i, text, sizeof(text));
        fprintf(out, "    %s ", i == 0 ? "list     " : "         ");
        text_print(out, text);
        fprintf(out, "\n");
    }
    if (list->count > ENTRIES_SHOWN)
        fprintf(out, "              and %zu more\n", list->count - ENTRIES_SHOWN);
}

void revoke_word(const struct revoke_targets *targets, char word[REVOKE_WORD])
{
    const char *serial = targets->items[0].serial;
    size_t length = strlen(serial);
    if (targets->count == 1)
        snprintf(word, REVOKE_WORD, "%s",
                 serial + (length > DIGITS_TYPED ? length - DIGITS_TYPED : 0));
    else
        snprintf(word, REVOKE_WORD, "revoke %zu", targets->count);
}
