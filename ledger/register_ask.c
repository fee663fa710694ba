/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which certificates cover numbers. What is asked for stands in a temporary table, in memory for
 * most; for each of its pieces, and each class there is, an index is looked at (register_internal.h
 * says why that is enough). The answer is collected, and then visited without a lock.
 */
#include "register_internal.h"

#include <stdlib.h>
#include <string.h>

/* A piece of the answer; for an SPC, `first` is its place in the set asked for and last is -1. */
struct hit {
    int64_t certificate;
    int64_t first;
    int64_t last;
};

struct hits {
    struct hit *list;
    size_t count;
    size_t room;
};

static bool add_hit(struct hits *hits, const struct hit *hit, struct sti_error *err)
{
    if (hits->count == hits->room) {
        size_t room = hits->room == 0 ? 64 : 2 * hits->room;
        struct hit *list = reallocarray(hits->list, room, sizeof(*list));
        if (list == NULL)
            return sti_fail(err, "no memory for the answer");
        hits->list = list;
        hits->room = room;
    }
    hits->list[hits->count++] = *hit;
    return true;
}

/* ---- the question as a table ---- */

static const char *const question[] = {
    "CREATE TEMP TABLE IF NOT EXISTS asked(first INTEGER, last INTEGER)",
    "CREATE TEMP TABLE IF NOT EXISTS asked_spc(place INTEGER, spc BLOB)",
    "CREATE TEMP TABLE IF NOT EXISTS asked_class(class INTEGER, width INTEGER)",
    "DELETE FROM asked",
    "DELETE FROM asked_spc",
    "DELETE FROM asked_class",
    /* The classes that there are: a look at the index for each. */
    "WITH RECURSIVE there(class) AS (SELECT min(class) FROM register_range UNION ALL"
    " SELECT (SELECT min(r.class) FROM register_range AS r WHERE r.class > there.class)"
    "  FROM there WHERE there.class IS NOT NULL),"
    " power(class, width) AS (SELECT 0, 1 UNION ALL"
    "  SELECT class + 1, width * 10 FROM power WHERE class < 15)"
    " INSERT INTO asked_class SELECT power.class, power.width FROM there JOIN power USING(class)",
};

static bool pose(struct ledger *ledger, const struct tnset *asked, struct sti_error *err)
{
    struct ledger_query numbers, spcs;
    struct tnset_piece piece;
    size_t count = tnset_piece_count(asked);
    for (size_t i = 0; i < sizeof(question) / sizeof(*question); i++)
        if (!ledger_run(ledger, "asked", question[i], err))
            return false;
    query_start(&numbers, ledger, "asked", "INSERT INTO asked(first, last) VALUES (?1, ?2)", err);
    query_start(&spcs, ledger, "asked", "INSERT INTO asked_spc(place, spc) VALUES (?1, ?2)", err);
    for (size_t i = 0; numbers.ok && spcs.ok && i < count; i++) {
        tnset_piece(asked, i, &piece);
        if (piece.spc != NULL) {
            query_bind_number(&spcs, 1, (int64_t)i);
            query_bind_octets(&spcs, 2, piece.spc, piece.spc_length);
            query_again(&spcs);
        } else {
            query_bind_number(&numbers, 1, register_key(piece.first));
            query_bind_number(&numbers, 2, register_key(piece.last));
            query_again(&numbers);
        }
    }
    bool ok = query_close(&numbers);
    return query_close(&spcs) && ok;
}

/* ---- the answer ---- */

/* Certificates that are live at ?1, of everybody (?2 = 0), of holder ?3 (1), of others (2). */
#define LIVE_AND_MEANT                                                                             \
    " WHERE " REGISTER_LIVE " AND CASE ?2 WHEN 0 THEN 1"                                           \
    " WHEN 1 THEN l.holder IS ?3"                                                                  \
    " ELSE l.kind NOT IN ('root', 'intermediate')"                                                 \
    "  AND CASE WHEN l.holder IS NULL THEN l.subject IS NOT ?4 ELSE l.holder IS NOT ?3 END END"

/* CROSS JOIN is SQLite's word for: in this order. */
static const char by_number[] =
    "SELECT r.certificate, max(r.first, a.first), min(r.first + r.more, a.last)"
    " FROM asked AS a CROSS JOIN asked_class AS k CROSS JOIN register_range AS r"
    " CROSS JOIN register_certificate AS c CROSS JOIN certificate AS l" LIVE_AND_MEANT
    " AND r.class = k.class AND r.first > a.first - k.width AND r.first <= a.last"
    " AND r.first + r.more >= a.first AND c.number = r.certificate AND l.number = c.number"
    " ORDER BY 1, 2";

static const char by_spc[] =
    "SELECT s.certificate, a.place, -1"
    " FROM asked_spc AS a CROSS JOIN register_spc AS s"
    " CROSS JOIN register_certificate AS c CROSS JOIN certificate AS l" LIVE_AND_MEANT
    " AND s.spc = a.spc AND c.number = s.certificate AND l.number = c.number ORDER BY 1, 2";

static bool collect(struct ledger *ledger, const char *sql, int64_t at,
                    const struct register_holder *who, struct hits *hits, struct sti_error *err)
{
    static const struct register_holder everybody;
    struct ledger_query query;
    bool ok = true;
    if (who == NULL)
        who = &everybody;
    query_start(&query, ledger, "read", sql, err);
    query_bind_number(&query, 1, at);
    query_bind_number(&query, 2, who->others ? 2 : who->holder != NULL ? 1 : 0);
    query_bind_octets(&query, 3, who->holder, LEDGER_DIGEST_OCTETS); /* NULL stays NULL */
    query_bind_text(&query, 4, who->subject);
    while (ok && query_row(&query)) {
        struct hit hit = {sqlite3_column_int64(query.statement, 0),
                          sqlite3_column_int64(query.statement, 1),
                          sqlite3_column_int64(query.statement, 2)};
        ok = add_hit(hits, &hit, err);
    }
    return query_close(&query) && ok;
}

/* The SPCs of a certificate before its numbers, and the certificates in the ledger's order. */
static int compare_hits(const void *left, const void *right)
{
    const struct hit *a = left, *b = right;
    if (a->certificate != b->certificate)
        return a->certificate < b->certificate ? -1 : 1;
    if ((a->last < 0) != (b->last < 0))
        return a->last < 0 ? -1 : 1;
    return a->first < b->first ? -1 : a->first > b->first;
}

static bool answer(struct ledger *ledger, const struct tnset *asked, int64_t at,
                   const struct register_holder *who, struct hits *hits, struct sti_error *err)
{
    bool ok = pose(ledger, asked, err) && collect(ledger, by_spc, at, who, hits, err);
    size_t spcs = hits->count;
    ok = ok && collect(ledger, by_number, at, who, hits, err);
    if (ok && spcs > 0) /* otherwise SQLite has sorted them */
        qsort(hits->list, hits->count, sizeof(*hits->list), compare_hits);
    return ok;
}

static struct register_piece piece_of(const struct hit *hit, const struct tnset *asked)
{
    struct register_piece piece = {0};
    if (hit->last < 0) {
        struct tnset_piece spc;
        tnset_piece(asked, (size_t)hit->first, &spc);
        piece.spc = spc.spc;
        piece.spc_length = spc.spc_length;
    } else {
        piece.first = register_word(hit->first);
        piece.last = register_word(hit->last);
    }
    return piece;
}

/* Visits the certificate of hits->list[from] with all its pieces; *to is the next one's first. */
static bool visit_one(struct ledger *ledger, const struct tnset *asked, const struct hits *hits,
                      size_t from, size_t *to, register_visit visit, void *context,
                      struct sti_error *err)
{
    struct register_certificate certificate;
    size_t end = from;
    while (end < hits->count && hits->list[end].certificate == hits->list[from].certificate)
        end++;
    *to = end;
    struct register_piece *pieces = calloc(end - from, sizeof(*pieces));
    if (pieces == NULL)
        return sti_fail(err, "no memory for the answer");
    for (size_t i = from; i < end; i++)
        pieces[i - from] = piece_of(&hits->list[i], asked);
    bool ok = register_certificate_read(ledger, hits->list[from].certificate, &certificate, err);
    if (ok) {
        ok = visit(context, &certificate, pieces, end - from, err);
        register_certificate_free(&certificate);
    }
    free(pieces);
    return ok;
}

bool register_ask(struct ledger *ledger, const struct tnset *asked, int64_t at,
                  const struct register_holder *who, register_visit visit, void *context,
                  struct sti_error *err)
{
    struct hits hits = {0};
    bool ok = answer(ledger, asked, at, who, &hits, err);
    for (size_t at_hit = 0; ok && at_hit < hits.count;)
        ok = visit_one(ledger, asked, &hits, at_hit, &at_hit, visit, context, err);
    free(hits.list);
    return ok;
}
