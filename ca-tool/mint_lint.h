/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lints, asked of a certificate that is being made: once before the HSM is asked, once of what
 * came back from it.
 */
#ifndef CA_TOOL_MINT_LINT_H
#define CA_TOOL_MINT_LINT_H

#include <jansson.h>

#include "cert.h"
#include "lint.h"

/* What a lint said that did not pass. */
struct mint_finding {
    const struct lint *lint;
    enum lint_status status; /* LINT_FAIL, which is a warning or a notice, or LINT_WAIVED */
    struct lint_detail detail;
};

/* Start with all zero; free with mint_lints_free(). */
struct mint_lints {
    struct mint_finding *list;
    size_t count;
    char *waivers; /* those that took effect, "id: reason; id: reason"; NULL: none */
};

/*
 * Asks all lints of the certificate, with the waivers of the content's profile and its issuer as
 * the signer. Refused if one of error level fails that is not waived, with its id, what it found,
 * its clause and how to mend it. `when` begins the sentence: "before it is signed". The certificate
 * is DER. *lints is filled anew.
 */
bool mint_lint(const struct cert_content *content, const unsigned char *der, size_t length,
               const char *when, struct mint_lints *lints, struct sti_error *err);
void mint_lints_free(struct mint_lints *lints);

/* The ids of the waivers that took effect, then a line for each warning and notice, for people. */
void mint_lints_print(const struct mint_lints *lints);

/* The same as an array of {"id", "status", "detail"}, as `sti-ca lint --json` has them. */
json_t *mint_lints_json(const struct mint_lints *lints);

#endif
