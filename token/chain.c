/* SPDX-License-Identifier: Apache-2.0 */
#include "chain.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "words.h"

static bool refuse_chain(X509_STORE_CTX *context, X509 *leaf, const struct chain_trust *trust,
                         struct sti_error *err)
{
    int why = X509_STORE_CTX_get_error(context);
    X509 *fault = X509_STORE_CTX_get_current_cert(context);
    if (fault == NULL)
        fault = leaf;
    if (why == X509_V_ERR_OUT_OF_MEM || why == X509_V_ERR_UNSPECIFIED ||
        why == X509_V_ERR_STORE_LOOKUP)
        return sti_fail(err, "the %s's chain cannot be checked: %s", trust->role,
                        X509_verify_cert_error_string(why));
    return sti_refuse(err, trust->clause,
                      "the %s is not trusted at %s: certificate \"%s\": %s; the chain must lead to "
                      "an anchor of %s",
                      trust->role, time_words(trust->now).text, subject_of(fault).text,
                      X509_verify_cert_error_string(why), trust->whose);
}

static bool set_up(X509_STORE *store, X509_STORE_CTX *context, const struct chain_trust *trust,
                   X509 *leaf, STACK_OF(X509) * untrusted)
{
    for (int i = 0; i < sk_X509_num(trust->anchors); i++)
        if (X509_STORE_add_cert(store, sk_X509_value(trust->anchors, i)) != 1)
            return false;
    if (X509_STORE_CTX_init(context, store, leaf, untrusted) != 1)
        return false;
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_time(param, trust->now);
    /* 112 bits: RSA from 2048, no SHA-1. */
    X509_VERIFY_PARAM_set_auth_level(param, 2);
    X509_VERIFY_PARAM_set_depth(param, CHAIN_MAX);
    unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN | (trust->strict ? X509_V_FLAG_X509_STRICT : 0);
    return X509_VERIFY_PARAM_set_flags(param, flags) == 1 &&
           X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY) == 1;
}

bool chain_build(X509 *leaf, STACK_OF(X509) * untrusted, const struct chain_trust *trust,
                 STACK_OF(X509) * *chain, struct sti_error *err)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    bool ok = false;
    if (store == NULL || context == NULL || !set_up(store, context, trust, leaf, untrusted)) {
        sti_fail(err, "the %s's chain cannot be checked: out of memory", trust->role);
        goto out;
    }
    ok = X509_verify_cert(context) == 1 || refuse_chain(context, leaf, trust, err);
    if (ok) {
        *chain = X509_STORE_CTX_get1_chain(context);
        ok = *chain != NULL || sti_fail(err, "out of memory");
    }
out:
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    return ok;
}
