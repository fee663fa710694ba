/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates of any kind, also unlawful ones, from a plan of their fields: libcrypto would refuse
 * to make many of them. The signature is real, and made last.
 */
#ifndef TEST_LINT_KIT_H
#define TEST_LINT_KIT_H

#include <openssl/evp.h>

#include "lint.h"

#define PLAN_MAX_OCTETS 16384
#define PLAN_MAX_NAMES 60
#define PLAN_MAX_EXTENSIONS 60

/* OIDs as the hex of their content octets. */
#define OID_C "550406"
#define OID_O "55040a"
#define OID_CN "550403"
#define OID_SERIAL_NUMBER "550405"
#define OID_OU "55040b"
#define OID_SKI "551d0e"
#define OID_AKI "551d23"
#define OID_KEY_USAGE "551d0f"
#define OID_BASIC_CONSTRAINTS "551d13"
#define OID_POLICIES "551d20"
#define OID_CRL_POINTS "551d1f"
#define OID_TNAUTHLIST "2b0601050507011a"
#define OID_AIA "2b06010505070101"
#define OID_CLAIMS "2b0601050507011b"
#define OID_ENHANCED_CLAIMS "2b06010505070121"
#define OID_EKU "551d25"

#define SHA256_ALGORITHM "300a06082a8648ce3d040302"
#define SHA384_ALGORITHM "300a06082a8648ce3d040303"
#define SHA256_NULL_ALGORITHM "300c06082a8648ce3d0403020500"

#define CP_1_1 "300e300c060a6086480186ff09010101"
#define CP_1_3 "300e300c060a6086480186ff09010103"
#define CP_1_4 "300e300c060a6086480186ff09010104"

struct plan_attribute {
    const char *oid;
    const char *value; /* a UTF8String */
};

struct plan_extension {
    const char *oid;
    int critical; /* 0: left out, 1: TRUE, 2: FALSE, written out */
    char hex[1024];
};

struct plan {
    int version; /* 1: left out */
    const char *serial;
    const char *tbs_algorithm;
    const char *algorithm;
    struct plan_attribute issuer[PLAN_MAX_NAMES];  /* ends with a NULL oid */
    struct plan_attribute subject[PLAN_MAX_NAMES]; /* likewise */
    const char *not_before; /* 13 characters: UTCTime; otherwise GeneralizedTime */
    const char *not_after;
    const char *spki; /* hex; NULL: the holder's key */
    int holder;       /* which of the kit's keys the certificate is about */
    int signer;       /* and which signs it */
    bool unique_id;
    struct plan_extension extensions[PLAN_MAX_EXTENSIONS];
    size_t extension_count;
};

/* The kit's keys, all on P-256; make them first and free them last. */
enum { KEY_ROOT, KEY_INTERMEDIATE, KEY_LEAF, KEY_COUNT };
void kit_keys_make(void);
void kit_keys_free(void);
EVP_PKEY *kit_key(int which);

/* The SHA-1 of a key's octets, in lower-case hex. */
void kit_key_identifier(int which, char hex[41]);

/* Certificates that pass every lint that applies to them. */
void plan_root(struct plan *plan);
void plan_intermediate(struct plan *plan); /* signed by the root */
void plan_leaf(struct plan *plan);         /* signed by the intermediate; SPC 709J */

/* Changes to a plan. */
void plan_set(struct plan *plan, const char *oid, int critical, const char *hex);
void plan_value(struct plan *plan, const char *oid, const char *hex);
void plan_critical(struct plan *plan, const char *oid, int critical);
void plan_drop(struct plan *plan, const char *oid);
void plan_add(struct plan *plan, const char *oid, int critical, const char *hex);
void plan_list(struct plan *plan, const char *text); /* a TNAuthList by value */

/* The value of an attribute of a name; NULL takes it out. */
void plan_name(struct plan_attribute *name, const char *oid, const char *value);
void plan_name_add(struct plan_attribute *name, const char *oid, const char *value);

/* The certificate in DER, signed; returns its length. */
size_t plan_build(const struct plan *plan, uint8_t der[PLAN_MAX_OCTETS]);

#endif
