/* SPDX-License-Identifier: Apache-2.0 */
/* The key of a CSR. */
#include <stdint.h>
#include <string.h>

#include <openssl/evp.h>

#include "cert.h"
#include "csr.h"
#include "csr_form.h"
#include "es256.h"
#include "openssl_error.h"
#include "p256_key.h"

/* The point of the CSR's key; NULL if the key is not written as almost every one is. */
static const unsigned char *point_of(const struct csr *csr)
{
    const ASN1_STRING *spki = csr_form_spki(csr->form);
    return p256_key_point(ASN1_STRING_get0_data(spki), (size_t)ASN1_STRING_length(spki));
}

/* libcrypto decodes the key that it reads into an X509_PUBKEY, not the one that is put there. */
static X509_PUBKEY *spki_of_point(const unsigned char *point)
{
    X509_PUBKEY *spki = X509_PUBKEY_new();
    unsigned char *copy = OPENSSL_memdup(point, P256_POINT_OCTETS);
    if (spki != NULL && copy != NULL &&
        X509_PUBKEY_set0_param(spki, OBJ_nid2obj(NID_X9_62_id_ecPublicKey), V_ASN1_OBJECT,
                               OBJ_nid2obj(NID_X9_62_prime256v1), copy, P256_POINT_OCTETS) == 1)
        return spki;
    OPENSSL_free(copy);
    X509_PUBKEY_free(spki);
    return NULL;
}

void csr_read_key(struct csr *csr)
{
    const ASN1_STRING *spki = csr_form_spki(csr->form);
    const unsigned char *octets = ASN1_STRING_get0_data(spki);
    const unsigned char *point = point_of(csr);
    if (point != NULL) {
        csr->key = p256_key_make(point);
        csr->spki = spki_of_point(point);
    } else {
        csr->spki = d2i_X509_PUBKEY(NULL, &octets, ASN1_STRING_length(spki));
        csr->key = csr->spki == NULL ? NULL : X509_PUBKEY_get(csr->spki);
    }
    if (csr->key == NULL)
        csr->key_fault = openssl_reason();
}

/* What is wrong with a key on P-256 that is not written as usual. */
static bool refuse_spelling(const struct csr *csr, struct sti_error *err)
{
    int type = V_ASN1_UNDEF;
    X509_ALGOR *algorithm = NULL;
    if (X509_PUBKEY_get0_param(NULL, NULL, NULL, &algorithm, csr->spki) == 1)
        X509_ALGOR_get0(NULL, &type, NULL, algorithm);
    if (type != V_ASN1_OBJECT)
        return sti_refuse(err, "RFC 5480 section 2.1.1",
                          "the CSR's key spells its curve out instead of naming P-256");
    return sti_refuse(err, "RFC 5480 section 2.2",
                      "the CSR's key is a compressed point; write it uncompressed, which every "
                      "verifier reads");
}

bool csr_key_check(const struct csr *csr, struct sti_error *err)
{
    if (csr->key == NULL)
        return sti_refuse(err, "RFC 8226 section 4", "the CSR's public key cannot be read: %s",
                          csr->key_fault);
    if (!es256_is_p256(csr->key))
        return sti_refuse(err, "RFC 8226 section 4",
                          "the CSR's key is not EC on the named curve P-256, which ES256 needs");
    return point_of(csr) != NULL || refuse_spelling(csr, err);
}

bool csr_key_digest(const struct csr *csr, unsigned char digest[32], struct sti_error *err)
{
    const ASN1_STRING *spki = csr_form_spki(csr->form);
    return cert_digest(ASN1_STRING_get0_data(spki), (size_t)ASN1_STRING_length(spki), digest, err);
}
