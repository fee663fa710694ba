/* SPDX-License-Identifier: Apache-2.0 */
/* What the ceremony commands share: a plan that was read, and how it is shown. */
#ifndef CA_TOOL_CEREMONY_H
#define CA_TOOL_CEREMONY_H

#include "commands.h"
#include "plan.h"

/* A plan from its file. */
struct ceremony {
    const char *path;
    char *folder; /* of the plan: its relative paths count from there; NULL: the current one */
    struct plan *plan;
    uint8_t digest[PLAN_DIGEST_OCTETS];
    int64_t length; /* of the file */
};

/* Reads the plan of this path. Free with ceremony_free() also after a failure. */
bool ceremony_load(struct ceremony *ceremony, const char *path, struct sti_error *err);
void ceremony_free(struct ceremony *ceremony);

/* The name of a file without its folder; within path. */
const char *ceremony_name(const char *path);

/* How many words of a digest a person types, to show that the paper at hand is this plan's. */
#define CEREMONY_TYPED_WORDS 4

/* Prints what the ceremony will do: kind, window, approvers, steps. */
void ceremony_print(const struct ceremony *ceremony);

/* Prints a digest as hex in groups; the same and its words; the same and its QR code, in half
 * blocks, or in ASCII if `ascii`. */
void ceremony_print_hex(const uint8_t digest[PLAN_DIGEST_OCTETS]);
void ceremony_print_words(const uint8_t digest[PLAN_DIGEST_OCTETS]);
bool ceremony_print_digest(const uint8_t digest[PLAN_DIGEST_OCTETS], bool ascii,
                           struct sti_error *err);

/* clang-format off */
#define OPTION_ASCII {"ascii", NULL, "draw the QR code in ASCII, for a console without UTF-8", false}
/* clang-format on */

#endif
