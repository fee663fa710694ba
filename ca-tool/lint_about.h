/* SPDX-License-Identifier: Apache-2.0 */
/* What `sti-ca lint` says of the lints themselves. */
#ifndef CA_TOOL_LINT_ABOUT_H
#define CA_TOOL_LINT_ABOUT_H

#include <stdbool.h>

#include "sti_error.h"

bool lint_about_list(bool json, struct sti_error *err);      /* --list */
bool lint_about_verifiers(bool json, struct sti_error *err); /* --verifiers without a file */

/* --explain ID: a lint, or a verifier's stumbling block. */
bool lint_about_explain(const char *id, bool json, struct sti_error *err);

#endif
