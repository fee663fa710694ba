/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of lints, one for each file. */
#ifndef LINT_FAMILIES_H
#define LINT_FAMILIES_H

#include "lint.h"

extern const struct lint_family lint_atis; /* fields and names */
extern const struct lint_family lint_atis_extensions;
extern const struct lint_family lint_us_cp;
extern const struct lint_family lint_rfc5280;
extern const struct lint_family lint_rfc8226;
extern const struct lint_family lint_rfc9060;
extern const struct lint_family lint_rfc9118;

#define LINT_FAMILY(name, lints)                                                                   \
    {                                                                                              \
        name, lints, sizeof(lints) / sizeof(lints[0])                                              \
    }

#endif
