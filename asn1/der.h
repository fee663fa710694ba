/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing DER elements (X.690 section 10.1): what the codecs of this folder share. */
#ifndef DER_H
#define DER_H

#include "sti_error.h"

#define DER_CLAUSE "X.690 section 10.1"

#define DER_INTEGER 0x02
#define DER_UTF8STRING 0x0c
#define DER_IA5STRING 0x16
#define DER_SEQUENCE 0x30
#define DER_CONTEXT 0xa0 /* [0], constructed: an explicit tag */

/* What is being read, for messages. */
struct der_subject {
    const char *part;   /* "TNAuthList" */
    const char *clause; /* where its module stands: "RFC 8226 section 9" */
};

/* A window of octets: [at, end) is yet to be read. Offsets count from the start of `octets`. */
struct der {
    const uint8_t *octets;
    size_t at;
    size_t end;
    const struct der_subject *subject;
};

/* Says in err, which holds a refusal, that it is about this offset; returns false. */
bool der_at(const struct der_subject *subject, size_t offset, struct sti_error *err);

/*
 * Reads the length octets, definite and as short as possible, and the content behind them: `in`
 * moves behind the element, `content` onto its content.
 */
bool der_content(struct der *in, struct der *content, struct sti_error *err);

/* Reads one element that must have this one-octet tag; `name` is what is wanted, for the message.
 */
bool der_expect(struct der *in, uint8_t tag, const char *name, struct der *content,
                struct sti_error *err);

/* Refuses octets left over behind `name`. */
bool der_expect_end(const struct der *in, const char *name, struct sti_error *err);

/* The most octets a tag and a length need here: 1 + 1 + 4. */
#define DER_MAX_HEADER 6

/* Writes a tag and the length of a content below 2^32; returns how many octets that took. */
size_t der_header(uint8_t header[DER_MAX_HEADER], uint8_t tag, size_t length);

#endif
