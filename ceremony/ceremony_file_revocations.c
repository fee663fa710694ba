/* SPDX-License-Identifier: Apache-2.0 */
/* A line of [revocations]: `SERIAL = reason`, `leaf.pem = reason 2026-12-01T09:00:00Z`. */
#include <stdio.h>
#include <string.h>

#include "ceremony_file.h"
#include "ceremony_time.h"
#include "crl_reason.h"

#define HEX "0123456789ABCDEFabcdef"
/* Longer than any word of RFC 5280 section 5.3.1. */
#define MAX_REASON 40

bool ceremony_revocation_read(const struct ceremony_line *line,
                              struct ceremony_revocation *revocation, struct sti_error *err)
{
    char word[MAX_REASON + 1];
    size_t length = strcspn(line->value, " ");
    const char *date = line->value + length + strspn(line->value + length, " ");
    snprintf(word, sizeof(word), "%.*s", (int)(length < MAX_REASON ? length : MAX_REASON),
             line->value);
    *revocation = (struct ceremony_revocation){
        .name = line->name,
        .is_serial = strspn(line->name, HEX) == strlen(line->name),
        .date = -1,
    };
    if (!crl_reason_read_final(word, &revocation->reason, err)) {
        if (err != NULL)
            err->code = STI_USAGE;
        return false;
    }
    return *date == '\0' || ceremony_time_read(date, &revocation->date) ||
           sti_error_set(err, STI_USAGE, NULL,
                         "is not a reason, or a reason and a time as in: superseded "
                         "2026-12-01T09:00:00Z");
}
