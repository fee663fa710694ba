/* SPDX-License-Identifier: Apache-2.0 */
/* A profile for people and for programs. */
#ifndef CA_TOOL_PROFILE_PRINT_H
#define CA_TOOL_PROFILE_PRINT_H

#include <jansson.h>

#include "profile.h"

/* Prints what a certificate of the profile has, with the clause of each part. */
void profile_print(const struct profile *profile);

/* Prints that it is good, who makes certificates of it, and which lints those may fail. */
void profile_print_good(const struct profile *profile);

/* The same as an object; the caller's. */
json_t *profile_json(const struct profile *profile);

/* The command that makes certificates of it: "root", "intermediate" or "issue". */
const char *profile_command(const struct profile *profile);

#endif
