/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose signature it is: from x5u and x5c to one certificate that an anchor vouches for. The
 * anchors are the STI-PA's alone; nothing that came with the token or with the system is trusted.
 */
#include "token_internal.h"

#include <string.h>

#include <openssl/x509v3.h>

static const char trust_clause[] = "RFC 9448 section 6";

bool token_signer_find(struct token_signer *signer, const struct token_header *header,
                       const struct token_trust *trust, struct sti_error *err)
{
    if (header->x5u == NULL)
        return true;
    if (trust->find_x5u == NULL)
        sti_refuse(err, trust_clause,
                   "the signer is behind x5u \"%s\", and no certificates for x5u are known here",
                   quote(header->x5u, strlen(header->x5u)).text);
    else {
        signer->found = trust->find_x5u(trust->context, header->x5u, err);
        if (signer->found != NULL && sk_X509_num(signer->found) > 0)
            return true;
        if (signer->found != NULL)
            sti_refuse(err, trust_clause, "no certificate is behind x5u \"%s\"",
                       quote(header->x5u, strlen(header->x5u)).text);
        signer->found = NULL;
    }
    return sti_error_part(err, "header x5u");
}

/* Adds all but the first certificate of a chain, without taking a reference. */
static bool push_rest(STACK_OF(X509) * rest, const STACK_OF(X509) * chain)
{
    for (int i = 1; i < sk_X509_num(chain); i++) /* a NULL chain has -1 */
        if (sk_X509_push(rest, sk_X509_value(chain, i)) == 0)
            return false;
    return true;
}

bool token_signer_build(struct token_signer *signer, const struct token_trust *trust,
                        struct sti_error *err)
{
    if (token_chains_recall(trust, signer))
        return true;
    const struct chain_trust chain = {
        .anchors = trust->anchors,
        .now = trust->now,
        .role = "signer",
        .whose = TOKEN_ANCHORS,
        .clause = trust_clause,
    };
    if (!chain_build(signer->leaf, signer->untrusted, &chain, &signer->chain, err))
        return sti_error_part(err, "signer");
    token_chains_keep(trust, signer);
    return true;
}

bool token_signer_check_key(const struct token_signer *signer, struct sti_error *err)
{
    X509 *leaf = signer->leaf;
    EVP_PKEY *key = X509_get0_pubkey(leaf);
    if (!es256_is_p256(key))
        sti_refuse(err, "RFC 7518 section 3.4",
                   "the key of the signer's certificate \"%s\" is not EC P-256, which ES256 needs",
                   subject_of(leaf).text);
    /* All bits are set when there is no keyUsage. */
    else if ((X509_get_key_usage(leaf) & KU_DIGITAL_SIGNATURE) == 0)
        sti_refuse(err, "RFC 5280 section 4.2.1.3",
                   "the signer's certificate \"%s\" has a keyUsage without digitalSignature",
                   subject_of(leaf).text);
    else
        return true;
    return sti_error_part(err, "signer");
}

/* With both x5u and x5c, they must not name two signers. */
static X509 *choose_leaf(const struct token_signer *signer, const struct token_header *header,
                         struct sti_error *err)
{
    X509 *by_url = signer->found == NULL ? NULL : sk_X509_value(signer->found, 0);
    X509 *by_value = header->x5c == NULL ? NULL : sk_X509_value(header->x5c, 0);
    if (by_url == NULL && by_value == NULL)
        sti_refuse(err, trust_clause,
                   "nothing identifies the signer: neither x5u nor x5c is in the header");
    else if (by_url != NULL && by_value != NULL && X509_cmp(by_url, by_value) != 0)
        sti_refuse(err, trust_clause,
                   "x5c starts with certificate \"%s\" and x5u with another, \"%s\"; there can be "
                   "one signer",
                   subject_of(by_value).text, subject_of(by_url).text);
    else
        return by_url != NULL ? by_url : by_value;
    sti_error_part(err, by_url == NULL ? "header" : "header x5c");
    return NULL;
}

bool token_signer_choose(struct token_signer *signer, const struct token_header *header,
                         struct sti_error *err)
{
    signer->leaf = choose_leaf(signer, header, err);
    if (signer->leaf == NULL)
        return false;
    signer->untrusted = sk_X509_new_null();
    return (signer->untrusted != NULL && push_rest(signer->untrusted, header->x5c) &&
            push_rest(signer->untrusted, signer->found)) ||
           sti_fail(err, "out of memory");
}

void token_signer_free(struct token_signer *signer)
{
    sk_X509_free(signer->untrusted);
    sk_X509_pop_free(signer->chain, X509_free);
    memset(signer, 0, sizeof(*signer));
}
