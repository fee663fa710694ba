/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signer's chain that was verified last, for those who judge many tokens of one STI-PA. It is
 * taken again only where verifying could give nothing else: the same signer, the same certificates
 * beside it, the same anchors, the same second. A refusal is not kept. Its certificates are taken
 * again where a token brings the same octets: OpenSSL 3.0 takes longer to read one than to verify.
 */
#include "token_internal.h"

#include <stdlib.h>
#include <string.h>

struct token_chains {
    time_t now;
    X509 *leaf; /* NULL: nothing is kept */
    STACK_OF(X509) * untrusted;
    STACK_OF(X509) * anchors;
    STACK_OF(X509) * chain;
};

struct token_chains *token_chains_new(void)
{
    return calloc(1, sizeof(struct token_chains));
}

static void forget(struct token_chains *chains)
{
    X509_free(chains->leaf);
    sk_X509_pop_free(chains->untrusted, X509_free);
    sk_X509_pop_free(chains->anchors, X509_free);
    sk_X509_pop_free(chains->chain, X509_free);
    *chains = (struct token_chains){0};
}

void token_chains_free(struct token_chains *chains)
{
    if (chains != NULL)
        forget(chains);
    free(chains);
}

/* By their octets, not by where they are: the caller may have replaced them. */
static bool same(const STACK_OF(X509) * a, const STACK_OF(X509) * b)
{
    int count = a == NULL ? 0 : sk_X509_num(a);
    if (count != (b == NULL ? 0 : sk_X509_num(b)))
        return false;
    for (int i = 0; i < count; i++)
        if (X509_cmp(sk_X509_value(a, i), sk_X509_value(b, i)) != 0)
            return false;
    return true;
}

static bool is_der_of(X509 *certificate, const uint8_t *der, size_t length)
{
    unsigned char *own = NULL;
    int own_length = i2d_X509(certificate, &own);
    bool ok = own_length > 0 && (size_t)own_length == length && memcmp(own, der, length) == 0;
    OPENSSL_free(own);
    return ok;
}

X509 *token_chains_certificate(const struct token_chains *chains, const uint8_t *der, size_t length)
{
    if (chains == NULL || chains->leaf == NULL)
        return NULL;
    X509 *found = is_der_of(chains->leaf, der, length) ? chains->leaf : NULL;
    for (int i = 0; found == NULL && i < sk_X509_num(chains->untrusted); i++)
        if (is_der_of(sk_X509_value(chains->untrusted, i), der, length))
            found = sk_X509_value(chains->untrusted, i);
    return found != NULL && X509_up_ref(found) == 1 ? found : NULL;
}

bool token_chains_recall(const struct token_trust *trust, struct token_signer *signer)
{
    const struct token_chains *chains = trust->chains;
    if (chains == NULL || chains->leaf == NULL || chains->now != trust->now ||
        X509_cmp(chains->leaf, signer->leaf) != 0 || !same(chains->untrusted, signer->untrusted) ||
        !same(chains->anchors, trust->anchors))
        return false;
    signer->chain = X509_chain_up_ref(chains->chain);
    return signer->chain != NULL;
}

void token_chains_keep(const struct token_trust *trust, const struct token_signer *signer)
{
    struct token_chains *chains = trust->chains;
    if (chains == NULL)
        return;
    forget(chains);
    chains->now = trust->now;
    chains->untrusted = X509_chain_up_ref(signer->untrusted);
    chains->anchors = X509_chain_up_ref(trust->anchors);
    chains->chain = X509_chain_up_ref(signer->chain);
    if (chains->untrusted == NULL || chains->anchors == NULL || chains->chain == NULL ||
        X509_up_ref(signer->leaf) != 1)
        forget(chains); /* without memory there is nothing to keep, and nothing is lost */
    else
        chains->leaf = signer->leaf;
}
