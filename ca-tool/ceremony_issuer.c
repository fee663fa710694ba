/* SPDX-License-Identifier: Apache-2.0 */
#include "ceremony_issuer.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "cert.h"
#include "file.h"
#include "planned.h"

/* A certificate is far smaller than other inputs, which are not looked at. */
#define CERTIFICATE_LIMIT ((int64_t)64 * 1024)

/* Who signs what the step signs. */
struct sought {
    const X509_NAME *name;
    EVP_PKEY *key;
};

static bool is_issuer(X509 *certificate, const struct sought *sought)
{
    return X509_NAME_cmp(X509_get_subject_name(certificate), sought->name) == 0 &&
           EVP_PKEY_eq(X509_get0_pubkey(certificate), sought->key) == 1;
}

/* The input as a certificate, if it is that of the issuer; else NULL. */
static X509 *read_issuer(const uint8_t *octets, size_t length, const struct sought *sought)
{
    BIO *bio = BIO_new_mem_buf(octets, (int)length); /* CERTIFICATE_LIMIT is below INT_MAX */
    X509 *certificate = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
    if (certificate != NULL && !is_issuer(certificate, sought)) {
        X509_free(certificate);
        certificate = NULL;
    }
    BIO_free(bio);
    ERR_clear_error();
    return certificate;
}

static bool look(const struct ceremony_run *run, const struct plan_input *input,
                 const struct sought *sought, X509 **issuer, struct sti_error *err)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    uint8_t digest[PLAN_DIGEST_OCTETS];
    if (input->length > CERTIFICATE_LIMIT)
        return true;
    char *path = file_beside(run->ceremony.folder, input->path);
    bool ok = path != NULL || sti_fail(err, "no memory for the name of a file");
    ok = ok && file_read(path, (size_t)CERTIFICATE_LIMIT, &octets, &length, err) &&
         cert_digest(octets, length, digest, err);
    if (ok && memcmp(digest, input->digest, sizeof(digest)) != 0) {
        sti_refuse(err, NULL, "is not what it was when the plan was made");
        ok = sti_error_in(err, path);
    }
    if (ok)
        *issuer = read_issuer(octets, length, sought);
    free(octets);
    free(path);
    return ok;
}

static bool find(const struct ceremony_run *run, const struct sought *sought, X509 **issuer,
                 struct sti_error *err)
{
    const struct plan *plan = run->ceremony.plan;
    for (size_t i = 0; i < plan->input_count && *issuer == NULL; i++)
        if (!look(run, &plan->inputs[i], sought, issuer, err))
            return false;
    return true;
}

bool ceremony_issuer(const struct ceremony_run *run, const struct plan_step *step, X509 **issuer,
                     struct sti_error *err)
{
    *issuer = NULL;
    X509 *certificate = planned_certificate(&step->tbs, err);
    EVP_PKEY *key = certificate == NULL ? NULL : planned_key(&step->spki, err);
    bool ok = key != NULL;
    if (ok) {
        const struct sought sought = {X509_get_issuer_name(certificate), key};
        bool is_own = is_issuer(certificate, &sought);
        ok = is_own || (find(run, &sought, issuer, err) &&
                        (*issuer != NULL ||
                         sti_refuse(err, NULL,
                                    "the certificate of the key that signs is no input of the "
                                    "plan, so that nobody can say whether what it signs fits")));
    }
    EVP_PKEY_free(key);
    X509_free(certificate);
    return ok;
}
