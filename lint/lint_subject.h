/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is linted: a certificate, read once into views of its own octets.
 *
 * Nothing is decoded that no lint asks for, above all not the public key: libcrypto's d2i_X509()
 * does that, and on OpenSSL 3.0 it alone costs more than all lints together. Nothing is allocated:
 * the value is flat, borrows from the certificate's DER, and has nothing to free.
 */
#ifndef LINT_SUBJECT_H
#define LINT_SUBJECT_H

#include "sti_error.h"

/* Limits, tested before anything is kept. Certificates in the field have a quarter of these. */
#define LINT_MAX_OCTETS ((size_t)64 * 1024 * 1024)
#define LINT_MAX_ATTRIBUTES 48
#define LINT_MAX_EXTENSIONS 48

/* Octets of the certificate, borrowed. at is NULL when the part is not there. */
struct lint_octets {
    const uint8_t *at;
    size_t length;
};

/* An AlgorithmIdentifier (RFC 5280 section 4.1.1.2). */
struct lint_algorithm {
    struct lint_octets whole;
    struct lint_octets oid;        /* the content octets */
    struct lint_octets parameters; /* the whole element; not there: none */
};

/* The attributes of a name that lints ask for. */
enum lint_attribute_type {
    LINT_ATTRIBUTE_OTHER,
    LINT_ATTRIBUTE_C,
    LINT_ATTRIBUTE_O,
    LINT_ATTRIBUTE_CN,
    LINT_ATTRIBUTE_SERIAL_NUMBER,
};

struct lint_attribute {
    enum lint_attribute_type type;
    struct lint_octets value; /* the content octets of the string, whatever its type */
};

struct lint_name {
    struct lint_octets whole;
    struct lint_attribute attributes[LINT_MAX_ATTRIBUTES];
    size_t count;
};

/* A time as it is written; RFC 5280 section 4.1.2.5 has one form for every year. */
struct lint_time {
    uint8_t tag; /* 0x17 UTCTime, 0x18 GeneralizedTime */
    struct lint_octets text;
    bool well_formed; /* YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ, and a time that exists */
    int64_t stamp;    /* YYYYMMDDHHMMSS as a number; 0: not well-formed */
};

/* The extensions that lints ask for; the first of each kind is kept in lint_subject.known. */
enum lint_extension_type {
    LINT_EXTENSION_SKI,
    LINT_EXTENSION_AKI,
    LINT_EXTENSION_KEY_USAGE,
    LINT_EXTENSION_BASIC_CONSTRAINTS,
    LINT_EXTENSION_POLICIES,
    LINT_EXTENSION_CRL_POINTS,
    LINT_EXTENSION_TNAUTHLIST,
    LINT_EXTENSION_AIA,
    LINT_EXTENSION_CLAIMS,
    LINT_EXTENSION_ENHANCED_CLAIMS,
    LINT_EXTENSION_OTHER, /* and how many there are before it */
};

struct lint_extension {
    enum lint_extension_type type;
    struct lint_octets oid; /* the content octets */
    bool critical;
    bool critical_false; /* critical FALSE is written out, which DER forbids */
    struct lint_octets value;
};

/* The bits of KeyUsage (RFC 5280 section 4.2.1.3), bit 0 first. */
#define LINT_DIGITAL_SIGNATURE 0x001u
#define LINT_KEY_CERT_SIGN 0x020u
#define LINT_CRL_SIGN 0x040u

/* What a certificate's TNAuthList says, without keeping it. */
struct lint_list {
    bool there;
    bool well_formed;
    bool range_fault;       /* malformed only in that a range breaks a rule on ranges */
    struct sti_error fault; /* if it is malformed: where and why */
    size_t entries;
    size_t spcs;
    bool first_is_spc;
    struct lint_octets spc; /* the first SPC */
};

/* Versions of the SHAKEN certificate policy, by their OIDs (profile.md). */
enum lint_policy {
    LINT_POLICY_NONE,
    LINT_POLICY_CP_1_1,
    LINT_POLICY_CP_1_3,
    LINT_POLICY_CP_1_4,
};

/* cRLDistributionPoints as far as the profile goes. */
struct lint_crl_points {
    bool well_formed;
    size_t points;
    bool name;              /* the first point has a distributionPoint */
    bool issuer;            /* and a cRLIssuer with one directoryName */
    size_t urls;            /* how many URIs its fullName has */
    struct lint_octets url; /* the first of them */
};

struct lint_subject {
    struct lint_octets whole; /* the certificate */
    struct lint_octets tbs;
    unsigned version;          /* 1, 2, 3, ...; 0: more than 255 */
    struct lint_octets serial; /* the content octets of the INTEGER */
    struct lint_algorithm tbs_algorithm;
    struct lint_algorithm algorithm;
    struct lint_name issuer;
    struct lint_time not_before;
    struct lint_time not_after;
    struct lint_name subject;
    struct lint_octets spki; /* SubjectPublicKeyInfo */
    struct lint_algorithm key_algorithm;
    struct lint_octets key; /* the octets of the BIT STRING */
    bool unique_ids;        /* issuerUniqueID or subjectUniqueID is there */

    struct lint_extension extensions[LINT_MAX_EXTENSIONS];
    size_t extension_count;
    const struct lint_extension *known[LINT_EXTENSION_OTHER]; /* NULL: not there */

    /* What stands in the known extensions. */
    bool basic_constraints_well_formed;
    bool ca;
    bool path_length; /* pathLenConstraint is there */
    bool key_usage_well_formed;
    bool key_usage_minimal; /* no trailing zero bit, as DER wants it for named bits */
    unsigned key_usage;
    struct lint_octets ski;    /* the keyIdentifier */
    struct lint_octets aki_id; /* the keyIdentifier; not there: none */
    bool policies_well_formed;
    size_t policy_count;
    struct lint_octets policy_oid; /* the first */
    bool has_policy[LINT_POLICY_CP_1_4 + 1];
    struct lint_crl_points crl;
    struct lint_list list;
    size_t references;            /* how many id-ad-stirTNList the AIA has */
    struct lint_octets reference; /* the first's URI; not there: it is no URI */
    bool references_https;        /* all are https URIs */

    bool root; /* a CA that is its own issuer */

    /* How many octets a verifier downloads: those of the file it begins. 0: not known. */
    size_t published;

    /* The certificate that signed it, if the file holds it; NULL: not known. Borrowed. */
    const struct lint_subject *signer;
};

/*
 * Reads one certificate in DER (RFC 5280 section 4.1). Refused: what is no certificate, and what a
 * limit above forbids; faults inside of extensions are for lints. *subject borrows from der, and
 * must not be moved while it is used.
 */
bool lint_subject_read(struct lint_subject *subject, const uint8_t *der, size_t length,
                       struct sti_error *err);

/*
 * If the subject names `next` as its issuer, `next` becomes its signer. A chain is signer after
 * signed (RFC 9060 section 7), so the caller shows the certificate that follows in the file.
 */
void lint_subject_signer(struct lint_subject *subject, const struct lint_subject *next);

/* True if both are there and have the same octets. */
bool lint_same(struct lint_octets a, struct lint_octets b);

/* True if the octets are the text. */
bool lint_is_text(struct lint_octets octets, const char *text);

/* The values of that attribute: how many; *last becomes the last, which is the one that counts. */
size_t lint_attributes(const struct lint_name *name, enum lint_attribute_type type,
                       struct lint_octets *last);

/* Writes an OID's content octets in dotted form and a NUL; cut at the size. */
void lint_oid_text(struct lint_octets oid, char *text, size_t size);

#endif
