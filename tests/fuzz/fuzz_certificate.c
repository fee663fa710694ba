/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Octets as a certificate, and every lint on what is read. What is kept lies inside of the input.
 * What libcrypto reads, too, is read in the same way.
 */
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509.h>

#include "fuzz.h"
#include "lint.h"

static void lies_inside(struct lint_octets part, struct lint_octets whole)
{
    FUZZ_HOLDS(part.at == NULL || (part.at >= whole.at && part.length <= whole.length &&
                                   part.at + part.length <= whole.at + whole.length));
}

static void check_views(const struct lint_subject *subject)
{
    const struct lint_octets parts[] = {
        subject->tbs,           subject->serial,     subject->algorithm.oid, subject->issuer.whole,
        subject->subject.whole, subject->spki,       subject->key,           subject->ski,
        subject->aki_id,        subject->policy_oid, subject->crl.url,       subject->list.spc,
        subject->reference,
    };
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        lies_inside(parts[i], subject->whole);
    for (size_t i = 0; i < subject->extension_count; i++)
        lies_inside(subject->extensions[i].value, subject->whole);
    for (size_t i = 0; i < subject->subject.count; i++)
        lies_inside(subject->subject.attributes[i].value, subject->whole);
}

static void check_lints(const struct lint_subject *subject)
{
    for (size_t i = 0; i < lint_count(); i++) {
        struct lint_detail detail;
        enum lint_status status = lint_run(lint_at(i), subject, NULL, &detail);
        FUZZ_HOLDS((status == LINT_FAIL || status == LINT_NOT_EFFECTIVE) ==
                   (detail.text[0] != '\0'));
        for (const char *at = detail.text; *at != '\0'; at++)
            FUZZ_HOLDS((unsigned char)*at >= 0x20 && (unsigned char)*at < 0x7f);
    }
    for (size_t i = 0; i < lint_verifier_count; i++) {
        struct lint_detail detail = {""};
        bool stumbles = lint_verifiers[i].stumbles_over(subject, &detail);
        FUZZ_HOLDS(stumbles == (detail.text[0] != '\0'));
    }
}

static void check_name(const X509_NAME *name, struct lint_octets ours)
{
    const unsigned char *der = NULL;
    size_t length = 0;
    FUZZ_HOLDS(X509_NAME_get0_der(name, &der, &length) == 1);
    FUZZ_HOLDS(length == ours.length && memcmp(der, ours.at, length) == 0);
}

static void compare(const struct lint_subject *subject, const uint8_t *octets, size_t length)
{
    const unsigned char *at = octets;
    X509 *x509 = d2i_X509(NULL, &at, (long)length);
    if (x509 != NULL && at == octets + length) {
        int count = X509_get_ext_count(x509);
        FUZZ_HOLDS((count < 0 ? 0 : (size_t)count) == subject->extension_count);
        for (int i = 0; i < count; i++)
            FUZZ_HOLDS((X509_EXTENSION_get_critical(X509_get_ext(x509, i)) != 0) ==
                       subject->extensions[i].critical);
        check_name(X509_get_subject_name(x509), subject->subject.whole);
        check_name(X509_get_issuer_name(x509), subject->issuer.whole);
    }
    X509_free(x509);
    ERR_clear_error();
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    static struct lint_subject subject;
    static struct lint_subject copy;
    struct sti_error err;
    sti_error_clear(&err);
    if (!lint_subject_read(&subject, octets, length, &err)) {
        fuzz_check_error(&err);
        FUZZ_HOLDS(err.offset == STI_NOWHERE || err.offset <= length);
        return 0;
    }
    check_views(&subject);
    /* As its own signer, too: that is where two lists are compared. */
    FUZZ_HOLDS(lint_subject_read(&copy, octets, length, NULL));
    subject.signer = &copy;
    check_lints(&subject);
    compare(&subject, octets, length);
    return 0;
}
