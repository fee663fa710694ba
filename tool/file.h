/* SPDX-License-Identifier: Apache-2.0 */
/* Files in, and files out that are whole or not there. */
#ifndef TOOL_FILE_H
#define TOOL_FILE_H

#include "sti_error.h"

/*
 * Reads a whole file; "-" is standard input. *octets is malloc'd, ends with a NUL that *length does
 * not count, and is the caller's. A file of more than `limit` octets is refused unread.
 */
bool file_read(const char *path, size_t limit, uint8_t **octets, size_t *length,
               struct sti_error *err);

/* True if the file of this name can be read and has these octets, and no others. */
bool file_has(const char *path, const void *octets, size_t length);

/* The folder of a path, malloc'd; *folder is NULL for the current one. False without memory. */
bool file_folder(const char *path, char **folder);

/* `path` itself if it is absolute or directory is NULL, else directory/path; malloc'd. */
char *file_beside(const char *directory, const char *path);

/*
 * A file that is being made: it has no name until it is whole, so that nothing is left of it if the
 * process is killed. On a file system without such files, and where a file is overwritten, it is
 * .sti-pki-... in the same folder for as long as that takes.
 */
struct file_out;

/*
 * Makes sure now that `path` can be written later: its folder is there and writable, and nothing
 * stands under that name unless `force`. NULL on failure; ends with _commit or _abandon.
 */
struct file_out *file_out_begin(const char *path, bool force, struct sti_error *err);

/* Writes some octets and waits for nothing; more may follow. On failure `out` is still to end. */
bool file_out_put(struct file_out *out, const void *octets, size_t length, struct sti_error *err);

/* Writes the (last) octets, waits until they are on the disk and gives the file its name. Frees
 * out. */
bool file_out_commit(struct file_out *out, const void *octets, size_t length,
                     struct sti_error *err);

/*
 * The same for many files of one folder, which wait for the disk together: file_out_put() writes
 * the octets, and file_out_commit_all() waits until all that was written to this file system is on
 * the disk, and gives the files their names, in their order. It frees all of them; when it fails,
 * `*named` says how many have their name, and of the others nothing is left.
 */
bool file_out_commit_all(struct file_out **outs, size_t count, size_t *named,
                         struct sti_error *err);

/* Leaves nothing behind. out may be NULL. */
void file_out_abandon(struct file_out *out);

#endif
