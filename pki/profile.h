/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A profile: which extensions a certificate has, in which order, and who may be its issuer. Read
 * from a file in OpenSSL's CONF format (conf/profiles/NAME.cnf) whose values are those of
 * x509v3_config(5), of which it has only what these certificates may have. What differs from site
 * to site is no part of it: the value `from-configuration` stands for that; and `from-request` for
 * the list that is asked for. It also says which lints its certificates may fail.
 */
#ifndef PKI_PROFILE_H
#define PKI_PROFILE_H

#include "jwt_claim_constraints.h"

#define PROFILE_MAX_OCTETS ((size_t)64 * 1024)
#define PROFILE_NAME_LENGTH 63

/* What a certificate can have. Its facts, the clause among them, are in profile.c. */
enum profile_item {
    PROFILE_BASIC_CONSTRAINTS,
    PROFILE_KEY_USAGE,
    PROFILE_SUBJECT_KEY_IDENTIFIER,
    PROFILE_AUTHORITY_KEY_IDENTIFIER,
    PROFILE_POLICIES,
    PROFILE_CRL,
    PROFILE_LIST,           /* TNAuthList: by value */
    PROFILE_LIST_REFERENCE, /* authorityInfoAccess with id-ad-stirTNList: by reference */
    PROFILE_CLAIMS,
    PROFILE_ENHANCED_CLAIMS,
};
#define PROFILE_ITEMS 10

/* Who signs. */
enum profile_issuer {
    PROFILE_SELF,    /* itself */
    PROFILE_NO_LIST, /* a CA without a TNAuthList: as in base SHAKEN */
    PROFILE_LISTED,  /* a CA with one: a delegating CA (RFC 9060 section 4) */
    PROFILE_ANY,     /* either */
};

struct profile_extension {
    enum profile_item item;
    bool critical;
    char *value; /* as written, without `critical,`; for people */
};

/* pathLenConstraint: a number, or one of these. */
#define PROFILE_NO_PATH_LENGTH (-1)
#define PROFILE_SITE_PATH_LENGTH (-2) /* as the configuration says, and none if it says nothing */

/* A lint that certificates of the profile may fail, and why that is accepted. */
struct profile_waiver {
    char *id;
    char *reason; /* printable ASCII without semicolons */
};
#define PROFILE_MAX_WAIVERS 32
#define PROFILE_REASON_LENGTH 160

struct profile {
    char name[PROFILE_NAME_LENGTH + 1];
    char *title;  /* one line for people */
    char *clause; /* the standard it follows */
    enum profile_issuer issuer;
    bool one_spc; /* the list is one SPC of digits and capital letters (base SHAKEN) */
    struct profile_extension extensions[PROFILE_ITEMS]; /* in the certificate's order */
    size_t count;
    bool ca;            /* cA TRUE */
    int path_length;    /* see above */
    unsigned key_usage; /* 1 << bit of RFC 5280 section 4.2.1.3 */
    uint8_t *claims;    /* DER, of PROFILE_CLAIMS or PROFILE_ENHANCED_CLAIMS */
    size_t claims_length;
    struct profile_waiver waivers[PROFILE_MAX_WAIVERS]; /* in the file's order */
    size_t waiver_count;
};

/*
 * Reads and checks a profile; text[length] is a NUL. `name` is the file's name without .cnf: 1 to
 * 63 small letters, digits and hyphens. Refused, with the key: what config_lines_check() refuses,
 * an unknown section or key, a value that is not understood, a waiver without a reason, and what no
 * certificate may have (profile_rules.c). Whether there are lints with the ids of the waivers is
 * not looked at. NULL on failure; free with profile_free().
 */
struct profile *profile_read(const char *text, size_t length, const char *name,
                             struct sti_error *err);
void profile_free(struct profile *profile);

/* True for a name that a profile may have. */
bool profile_name_good(const char *name);

/* The extension, or NULL if the profile has it not. */
const struct profile_extension *profile_find(const struct profile *profile, enum profile_item item);

/* True if its certificates have a list, by value or by reference. */
bool profile_has_list(const struct profile *profile);

/* "basicConstraints", as in the file, and the clause that says what it is. */
const char *profile_item_name(enum profile_item item);
const char *profile_item_clause(enum profile_item item);

/* "self", "no-list", "list", "any", as in the file. */
const char *profile_issuer_name(enum profile_issuer issuer);

#endif
