/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a batch. Many at a time go to the disk with one wait (file_out_commit_all()).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch.h"
#include "clock.h"
#include "deliver.h"
#include "list_folder.h"
#include "pem.h"

static char *path_of(const struct batch *batch, const struct batch_item *item)
{
    char *path = NULL;
    return asprintf(&path, "%s/%s.pem", batch->folder, item->name) < 0 ? NULL : path;
}

/* ---- before anything is signed ---- */

/* A file of that name is good if it is the certificate that was issued before. */
static bool check_there(const struct batch *batch, struct batch_item *item, struct sti_error *err)
{
    size_t length = 0;
    if (item->outcome == BATCH_DONE_BEFORE) {
        char *pem = certificate_pem(item->minted.der, item->minted.length, &length);
        item->there = pem != NULL && file_has(item->path, pem, length);
        free(pem);
    }
    if (item->there || batch->force)
        return true;
    sti_fail(err, "exists already and is not overwritten; choose another folder, or give --force");
    return sti_error_in(err, item->path);
}

static bool check_item(const struct batch *batch, struct batch_item *item, struct sti_error *err)
{
    struct stat there;
    item->path = path_of(batch, item);
    if (item->path == NULL)
        return sti_fail(err, "no memory for a path");
    if (item->outcome == BATCH_REFUSED)
        return true;
    if (lstat(item->path, &there) == 0 && !check_there(batch, item, err))
        return false;
    if (item->list_path == NULL)
        return true;
    struct file_out *out;
    char *path;
    bool ok = list_folder_begin(batch->config->lists, strrchr(item->list_url, '/') + 1,
                                &item->request.list, &path, &out, err);
    free(path);
    file_out_abandon(out);
    return ok;
}

bool batch_check_outputs(struct batch *batch, struct sti_error *err)
{
    struct stat there;
    bool is_there = stat(batch->folder, &there) == 0;
    if (is_there && !S_ISDIR(there.st_mode)) {
        sti_error_set(err, STI_USAGE, NULL,
                      "is no folder; with --batch, --out is the folder of the certificates");
        return sti_error_in(err, batch->folder);
    }
    if (is_there && access(batch->folder, W_OK | X_OK) != 0) {
        sti_fail(err, "cannot be written: %s", strerror(errno));
        return sti_error_in(err, batch->folder);
    }
    for (size_t i = 0; i < batch->count; i++)
        if (!check_item(batch, &batch->items[i], err))
            return false;
    return batch_result_may_be_written(batch, err);
}

bool batch_make_folder(const struct batch *batch, struct sti_error *err)
{
    if (mkdir(batch->folder, 0777) == 0 || errno == EEXIST)
        return true;
    sti_fail(err, "cannot be made: %s", strerror(errno));
    return sti_error_in(err, batch->folder);
}

/* ---- certificates ---- */

static bool write_list(const struct batch *batch, const struct batch_item *item,
                       struct sti_error *err)
{
    const struct tnauthlist *list = &item->request.list;
    struct file_out *out;
    char *path;
    if (item->list_path == NULL)
        return true;
    bool ok = list_folder_begin(batch->config->lists, strrchr(item->list_url, '/') + 1, list, &path,
                                &out, err);
    free(path);
    return ok && (out == NULL || file_out_commit(out, list->der, list->der_length, err));
}

/* The error of a file, and where the certificate is in any case. */
static bool fail_at(const struct batch_item *item, struct sti_error *err)
{
    struct sti_error why = *err;
    sti_error_set(err, why.code, NULL,
                  "%.400s; the certificate is issued and in the ledger: run the batch again, which "
                  "writes it, or: sti-ca show %s --out FILE",
                  why.sentence, item->minted.serial);
    return sti_error_in(err, why.source);
}

/* The file, which has no name yet. */
static struct file_out *fill(const struct batch *batch, const struct batch_item *item,
                             struct sti_error *err)
{
    size_t length = 0;
    char *pem = certificate_pem(item->minted.der, item->minted.length, &length);
    struct file_out *out = NULL;
    if (pem == NULL)
        sti_fail(err, "no memory to write %s", item->path);
    else if (write_list(batch, item, err))
        out = file_out_begin(item->path, batch->force, err);
    if (out != NULL && !file_out_put(out, pem, length, err)) {
        file_out_abandon(out);
        out = NULL;
    }
    free(pem);
    return out;
}

/* Those of one wait, of which there are few enough to be open at a time. */
static bool write_some(const struct batch *batch, struct batch_item *const *items, size_t count,
                       struct sti_error *err)
{
    struct file_out *outs[BATCH_FILES_OPEN];
    size_t filled = 0;
    size_t named = 0;
    while (filled < count && (outs[filled] = fill(batch, items[filled], err)) != NULL)
        filled++;
    if (filled < count)
        fail_at(items[filled], err);
    struct sti_error second;
    bool ok = file_out_commit_all(outs, filled, &named, &second);
    if (!ok && filled == count) {
        *err = second;
        fail_at(items[named], err);
    }
    for (size_t i = 0; i < named; i++)
        items[i]->stage = BATCH_WRITTEN;
    return ok && filled == count;
}

bool batch_write(const struct batch *batch, struct batch_item *const *items, size_t count,
                 struct sti_error *err)
{
    for (size_t i = 0; i < count; i += BATCH_FILES_OPEN) {
        size_t some = count - i < BATCH_FILES_OPEN ? count - i : BATCH_FILES_OPEN;
        if (!write_some(batch, items + i, some, err))
            return false;
    }
    return true;
}

bool batch_record_delivered(const struct batch *batch, struct batch_item *const *items,
                            size_t count, struct sti_error *err)
{
    for (size_t i = 0; i < count; i++) {
        const struct batch_item *item = items[i];
        char *path = item->stage == BATCH_WRITTEN ? deliver_path(item->path) : NULL;
        if (item->stage != BATCH_WRITTEN)
            continue;
        bool ok = path == NULL ? sti_fail(err, "no memory for a path")
                               : ledger_record_delivered(batch->ledger, item->minted.serial, path,
                                                         clock_now(), err);
        free(path);
        if (!ok)
            return false;
    }
    return true;
}
