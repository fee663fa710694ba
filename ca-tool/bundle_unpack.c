/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca bundle unpack`: the files of a bundle into a folder, of which none is overwritten. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "bundle_file.h"
#include "ceremony.h"
#include "file.h"

/* So many files wait for the disk together. */
#define AT_ONCE 64

struct unpacking {
    const struct bundle_files *files;
    const char *folder;
    bool *there; /* which of them lie there already, the same octets */
    size_t kept;
};

/* ---- before anything is written ---- */

static bool look(struct unpacking *unpacking, size_t index, struct sti_error *err)
{
    const struct bundle_named *file = &unpacking->files->files[index];
    struct stat there;
    char *path = file_beside(unpacking->folder, file->name);
    if (path == NULL)
        return sti_fail(err, "no memory for the name of a file");
    bool ok = true;
    if (lstat(path, &there) == 0) {
        ok = S_ISREG(there.st_mode) && file_has(path, file->part.octets, file->part.length);
        unpacking->there[index] = ok;
        unpacking->kept += ok;
        if (!ok) {
            sti_fail(err, "exists already and is another file than the bundle's; nothing was "
                          "unpacked: unpack into a folder of its own");
            sti_error_in(err, path);
        }
    }
    free(path);
    return ok;
}

static bool make_folder(const char *folder, struct sti_error *err)
{
    struct stat there;
    if (mkdir(folder, 0777) == 0 ||
        (errno == EEXIST && stat(folder, &there) == 0 && S_ISDIR(there.st_mode)))
        return true;
    sti_fail(err, "cannot be made: %s", strerror(errno));
    return sti_error_in(err, folder);
}

/* ---- writing ---- */

static struct file_out *fill(const struct unpacking *unpacking, size_t index, struct sti_error *err)
{
    const struct bundle_named *file = &unpacking->files->files[index];
    char *path = file_beside(unpacking->folder, file->name);
    struct file_out *out = NULL;
    if (path == NULL)
        sti_fail(err, "no memory for the name of a file");
    else
        out = file_out_begin(path, false, err);
    free(path);
    if (out != NULL && !file_out_put(out, file->part.octets, file->part.length, err)) {
        file_out_abandon(out);
        out = NULL;
    }
    return out;
}

/* From *next on, as many as wait together. */
static bool write_some(const struct unpacking *unpacking, size_t *next, struct sti_error *err)
{
    struct file_out *outs[AT_ONCE];
    size_t count = 0;
    size_t named = 0;
    bool ok = true;
    for (; ok && *next < unpacking->files->count && count < AT_ONCE; (*next)++) {
        if (unpacking->there[*next])
            continue;
        outs[count] = fill(unpacking, *next, err);
        ok = outs[count] != NULL;
        count += ok;
    }
    if (ok)
        return file_out_commit_all(outs, count, &named, err);
    for (size_t i = 0; i < count; i++)
        file_out_abandon(outs[i]);
    return false;
}

static bool unpack(struct unpacking *unpacking, struct sti_error *err)
{
    size_t next = 0;
    unpacking->there = calloc(unpacking->files->count + 1, sizeof(*unpacking->there));
    if (unpacking->there == NULL)
        return sti_fail(err, "no memory for the files of a bundle");
    for (size_t i = 0; i < unpacking->files->count; i++)
        if (!look(unpacking, i, err))
            return false;
    if (!make_folder(unpacking->folder, err))
        return false;
    while (next < unpacking->files->count)
        if (!write_some(unpacking, &next, err))
            return false;
    return true;
}

/* ---- the command ---- */

static bool print(const struct tool_arguments *arguments, const struct bundle_file *file,
                  const struct unpacking *unpacking, struct sti_error *err)
{
    bool compared = tool_value(arguments, "digest") != NULL;
    size_t written = file->files.count - unpacking->kept;
    if (tool_flag(arguments, "json")) {
        json_t *json = bundle_file_json(arguments->positional, file);
        if (json != NULL) {
            json_object_set_new(json, "compared", json_boolean(compared));
            json_object_set_new(json, "into", tool_json_text(unpacking->folder));
            json_object_set_new(json, "written", json_integer((json_int_t)written));
        }
        return tool_print_json(json, err);
    }
    bundle_file_print(arguments->positional, file);
    ceremony_print_words(bundle_file_digest(file));
    printf("unpacked %zu file%s into %s", written, written == 1 ? "" : "s", unpacking->folder);
    if (unpacking->kept > 0)
        printf(", where %zu lay already", unpacking->kept);
    printf(compared ? "\nthe digest is the one given\n"
                    : "\ncompare the digest with the one shown where the bundle was made, before "
                      "anything is used\n");
    return true;
}

static bool check(const struct bundle_file *file, const struct tool_arguments *arguments,
                  struct sti_error *err)
{
    if (file->files.count == 0) {
        sti_refuse(err, NULL,
                   "is the bundle of a request, which stays one file: give it to sti-ca check or "
                   "issue, with --bundle");
        return sti_error_in(err, arguments->positional);
    }
    return bundle_file_compare(file, tool_value(arguments, "digest"), err) ||
           (err->code == STI_REFUSED && sti_error_in(err, arguments->positional));
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct bundle_file file;
    struct unpacking unpacking = {.files = &file.files, .folder = tool_value(arguments, "into")};
    bool ok = bundle_file_read_any(arguments->positional, &file, err) &&
              check(&file, arguments, err) && unpack(&unpacking, err) &&
              print(arguments, &file, &unpacking, err);
    free(unpacking.there);
    bundle_file_free(&file);
    return ok;
}

const struct tool_command command_bundle_unpack = {
    .name = "bundle unpack",
    .summary = "put the files of a bundle into a folder",
    .positional = "FILE",
    .about =
        "Reads a bundle of files to its last octet, and writes each file into the folder DIR,\n"
        "which is made if it is not there. Nothing is overwritten: a file that lies there already\n"
        "must be the very same. If one octet of the bundle is off, nothing is written. Prints the\n"
        "digest of the whole, in hex and in words; with --digest it must be the one that was\n"
        "shown where the bundle was made.",
    .options =
        {
            {"into", "DIR", "the folder; no name in a bundle leads out of it", true},
            OPTION_DIGEST,
            OPTION_JSON,
        },
    .run = run,
};
