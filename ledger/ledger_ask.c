/* SPDX-License-Identifier: Apache-2.0 */
/* Questions before something is signed: was this token used, was this key seen, what time was it.
 */
#include "ledger_internal.h"

#include <stdio.h>
#include <string.h>

/* A text of the row the query stands at, which is not NULL but without memory. */
static bool take_serial(struct ledger_query *query, int column, char serial[LEDGER_SERIAL_TEXT + 1])
{
    const char *text = (const char *)sqlite3_column_text(query->statement, column);
    snprintf(serial, LEDGER_SERIAL_TEXT + 1, "%s", text == NULL ? "" : text);
    return text != NULL;
}

bool ledger_token_uses(struct ledger *ledger, const char *jti,
                       const unsigned char signer[LEDGER_DIGEST_OCTETS], struct ledger_uses *uses,
                       struct sti_error *err)
{
    static const char sql[] = "SELECT serial FROM certificate WHERE jti = ?1 AND state = 'issued'"
                              " AND (signer IS NULL OR signer = ?2) ORDER BY number";
    struct ledger_query query;
    bool memory = true;
    *uses = (struct ledger_uses){.count = 0};
    query_start_kept(&query, ledger, "read", sql, err);
    query_bind_text(&query, 1, jti);
    query_bind_octets(&query, 2, signer, LEDGER_DIGEST_OCTETS);
    for (; query_row(&query); uses->count++)
        memory = take_serial(&query, 0, uses->serial) && memory;
    bool ok = query_end(&query);
    return ok && !memory ? sti_fail(err, "out of memory") : ok;
}

bool ledger_key_seen(struct ledger *ledger, const unsigned char spki[LEDGER_DIGEST_OCTETS],
                     const unsigned char holder[LEDGER_DIGEST_OCTETS], const char *subject,
                     char serial[LEDGER_SERIAL_TEXT + 1], struct sti_error *err)
{
    /* A CA's own key has no holder, and nobody else may have it. */
    static const char sql[] =
        "SELECT serial FROM certificate WHERE spki = ?1 AND"
        " CASE WHEN kind IN ('root', 'intermediate') THEN 1 WHEN holder IS NULL THEN subject <> ?3"
        " ELSE holder <> ?2 END ORDER BY number LIMIT 1";
    struct ledger_query query;
    bool memory = true;
    serial[0] = '\0';
    query_start_kept(&query, ledger, "read", sql, err);
    query_bind_octets(&query, 1, spki, LEDGER_DIGEST_OCTETS);
    query_bind_octets(&query, 2, holder, LEDGER_DIGEST_OCTETS);
    query_bind_text(&query, 3, subject);
    if (query_row(&query))
        memory = take_serial(&query, 0, serial);
    bool ok = query_end(&query);
    return ok && !memory ? sti_fail(err, "out of memory") : ok;
}

bool ledger_issued_for(struct ledger *ledger, const char *jti,
                       const unsigned char signer[LEDGER_DIGEST_OCTETS],
                       const unsigned char spki[LEDGER_DIGEST_OCTETS], size_t index,
                       char serial[LEDGER_SERIAL_TEXT + 1], struct sti_error *err)
{
    static const char sql[] = "SELECT serial FROM certificate WHERE jti = ?1 AND signer = ?2 AND"
                              " spki = ?3 AND state = 'issued' ORDER BY number LIMIT 1 OFFSET ?4";
    struct ledger_query query;
    bool memory = true;
    serial[0] = '\0';
    query_start_kept(&query, ledger, "read", sql, err);
    query_bind_text(&query, 1, jti);
    query_bind_octets(&query, 2, signer, LEDGER_DIGEST_OCTETS);
    query_bind_octets(&query, 3, spki, LEDGER_DIGEST_OCTETS);
    query_bind_number(&query, 4, (int64_t)index);
    if (query_row(&query))
        memory = take_serial(&query, 0, serial);
    bool ok = query_end(&query);
    return ok && !memory ? sti_fail(err, "out of memory") : ok;
}

bool ledger_last_time(struct ledger *ledger, int64_t *time, struct sti_error *err)
{
    return ledger_number(ledger, "read",
                         "SELECT max(t) FROM (SELECT max(recorded_at) AS t FROM revocation"
                         " UNION ALL SELECT max(recorded_at) FROM crl"
                         " UNION ALL SELECT * FROM (SELECT " LEDGER_ROW_TIME
                         " FROM certificate ORDER BY 1 DESC LIMIT 1))",
                         time, err);
}

bool ledger_hold(struct ledger *ledger, struct sti_error *err)
{
    int64_t ignored;
    /* The lock comes with the first question. */
    return ledger_run(ledger, "read", "BEGIN", err) &&
           ledger_number(ledger, "read", "SELECT count(*) FROM sqlite_schema", &ignored, err);
}
