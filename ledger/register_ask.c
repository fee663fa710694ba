/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which certificates cover numbers. For each piece that is asked for, and each class there is, an
 * index is looked at (register_internal.h says why that is enough). The answer is collected, and
 * then visited without a lock.
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

/* ---- looking ---- */

/* Certificates that are live at ?1, of everybody (?2 = 0), of holder ?3 (1), of others (2). */
#define LIVE_AND_MEANT                                                                             \
    " AND " REGISTER_LIVE " AND CASE ?2 WHEN 0 THEN 1"                                             \
    " WHEN 1 THEN l.holder IS ?3"                                                                  \
    " ELSE l.kind NOT IN ('root', 'intermediate')"                                                 \
    "  AND CASE WHEN l.holder IS NULL THEN l.subject IS NOT ?4 ELSE l.holder IS NOT ?3 END END"

/* CROSS JOIN is SQLite's word for: in this order. */
#define THEIR_CERTIFICATES " CROSS JOIN register_certificate AS c CROSS JOIN certificate AS l"

/* Ranges of class ?5 that begin above ?6 and at ?7 at most, and reach ?8. */
static const char by_number[] =
    "SELECT r.certificate, r.first, r.first + r.more FROM register_range AS r" THEIR_CERTIFICATES
    " WHERE r.class = ?5 AND r.first > ?6 AND r.first <= ?7 AND r.first + r.more >= ?8"
    " AND c.number = r.certificate AND l.number = c.number" LIVE_AND_MEANT;

static const char by_spc[] = "SELECT s.certificate FROM register_spc AS s" THEIR_CERTIFICATES
                             " WHERE s.spc = ?5 AND c.number = s.certificate"
                             " AND l.number = c.number" LIVE_AND_MEANT;

/* One question on its way. */
struct asking {
    struct ledger *ledger;
    int64_t at;
    const struct register_holder *who;
    int classes[REGISTER_CLASSES]; /* those that there are */
    int class_count;
    struct ledger_query numbers;
    struct ledger_query spcs;
    struct hits hits;
};

static void bind_meant(struct ledger_query *query, int64_t at, const struct register_holder *who)
{
    query_bind_number(query, 1, at);
    query_bind_number(query, 2, who->others ? 2 : who->holder != NULL ? 1 : 0);
    query_bind_octets(query, 3, who->holder, LEDGER_DIGEST_OCTETS); /* NULL stays NULL */
    query_bind_text(query, 4, who->subject);
}

static bool find_classes(struct asking *asking, struct sti_error *err)
{
    struct ledger_query query;
    bool more = true;
    query_start_kept(&query, asking->ledger, "read",
                     "SELECT class FROM register_range WHERE class > ?1 ORDER BY class LIMIT 1",
                     err);
    for (int last = -1; more && asking->class_count < REGISTER_CLASSES;) {
        query_bind_number(&query, 1, last);
        more = query_row(&query);
        if (more) {
            last = sqlite3_column_int(query.statement, 0);
            asking->classes[asking->class_count++] = last;
        }
        query_again(&query);
    }
    return query_close(&query);
}

/* Prepared when the first piece of its kind comes: many ask for one number. */
static struct ledger_query *query_for(struct asking *asking, struct ledger_query *query,
                                      const char *sql, struct sti_error *err)
{
    if (query->ledger == NULL) {
        query_start_kept(query, asking->ledger, "read", sql, err);
        bind_meant(query, asking->at, asking->who);
    }
    return query;
}

static bool look_for_range(struct asking *asking, int64_t first, int64_t last,
                           struct sti_error *err)
{
    struct ledger_query *query = query_for(asking, &asking->numbers, by_number, err);
    bool ok = true;
    for (int i = 0; ok && i < asking->class_count; i++) {
        int class = asking->classes[i];
        query_bind_number(query, 5, class);
        query_bind_number(query, 6, first - register_power(class));
        query_bind_number(query, 7, last);
        query_bind_number(query, 8, first);
        while (ok && query_row(query)) {
            int64_t from = sqlite3_column_int64(query->statement, 1);
            int64_t to = sqlite3_column_int64(query->statement, 2);
            struct hit hit = {sqlite3_column_int64(query->statement, 0),
                              from < first ? first : from, to > last ? last : to};
            ok = add_hit(&asking->hits, &hit, err);
        }
        query_again(query);
    }
    return ok && query->ok;
}

static bool look_for_spc(struct asking *asking, const struct tnset_piece *piece, size_t place,
                         struct sti_error *err)
{
    struct ledger_query *query = query_for(asking, &asking->spcs, by_spc, err);
    bool ok = true;
    query_bind_octets(query, 5, piece->spc, piece->spc_length);
    while (ok && query_row(query)) {
        struct hit hit = {sqlite3_column_int64(query->statement, 0), (int64_t)place, -1};
        ok = add_hit(&asking->hits, &hit, err);
    }
    query_again(query);
    return ok && query->ok;
}

static bool look_for_all(struct asking *asking, const struct tnset *asked, struct sti_error *err)
{
    struct tnset_piece piece;
    bool ok = true;
    for (size_t i = 0; ok && i < tnset_piece_count(asked); i++) {
        tnset_piece(asked, i, &piece);
        ok = piece.spc != NULL
                 ? look_for_spc(asking, &piece, i, err)
                 : look_for_range(asking, register_key(piece.first), register_key(piece.last), err);
    }
    if (asking->numbers.ledger != NULL)
        ok = query_close(&asking->numbers) && ok;
    if (asking->spcs.ledger != NULL)
        ok = query_close(&asking->spcs) && ok;
    return ok;
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

/* In one transaction, if the caller has none: the classes and the ranges are of one moment. */
static bool answer(struct asking *asking, const struct tnset *asked, struct sti_error *err)
{
    struct ledger *ledger = asking->ledger;
    bool own = sqlite3_get_autocommit(ledger->db) != 0;
    if (own && !ledger_run(ledger, "read", "BEGIN", err))
        return false;
    bool ok = find_classes(asking, err) && look_for_all(asking, asked, err);
    ok = (!own || ledger_run(ledger, "read", "COMMIT", ok ? err : NULL)) && ok;
    if (ok && asking->hits.count > 0)
        qsort(asking->hits.list, asking->hits.count, sizeof(*asking->hits.list), compare_hits);
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
    static const struct register_holder everybody;
    struct asking asking = {.ledger = ledger, .at = at, .who = who == NULL ? &everybody : who};
    const struct hits *hits = &asking.hits;
    bool ok = answer(&asking, asked, err);
    for (size_t next = 0; ok && next < hits->count;)
        ok = visit_one(ledger, asked, hits, next, &next, visit, context, err);
    free(asking.hits.list);
    return ok;
}
