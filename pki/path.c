/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checks of a path, in their order. What the certificates say counts only as far as an anchor
 * vouches for it; but every check that can be asked is asked, so that one look shows all faults.
 */
#include "path.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>

#include "path_internal.h"
#include "words.h"

#define ANCHORS "the STI-CAs"

/* ---- what the rows share ---- */

int path_length(const struct path_walk *in)
{
    return sk_X509_num(in->path->certificates);
}

X509 *path_certificate(const struct path_walk *in, int index)
{
    return sk_X509_value(in->path->certificates, index);
}

bool path_blame(const struct path_walk *in, int index, struct sti_error *err)
{
    char part[sizeof(err->part)];
    snprintf(part, sizeof(part), "certificate %d%s%.60s", index + 1,
             err->part[0] == '\0' ? "" : " ", err->part);
    memcpy(err->part, part, sizeof(part));
    return index == 0 ? sti_error_in(err, in->input->certificate_name) : false;
}

void path_found(struct check *check, const char *format, ...)
{
    size_t used = strlen(check->found);
    va_list args;
    va_start(args, format);
    vsnprintf(check->found + used, sizeof(check->found) - used, format, args);
    va_end(args);
}

bool path_settle(struct path_walk *in, struct check *check, enum tnset_answer answer)
{
    if (answer == TNSET_UNDECIDABLE && !in->input->policy.accept_undecidable)
        in->path->undecided++;
    if (answer == TNSET_NO ||
        (answer == TNSET_UNDECIDABLE && !in->input->policy.accept_undecidable))
        return false;
    if (answer == TNSET_UNDECIDABLE)
        path_found(check, ", which the policy accepts");
    sti_error_clear(&check->reason);
    return true;
}

/* ---- the path ---- */

static bool check_key_ids(void *context, struct check *check)
{
    struct path_walk *in = context;
    check_wanted(check, "each AKI is the SKI of the next certificate, up to an anchor");
    in->path->certificates = path_lay(in->input, &check->reason);
    if (in->path->certificates == NULL)
        return false;
    int last = path_length(in) - 1;
    check_found(check, "%d certificates, anchor %s", last + 1,
                subject_of(path_certificate(in, last)).text);
    return true;
}

/* libcrypto gets no choice: what lies between and one anchor. False without memory. */
static bool split(const struct path_walk *in, STACK_OF(X509) * between, STACK_OF(X509) * anchor)
{
    int last = path_length(in) - 1;
    for (int i = 1; i < last; i++)
        if (sk_X509_push(between, path_certificate(in, i)) <= 0)
            return false;
    return sk_X509_push(anchor, path_certificate(in, last)) > 0;
}

static bool validate(const struct path_walk *in, STACK_OF(X509) * between, STACK_OF(X509) * anchor,
                     struct sti_error *err)
{
    const struct chain_trust trust = {
        .anchors = anchor,
        .now = in->input->at,
        .role = "certificate",
        .whose = ANCHORS,
        .clause = "RFC 5280 section 6.1",
        .strict = true,
    };
    STACK_OF(X509) *chain = NULL;
    if (!chain_build(path_certificate(in, 0), between, &trust, &chain, err))
        return false;
    /* libcrypto has no other way; if it found one, the checks that follow would judge another path.
     */
    int length = sk_X509_num(chain);
    sk_X509_pop_free(chain, X509_free);
    return length == path_length(in) ||
           sti_refuse(err, "RFC 9060 section 6",
                      "libcrypto's path has %d certificates, that of the key identifiers %d; "
                      "there can be one path",
                      length, path_length(in));
}

/* libcrypto up to 3.6 asks for it itself, 4.0 does not. */
static bool constraints_are_critical(const struct path_walk *in, struct sti_error *err)
{
    for (int i = 1; i < path_length(in); i++) {
        X509 *ca = path_certificate(in, i);
        int index = X509_get_ext_by_NID(ca, NID_basic_constraints, -1);
        if (index >= 0 && !X509_EXTENSION_get_critical(X509_get_ext(ca, index)))
            return sti_refuse(err, "RFC 5280 section 4.2.1.9",
                              "certificate \"%s\": the Basic Constraints of a CA are not critical",
                              subject_of(ca).text);
    }
    return true;
}

static bool check_chain(void *context, struct check *check)
{
    struct path_walk *in = context;
    STACK_OF(X509) *between = sk_X509_new_null();
    STACK_OF(X509) *anchor = sk_X509_new_null();
    check_wanted(check, "a valid path to an anchor of " ANCHORS);
    bool ok = between != NULL && anchor != NULL && split(in, between, anchor)
                  ? constraints_are_critical(in, &check->reason) &&
                        validate(in, between, anchor, &check->reason)
                  : sti_fail(&check->reason, "no memory for the path");
    sk_X509_free(between);
    sk_X509_free(anchor);
    check_found(check, "%s at %s", ok ? "valid" : "not valid", time_words(in->input->at).text);
    return ok || sti_error_in(&check->reason, in->input->certificate_name);
}

/* One row a check. A new check is one function and one row. */
static const struct check_row rows[] = {
    {"path-key-ids", "key identifiers lead to an anchor", "RFC 9060 section 7", 0, PATH_LAID,
     check_key_ids},
    {"path-chain", "the path is valid", "RFC 5280 section 6.1", PATH_LAID, PATH_VALID, check_chain},
    {"path-lists", "the TNAuthList of every certificate is known", "RFC 8226 sections 9 and 10.1",
     PATH_LAID, PATH_LISTS, path_check_lists},
    {"path-delegates", "below a list every certificate has one", "RFC 9060 section 4", PATH_LISTS,
     0, path_check_delegates},
    {"path-encompassing", "every list lies within its issuer's", "RFC 9060 section 4", PATH_LISTS,
     0, path_check_encompassing},
    {"path-crls", "the STI-PA's CRL can be used", "RFC 5280 section 6.3.3", 0, PATH_CRLS,
     path_check_crls},
    {"path-covered", "a CRL speaks of every certificate", "RFC 5280 section 6.3.3",
     PATH_LAID | PATH_CRLS, 0, path_check_covered},
    {"path-not-revoked", "no certificate is revoked", "RFC 5280 section 6.3.3",
     PATH_LAID | PATH_CRLS, 0, path_check_not_revoked},
    {"tn-end-entity", "the certificate is an end entity's", "RFC 9060 section 4", 0, 0,
     path_check_end_entity},
    {"tn-key-usage", "its key may sign", "RFC 5280 section 4.2.1.3", 0, 0, path_check_key_usage},
    {"tn-key", "its key is EC P-256", "RFC 8226 section 4", 0, 0, path_check_key},
    {"tn-scope", "the number is in its list", "RFC 8226 section 9", PATH_LISTS, 0,
     path_check_number},
};

void path_examine(const struct path_input *input, struct path *path, struct checks *checks)
{
    struct path_walk in = {.input = input, .path = path};
    *path = (struct path){.encompassing = TNSET_YES};
    /* Our refusals are in the list; what libcrypto noted on the way is nobody else's business. */
    ERR_set_mark();
    checks_run(checks, rows, sizeof(rows) / sizeof(*rows), &in);
    ERR_pop_to_mark();
}

void path_free(struct path *path)
{
    for (size_t i = 0; i < PATH_MAX_CERTIFICATES; i++)
        path_scope_free(&path->scopes[i]);
    sk_X509_pop_free(path->certificates, X509_free);
    *path = (struct path){0};
}

enum tnset_answer path_verdict(const struct path *path, const struct checks *checks)
{
    if (checks->failed == 0)
        return TNSET_YES;
    return checks->failed == path->undecided ? TNSET_UNDECIDABLE : TNSET_NO;
}
