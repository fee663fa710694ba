/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The requests of a folder: NAME.bundle, or NAME.csr, NAME.jwt and NAME.pub, and NAME.list for a
 * list that goes by reference. Whatever else is there is refused, so that no request is overlooked
 * for a slip in its name; only what begins with a dot is left alone.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "batch.h"

/* What a file of a folder is, by the end of its name. */
static const struct ending {
    const char *text;
    size_t place; /* of the path in struct batch_item */
} endings[] = {
    {".bundle", offsetof(struct batch_item, bundle)},
    {".csr", offsetof(struct batch_item, csr)},
    {".jwt", offsetof(struct batch_item, token)},
    {".pub", offsetof(struct batch_item, account_key)},
    {".list", offsetof(struct batch_item, list)},
};
#define ENDINGS (sizeof(endings) / sizeof(endings[0]))

static bool name_is_good(const char *name)
{
    static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t length = strlen(name);
    return length > 0 && length <= BATCH_NAME_MAX && strspn(name, good) == length &&
           name[0] != '.' && name[0] != '-';
}

struct batch_item *batch_add(struct batch *batch, const char *name, struct sti_error *err)
{
    if (!name_is_good(name)) {
        sti_error_set(err, STI_USAGE, NULL,
                      "\"%.120s\" cannot be the name of a request: it becomes the name of a file, "
                      "so 1 to %d letters, digits, dots, dashes and underscores, the first no dot "
                      "and no dash",
                      name, BATCH_NAME_MAX);
        return NULL;
    }
    if (batch->count == BATCH_MAX_REQUESTS) {
        sti_refuse(err, NULL, "has more than %d requests, the most that a batch has; divide it",
                   BATCH_MAX_REQUESTS);
        return NULL;
    }
    if (batch->count == batch->room) {
        size_t room = batch->room == 0 ? 64 : 2 * batch->room;
        struct batch_item *items = realloc(batch->items, room * sizeof(*items));
        if (items == NULL) {
            sti_fail(err, "no memory for the requests");
            return NULL;
        }
        batch->items = items;
        batch->room = room;
    }
    struct batch_item *item = &batch->items[batch->count];
    *item = (struct batch_item){.name = strdup(name)};
    if (item->name == NULL) {
        sti_fail(err, "no memory for the requests");
        return NULL;
    }
    batch->count++;
    return item;
}

/* ---- a folder ---- */

static const struct ending *ending_of(const char *name, size_t *stem)
{
    size_t length = strlen(name);
    for (size_t i = 0; i < ENDINGS; i++) {
        size_t end = strlen(endings[i].text);
        if (length > end && strcmp(name + length - end, endings[i].text) == 0) {
            *stem = length - end;
            return &endings[i];
        }
    }
    return NULL;
}

static bool refuse_file(const char *name, struct sti_error *err)
{
    return sti_error_set(err, STI_USAGE, NULL,
                         "%.120s is no file of a request: NAME.bundle, or NAME.csr, NAME.jwt, "
                         "NAME.pub and perhaps NAME.list; take it out of the folder",
                         name);
}

/* By the name of the request, so that the files of one are neighbours. */
static int compare_files(const struct dirent **a, const struct dirent **b)
{
    size_t stems[2] = {strlen((*a)->d_name), strlen((*b)->d_name)};
    ending_of((*a)->d_name, &stems[0]);
    ending_of((*b)->d_name, &stems[1]);
    size_t shorter = stems[0] < stems[1] ? stems[0] : stems[1];
    int order = memcmp((*a)->d_name, (*b)->d_name, shorter);
    if (order == 0 && stems[0] != stems[1])
        order = stems[0] < stems[1] ? -1 : 1;
    return order != 0 ? order : strcmp((*a)->d_name, (*b)->d_name);
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* The item of this name: the last one, or a new one. */
static struct batch_item *item_of(struct batch *batch, const char *stem, struct sti_error *err)
{
    struct batch_item *last = batch->count == 0 ? NULL : &batch->items[batch->count - 1];
    return last != NULL && strcmp(last->name, stem) == 0 ? last : batch_add(batch, stem, err);
}

static bool add_file(struct batch *batch, const char *name, struct sti_error *err)
{
    char stem[256];
    size_t length = 0;
    struct stat there;
    const struct ending *ending = ending_of(name, &length);
    if (ending == NULL || length >= sizeof(stem))
        return refuse_file(name, err);
    memcpy(stem, name, length);
    stem[length] = '\0';
    struct batch_item *item = item_of(batch, stem, err);
    char *path = item == NULL ? NULL : file_beside(batch->source, name);
    if (item != NULL && path == NULL)
        return sti_fail(err, "no memory for the requests");
    if (path == NULL)
        return false;
    *(char **)(void *)((char *)item + ending->place) = path;
    if (stat(path, &there) != 0)
        return sti_fail(err, "%.120s cannot be looked at: %s", name, strerror(errno));
    return S_ISREG(there.st_mode) || refuse_file(name, err);
}

static bool read_folder(struct batch *batch, struct sti_error *err)
{
    struct dirent **files;
    int count = scandir(batch->source, &files, is_visible, compare_files);
    if (count < 0)
        return sti_fail(err, "cannot be read: %s", strerror(errno));
    bool ok = true;
    for (int i = 0; i < count; i++) {
        ok = ok && add_file(batch, files[i]->d_name, err);
        free(files[i]);
    }
    free(files);
    return ok;
}

/* ---- both ---- */

/* A whole request: a bundle and nothing else, or its files; --account-key is everybody's. */
static bool complete(struct batch *batch, struct batch_item *item, struct sti_error *err)
{
    const char *shared = tool_value(batch->arguments, "account-key");
    if (item->bundle != NULL) {
        if (item->csr == NULL && item->token == NULL && item->account_key == NULL &&
            item->list == NULL)
            return true;
        return sti_error_set(err, STI_USAGE, NULL,
                             "request %s has a bundle and other files, too; a bundle holds the "
                             "whole request",
                             item->name);
    }
    if (item->account_key == NULL && shared != NULL) {
        item->account_key = strdup(shared);
        if (item->account_key == NULL)
            return sti_fail(err, "no memory for the requests");
    }
    const char *missing = item->csr == NULL           ? "CSR (NAME.csr)"
                          : item->token == NULL       ? "SPC token (NAME.jwt)"
                          : item->account_key == NULL ? "account key (NAME.pub, or --account-key "
                                                        "for all that have none)"
                                                      : NULL;
    return missing == NULL ||
           sti_error_set(err, STI_USAGE, NULL, "request %s has no %s", item->name, missing);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const struct batch_item *)a)->name, ((const struct batch_item *)b)->name);
}

bool batch_read(struct batch *batch, struct sti_error *err)
{
    struct stat there;
    if (stat(batch->source, &there) != 0) {
        sti_fail(err, "cannot be looked at: %s; --batch names a folder of requests or a manifest",
                 strerror(errno));
        return sti_error_in(err, batch->source);
    }
    bool ok = S_ISDIR(there.st_mode) ? read_folder(batch, err) : batch_read_manifest(batch, err);
    if (ok && batch->count == 0)
        ok = sti_error_set(err, STI_USAGE, NULL, "has no requests");
    if (ok)
        qsort(batch->items, batch->count, sizeof(*batch->items), compare_names);
    for (size_t i = 0; ok && i < batch->count; i++) {
        if (i > 0 && strcmp(batch->items[i - 1].name, batch->items[i].name) == 0)
            ok = sti_error_set(err, STI_USAGE, NULL, "has two requests of the name %s",
                               batch->items[i].name);
        ok = ok && complete(batch, &batch->items[i], err);
    }
    return ok || sti_error_in(err, batch->source);
}
