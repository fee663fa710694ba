/* SPDX-License-Identifier: Apache-2.0 */
/* What OpenSSL's CONF reader lets pass without a word, and a CA's configuration must not have. */
#ifndef PKI_CONFIG_LINES_H
#define PKI_CONFIG_LINES_H

#include "sti_error.h"

/*
 * Looks at the lines of a configuration. Refused, with the line: a key that stands twice in its
 * section (CONF keeps the last and says nothing), .include and .pragma (the configuration is this
 * one file), ${ENV::...} (it does not depend on who runs the tool), and names with :: in them.
 */
bool config_lines_check(const char *text, struct sti_error *err);

#endif
