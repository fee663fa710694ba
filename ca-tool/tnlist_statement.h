/* SPDX-License-Identifier: Apache-2.0 */
/* What a statement of a list says, for a person and for a program. */
#ifndef CA_TOOL_TNLIST_STATEMENT_H
#define CA_TOOL_TNLIST_STATEMENT_H

#include <jansson.h>

#include "list_statement.h"

/* A line for each member, behind two blanks. */
void tnlist_statement_print(const struct list_statement *statement);

/* An object with a member for each; NULL without memory. The caller's. */
json_t *tnlist_statement_json(const struct list_statement *statement);

#endif
