/* SPDX-License-Identifier: Apache-2.0 */
#include "script_internal.h"

#include <stdlib.h>
#include <string.h>

void script_wrap(FILE *out, int indent, const char *text)
{
    size_t room = (size_t)(SCRIPT_COLUMNS - indent);
    while (*text != '\0') {
        size_t length = strlen(text);
        if (length > room) {
            length = room;
            while (length > 0 && text[length] != ' ')
                length--;
            if (length == 0)
                length = room;
        }
        fprintf(out, "%*s%.*s\n", indent, "", (int)length, text);
        text += length;
        text += strspn(text, " ");
    }
}

char *script_write(script_put put, const struct plan *plan,
                   const uint8_t digest[PLAN_DIGEST_OCTETS], struct sti_error *err)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    bool ok = out != NULL ? put(out, plan, digest, err) : sti_fail(err, "no memory for the script");
    if (out != NULL && fclose(out) != 0 && ok)
        ok = sti_fail(err, "no memory for the script");
    if (ok)
        return text;
    free(text);
    return NULL;
}

void script_hex(const uint8_t digest[PLAN_DIGEST_OCTETS], char text[SCRIPT_HEX_TEXT])
{
    for (size_t i = 0; i < PLAN_DIGEST_OCTETS; i++)
        snprintf(text + 2 * i, 3, "%02X", digest[i]);
}

const char *script_blank(enum plan_action action)
{
    switch (action) {
    case PLAN_CLOCK:
        return "the clock of the machine";
    case PLAN_HSM:
        return "serial number on the HSM";
    case PLAN_END:
        return "last entry of the transcript, first four words";
    case PLAN_CONFIRM:
    case PLAN_SIGN:
    case PLAN_DESTROY:
        break;
    }
    return NULL;
}
