/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca register affected`: after numbers were ported, which certificates have to change. */
#include <stdio.h>
#include <stdlib.h>

#include "list_json.h"
#include "register_print.h"

/* How much of the gained numbers a certificate of the holder has already. */
struct share {
    int64_t certificate;
    uint64_t numbers;
    size_t spcs;
};

struct affected {
    struct register_run run;
    struct register_holder who;
    uint8_t holder[LEDGER_DIGEST_OCTETS];
    struct tnset lost;
    struct tnset gained;
    struct share *shares;
    size_t share_count;
};

static bool print(struct affected *affected, const char *action,
                  const struct register_certificate *certificate,
                  const struct register_piece *pieces, size_t count, struct sti_error *err)
{
    struct list_file part;
    bool ok = register_pieces_list(pieces, count, &part, err);
    if (ok && affected->run.json) {
        json_t *json = register_json(certificate);
        if (json != NULL) {
            json_object_set_new(json, "action", json_string(action));
            json_object_set_new(json, "part", list_json(&part.list));
        }
        ok = register_json_object(&affected->run, json, err);
    } else if (ok) {
        affected->run.printed++;
        printf("%-8s  ", action);
        register_print_line(certificate);
        ok = count == 0 || list_print(&part.list, "    ", err);
    }
    list_file_free(&part);
    return ok;
}

static struct share share_of(const struct register_certificate *certificate,
                             const struct register_piece *pieces, size_t count)
{
    struct share share = {.certificate = certificate->number};
    for (size_t i = 0; i < count; i++) {
        share.numbers += register_piece_count(&pieces[i]);
        share.spcs += pieces[i].spc != NULL;
    }
    return share;
}

/* ---- lost ---- */

/* A certificate without what it lost, or, if that was all, none. */
static bool visit_lost(void *context, const struct register_certificate *certificate,
                       const struct register_piece *pieces, size_t count, struct sti_error *err)
{
    struct share share = share_of(certificate, pieces, count);
    bool all =
        share.numbers == (uint64_t)certificate->numbers && share.spcs == (size_t)certificate->spcs;
    return print(context, all ? "revoke" : "replace", certificate, pieces, count, err);
}

/* ---- gained ---- */

static bool visit_others(void *context, const struct register_certificate *certificate,
                         const struct register_piece *pieces, size_t count, struct sti_error *err)
{
    return print(context, "other", certificate, pieces, count, err);
}

static bool note_share(void *context, const struct register_certificate *certificate,
                       const struct register_piece *pieces, size_t count, struct sti_error *err)
{
    struct affected *affected = context;
    struct share *shares =
        reallocarray(affected->shares, affected->share_count + 1, sizeof(*shares));
    if (shares == NULL)
        return sti_fail(err, "out of memory");
    shares[affected->share_count++] = share_of(certificate, pieces, count);
    affected->shares = shares;
    return true;
}

static int compare_shares(const void *left, const void *right)
{
    const struct share *a = left, *b = right;
    return (a->certificate > b->certificate) - (a->certificate < b->certificate);
}

static bool has_all(const struct affected *affected, const struct register_certificate *certificate)
{
    struct share key = {.certificate = certificate->number};
    const struct share *share =
        affected->share_count == 0
            ? NULL
            : bsearch(&key, affected->shares, affected->share_count, sizeof(key), compare_shares);
    uint64_t numbers = tnset_count(&affected->gained);
    return share != NULL && share->numbers == numbers && share->spcs == affected->gained.spc_count;
}

static bool visit_own(void *context, const struct register_certificate *certificate,
                      const struct register_piece *pieces, size_t count, struct sti_error *err)
{
    struct affected *affected = context;
    (void)pieces;
    (void)count;
    return print(affected, has_all(affected, certificate) ? "keep" : "extend", certificate, NULL, 0,
                 err);
}

static bool look_gained(struct affected *affected, struct sti_error *err)
{
    struct register_holder others = {.holder = affected->holder, .others = true};
    struct ledger *ledger = affected->run.ledger;
    int64_t at = affected->run.at;
    return register_ask(ledger, &affected->gained, at, &affected->who, note_share, affected, err) &&
           register_of_holder(ledger, affected->holder, at, visit_own, affected, err) &&
           register_ask(ledger, &affected->gained, at, &others, visit_others, affected, err);
}

/* ---- a run ---- */

static bool read_words(struct affected *affected, const struct tool_arguments *arguments,
                       struct sti_error *err)
{
    const char *lost = tool_value(arguments, "lost");
    const char *gained = tool_value(arguments, "gained");
    if (lost == NULL && gained == NULL)
        return sti_error_set(err, STI_USAGE, NULL,
                             "say which numbers were ported: --lost FILE, --gained FILE, or both");
    if (gained != NULL && tool_value(arguments, "holder") == NULL)
        return sti_error_set(err, STI_USAGE, NULL, "say with --holder who has gained the numbers");
    return (lost == NULL || register_asked(&affected->lost, NULL, 0, lost, err)) &&
           (gained == NULL || register_asked(&affected->gained, NULL, 0, gained, err));
}

static bool look(struct affected *affected, struct sti_error *err)
{
    struct register_run *run = &affected->run;
    if (tool_value(run->arguments, "holder") != NULL) {
        if (!register_named_holder(run, affected->holder, err))
            return false;
        affected->who.holder = affected->holder;
    }
    if (run->json)
        register_json_begin(run, "certificates");
    if (!register_ask(run->ledger, &affected->lost, run->at, &affected->who, visit_lost, affected,
                      err) ||
        (!tnset_is_empty(&affected->gained) && !look_gained(affected, err)))
        return false;
    if (run->json)
        register_json_end(run);
    else if (run->printed == 0)
        printf("no live certificate is affected\n");
    return true;
}

static bool run_affected(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct affected affected = {.share_count = 0};
    bool ok = read_words(&affected, arguments, err);
    if (ok) {
        ok = register_run_begin(&affected.run, arguments, err) && look(&affected, err);
        ok = register_run_end(&affected.run, ok, err);
    }
    tnset_free(&affected.lost);
    tnset_free(&affected.gained);
    free(affected.shares);
    return ok;
}

const struct tool_command command_register_affected = {
    .name = "register affected",
    .summary = "say which certificates must change after a porting",
    .about =
        "Prints the live certificates that are affected, each behind what is to be done:\n"
        "  revoke   all that it names is lost\n"
        "  replace  it names lost numbers and others: issue one without them, revoke this one\n"
        "  extend   it is the holder's and lacks gained numbers: it may be issued with them\n"
        "  keep     it is the holder's and has all that was gained\n"
        "  other    it is another holder's and has gained numbers: that holder has lost them,\n"
        "           or is above the holder, as the parent of a delegate is (RFC 9060 section 4)\n"
        "With the part that is lost, or gained but another's. An SPC is affected only by itself:\n"
        "which numbers it stands for is in no list. FILE is any that sti-ca tnlist reads.",
    .options = {{"lost", "FILE", "the numbers that were ported away", false},
                {"gained", "FILE", "the numbers that came to the holder; wants --holder", false},
                {"holder", "HOLDER",
                 "the digest of a holder, as sti-ca show prints it, or\n"
                 "the serial of one of its certificates; without it,\n"
                 "--lost is about everybody",
                 false},
                OPTION_AT,
                OPTION_CONFIG,
                OPTION_JSON},
    .run = run_affected,
};
