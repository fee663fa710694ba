/* SPDX-License-Identifier: Apache-2.0 */
/* Paths made on the spot: STI-CA root, intermediate, delegate's CA, end entity; and an STI-PA. */
#ifndef TEST_PATH_KIT_H
#define TEST_PATH_KIT_H

#include "path.h"
#include "test_pki_kit.h"
#include "test_token_kit.h"

#define KIT_CRL_URL "https://pa.example.org/crl"
#define KIT_LIST_URL "https://tn.example.org/lists/"

/* What a certificate of a path shall say. */
struct kit_member {
    const char *name;   /* its CN */
    const char *issuer; /* the CN of its issuer; NULL: that of the one above */
    EVP_PKEY *key;      /* NULL: the kit's for its place */
    long from;          /* seconds from KIT_NOW; both zero: a day each way */
    long to;
    const char *constraints; /* Basic Constraints as in openssl.cnf; NULL: none */
    const char *key_usage;   /* NULL: none */
    const char *ski;         /* hex; NULL: none */
    const char *aki;         /* hex; NULL: none */
    const char *list;        /* the text of its TNAuthList */
    const char *list_hex;    /* in place of that: the extension's octets */
    bool by_reference;       /* `list` is at KIT_LIST_URL and its digest */
    const char *url;         /* a URL in place of that one, or beside a list by value */
    const char *aia_hex;     /* in place of that, or one more: the extension's octets */
    const char *crl_url;     /* the distribution point; NULL: none */
    const char *crl_issuer;  /* its cRLIssuer's CN; NULL: none */
    bool crl_reasons;        /* for keyCompromise alone */
    const char *points_hex;  /* in place of that: the extension's octets */
    int critical;            /* NID of an extension that nobody knows; 0: none */
    bool sha1;               /* how it is signed */
    bool tampered;           /* the last octet of the signature is another one */
};

/* From the anchor down. */
enum { KIT_ROOT, KIT_MIDDLE, KIT_DELEGATE, KIT_LEAF, KIT_MEMBERS };

struct kit_path {
    EVP_PKEY *keys[KIT_MEMBERS];
    EVP_PKEY *p384;
    struct kit pa; /* the STI-PA: its root vouches for CRLs */
    EVP_PKEY *crl_key;
    X509 *crl_signer;
};
void kit_path_make(struct kit_path *kit);
void kit_path_free(struct kit_path *kit);

/* A certificate below issuer, signed with its key; NULL: self-signed. The caller's. */
X509 *kit_member(const struct kit_member *member, EVP_PKEY *key, X509 *issuer,
                 EVP_PKEY *issuer_key);

/* The URL of a list by its digest, in a static buffer. */
const char *kit_list_url(const char *list);

#endif
