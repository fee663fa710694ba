/* SPDX-License-Identifier: Apache-2.0 */
/* What a root, an intermediate and a cross-certificate will be. */
#include "ceremony_make.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "cert.h"
#include "es256.h"
#include "profile_print.h"
#include "profiles.h"
#include "subject.h"

static const char *const commands[CEREMONY_KINDS] = {
    [CEREMONY_ROOT] = "root",
    [CEREMONY_INTERMEDIATE] = "intermediate",
    [CEREMONY_CROSS_CERTIFICATE] = "intermediate",
};

/* Reads it, and notes in the plan what was read. */
static struct profile *load_profile(const struct making *making, struct sti_error *err)
{
    const struct ceremony_file *file = making->file;
    uint8_t digest[PLAN_DIGEST_OCTETS];
    struct profile *profile =
        profiles_load_digest(making->config->profiles, file->profile, digest, err);
    if (profile == NULL)
        return NULL;
    if (strcmp(profile_command(profile), commands[file->kind]) != 0)
        sti_error_set(err, STI_USAGE, NULL,
                      "the profile %s is for sti-ca %s, not for a ceremony of "
                      "the kind %s",
                      profile->name, profile_command(profile), ceremony_kind_name(file->kind));
    else if (plan_note_profile(making->plan, profile->name, digest, err))
        return profile;
    profile_free(profile);
    return NULL;
}

bool making_check_issuer(const struct making *making, X509 *issuer, struct sti_error *err)
{
    /* No ceremony is held before its plan is made. */
    time_t begin = (time_t)(making->file->window_begin > making->now ? making->file->window_begin
                                                                     : making->now);
    time_t end = (time_t)making->file->window_end;
    bool is_ca = X509_check_ca(issuer) == 1 && (X509_get_key_usage(issuer) & KU_KEY_CERT_SIGN) != 0;
    bool is_valid = X509_cmp_time(X509_get0_notBefore(issuer), &begin) < 0 &&
                    X509_cmp_time(X509_get0_notAfter(issuer), &end) > 0;
    bool is_key = es256_is_p256(X509_get0_pubkey(issuer));
    ERR_clear_error();
    if (is_ca && is_valid && is_key)
        return true;
    sti_refuse(err, "RFC 5280 section 6.1",
               !is_ca      ? "is no CA certificate that may sign certificates"
               : !is_valid ? "is not valid in all of the ceremony's window"
                           : "has a key that is not EC P-256");
    return sti_error_in(err, making->file->issuer);
}

/* Everything that stands in the certificate, from the ceremony file. */
struct subject {
    X509 *issuer;      /* NULL: the root itself */
    EVP_PKEY *key;     /* of a subject whose key is a file */
    X509 *certificate; /* of one that has a certificate */
};

static bool read_subject(struct making *making, struct subject *subject, struct sti_error *err)
{
    const struct ceremony_file *file = making->file;
    if (file->issuer != NULL) {
        subject->issuer = making_certificate(making, file->issuer, err);
        if (subject->issuer == NULL || !making_check_issuer(making, subject->issuer, err))
            return false;
    }
    if (file->subject_key != NULL) {
        subject->key = making_key(making, file->subject_key, err);
        return subject->key != NULL;
    }
    subject->certificate = making_certificate(making, file->certificate, err);
    if (subject->certificate == NULL)
        return false;
    if (X509_check_ca(subject->certificate) == 1)
        return true;
    ERR_clear_error();
    sti_refuse(err, "RFC 5280 section 3.2",
               "is no CA certificate, and only a CA is certified across");
    return sti_error_in(err, file->certificate);
}

static bool check_name(const struct making *making, const X509_NAME *name, struct sti_error *err)
{
    if (subject_check_ca(name, making->file->kind == CEREMONY_ROOT, err))
        return true;
    return sti_error_part(err, "[certificate] subject");
}

static bool make_certificate(struct making *making, const struct profile *profile,
                             const struct subject *subject, EVP_PKEY *key, struct sti_error *err)
{
    const struct ceremony_file *file = making->file;
    struct cert_content content = {
        .profile = profile,
        .subject = subject->certificate == NULL
                       ? file->subject
                       : (const X509_NAME *)X509_get_subject_name(subject->certificate),
        .key = subject->key,
        .spki = subject->certificate == NULL ? NULL : X509_get_X509_PUBKEY(subject->certificate),
        .issuer = subject->issuer,
        .not_before = (time_t)file->valid_from,
        .not_after = (time_t)file->valid_to,
        .path_length = (int)file->path_length,
        .policy = file->policy,
        .crl_url = file->crl_url,
        .crl_issuer = file->crl_issuer,
    };
    if (!check_name(making, content.subject, err))
        return false;
    return making_sign(making, &content, "", file->out, key, err);
}

bool making_ca(struct making *making, EVP_PKEY **key, struct sti_error *err)
{
    if (making->file->kind == CEREMONY_DELEGATE_CA || making->file->kind == CEREMONY_BATCH)
        return making_requests(making, key, err);
    if (making->file->kind == CEREMONY_REVOCATION)
        return making_crl(making, key, err);
    struct subject subject = {0};
    struct profile *profile = load_profile(making, err);
    bool ok = profile != NULL && read_subject(making, &subject, err);
    if (ok) {
        *key = subject.issuer == NULL ? subject.key : X509_get0_pubkey(subject.issuer);
        EVP_PKEY_up_ref(*key);
        ok = make_certificate(making, profile, &subject, *key, err);
    }
    profile_free(profile);
    X509_free(subject.issuer);
    X509_free(subject.certificate);
    EVP_PKEY_free(subject.key);
    return ok;
}
