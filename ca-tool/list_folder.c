/* SPDX-License-Identifier: Apache-2.0 */
#include "list_folder.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What is there under the name of a digest must be just what has this digest. */
static bool check_there(const char *path, const struct tnauthlist *list, struct sti_error *err)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    if (!file_read(path, TNAUTHLIST_MAX_OCTETS, &octets, &length, err))
        return false;
    bool same = length == list->der_length && memcmp(octets, list->der, length) == 0;
    free(octets);
    if (same)
        return true;
    sti_fail(err, "is not the list its name says; remove it");
    return sti_error_in(err, path);
}

bool list_folder_begin(const char *folder, const char *name, const struct tnauthlist *list,
                       char **path, struct file_out **out, struct sti_error *err)
{
    struct stat there;
    *out = NULL;
    *path = file_beside(folder, name);
    if (*path == NULL)
        return sti_fail(err, "no memory for a path");
    if (lstat(*path, &there) == 0)
        return check_there(*path, list, err);
    *out = file_out_begin(*path, false, err);
    return *out != NULL;
}
