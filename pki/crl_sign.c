/* SPDX-License-Identifier: Apache-2.0 */
/* From the to-be-signed octets of a CRL to one that was read again, as cert.c does it. */
#include "crl_build.h"
#include "es256.h"
#include "openssl_error.h"
#include "signed_octets.h"

bool crl_tbs(X509_CRL *crl, unsigned char **tbs, size_t *length, struct sti_error *err)
{
    *tbs = NULL;
    EVP_PKEY *throw_away = EVP_EC_gen("P-256");
    int octets = -1;
    if (throw_away != NULL && X509_CRL_sign(crl, throw_away, EVP_sha256()) > 0)
        octets = i2d_re_X509_CRL_tbs(crl, tbs);
    EVP_PKEY_free(throw_away);
    if (octets <= 0)
        return sti_fail(err, "the CRL could not be encoded: %s", openssl_reason());
    *length = (size_t)octets;
    return true;
}

bool crl_sign(X509_CRL *crl, EVP_PKEY *key, unsigned char **der, size_t *length,
              struct sti_error *err)
{
    *der = NULL;
    /* With a key on another curve it would not be the algorithm that the octets were built with. */
    if (!es256_is_p256(key))
        return sti_refuse(
            err, "ATIS-1000080 section 6.4.1",
            "the signing key is not EC P-256, which ecdsa-with-SHA256 goes with here");
    int octets = X509_CRL_sign(crl, key, EVP_sha256()) > 0 ? i2d_X509_CRL(crl, der) : -1;
    if (octets <= 0)
        return sti_fail(err, "the HSM did not sign the CRL: %s", openssl_reason());
    *length = (size_t)octets;
    return true;
}

X509_CRL *crl_reread(const unsigned char *der, size_t length, const unsigned char *tbs,
                     size_t tbs_length, EVP_PKEY *issuer_key, struct sti_error *err)
{
    if (!signed_octets_hold(der, length, tbs, tbs_length)) {
        sti_fail(err, "what was signed is not what was to be signed; do not use this HSM or tool");
        return NULL;
    }
    const unsigned char *at = der;
    X509_CRL *crl = d2i_X509_CRL(NULL, &at, (long)length);
    if (crl != NULL && at == der + length && X509_CRL_verify(crl, issuer_key) == 1)
        return crl;
    sti_fail(err, "the signature of the HSM does not verify with the issuer's public key: %s",
             openssl_reason());
    X509_CRL_free(crl);
    return NULL;
}
