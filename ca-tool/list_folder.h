/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of lists by reference, each under the name of its digest (list_url.h). */
#ifndef CA_TOOL_LIST_FOLDER_H
#define CA_TOOL_LIST_FOLDER_H

#include "file.h"
#include "tnauthlist.h"

/*
 * Makes sure that the list can be written as folder/name. *path is malloc'd, the caller's, also
 * after a failure. *out is the file that is to be written, or NULL: the list is there already. A
 * file of that name that is not the list is refused; it is never overwritten.
 */
bool list_folder_begin(const char *folder, const char *name, const struct tnauthlist *list,
                       char **path, struct file_out **out, struct sti_error *err);

#endif
