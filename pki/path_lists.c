/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of a path's lists: known, one below the other, each within its issuer's. */
#include "path_internal.h"
#include "words.h"

static void note_scope(struct check *check, const struct path_scope *scope, int index)
{
    const char *comma = index == 0 ? "" : "; ";
    if (!scope->has_list)
        path_found(check, "%s%d: none", comma, index + 1);
    else
        path_found(check, "%s%d: by %s, %zu %s", comma, index + 1,
                   scope->url == NULL ? "value" : "reference", scope->list.count,
                   scope->list.count == 1 ? "entry" : "entries");
}

bool path_check_lists(void *context, struct check *check)
{
    struct path_walk *in = context;
    for (int i = 0; i < path_length(in); i++) {
        struct path_scope *scope = &in->path->scopes[i];
        if (!path_scope_read(scope, path_certificate(in, i), in->input->lists,
                             in->input->list_count, &check->reason)) {
            sti_error_part(&check->reason, "TNAuthList");
            return path_blame(in, i, &check->reason);
        }
        note_scope(check, scope, i);
    }
    return true;
}

/* A list below a list: who has no list cannot be a delegate of somebody who has one. */
bool path_check_delegates(void *context, struct check *check)
{
    struct path_walk *in = context;
    const struct path_scope *scopes = in->path->scopes;
    for (int i = 0; i + 1 < path_length(in); i++) {
        if (scopes[i].has_list || !scopes[i + 1].has_list)
            continue;
        sti_refuse(&check->reason, "RFC 9060 section 4",
                   "\"%s\" has no TNAuthList, but its issuer \"%s\" has one; a delegate has a list "
                   "within its issuer's",
                   subject_of(path_certificate(in, i)).text,
                   subject_of(path_certificate(in, i + 1)).text);
        return path_blame(in, i, &check->reason);
    }
    return true;
}

static const char *const answers[] = {
    [TNSET_NO] = "no", [TNSET_YES] = "yes", [TNSET_UNDECIDABLE] = "undecidable"};

/* The worst answer of all steps counts, and the reason is that of the first step that has it. */
static bool ask_steps(struct path_walk *in, struct check *check)
{
    in->path->encompassing = TNSET_YES;
    for (int i = 0; i + 1 < path_length(in); i++) {
        const struct path_scope *child = &in->path->scopes[i];
        const struct path_scope *parent = &in->path->scopes[i + 1];
        enum tnset_answer answer = TNSET_YES;
        struct sti_error why;
        sti_error_clear(&why);
        if (!parent->has_list || !child->has_list)
            continue;
        bool ok = path_scope_encompasses(parent, child, &in->input->policy.table, &answer, &why);
        path_blame(in, i, &why);
        if (ok)
            path_found(check, "%s%d in %d: %s", check->found[0] == '\0' ? "" : "; ", i + 1, i + 2,
                       answers[answer]);
        if (!ok || (answer == TNSET_NO && in->path->encompassing != TNSET_NO) ||
            (answer == TNSET_UNDECIDABLE && in->path->encompassing == TNSET_YES)) {
            check->reason = why;
            in->path->encompassing = answer;
        }
        if (!ok)
            return false;
    }
    return true;
}

bool path_check_encompassing(void *context, struct check *check)
{
    struct path_walk *in = context;
    check_wanted(check, "each list within its issuer's");
    if (!ask_steps(in, check))
        return false;
    if (check->found[0] == '\0')
        return check_not_applicable(check, "no issuer has a list, so none sets a limit");
    return path_settle(in, check, in->path->encompassing);
}
