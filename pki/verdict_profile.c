/* SPDX-License-Identifier: Apache-2.0 */
/* The checks that rest on the profile of the certificate and on the CA that would sign it. */
#include "verdict_internal.h"

#include <string.h>

#include <openssl/x509v3.h>

#include "words.h"

#define NO_PROFILE "no profile was given"
#define NO_ISSUER "no issuer was given"

/* ---- the list ---- */

/* An SPC of digits and capital letters, which v005 wants; RFC 8226 wants no form. */
static bool is_plain_spc(const struct tnauthlist *list)
{
    const struct tnauthlist_entry entry = tnauthlist_get(list, 0);
    if (list->count != 1 || entry.kind != TNAUTHLIST_SPC)
        return false;
    for (size_t i = 0; i < (size_t)entry.count; i++) {
        unsigned char octet = list->der[entry.number + i];
        if (!(octet >= '0' && octet <= '9') && !(octet >= 'A' && octet <= 'Z'))
            return false;
    }
    return true;
}

bool verdict_check_profile_list(void *context, struct check *check)
{
    const struct judgement *in = context;
    const struct verdict_input *input = in->input;
    const struct profile *profile = input->profile;
    if (profile == NULL)
        return check_not_applicable(check, NO_PROFILE);
    check_found(check, "%zu entries, profile %s", in->wanted.count, profile->name);
    check_wanted(check, "%s",
                 profile->one_spc ? "exactly one SPC, of digits and capital letters"
                                  : "SPCs, numbers and ranges");
    if (!profile->one_spc || is_plain_spc(&in->wanted))
        return true;
    sti_refuse(&check->reason, "ATIS-1000080 section 6.4.1",
               "the list is not exactly one SPC of digits and capital letters, which the profile "
               "%s wants; take tn-level for this list (--profile)",
               profile->name);
    sti_error_part(&check->reason, "TNAuthList");
    return sti_error_in(&check->reason, input->list != NULL ? input->list_name : input->csr_name);
}

/* ---- the issuer ---- */

bool verdict_check_issuer(void *context, struct check *check)
{
    const struct verdict_input *input = ((struct judgement *)context)->input;
    const struct profile *profile = input->profile;
    const struct path_scope *issuer = input->issuer;
    if (profile == NULL)
        return check_not_applicable(check, NO_PROFILE);
    if (issuer == NULL)
        return check_not_applicable(check, NO_ISSUER);
    check_found(check, "%s TNAuthList", issuer->has_list ? "a" : "no");
    check_wanted(check, "%s",
                 profile->issuer == PROFILE_ANY      ? "a CA with or without a TNAuthList"
                 : profile->issuer == PROFILE_LISTED ? "a CA with a TNAuthList"
                                                     : "a CA without a TNAuthList");
    const struct quoted name = subject_of(issuer->certificate);
    if (profile->issuer == PROFILE_LISTED && !issuer->has_list)
        sti_refuse(
            &check->reason, "RFC 9060 section 4",
            "the issuer \"%s\" has no TNAuthList, and the issuer of a delegate has one; take "
            "another profile than %s (--profile), or a delegating CA",
            name.text, profile->name);
    else if (profile->issuer == PROFILE_NO_LIST && issuer->has_list)
        sti_refuse(&check->reason, "RFC 9060 section 4",
                   "the issuer \"%s\" has a TNAuthList, so all that it issues are delegates, and "
                   "the profile %s makes none; take the profile delegate (--profile)",
                   name.text, profile->name);
    else
        return true;
    return sti_error_in(&check->reason, input->issuer_name);
}

/* What the lists alone leave open is settled by the table, or by the policy; both are recorded. */
static bool settle(const struct verdict_input *input, enum tnset_answer answer, struct check *check)
{
    if (answer == TNSET_YES) {
        check_accepted(check, "numbers that the table gives to the issuer's SPC (spc_numbers)");
        return true;
    }
    if (answer == TNSET_UNDECIDABLE && input->policy.accept_undecidable) {
        sti_error_clear(&check->reason);
        check_accepted(check, "numbers that the issuer's SPC may stand for (undecidable = accept)");
        return true;
    }
    sti_error_part(&check->reason, "TNAuthList");
    return sti_error_in(&check->reason, input->list != NULL ? input->list_name : input->csr_name);
}

/* By the lists alone if they settle it, and otherwise with the table of SPCs' numbers. */
static bool compare(const struct verdict_input *input, const struct path_scope *child,
                    struct check *check)
{
    const struct path_table table = {input->policy.spc_numbers, input->policy.spc_numbers_length,
                                     input->policy.spc_numbers_name};
    enum tnset_answer answer = tnset_encompasses(&input->issuer->set, &child->set);
    if (answer == TNSET_YES)
        return true;
    return path_scope_encompasses(input->issuer, child, &table, &answer, &check->reason) &&
           settle(input, answer, check);
}

bool verdict_check_encompassed(void *context, struct check *check)
{
    const struct judgement *in = context;
    const struct path_scope *issuer = in->input->issuer;
    if (issuer == NULL)
        return check_not_applicable(check, NO_ISSUER);
    if (!issuer->has_list)
        return check_not_applicable(check, "the issuer has no TNAuthList, which sets no limit");
    struct path_scope child = {.has_list = true, .list = in->wanted};
    list_words(&in->wanted, check->found, CHECK_WORDS);
    list_words(&issuer->list, check->wanted, CHECK_WORDS);
    bool ok = tnset_build(&child.set, &child.list, 1, &check->reason) &&
              compare(in->input, &child, check);
    tnset_free(&child.set); /* the list is the judgement's */
    return ok;
}

bool verdict_check_issuer_path(void *context, struct check *check)
{
    const struct verdict_input *input = ((struct judgement *)context)->input;
    if (input->issuer == NULL)
        return check_not_applicable(check, NO_ISSUER);
    long length = X509_get_pathlen(input->issuer->certificate);
    if (length < 0)
        check_found(check, "no pathLenConstraint");
    else
        check_found(check, "pathLenConstraint %ld", length);
    check_wanted(check, "%s", input->end_entity ? "any: an end entity" : "none, or 1 and more");
    if (input->end_entity || length != 0)
        return true;
    const struct quoted name = subject_of(input->issuer->certificate);
    sti_refuse(&check->reason, "RFC 5280 section 4.2.1.9",
               "the issuer \"%s\" has pathLenConstraint 0, so no CA can stand below it; it needs "
               "a certificate with a larger path_length",
               name.text);
    return sti_error_in(&check->reason, input->issuer_name);
}
