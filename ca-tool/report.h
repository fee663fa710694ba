/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The revocation report: what an STI-CA has revoked, in a file for the STI-PA. No standard that was
 * read says how an STI-PA takes it, so the format is this project's own (docs/revocation.md): JSON,
 * with a SHA-256 against accidents. It is not signed.
 */
#ifndef CA_TOOL_REPORT_H
#define CA_TOOL_REPORT_H

#include <jansson.h>

#include "revocations.h"

#define REPORT_FORMAT "sti-pki revocation report 1"

/* The report of what is in `all`, in its order. NULL without memory; the caller's. */
json_t *report_json(const struct revocations *all, int64_t made_at, struct sti_error *err);

/*
 * Reads a report and adds what it says. Strict: every member is known and there in its one form,
 * both forms of an issuer say the same, and the digest is that of the rest. Nothing is verified.
 */
bool report_read(const char *path, struct revocations *all, struct sti_error *err);

/* ---- what writing and reading share (report_write.c) ---- */

/* A name as RFC 4514 writes it, in ASCII; malloc'd, NULL without memory. */
char *report_name(const X509_NAME *name);

/* base64 (RFC 4648 section 4) of the name's DER; malloc'd, NULL without memory. */
char *report_name_der(const X509_NAME *name);

/*
 * SHA-256, in lower-case hex, of the report without its member sha256, written without blanks and
 * with sorted keys; 65 octets. False without memory.
 */
bool report_digest(json_t *report, char text[65]);

#endif
