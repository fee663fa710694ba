/* SPDX-License-Identifier: Apache-2.0 */
/* A certificate that is in the ledger, brought to its file once more. */
#ifndef CA_TOOL_DELIVER_H
#define CA_TOOL_DELIVER_H

#include "config.h"
#include "ledger.h"

/*
 * Writes the record's certificate, and its list if that goes by reference, to where they belong:
 * folder/SERIAL.pem, or with no folder the file that its intent named; the list to the
 * configuration's folder of lists. What is there and has these octets is left as it is; anything
 * else of that name is refused. *path is malloc'd, the caller's, also after a failure.
 */
bool deliver_again(const struct ledger_record *record, const struct config *config,
                   const char *folder, char **path, struct sti_error *err);

/* `path` as it reads from the root of the file system; malloc'd, NULL without memory. */
char *deliver_path(const char *path);

#endif
