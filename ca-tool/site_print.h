/* SPDX-License-Identifier: Apache-2.0 */
/* The values of a configuration that hold for a profile, for people and for programs. */
#ifndef CA_TOOL_SITE_PRINT_H
#define CA_TOOL_SITE_PRINT_H

#include "site.h"

/* Prints a line for each value that the profile takes, with the section it comes from. */
void site_print(const struct site *site, const char *config_path);

/*
 * Prints the profile's object (profile_print.h); unless the site is NULL with the member "site":
 * {KEY: {"value", "section"}}, where a value that is missing is null.
 */
bool site_print_json(const struct profile *profile, const struct site *site, struct sti_error *err);

#endif
