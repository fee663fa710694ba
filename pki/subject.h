/* SPDX-License-Identifier: Apache-2.0 */
/* The rules for a subject name (ATIS-1000080 section 6.4.1; docs/profile.md says which version). */
#ifndef PKI_SUBJECT_H
#define PKI_SUBJECT_H

#include <openssl/x509.h>

#include "tnauthlist.h"

/*
 * Checks the subject of an end entity: exactly one each of C (two capital letters), O and CN, at
 * most one serialNumber and nothing else. When `list` holds exactly one SPC, CN must be
 * `SHAKEN <SPC>`; without a single SPC there is no such rule (the TN-level profile).
 */
bool subject_check_end_entity(const X509_NAME *subject, const struct tnauthlist *list,
                              struct sti_error *err);

/* Checks the subject of a CA: the same attributes; CN has the word SHAKEN, and a root's also ROOT.
 */
bool subject_check_ca(const X509_NAME *subject, bool root, struct sti_error *err);

/* The name in one line for people, `C=US, O=..., CN=...`, with control characters escaped. */
char *subject_text(const X509_NAME *subject); /* malloc'd; NULL without memory */

#endif
