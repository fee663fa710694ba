/* SPDX-License-Identifier: Apache-2.0 */
#include "bundle_files.h"

#include <stdlib.h>
#include <string.h>

#include "bundle_part.h"

#define MAGIC "sti-ca files"
#define VERSION 1

/* An array of three, a text of 12 octets. */
static const uint8_t beginning[] = "\x83\x6c" MAGIC;
#define BEGINNING (sizeof(beginning) - 1)

bool bundle_files_begin(const uint8_t *octets, size_t length)
{
    return length >= BEGINNING && memcmp(octets, beginning, BEGINNING) == 0;
}

/* ---- what may be in it ---- */

/* Of a folder's own files, and no way out of it. */
static bool is_name(const char *name, size_t length)
{
    if (length == 0 || length > BUNDLE_FILES_NAME || *name == '.')
        return false;
    for (size_t i = 0; i < length; i++)
        if (name[i] < ' ' || name[i] > '~' || name[i] == '/')
            return false;
    return true;
}

static bool refuse_name(struct sti_error *err)
{
    return sti_refuse(
        err, NULL,
        "a name in a bundle is 1 to %zu characters of printable ASCII, without a slash "
        "and without a dot in front, so that no file gets out of its folder",
        BUNDLE_FILES_NAME);
}

static size_t octets_of(const struct bundle_files *files)
{
    size_t octets = 0;
    for (size_t i = 0; i < files->count; i++)
        octets += files->files[i].part.length; /* of all together BUNDLE_FILES_ALL at most */
    return octets;
}

/* Room for one more, unless the bundle is full. */
static bool grow(struct bundle_files *files, size_t length, struct sti_error *err)
{
    if (files->count == BUNDLE_FILES_MOST)
        return sti_refuse(err, NULL, "a bundle has %zu files at most; make two", BUNDLE_FILES_MOST);
    if (length > BUNDLE_FILES_ONE || length > BUNDLE_FILES_ALL - octets_of(files))
        return sti_refuse(err, NULL,
                          "has %zu octets; a file in a bundle has %zu at most, and all together "
                          "%zu",
                          length, BUNDLE_FILES_ONE, BUNDLE_FILES_ALL);
    struct bundle_named *more = realloc(files->files, (files->count + 1) * sizeof(*more));
    if (more == NULL)
        return sti_fail(err, "no memory for the files of a bundle");
    files->files = more;
    return true;
}

/* Puts a file behind the others: grow() has made room, and the name is good, and no other's. */
static void append(struct bundle_files *files, const char *name, size_t name_length,
                   const struct bundle_part *part)
{
    struct bundle_named *file = &files->files[files->count++];
    *file = (struct bundle_named){.part = *part};
    memcpy(file->name, name, name_length);
}

bool bundle_files_add(struct bundle_files *files, const char *name, const uint8_t *octets,
                      size_t length, struct sti_error *err)
{
    if (!is_name(name, strlen(name)))
        return refuse_name(err);
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->files[i].name, name) == 0)
            return sti_refuse(err, NULL,
                              "two files are called %s, and in a bundle names stand without their "
                              "folders; rename one of them",
                              name);
    struct bundle_part part = {.octets = octets, .length = length};
    if (!grow(files, length, err) || !bundle_digest(octets, length, part.digest, err))
        return false;
    append(files, name, strlen(name), &part);
    return true;
}

/* ---- writing ---- */

/* As dcbor.h wants the keys of a map. */
static int compare_names(const void *a, const void *b)
{
    const struct bundle_named *one = a;
    const struct bundle_named *other = b;
    size_t length = strlen(one->name);
    size_t other_length = strlen(other->name);
    if (length != other_length)
        return length < other_length ? -1 : 1;
    return memcmp(one->name, other->name, length);
}

bool bundle_files_write(struct bundle_files *files, uint8_t **octets, size_t *length,
                        struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    if (files->count == 0)
        return sti_refuse(err, NULL, "a bundle without a file carries nothing");
    qsort(files->files, files->count, sizeof(*files->files), compare_names);
    dcbor_put_array(&writer, 3);
    dcbor_put_text(&writer, MAGIC);
    dcbor_put_int(&writer, VERSION);
    dcbor_put_map(&writer, files->count);
    for (size_t i = 0; i < files->count; i++) {
        const struct bundle_named *file = &files->files[i];
        dcbor_put_text(&writer, file->name);
        bundle_part_put(&writer, &file->part);
    }
    if (!dcbor_finish(&writer, octets, length, err))
        return false;
    if (bundle_digest(*octets, *length, files->digest, err))
        return true;
    free(*octets);
    *octets = NULL;
    return false;
}

/* ---- reading ---- */

static bool read_file(struct dcbor_reader *reader, struct bundle_files *files,
                      const struct dcbor_item *name, struct sti_error *err)
{
    struct bundle_part part;
    if (!bundle_part_read(reader, "the file", 0, BUNDLE_FILES_ONE, &part, err) ||
        !grow(files, part.length, err))
        return false;
    append(files, (const char *)name->octets, name->length, &part);
    return true;
}

/* That no name stands twice is the map's own rule. */
static bool read_files(struct dcbor_reader *reader, struct bundle_files *files,
                       struct sti_error *err)
{
    struct dcbor_map map;
    struct dcbor_item name;
    if (!dcbor_map(reader, "the map of files", 1, BUNDLE_FILES_MOST, &map, err))
        return false;
    while (map.left > 0) {
        if (!dcbor_map_key(reader, &map, &name, err))
            return false;
        if (name.kind != DCBOR_TEXT || !is_name((const char *)name.octets, name.length)) {
            refuse_name(err);
            if (err != NULL)
                err->offset = name.offset;
            return false;
        }
        if (!read_file(reader, files, &name, err))
            return sti_error_part(err, "%.*s", (int)name.length, (const char *)name.octets);
    }
    return true;
}

static bool read_all(struct bundle_files *files, const uint8_t *octets, size_t length,
                     struct sti_error *err)
{
    struct dcbor_reader reader = {octets, length, BEGINNING, 0};
    int64_t version = 0;
    if (!bundle_files_begin(octets, length))
        return sti_refuse(err, NULL,
                          "is not a bundle of files: it does not begin as one does; sti-ca bundle "
                          "pack makes them");
    return dcbor_int(&reader, "the version of the bundle", VERSION, VERSION, &version, err) &&
           read_files(&reader, files, err) && dcbor_end(&reader, "the bundle", err) &&
           bundle_digest(octets, length, files->digest, err);
}

bool bundle_files_read(struct bundle_files *files, const uint8_t *octets, size_t length,
                       struct sti_error *err)
{
    memset(files, 0, sizeof(*files));
    if (read_all(files, octets, length, err))
        return true;
    bundle_say_cut(err);
    bundle_files_free(files); /* whole or not at all */
    return false;
}

void bundle_files_free(struct bundle_files *files)
{
    free(files->files);
    memset(files, 0, sizeof(*files));
}
