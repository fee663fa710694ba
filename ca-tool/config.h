/* SPDX-License-Identifier: Apache-2.0 */
/* sti-ca.cnf: one file in OpenSSL's CONF format; an unknown section or key is an error. */
#ifndef CA_TOOL_CONFIG_H
#define CA_TOOL_CONFIG_H

#include <openssl/x509.h>

#include "cert.h"
#include "verdict.h"

#define CONFIG_MAX_X5U 64
#define CONFIG_MAX_SITES 64

/*
 * One of the sections [root], [intermediate], [end-entity] and [profile NAME]; absent keys are
 * NULL, 0 or -1. What holds for the certificates of a profile is said by site_find() alone
 * (site.h).
 */
struct config_profile {
    char *key;         /* PKCS#11 URI as written */
    char *certificate; /* path */
    X509_NAME *subject;
    long days;        /* validity */
    long path_length; /* -1: none */
    char *policy;     /* dotted OID */
    char *crl_url;
    X509_NAME *crl_issuer;
    long outlive_token; /* 1: a certificate may outlive its token (RFC 9447 section 7) */
};

/* A section [profile NAME]: what is other for this profile alone. */
struct config_site {
    char *section;       /* "profile NAME" */
    const char *profile; /* NAME, in section; whether there is such a profile was not looked at */
    struct config_profile values; /* days 0, outlive_token and path_length -1: absent */
};

/* The section [verdict]: how requests are judged. */
struct config_verdict {
    long lists;         /* enum list_policy */
    long fingerprint;   /* 1: the SHA-256 of the account key's SPKI is accepted, too */
    long token_base64;  /* 1: tkvalue may be base64 with padding */
    char *spc_numbers;  /* a table of the numbers of SPCs, for lists = subset; NULL: none */
    long token_octets;  /* the largest token that is read; 0: TOKEN_USUAL_OCTETS */
    long token_uses;    /* certificates a token; 0: one; -1: any number before its exp */
    long clock_skew;    /* seconds */
    long second_holder; /* enum second_holder */
    long undecidable;   /* 1: a delegate may have numbers that its issuer's SPC may stand for */
};

/* The section [crl]: who signs the indirect CRL of an STI-PA; all NULL if there is none. */
struct config_crl {
    char *key;         /* PKCS#11 URI as written */
    char *certificate; /* path: its subject is the CRL's issuer */
    char *url;         /* where the CRL is published */
    char *aia;         /* where its signer's certificates are; NULL: not said */
};

struct config_x5u {
    char *url;
    char *file; /* path */
};

/* Paths are ready for use: relative ones count from the folder of the configuration file. */
struct config {
    char *path;
    char *directory; /* of the file; NULL: the current one */
    char *ledger;
    char *lists;          /* the folder for lists by reference */
    char *sti_pa_anchors; /* PEM certificates */
    char *sti_pa_crl;     /* CRLs, PEM or DER; NULL: revocation is not looked at */
    char *profiles;       /* the folder of the profiles; NULL: those of the program */
    char *weak_keys;      /* SHA-256 digests of keys that are refused; NULL: none */
    struct config_profile root;
    struct config_profile intermediate;
    struct config_profile end_entity;
    struct config_site sites[CONFIG_MAX_SITES]; /* in no order */
    size_t site_count;
    struct config_verdict verdict;
    struct config_crl crl;
    struct config_x5u x5u[CONFIG_MAX_X5U];
    size_t x5u_count;
};

/* The name used when --config is not given. */
#define CONFIG_DEFAULT "sti-ca.cnf"

/* Reads and checks the whole file. NULL on failure; free with config_free(). */
struct config *config_read(const char *path, struct sti_error *err);
void config_free(struct config *config);

#endif
