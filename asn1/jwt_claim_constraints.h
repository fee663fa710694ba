/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JWTClaimConstraints (RFC 8226 section 8) and EnhancedJWTClaimConstraints (RFC 9118 section 3):
 * which claims the PASSporTs signed with a certificate must have, which values these may have, and
 * which claims they must not have.
 *
 * Functions that can fail return false and fill `err` (see sti_error.h); `err` may be NULL.
 */
#ifndef JWT_CLAIM_CONSTRAINTS_H
#define JWT_CLAIM_CONSTRAINTS_H

#include "sti_error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The object identifiers of RFC 8226 section 8 and RFC 9118 section 3, in dotted form. */
#define JWT_CLAIM_CONSTRAINTS_OID "1.3.6.1.5.5.7.1.27"
#define ENHANCED_JWT_CLAIM_CONSTRAINTS_OID "1.3.6.1.5.5.7.1.33"

/* The two extensions: the same octets, but only the enhanced one has mustExclude. */
enum jwt_claim_form {
    JWT_CLAIM_CONSTRAINTS = 0,
    ENHANCED_JWT_CLAIM_CONSTRAINTS = 1,
};

/* The components of the SEQUENCE; the values are the context tag numbers. */
enum jwt_claim_kind {
    JWT_CLAIM_MUST_INCLUDE = 0,
    JWT_CLAIM_PERMITTED_VALUES = 1,
    JWT_CLAIM_MUST_EXCLUDE = 2,
};

/* Octets within the DER, borrowed. */
struct jwt_claim_octets {
    const uint8_t *octets;
    size_t length;
};

/* One claim that is constrained. */
struct jwt_claim_constraint {
    enum jwt_claim_kind kind;
    size_t offset;                 /* where it begins in der */
    struct jwt_claim_octets claim; /* its name: an IA5String */
    size_t first_value;            /* its values in `values`: UTF-8; permittedValues only */
    size_t value_count;
};

/* The arrays are owned; `der` is borrowed from the caller and must outlive the value. */
struct jwt_claim_constraints {
    enum jwt_claim_form form;
    const uint8_t *der;
    size_t der_length;
    struct jwt_claim_constraint *constraints;
    size_t count;
    struct jwt_claim_octets *values;
    size_t value_count;
    size_t end; /* up to here the octets were read: der_length, unless something is malformed */
};

/* Upper limits: no PASSporT has nearly so many claims. */
#define JWT_CLAIM_MAX_OCTETS ((size_t)1024 * 1024)
#define JWT_CLAIM_MAX_CONSTRAINTS ((size_t)1024)
#define JWT_CLAIM_MAX_VALUES ((size_t)64 * 1024)

/*
 * Strict DER reading: explicit tags, minimal lengths, at least one component, none empty, names of
 * IA5 characters, values in valid UTF-8, nothing behind. The rules on what the claims may be are
 * not asked here, see jwt_claim_constraints_check(). On failure err names the byte offset, and
 * *value holds what stands before it, to be shown to people; it is to be freed in either case.
 */
bool jwt_claim_constraints_decode(struct jwt_claim_constraints *value, enum jwt_claim_form form,
                                  const uint8_t *der, size_t length, struct sti_error *err);

/* Frees the arrays and empties the value; der stays the caller's. */
void jwt_claim_constraints_free(struct jwt_claim_constraints *value);

/* ---- rules ---- */

/* What is wrong with one constraint among the others. All strings are literals. */
struct jwt_claim_flaw {
    const char *sentence; /* NULL: nothing is wrong */
    const char *clause;   /* or NULL */
    bool forbidden;       /* false: it should not be so, but may */
};

/*
 * What is wrong with constraint `index`: iat, orig or dest excluded (RFC 9118 section 3), a claim
 * both included and excluded (RFC 9118 section 8), a claim in permittedValues twice, iat, orig or
 * dest included (RFC 8226 section 8: only should not be).
 */
struct jwt_claim_flaw jwt_claim_constraint_flaw(const struct jwt_claim_constraints *value,
                                                size_t index);

/* Refuses the first constraint with a forbidden flaw: what a CA must not mint. */
bool jwt_claim_constraints_check(const struct jwt_claim_constraints *value, struct sti_error *err);

/* ---- text and encoding ---- */

/* Elements encoded so far. */
struct jwt_claim_encoded {
    uint8_t *octets;
    size_t length;
    size_t room;
};

/* Constraints being put together. Start with all zero; end with _finish or _free. */
struct jwt_claim_builder {
    struct jwt_claim_encoded parts[3]; /* one for each component, by enum jwt_claim_kind */
    size_t count;
};

/*
 * The text form:
 *   mustInclude:CLAIM   permitted:CLAIM=VALUE|VALUE|...   mustExclude:CLAIM
 * Entries are separated by commas or line ends, blanks around them do not count, `;` starts a
 * comment up to the line's end. \xHH stands for an octet that cannot be written plainly: a comma, a
 * semicolon, a backslash, a | in a value, an = in a name. Values are UTF-8. On failure err names
 * line and column.
 */
bool jwt_claim_constraints_parse(struct jwt_claim_builder *builder, const char *text, size_t length,
                                 struct sti_error *err);

/* Reads one entry, in which commas, semicolons and line ends are nothing special. */
bool jwt_claim_constraints_parse_entry(struct jwt_claim_builder *builder, const char *text,
                                       size_t length, struct sti_error *err);

/*
 * Encodes the constraints, the order within each component as they were added, and checks them as
 * jwt_claim_constraints_check() does. Refuses mustExclude in the form that has none. *der is
 * allocated with malloc and becomes the caller's. The builder is empty afterwards, also on failure.
 */
bool jwt_claim_constraints_finish(struct jwt_claim_builder *builder, enum jwt_claim_form form,
                                  uint8_t **der, size_t *length, struct sti_error *err);

/* Frees what a builder holds. */
void jwt_claim_builder_free(struct jwt_claim_builder *builder);

/*
 * Writes constraint `index` in the text form and a NUL, in visible ASCII and blanks only. Behaves
 * like snprintf: returns the length the text has. jwt_claim_constraints_parse() of all the texts
 * yields the same octets.
 */
size_t jwt_claim_constraint_text(const struct jwt_claim_constraints *value, size_t index, char *buf,
                                 size_t size);

#ifdef __cplusplus
}
#endif

#endif
