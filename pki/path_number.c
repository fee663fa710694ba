/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of one number: may it be signed with the certificate that the path begins with? */
#include <openssl/x509v3.h>

#include "es256.h"
#include "path_internal.h"

static bool no_number(const struct path_walk *in, struct check *check)
{
    return in->input->number == 0 && check_not_applicable(check, "no number was asked about");
}

bool path_check_end_entity(void *context, struct check *check)
{
    struct path_walk *in = context;
    if (no_number(in, check))
        return true;
    if (X509_check_ca(in->input->certificate) == 0)
        return true;
    sti_refuse(&check->reason, "RFC 9060 section 4",
               "the certificate is a CA's, and only end entities sign PASSporTs; its holder makes "
               "an end-entity certificate for that");
    return sti_error_in(&check->reason, in->input->certificate_name);
}

bool path_check_key_usage(void *context, struct check *check)
{
    struct path_walk *in = context;
    if (no_number(in, check))
        return true;
    uint32_t usage = X509_get_key_usage(in->input->certificate);
    if (usage == UINT32_MAX)
        check_found(check, "no keyUsage, which limits nothing");
    if ((usage & KU_DIGITAL_SIGNATURE) != 0)
        return true;
    sti_refuse(&check->reason, "RFC 5280 section 4.2.1.3",
               "the certificate has a keyUsage without digitalSignature");
    return sti_error_in(&check->reason, in->input->certificate_name);
}

bool path_check_key(void *context, struct check *check)
{
    struct path_walk *in = context;
    EVP_PKEY *key = X509_get0_pubkey(in->input->certificate);
    if (no_number(in, check) || (key != NULL && es256_is_p256(key)))
        return true;
    sti_refuse(&check->reason, "RFC 8226 section 4",
               "the certificate's key is not EC P-256, which a PASSporT's ES256 needs");
    return sti_error_in(&check->reason, in->input->certificate_name);
}

bool path_check_number(void *context, struct check *check)
{
    struct path_walk *in = context;
    const struct path_scope *scope = &in->path->scopes[0];
    enum tnset_answer answer = TNSET_NO;
    char digits[TN_MAX_SYMBOLS + 1];
    char words[PATH_SCOPE_WORDS] = "no list";
    if (no_number(in, check))
        return true;
    tn_unpack(in->input->number, digits);
    check_wanted(check, "TN:%s in the certificate's list", digits);
    bool ok = scope->has_list
                  ? path_scope_number(scope, in->input->number, &in->input->policy.table, &answer,
                                      words, &check->reason)
                  : sti_refuse(&check->reason, "RFC 8226 section 9",
                               "the certificate has no TNAuthList, so no number is in it");
    check_found(check, "%s", words);
    path_blame(in, 0, &check->reason);
    return ok && path_settle(in, check, answer);
}
