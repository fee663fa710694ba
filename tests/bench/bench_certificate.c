/* SPDX-License-Identifier: Apache-2.0 */
#include "bench_certificate.h"

#include <openssl/x509v3.h>

#include "bench.h"

#define DAY 86400L

static void add_extension(X509 *certificate, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    bench_require(extension != NULL && X509_add_ext(certificate, extension, -1) == 1,
                  "an extension cannot be made");
    X509_EXTENSION_free(extension);
}

X509 *bench_certificate(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key,
                        long days)
{
    X509 *made = X509_new();
    bench_require(made != NULL && X509_set_version(made, X509_VERSION_3) == 1, "no memory");
    ASN1_INTEGER_set(X509_get_serialNumber(made), issuer == NULL ? 1 : 2);
    X509_gmtime_adj(X509_getm_notBefore(made), -DAY);
    X509_gmtime_adj(X509_getm_notAfter(made), days * DAY);
    X509_NAME *subject = X509_NAME_new();
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1,
                               0);
    X509_set_subject_name(made, subject);
    X509_NAME_free(subject);
    X509_set_issuer_name(made, X509_get_subject_name(issuer == NULL ? made : issuer));
    X509_set_pubkey(made, key);
    add_extension(made, NID_basic_constraints,
                  issuer == NULL ? "critical,CA:TRUE" : "critical,CA:FALSE");
    add_extension(made, NID_key_usage,
                  issuer == NULL ? "critical,keyCertSign" : "critical,digitalSignature");
    bench_require(X509_sign(made, issuer_key, EVP_sha256()) > 0, "a certificate is not signed");
    return made;
}
