/* SPDX-License-Identifier: Apache-2.0 */
/* What the two forms of the paper script share. */
#ifndef CEREMONY_SCRIPT_INTERNAL_H
#define CEREMONY_SCRIPT_INTERNAL_H

#include "script.h"

/* Writes the whole script; false, with err, if a part cannot be made. */
typedef bool (*script_put)(FILE *out, const struct plan *plan,
                           const uint8_t digest[PLAN_DIGEST_OCTETS], struct sti_error *err);

/* What put writes, as text in memory; malloc'd, the caller's; NULL on failure. */
char *script_write(script_put put, const struct plan *plan,
                   const uint8_t digest[PLAN_DIGEST_OCTETS], struct sti_error *err);

#endif
