/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates as values: what shall stand in one, its to-be-signed octets, and the proof that what
 * was signed is what was meant. Which fields a certificate has: docs/profile.md.
 */
#ifndef PKI_CERT_H
#define PKI_CERT_H

#include <time.h>

#include <openssl/x509.h>

#include "profile.h"
#include "tnauthlist.h"

/* 128 random bits, read as an unsigned number (RFC 5280 section 4.1.2.2 allows 20 octets). */
#define CERT_SERIAL_OCTETS 16
#define CERT_DIGEST_OCTETS 32

enum cert_kind {
    CERT_ROOT,         /* self-signed, cA TRUE, keyCertSign */
    CERT_INTERMEDIATE, /* cA TRUE, keyCertSign */
    CERT_END_ENTITY,   /* cA FALSE, digitalSignature, with a list */
    CERT_STI_PA,       /* self-signed, cA FALSE, digitalSignature: signs SPC tokens */
};

/* What shall stand in a certificate. Everything is the caller's and only read. */
struct cert_content {
    /*
     * Which extensions it has, and in which order. Without one it has those of its kind, which are
     * those of the shipped profiles; with one the kind does not count.
     */
    const struct profile *profile;
    enum cert_kind kind;
    const X509_NAME *subject;
    EVP_PKEY *key;           /* the subject's public key, or NULL if spki is given */
    const X509_PUBKEY *spki; /* the subject's key as a CSR has it: copied octet for octet */
    X509 *issuer;            /* NULL for the self-signed kinds */
    unsigned char serial[CERT_SERIAL_OCTETS];
    time_t not_before;
    time_t not_after;            /* the last second of the validity */
    int path_length;             /* PROFILE_SITE_PATH_LENGTH of the profile; -1: none */
    const char *policy;          /* dotted OID; NULL: not known */
    const char *crl_url;         /* http(s) URL; NULL: not known */
    const X509_NAME *crl_issuer; /* with crl_url */
    const uint8_t *list;         /* by value: the DER TNAuthList */
    size_t list_length;
    const char *list_url; /* by reference: exactly one of list and list_url */
};

/*
 * Builds the certificate, complete but for the signature: a function of its argument alone.
 * Refused: a validity that is empty or reaches beyond the issuer's, a `key` that is not EC P-256, a
 * content that the profile does not allow, or that lacks what the profile wants; without a profile,
 * one that has no policy or no crl_url has no such extension. NULL on failure; the caller's.
 */
X509 *cert_build(const struct cert_content *content, struct sti_error *err);

/*
 * The to-be-signed octets, as the HSM will be asked to sign them: signed once with a throw-away
 * key, so that the algorithm stands in them. *tbs is OPENSSL_malloc'd, the caller's.
 */
bool cert_tbs(X509 *cert, unsigned char **tbs, size_t *length, struct sti_error *err);

/* SHA-256 of a SubjectPublicKeyInfo in DER, as it stands in a certificate or a CSR. */
bool cert_key_digest(const X509_PUBKEY *spki, unsigned char digest[CERT_DIGEST_OCTETS],
                     struct sti_error *err);

/* SHA-256 of octets. */
bool cert_digest(const void *octets, size_t length, unsigned char digest[CERT_DIGEST_OCTETS],
                 struct sti_error *err);

/*
 * Signs with ecdsa-with-SHA256; key may be in an HSM, and is refused if it is not EC P-256. *der is
 * OPENSSL_malloc'd, the caller's.
 */
bool cert_sign(X509 *cert, EVP_PKEY *key, unsigned char **der, size_t *length,
               struct sti_error *err);

/*
 * Puts a certificate together from its to-be-signed octets, which cert_tbs() made, and a signature
 * of them with ecdsa-with-SHA256, an ECDSA-Sig-Value in DER. *der is OPENSSL_malloc'd, the
 * caller's.
 */
bool cert_assemble(const unsigned char *tbs, size_t tbs_length, const unsigned char *signature,
                   size_t signature_length, unsigned char **der, size_t *length,
                   struct sti_error *err);

/*
 * Reads a signed certificate again as a stranger would: its to-be-signed octets are those of `tbs`,
 * octet for octet, and the signature verifies with issuer_key. NULL if not; the caller's.
 */
X509 *cert_reread(const unsigned char *der, size_t length, const unsigned char *tbs,
                  size_t tbs_length, EVP_PKEY *issuer_key, struct sti_error *err);

/*
 * The same proof without libcrypto's reading of the certificate, which decodes its public key and
 * takes longer than the proof: for many at a time that a reader of another kind looks at, too.
 */
bool cert_prove(const unsigned char *der, size_t length, const unsigned char *tbs,
                size_t tbs_length, EVP_PKEY *issuer_key, struct sti_error *err);

/* The TNAuthList a certificate holds by value; borrows from the certificate. */
bool cert_list(X509 *cert, struct tnauthlist *list, struct sti_error *err);

/* Upper-case hex of the serial without leading zero octets, and a NUL. */
void cert_serial_text(const unsigned char serial[CERT_SERIAL_OCTETS],
                      char text[2 * CERT_SERIAL_OCTETS + 1]);

#endif
