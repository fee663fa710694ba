/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate and its parts as views (RFC 5280 section 4.1); the outermost layer. */
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509.h>

#include "lint_reader.h"

static const struct der_subject certificate = {"certificate", LINT_CLAUSE};

struct lint_octets lint_view(const struct der *content)
{
    return (struct lint_octets){content->octets + content->at, content->end - content->at};
}

struct lint_octets lint_since(const struct der *in, size_t start)
{
    return (struct lint_octets){in->octets + start, in->at - start};
}

struct der lint_reader(struct lint_octets octets)
{
    return (struct der){octets.at, 0, octets.length, &certificate};
}

bool lint_next_is(const struct der *in, uint8_t tag)
{
    return in->at < in->end && in->octets[in->at] == tag;
}

bool lint_any(struct der *in, uint8_t *tag, struct der *content, const char *any,
              struct sti_error *err)
{
    size_t start = in->at;
    if (in->at == in->end)
        return sti_refuse(err, in->subject->clause, "%s is missing", any) ||
               der_at(in->subject, start, err);
    *tag = in->octets[in->at++];
    if ((*tag & 0x1f) == 0x1f)
        return sti_refuse(err, in->subject->clause, "%s has a tag of many octets, which none has",
                          any) ||
               der_at(in->subject, start, err);
    return der_content(in, content, err);
}

bool lint_only(struct lint_octets value, uint8_t tag, struct der *content)
{
    struct der in = lint_reader(value);
    return der_expect(&in, tag, "the value", content, NULL) && in.at == in.end;
}

bool lint_algorithm_read(struct der *in, const char *name, struct lint_algorithm *algorithm,
                         struct sti_error *err)
{
    size_t start = in->at;
    struct der content;
    struct der oid;
    if (!der_expect(in, DER_SEQUENCE, name, &content, err) ||
        !der_expect(&content, DER_OID, "the algorithm's OID", &oid, err))
        return false;
    algorithm->whole = lint_since(in, start);
    algorithm->oid = lint_view(&oid);
    size_t parameters = content.at;
    uint8_t tag;
    struct der ignored;
    if (content.at == content.end)
        return true;
    if (!lint_any(&content, &tag, &ignored, "the algorithm's parameters", err))
        return false;
    algorithm->parameters = lint_since(&content, parameters);
    return der_expect_end(&content, "the algorithm's parameters", err);
}

/* Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING } */
static bool read_certificate(struct lint_subject *subject, struct der *in, struct sti_error *err)
{
    struct der certificate_content;
    struct der tbs;
    struct der signature;
    if (!der_expect(in, DER_SEQUENCE, "the certificate", &certificate_content, err) ||
        !der_expect_end(in, "the certificate", err))
        return false;
    size_t start = certificate_content.at;
    if (!der_expect(&certificate_content, DER_SEQUENCE, "tbsCertificate", &tbs, err))
        return false;
    subject->tbs = lint_since(&certificate_content, start);
    return lint_tbs_read(subject, &tbs, err) &&
           lint_algorithm_read(&certificate_content, "signatureAlgorithm", &subject->algorithm,
                               err) &&
           der_expect(&certificate_content, DER_BIT_STRING, "signatureValue as BIT STRING",
                      &signature, err) &&
           der_expect_end(&certificate_content, "signatureValue", err);
}

/* The certificate's signature verifies with its own key. Asked rarely: libcrypto decodes it all. */
static bool signs_itself(const struct lint_subject *subject)
{
    const unsigned char *at = subject->whole.at;
    X509 *x509 = d2i_X509(NULL, &at, (long)subject->whole.length);
    EVP_PKEY *key = x509 == NULL ? NULL : X509_get0_pubkey(x509);
    bool ok = key != NULL && X509_verify(x509, key) == 1;
    X509_free(x509);
    ERR_clear_error();
    return ok;
}

/*
 * A root is a CA that has signed itself: its AKI names its own key, or it has its issuer's name.
 * Both together decide; a CA with its issuer's name whose AKI names another key is the same CA with
 * a new key (RFC 5280 section 3.2: self-issued), or a root with a wrong AKI: its signature tells.
 */
static bool is_root(const struct lint_subject *subject)
{
    if (!subject->ca)
        return false;
    if (lint_same(subject->aki_id, subject->ski))
        return true;
    if (!lint_same(subject->issuer.whole, subject->subject.whole))
        return false;
    return subject->aki_id.at == NULL || signs_itself(subject);
}

bool lint_subject_read(struct lint_subject *subject, const uint8_t *der, size_t length,
                       struct sti_error *err)
{
    memset(subject, 0, sizeof(*subject));
    if (length > LINT_MAX_OCTETS)
        return sti_refuse(err, NULL, "has more than %zu octets, the most that is read here",
                          LINT_MAX_OCTETS);
    subject->whole = (struct lint_octets){der, length};
    struct der in = lint_reader(subject->whole);
    if (!read_certificate(subject, &in, err))
        return false;
    lint_extensions_read(subject);
    subject->root = is_root(subject);
    return true;
}

void lint_subject_signer(struct lint_subject *subject, const struct lint_subject *next)
{
    if (!subject->root && lint_same(subject->issuer.whole, next->subject.whole))
        subject->signer = next;
}

bool lint_same(struct lint_octets a, struct lint_octets b)
{
    return a.at != NULL && b.at != NULL && a.length == b.length &&
           memcmp(a.at, b.at, a.length) == 0;
}

bool lint_is_text(struct lint_octets octets, const char *text)
{
    size_t length = strlen(text);
    return octets.at != NULL && octets.length == length && memcmp(octets.at, text, length) == 0;
}

size_t lint_attributes(const struct lint_name *name, enum lint_attribute_type type,
                       struct lint_octets *last)
{
    size_t found = 0;
    for (size_t i = 0; i < name->count; i++) {
        if (name->attributes[i].type != type)
            continue;
        if (last != NULL)
            *last = name->attributes[i].value;
        found++;
    }
    return found;
}

/* The next arc, or false at a fault; an arc of more than 62 bits is one. */
static bool next_arc(struct lint_octets oid, size_t *at, uint64_t *arc)
{
    *arc = 0;
    while (*at < oid.length) {
        uint8_t octet = oid.at[(*at)++];
        if (*arc >> 55 != 0)
            return false;
        *arc = *arc << 7 | (octet & 0x7fu);
        if ((octet & 0x80) == 0)
            return true;
    }
    return false;
}

void lint_oid_text(struct lint_octets oid, char *text, size_t size)
{
    size_t at = 0;
    uint64_t arc;
    int written = 0;
    text[0] = '\0';
    for (bool first = true; at < oid.length && written >= 0 && (size_t)written < size;
         first = false) {
        if (!next_arc(oid, &at, &arc)) {
            snprintf(text, size, "an OID that cannot be read");
            return;
        }
        uint64_t root = arc < 80 ? arc / 40 : 2;
        written += first ? snprintf(text, size, "%llu.%llu", (unsigned long long)root,
                                    (unsigned long long)(arc - root * 40))
                         : snprintf(text + written, size - (size_t)written, ".%llu",
                                    (unsigned long long)arc);
    }
}
