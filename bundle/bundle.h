/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bundle: everything a check of a request needs, in one file that travels over the air gap.
 *
 *     bundle = [ "sti-ca bundle", 1, { + name => [ sha-256: bytes .size 32, part: bytes ] } ]
 *
 * in deterministic CBOR (dcbor.h), so the same parts always make the same file. The names are those
 * of the table below and no others; a part is a file's octets as they were. There is no free text
 * in a bundle, and no octet that could be another without its being noticed.
 *
 * The digest of a bundle is the SHA-256 of the whole file, what sha256sum prints: shown where the
 * bundle is made and where it is read, it shows that both are the same.
 */
#ifndef BUNDLE_H
#define BUNDLE_H

#include "sti_error.h"

#define BUNDLE_DIGEST_OCTETS 32

/* The parts, in the order they have in the file: that of their encoded names. */
enum bundle_kind {
    BUNDLE_CRL,         /* "crl": revocation list for the token's signer; may be missing */
    BUNDLE_CSR,         /* "csr": the certification request */
    BUNDLE_LIST,        /* "list": a TNAuthList in DER; may be missing */
    BUNDLE_CHAIN,       /* "chain": the token signer's certificates; may be missing */
    BUNDLE_TOKEN,       /* "token": the SPC token */
    BUNDLE_ACCOUNT_KEY, /* "account-key": the applicant's public key */
};
#define BUNDLE_KINDS 6

struct bundle_part {
    const uint8_t *octets; /* borrowed; NULL: the part is not in the bundle */
    size_t length;
    unsigned char digest[BUNDLE_DIGEST_OCTETS]; /* SHA-256 */
};

struct bundle {
    struct bundle_part parts[BUNDLE_KINDS];
    unsigned char digest[BUNDLE_DIGEST_OCTETS]; /* SHA-256 of the whole file */
};

/* The name of a part, and the most octets it may have. */
const char *bundle_part_name(enum bundle_kind kind);
size_t bundle_part_limit(enum bundle_kind kind);

/* The most octets a bundle can have. */
size_t bundle_limit(void);

/*
 * Writes a bundle of the octets and lengths of bundle->parts, and fills in all digests. *octets is
 * allocated with malloc, the caller's. Refused: a part that must be there and is not, an empty one,
 * one above its limit.
 */
bool bundle_write(struct bundle *bundle, uint8_t **octets, size_t *length, struct sti_error *err);

/*
 * Reads a bundle, whole or not at all; its parts borrow from octets, and nothing is allocated.
 * Every part has been compared with its digest. A refusal names the part, if it lies in one, and
 * the octet. What the parts say is not looked at.
 */
bool bundle_read(struct bundle *bundle, const uint8_t *octets, size_t length,
                 struct sti_error *err);

#endif
