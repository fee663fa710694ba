/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, certificates and tokens made on the spot, for the tests of token/. */
#ifndef TEST_TOKEN_KIT_H
#define TEST_TOKEN_KIT_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "token.h"

/* "Now" in the tests: 2026-09-21T14:13:20Z. */
#define KIT_NOW 1790000000
#define KIT_DAY 86400

#define KIT_URL "https://pa.example.org/signer.pem"

/* The header and payload of a token that is accepted. */
#define KIT_HEADER "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5u\":\"" KIT_URL "\"}"
#define KIT_TKVALUE "MAigBhYENzA5Sg" /* SPC 709J */
#define KIT_FINGERPRINT                                                                            \
    "SHA256 A0:A2:32:C2:F1:94:A5:35:53:CB:13:10:DD:BC:08:21:E4:14:B9:D7:EB:FC:29:0B:32:30:84:D7:"  \
    "D1:02:0F:E5"
#define KIT_ATC                                                                                    \
    "{\"tktype\":\"TNAuthList\",\"tkvalue\":\"" KIT_TKVALUE                                        \
    "\",\"ca\":false,\"fingerprint\":\"" KIT_FINGERPRINT "\"}"
#define KIT_PAYLOAD "{\"exp\":1790003600,\"jti\":\"id1\",\"atc\":" KIT_ATC "}"

EVP_PKEY *kit_ec(const char *group);
EVP_PKEY *kit_rsa(void);

/* What a certificate shall say. Zero: valid from a day before to a day after KIT_NOW, no CA. */
struct kit_profile {
    const char *name;
    long from; /* seconds from KIT_NOW; both zero: a day each way */
    long to;
    bool ca;
    const char *key_usage; /* NULL: none */
};

/* A certificate over key, signed by issuer_key. issuer NULL: self-signed. */
X509 *kit_certificate(const struct kit_profile *profile, EVP_PKEY *key, X509 *issuer,
                      EVP_PKEY *issuer_key);

/* What a CRL shall say. Zero: valid from a day before to a day after KIT_NOW, nobody revoked. */
struct kit_crl {
    long from; /* seconds from KIT_NOW; both zero: a day each way */
    long to;
    bool endless;        /* no nextUpdate */
    const X509 *revoked; /* NULL: nobody */
    bool indirect;       /* with indirectCRL, and certificateIssuer in the entry */
    int extension;       /* NID of a critical extension of the CRL, or of its entry; 0: none */
    int entry_extension;
    /* more of the issuingDistributionPoint, which is there if any of them or `indirect` is set */
    const char *url;   /* its name; NULL: none */
    bool only_user;    /* end entities alone */
    bool only_ca;      /* CAs alone */
    bool some_reasons; /* keyCompromise alone */
};

/* A CRL of issuer, signed by key. The caller's. */
X509_CRL *kit_crl(const struct kit_crl *profile, const X509 *issuer, EVP_PKEY *key);

/* A compact JWS over any header and payload; the key's type chooses the signature (EC or RSA). */
char *kit_jws(const char *header, const char *payload, EVP_PKEY *key);

/* A compact JWS with this signature. */
char *kit_jws_with(const char *header, const char *payload, const uint8_t *signature,
                   size_t length);

/* The base64 of a certificate's DER, as in x5c. */
char *kit_x5c(X509 *certificate);

/* The STI-PA of the tests: root, intermediate, signer, and a trust that knows KIT_URL. */
struct kit {
    EVP_PKEY *root_key;
    EVP_PKEY *middle_key;
    EVP_PKEY *signer_key;
    X509 *root;
    X509 *middle;
    X509 *signer;
    STACK_OF(X509) * chain; /* behind KIT_URL: signer, middle */
    struct token_trust trust;
};
void kit_make(struct kit *kit);
void kit_free(struct kit *kit);

/* Puts another signer behind KIT_URL; takes over one reference. */
void kit_replace_signer(struct kit *kit, X509 *signer);

/* The token must be refused, with this part and this piece of the sentence, and with a clause. */
void kit_expect_refusal(const struct kit *kit, const char *jws, const char *part,
                        const char *sentence, const char *clause);

/* kit_jws() with the kit's signer key and kit_expect_refusal() in one. */
void kit_refuses(const struct kit *kit, const char *header, const char *payload, const char *part,
                 const char *sentence, const char *clause);

/* The token must be accepted; the claim is the caller's. */
struct token_claim *kit_expect_accepted(const struct kit *kit, const char *jws);

/* The error must hold these; a NULL is not looked at. */
void kit_check_error(const struct sti_error *err, enum sti_code code, const char *part,
                     const char *sentence, const char *clause);

#endif
