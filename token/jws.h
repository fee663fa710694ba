/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compact JWS (RFC 7515 section 7.1): three base64url parts joined by dots, taken apart and put
 * together. Knows the form, nothing of what the members mean.
 */
#ifndef JWS_H
#define JWS_H

#include <jansson.h>

#include "sti_error.h"

/* A JWS taken apart. The payload stays octets: nobody reads it before the signature is verified. */
struct jws {
    const char *text;     /* borrowed; what is signed starts here ... */
    size_t signed_length; /* ... and ends before the second dot */
    json_t *header;       /* an object */
    uint8_t *payload;
    size_t payload_length;
    uint8_t *signature; /* may be empty: an unsigned token is refused by its alg first */
    size_t signature_length;
};

/* Takes a compact JWS apart. Start with all zero; jws_free() also after a failure. */
bool jws_read(struct jws *jws, const char *text, size_t length, struct sti_error *err);
void jws_free(struct jws *jws);

/* Nothing in a token nests deeper than atc; what does is refused before it is parsed. */
#define JWS_MAX_DEPTH 8

/*
 * Reads a JSON object: UTF-8, at most JWS_MAX_DEPTH levels deep, no duplicate members at any depth,
 * nothing behind it. `part` is "header" or "payload", `clause` where the uniqueness is demanded.
 * NULL on failure.
 */
json_t *jws_json(const uint8_t *octets, size_t length, const char *part, const char *clause,
                 struct sti_error *err);

/*
 * What gets signed (RFC 7515 section 5.1 step 5): both objects as compact JSON with their members
 * in the order they were set, base64url, joined by a dot. Allocated with malloc; NULL on failure.
 */
char *jws_signing_input(const json_t *header, const json_t *payload, struct sti_error *err);

/* Both parts with a dot between them. Allocated with malloc; NULL on failure. */
char *jws_join(const char *before, const char *after, struct sti_error *err);

#endif
