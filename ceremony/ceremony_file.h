/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ceremony.cnf: the one reviewed file that drives one ceremony, in OpenSSL's CONF format. It says
 * what is to be signed, in which window of time, and who must approve; it is the same for everyone
 * who reads it. Where an HSM is and how one logs in to it differs from machine to machine: that
 * stands in sti-ca.cnf, and is refused here.
 */
#ifndef CEREMONY_FILE_H
#define CEREMONY_FILE_H

#include <openssl/x509.h>

#include "sti_error.h"

#define CEREMONY_FILE_MAX ((size_t)256 * 1024)
#define CEREMONY_MAX_APPROVERS 32
#define CEREMONY_MAX_ID 64
#define CEREMONY_MAX_TITLE 120
/* Requests of a batch, or revocations. */
#define CEREMONY_MAX_LINES 1000

enum ceremony_kind {
    CEREMONY_ROOT,              /* a self-signed certificate */
    CEREMONY_INTERMEDIATE,      /* a CA of this house, signed by the root */
    CEREMONY_CROSS_CERTIFICATE, /* a CA that has a certificate gets another, from this root */
    CEREMONY_DELEGATE_CA,       /* a delegating CA's request, signed by the intermediate */
    CEREMONY_BATCH,             /* end-entity certificates for requests in bundles */
    CEREMONY_REVOCATION,        /* revocations and the CRL with them */
    CEREMONY_KEY_DESTRUCTION,   /* a key of the HSM is destroyed for good */
};
#define CEREMONY_KINDS 7

/* "root", "intermediate", "cross-certificate", ... as in the file. */
const char *ceremony_kind_name(enum ceremony_kind kind);
bool ceremony_kind_of_name(const char *name, enum ceremony_kind *kind);

/* Which section of sti-ca.cnf names the HSM's key that signs, or is destroyed. */
enum ceremony_key {
    CEREMONY_KEY_ROOT,
    CEREMONY_KEY_INTERMEDIATE,
    CEREMONY_KEY_CRL, /* the signer of an STI-PA's indirect CRL */
};
#define CEREMONY_KEYS 3
const char *ceremony_key_name(enum ceremony_key key); /* "root", "intermediate", "crl" */
bool ceremony_key_of_name(const char *name, enum ceremony_key *key);

/* An approver: by role, never by a person's name. */
struct ceremony_approver {
    char *id;       /* small letters, digits and hyphens: "auditor" */
    char *key_file; /* a public key, EC P-256, in PEM */
};

/* A line of [requests] or [reports] (name = file), or of [revocations]. */
struct ceremony_line {
    char *name;
    char *value;
};
struct ceremony_lines {
    struct ceremony_line *items;
    size_t count;
};

/* A line of [revocations]: serial or file = reason, or reason and date. */
struct ceremony_revocation {
    const char *name; /* of the line */
    bool is_serial;   /* hex digits and nothing else; else the file of a certificate */
    int reason;       /* its number in RFC 5280 section 5.3.1 */
    int64_t date;     /* -1: not said */
};

/*
 * Files are names, in the folder of the ceremony file: a ceremony has one folder, which goes to the
 * archive whole. Absent: NULL, or -1. Which are there: ceremony_file_keys.c.
 */
struct ceremony_file {
    enum ceremony_kind kind;
    char *title;
    int64_t window_begin; /* the ceremony runs within this window, both ends included */
    int64_t window_end;
    char *transcript;
    char *previous; /* the transcript of the ceremony before; NULL: `none` */
    enum ceremony_key key;
    struct ceremony_approver approvers[CEREMONY_MAX_APPROVERS];
    size_t approver_count;
    long approvals; /* how many of them must approve */

    char *profile;     /* name of a profile */
    char *subject_key; /* the subject's public key in PEM */
    char *certificate; /* the certificate whose subject and key are certified */
    char *bundle;
    char *issuer;       /* certificate */
    X509_NAME *subject; /* in the order of the file */
    int64_t valid_from;
    int64_t valid_to; /* the last second */
    long path_length;
    char *policy; /* dotted OID */
    char *crl_url;
    X509_NAME *crl_issuer;
    char *by_reference; /* the URL below which lists by reference will be; NULL: by value */
    char *out;          /* the certificate, or the CRL */

    int64_t next_update;  /* of the CRL */
    char *aia;            /* URL of the certificates of an indirect CRL's signer */
    char *previous_crl;   /* the CRL before, of a series that was begun elsewhere */
    char *public_key;     /* the public key of the key that is destroyed, in PEM */
    char *reason;         /* why it is */
    char *end_public_key; /* of the key that signs the end, in PEM */
    enum ceremony_key end_key;

    struct ceremony_lines requests;
    struct ceremony_lines revocations;
    struct ceremony_lines reports;
};

/*
 * Reads and checks the whole text, which ends with a NUL that `length` does not count. Every
 * refusal is STI_USAGE and names section and key. Refused: what config_lines_check() refuses, a
 * section or key that is unknown or not for this kind of ceremony, one that is missing, a value
 * that is not understood; and a PIN, a PKCS#11 URI, a module, a token or a slot. NULL on failure;
 * free with ceremony_file_free().
 */
struct ceremony_file *ceremony_file_read(const char *text, size_t length, struct sti_error *err);
void ceremony_file_free(struct ceremony_file *file);

/* What a line of [revocations] says. Of a file that was read none is refused. */
bool ceremony_revocation_read(const struct ceremony_line *line,
                              struct ceremony_revocation *revocation, struct sti_error *err);

#endif
