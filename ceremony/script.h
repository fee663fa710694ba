/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The paper script of a ceremony, made of the plan and nothing else: numbered steps, who does what,
 * blanks for the time and initials, and the digests as hex, words and QR code.
 */
#ifndef CEREMONY_SCRIPT_H
#define CEREMONY_SCRIPT_H

#include <stdio.h>

#include "plan.h"

/* The width of paper and of a bare console, with a column to spare. */
#define SCRIPT_COLUMNS 79

/* Breaks text at blanks; every line begins behind `indent` blanks. */
void script_wrap(FILE *out, int indent, const char *text);

/*
 * As text of at most SCRIPT_COLUMNS columns, in ASCII but for the QR code, and as one HTML page
 * that needs nothing else and is fit for printing. digest is the plan's. malloc'd, the caller's;
 * NULL on failure.
 */
char *script_text(const struct plan *plan, const uint8_t digest[PLAN_DIGEST_OCTETS],
                  struct sti_error *err);
char *script_html(const struct plan *plan, const uint8_t digest[PLAN_DIGEST_OCTETS],
                  struct sti_error *err);

/* A digest as 64 capital hex digits, which a QR code takes. */
#define SCRIPT_HEX_TEXT 65
void script_hex(const uint8_t digest[PLAN_DIGEST_OCTETS], char text[SCRIPT_HEX_TEXT]);

/* What a witness writes next to a step, if anything: "the clock of the machine", ... */
const char *script_blank(enum plan_action action);

#endif
