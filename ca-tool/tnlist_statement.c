/* SPDX-License-Identifier: Apache-2.0 */
#include "tnlist_statement.h"

#include <stdio.h>

#include "clock.h"
#include "command.h"
#include "text.h"

void tnlist_statement_print(const struct list_statement *statement)
{
    char digest[2 * CERT_DIGEST_OCTETS + 1];
    char time[CLOCK_TEXT];
    text_hex(statement->digest, sizeof(statement->digest), digest);
    clock_text(statement->time, time);
    printf("  sha256     %s\n  size       %zu octets\n  entries    %zu\n  time       %s\n", digest,
           statement->size, statement->entries, time);
    if (statement->url[0] != '\0')
        printf("  url        %s\n", statement->url); /* printable ASCII, as it was read */
}

json_t *tnlist_statement_json(const struct list_statement *statement)
{
    char digest[2 * CERT_DIGEST_OCTETS + 1];
    char time[CLOCK_TEXT];
    text_hex(statement->digest, sizeof(statement->digest), digest);
    clock_text(statement->time, time);
    json_t *json =
        json_pack("{s:s, s:I, s:I, s:s}", "sha256", digest, "size", (json_int_t)statement->size,
                  "entries", (json_int_t)statement->entries, "time", time);
    if (json != NULL && statement->url[0] != '\0')
        json_object_set_new(json, "url", tool_json_text(statement->url));
    return json;
}
