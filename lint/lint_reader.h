/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the certificate's DER into views: what the files that read it share. */
#ifndef LINT_READER_H
#define LINT_READER_H

#include "der.h"
#include "lint_subject.h"

#define LINT_CLAUSE "RFC 5280 section 4.1"

#define DER_BOOLEAN 0x01
#define DER_BIT_STRING 0x03
#define DER_OCTET_STRING 0x04
#define DER_OID 0x06
#define DER_ENUMERATED 0x0a
#define DER_SET 0x31
#define DER_UTC_TIME 0x17
#define DER_GENERALIZED_TIME 0x18

/* The content of an element, or all of one from `start` to where the reader stands now. */
struct lint_octets lint_view(const struct der *content);
struct lint_octets lint_since(const struct der *in, size_t start);

/* A reader over the octets; messages speak of the certificate. */
struct der lint_reader(struct lint_octets octets);

/* True if the next element has this tag. */
bool lint_next_is(const struct der *in, uint8_t tag);

/* Reads an element of any one-octet tag, `any` for the message. */
bool lint_any(struct der *in, uint8_t *tag, struct der *content, const char *any,
              struct sti_error *err);

/* True if the value is one element of this tag and nothing behind it; *content is its content. */
bool lint_only(struct lint_octets value, uint8_t tag, struct der *content);

bool lint_algorithm_read(struct der *in, const char *name, struct lint_algorithm *algorithm,
                         struct sti_error *err);

/* lint_tbs.c: the to-be-signed part; `in` stands behind the header of TBSCertificate. */
bool lint_tbs_read(struct lint_subject *subject, struct der *in, struct sti_error *err);

/* lint_extensions.c: what stands in the known extensions. Faults are kept for the lints. */
void lint_extensions_read(struct lint_subject *subject);

/* lint_list.c: what the TNAuthList says. */
void lint_list_read(struct lint_list *list, struct lint_octets value);

#endif
