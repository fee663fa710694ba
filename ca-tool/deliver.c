/* SPDX-License-Identifier: Apache-2.0 */
#include "deliver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "list_folder.h"
#include "list_url.h"
#include "pem.h"

char *deliver_path(const char *path)
{
    char *directory = getcwd(NULL, 0);
    /* Without it (it was removed, for example) the name stays as it was given. */
    char *absolute = file_beside(directory, path);
    free(directory);
    return absolute;
}

/* The list first: a certificate whose list is not there yet would be of no use. */
static bool deliver_list(const struct ledger_record *record, const struct config *config,
                         struct sti_error *err)
{
    char name[LIST_NAME_LENGTH + 1];
    struct tnauthlist list = {.der = record->list, .der_length = record->list_length};
    struct file_out *out = NULL;
    char *path = NULL;
    if (record->list == NULL)
        return true;
    bool ok = list_name(record->list, record->list_length, name, err) &&
              list_folder_begin(config->lists, name, &list, &path, &out, err);
    if (ok && out != NULL)
        ok = file_out_commit(out, record->list, record->list_length, err);
    free(path);
    return ok;
}

/* Is the file there, and has just these octets. */
static bool is_there(const char *path, const char *pem, size_t length, bool *there,
                     struct sti_error *err)
{
    struct stat st;
    uint8_t *octets = NULL;
    size_t has = 0;
    *there = false;
    if (lstat(path, &st) != 0)
        return true;
    if (!S_ISREG(st.st_mode) || st.st_size != (off_t)length)
        return true; /* writing it says that the name is taken */
    if (!file_read(path, length, &octets, &has, err))
        return false;
    *there = has == length && memcmp(octets, pem, length) == 0;
    free(octets);
    return true;
}

static bool write_pem(const char *path, const char *pem, size_t length, struct sti_error *err)
{
    bool there;
    if (!is_there(path, pem, length, &there, err) || there)
        return there;
    struct sti_error why;
    struct file_out *out = file_out_begin(path, false, &why);
    if (out != NULL && file_out_commit(out, pem, length, &why))
        return true;
    sti_error_set(err, why.code, NULL, "%s; or say where else: sti-ca recover --out DIR",
                  why.sentence);
    return sti_error_in(err, why.source);
}

bool deliver_again(const struct ledger_record *record, const struct config *config,
                   const char *folder, char **path, struct sti_error *err)
{
    size_t length = 0;
    *path = NULL;
    if (folder == NULL && record->out == NULL)
        return sti_refuse(err, NULL,
                          "the ledger does not say where certificate %s was to go; say it: sti-ca "
                          "recover --out DIR",
                          record->serial);
    if (folder == NULL)
        *path = strdup(record->out);
    else if (asprintf(path, "%s/%s.pem", folder, record->serial) < 0)
        *path = NULL;
    char *pem = certificate_pem(record->certificate, record->certificate_length, &length);
    bool ok = (*path != NULL && pem != NULL) || sti_fail(err, "no memory to write a certificate");
    ok = ok && deliver_list(record, config, err) && write_pem(*path, pem, length, err);
    free(pem);
    return ok;
}
