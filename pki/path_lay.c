/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a certificate to an anchor by key identifiers alone (RFC 9060 sections 4, 6 and 7). Whether
 * names, signatures and dates fit is asked afterwards, of the path that was laid.
 */
#include <stdio.h>

#include <openssl/x509v3.h>

#include "path_internal.h"
#include "words.h"

static const char clause[] = "RFC 9060 section 7";

/* The first octets of a key identifier in hex; SHA-1 has 20. */
static struct quoted key_words(const ASN1_OCTET_STRING *key)
{
    struct quoted words = {""};
    size_t used = 0;
    for (int i = 0; i < ASN1_STRING_length(key) && i < 20; i++)
        used += (size_t)snprintf(words.text + used, sizeof(words.text) - used, "%02X",
                                 ASN1_STRING_get0_data(key)[i]);
    return words;
}

static bool is_in(STACK_OF(X509) * certificates, const X509 *certificate)
{
    for (int i = 0; i < sk_X509_num(certificates); i++) /* NULL has -1 */
        if (X509_cmp(sk_X509_value(certificates, i), certificate) == 0)
            return true;
    return false;
}

static bool has_name(const X509 *certificate, const X509 *child)
{
    return X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(child)) == 0;
}

static bool has_key(X509 *certificate, const ASN1_OCTET_STRING *key)
{
    const ASN1_OCTET_STRING *own = X509_get0_subject_key_id(certificate);
    return own != NULL && ASN1_OCTET_STRING_cmp(own, key) == 0;
}

/* The first of a stack with this SKI that is not in the path yet. */
static X509 *find_in(STACK_OF(X509) * certificates, STACK_OF(X509) * path, const X509 *child,
                     const ASN1_OCTET_STRING *key, bool named)
{
    for (int i = 0; i < sk_X509_num(certificates); i++) {
        X509 *one = sk_X509_value(certificates, i);
        if (has_key(one, key) && (!named || has_name(one, child)) && !is_in(path, one))
            return one;
    }
    return NULL;
}

static X509 *find_next(const struct path_input *input, STACK_OF(X509) * path, const X509 *child,
                       const ASN1_OCTET_STRING *key)
{
    X509 *next = find_in(input->anchors, path, child, key, true);
    if (next == NULL)
        next = find_in(input->chain, path, child, key, true);
    if (next == NULL)
        next = find_in(input->anchors, path, child, key, false);
    return next != NULL ? next : find_in(input->chain, path, child, key, false);
}

/* A certificate with the issuer's name that the AKI does not lead to. */
static X509 *find_by_name(const struct path_input *input, STACK_OF(X509) * path, const X509 *child)
{
    STACK_OF(X509) *const stacks[] = {input->chain, input->anchors};
    for (size_t k = 0; k < 2; k++)
        for (int i = 0; i < sk_X509_num(stacks[k]); i++)
            if (has_name(sk_X509_value(stacks[k], i), child) &&
                !is_in(path, sk_X509_value(stacks[k], i)))
                return sk_X509_value(stacks[k], i);
    return NULL;
}

/* There is no certificate with the key identifier; one with the name explains more. */
static bool refuse_next(const struct path_input *input, STACK_OF(X509) * path, X509 *child,
                        const ASN1_OCTET_STRING *key, struct sti_error *err)
{
    X509 *named = find_by_name(input, path, child);
    const ASN1_OCTET_STRING *own = named == NULL ? NULL : X509_get0_subject_key_id(named);
    const struct quoted subject = subject_of(child);
    if (named == NULL)
        return sti_refuse(err, clause,
                          "no certificate that was given has the key identifier %s, which \"%s\" "
                          "names as its issuer \"%s\"'s; give what leads to an anchor as chain",
                          key_words(key).text, subject.text,
                          name_words(X509_get_issuer_name(child)).text);
    if (own == NULL)
        return sti_refuse(
            err, clause,
            "the issuer of \"%s\", \"%s\", has no subjectKeyIdentifier, which must be "
            "%s",
            subject.text, subject_of(named).text, key_words(key).text);
    return sti_refuse(err, clause,
                      "\"%s\" names the key identifier %s, but its issuer \"%s\" has %s; the two "
                      "must be equal",
                      subject.text, key_words(key).text, subject_of(named).text,
                      key_words(own).text);
}

/* Adds the issuer of the last certificate to the path. */
static bool lay_next(const struct path_input *input, STACK_OF(X509) * path, struct sti_error *err)
{
    int last = sk_X509_num(path) - 1;
    X509 *child = sk_X509_value(path, last);
    const ASN1_OCTET_STRING *key = X509_get0_authority_key_id(child);
    if (last + 1 == PATH_MAX_CERTIFICATES)
        return sti_refuse(err, NULL, "the path has more than %d certificates",
                          PATH_MAX_CERTIFICATES);
    /* libcrypto gives no identifier of a certificate in which it cannot read something else. */
    if ((X509_get_extension_flags(child) & EXFLAG_INVALID) != 0)
        return sti_refuse(err, "RFC 5280 section 4.2",
                          "an extension of \"%s\" cannot be read or stands there twice",
                          subject_of(child).text);
    if (key == NULL && has_name(child, child))
        return sti_refuse(err, clause,
                          "the path ends at \"%s\", which signs itself and is not one of the "
                          "anchors given",
                          subject_of(child).text);
    if (key == NULL)
        return sti_refuse(err, "RFC 9060 section 4",
                          "\"%s\" has no authorityKeyIdentifier with a key identifier that can be "
                          "read, so nothing leads to its issuer",
                          subject_of(child).text);
    X509 *next = find_next(input, path, child, key);
    if (next == NULL)
        return refuse_next(input, path, child, key, err);
    if (X509_up_ref(next) == 1 && sk_X509_push(path, next) > 0)
        return true;
    return sti_fail(err, "no memory for the path");
}

STACK_OF(X509) * path_lay(const struct path_input *input, struct sti_error *err)
{
    STACK_OF(X509) *path = sk_X509_new_null();
    if (path == NULL || X509_up_ref(input->certificate) != 1 ||
        sk_X509_push(path, input->certificate) <= 0) {
        sti_fail(err, "no memory for the path");
        sk_X509_free(path);
        return NULL;
    }
    while (!is_in(input->anchors, sk_X509_value(path, sk_X509_num(path) - 1))) {
        if (lay_next(input, path, err))
            continue;
        sti_error_part(err, "certificate %d", sk_X509_num(path));
        sk_X509_pop_free(path, X509_free);
        return NULL;
    }
    return path;
}
