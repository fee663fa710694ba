/* SPDX-License-Identifier: Apache-2.0 */
/* The path of the issuer, and of what it has signed, to the anchor of the configuration. */
#include <stdlib.h>

#include "issuer.h"

/* How many lists by reference there can be: of the certificate, its issuer and the anchor. */
#define LISTS 3

static void add_list(struct path_list lists[LISTS], size_t *count, const struct path_list *list)
{
    if (list != NULL && list->der != NULL)
        lists[(*count)++] = *list;
}

static bool push(STACK_OF(X509) * *stack, X509 *certificate)
{
    *stack = sk_X509_new_null();
    return *stack != NULL && sk_X509_push(*stack, certificate) > 0;
}

/* struct path is large, so it is not on the stack. */
static bool examine(const struct path_input *input, struct sti_error *err)
{
    struct checks *checks = calloc(1, sizeof(*checks));
    struct path *path = calloc(1, sizeof(*path));
    bool ok = checks != NULL && path != NULL;
    if (!ok) {
        sti_fail(err, "no memory for the path");
    } else {
        path_examine(input, path, checks);
        const struct check *failure = checks_first_failure(checks);
        ok = failure == NULL;
        if (!ok && err != NULL)
            *err = failure->reason;
        path_free(path);
    }
    free(path);
    free(checks);
    return ok;
}

bool issuer_path(const struct issuer *issuer, X509 *certificate, const struct path_list *list,
                 const struct path_policy *policy, time_t at, struct sti_error *err)
{
    struct path_list lists[LISTS];
    struct path_input input = {
        .certificate = certificate == NULL ? issuer->certificate : certificate,
        .certificate_name = certificate == NULL ? issuer->name : "the certificate",
        .lists = lists,
        .crls = issuer->crls,
        .crl_signers = issuer->crl_signers,
        .crl_anchors = issuer->crl_anchors,
        .at = at,
        .policy = *policy,
    };
    add_list(lists, &input.list_count, list);
    add_list(lists, &input.list_count, &issuer->list.list);
    add_list(lists, &input.list_count, &issuer->anchor_list.list);
    input.policy.accept_uncovered = true;
    bool ok = (push(&input.anchors, issuer->anchor) && push(&input.chain, issuer->certificate)) ||
              sti_fail(err, "no memory for the path");
    ok = ok && examine(&input, err);
    sk_X509_free(input.anchors);
    sk_X509_free(input.chain);
    return ok;
}
