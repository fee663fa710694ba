/* SPDX-License-Identifier: Apache-2.0 */
#include "bundle_file.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "bundle_parts.h"
#include "file.h"
#include "text.h"

/* More than all heads, names and digests of a bundle of files together. */
#define FRAME (BUNDLE_FILES_MOST * (BUNDLE_FILES_NAME + 100))

static bool describe(struct bundle_file *file, struct sti_error *err)
{
    for (enum bundle_kind kind = 0; kind < BUNDLE_KINDS; kind++) {
        const struct bundle_part *part = &file->bundle.parts[kind];
        if (part->octets == NULL)
            continue;
        file->words[kind] = bundle_part_describe(kind, part->octets, part->length, err);
        if (file->words[kind] != NULL)
            continue;
        if (err != NULL && err->part[0] != '\0') { /* its own part: "csr, TNAuthList" */
            char inner[sizeof(err->part)];
            strcpy(inner, err->part);
            err->part[0] = '\0';
            return sti_error_part(err, "%s, %.60s", bundle_part_name(kind), inner);
        }
        return sti_error_part(err, "%s", bundle_part_name(kind));
    }
    return true;
}

static const char *source_of(const char *path)
{
    return strcmp(path, "-") == 0 ? "standard input" : path;
}

bool bundle_file_read(const char *path, struct bundle_file *file, struct sti_error *err)
{
    memset(file, 0, sizeof(*file));
    if (!file_read(path, bundle_limit(), &file->octets, &file->length, err))
        return false;
    return (bundle_read(&file->bundle, file->octets, file->length, err) && describe(file, err)) ||
           sti_error_in(err, source_of(path));
}

bool bundle_file_read_any(const char *path, struct bundle_file *file, struct sti_error *err)
{
    memset(file, 0, sizeof(*file));
    if (!file_read(path, BUNDLE_FILES_ALL + FRAME, &file->octets, &file->length, err))
        return false;
    bool ok =
        bundle_files_begin(file->octets, file->length)
            ? bundle_files_read(&file->files, file->octets, file->length, err)
            : bundle_read(&file->bundle, file->octets, file->length, err) && describe(file, err);
    return ok || sti_error_in(err, source_of(path));
}

void bundle_file_free(struct bundle_file *file)
{
    for (size_t i = 0; i < BUNDLE_KINDS; i++)
        free(file->words[i]);
    bundle_files_free(&file->files);
    free(file->octets);
    memset(file, 0, sizeof(*file));
}

size_t bundle_file_parts(const struct bundle_file *file)
{
    size_t count = file->files.count;
    for (size_t i = 0; i < BUNDLE_KINDS; i++)
        count += file->bundle.parts[i].octets != NULL;
    return count;
}

const unsigned char *bundle_file_digest(const struct bundle_file *file)
{
    return file->files.count > 0 ? file->files.digest : file->bundle.digest;
}

/* ---- the digest that a person has ---- */

/* Reads a SHA-256 as a person types it: hex in either case, blanks and colons where they help. */
static bool parse(const char *text, char digest[BUNDLE_DIGEST_TEXT], struct sti_error *err)
{
    size_t length = 0;
    for (; *text != '\0' && length < BUNDLE_DIGEST_TEXT; text++) {
        if (*text == ' ' || *text == ':')
            continue;
        if (!isxdigit((unsigned char)*text))
            break;
        digest[length++] = (char)tolower((unsigned char)*text);
    }
    if (*text != '\0' || length != BUNDLE_DIGEST_TEXT - 1)
        return sti_error_set(err, STI_USAGE, NULL,
                             "--digest is no SHA-256: it has 64 hex digits, with blanks and colons "
                             "between them as one likes");
    digest[length] = '\0';
    return true;
}

/* In a time that does not depend on where they differ. */
bool bundle_file_compare(const struct bundle_file *file, const char *text, struct sti_error *err)
{
    char wanted[BUNDLE_DIGEST_TEXT];
    char digest[BUNDLE_DIGEST_TEXT];
    if (text == NULL)
        return true;
    if (!parse(text, wanted, err))
        return false;
    text_hex(bundle_file_digest(file), BUNDLE_DIGEST_OCTETS, digest);
    return CRYPTO_memcmp(digest, wanted, sizeof(digest) - 1) == 0 ||
           sti_refuse(err, NULL,
                      "its digest is %s, not the one given with --digest: this is not the bundle "
                      "whose digest was taken there; use nothing of it, and fetch it again",
                      digest);
}

/* ---- for people, and as JSON ---- */

static void print_line(const char *name, size_t length, const unsigned char *digest,
                       const char *words)
{
    char text[BUNDLE_DIGEST_TEXT];
    text_hex(digest, BUNDLE_DIGEST_OCTETS, text);
    printf("  %-11s  %8zu octets  ", name, length);
    text_print(stdout, words);
    printf("\n  %-11s  sha256 %s\n", "", text);
}

void bundle_file_print(const char *path, const struct bundle_file *file)
{
    char digest[BUNDLE_DIGEST_TEXT];
    printf("bundle %s, %zu octets\n", path, file->length);
    for (enum bundle_kind kind = 0; kind < BUNDLE_KINDS; kind++) {
        const struct bundle_part *part = &file->bundle.parts[kind];
        if (part->octets != NULL)
            print_line(bundle_part_name(kind), part->length, part->digest, file->words[kind]);
    }
    for (size_t i = 0; i < file->files.count; i++) {
        const struct bundle_named *named = &file->files.files[i];
        text_hex(named->part.digest, BUNDLE_DIGEST_OCTETS, digest);
        printf("  %s, %zu octets\n    sha256 %s\n", named->name, named->part.length, digest);
    }
    text_hex(bundle_file_digest(file), BUNDLE_DIGEST_OCTETS, digest);
    printf("digest %s\n", digest);
}

/* `words` is NULL for a file, of which nothing but the name is known. */
static void add_json(json_t *parts, const char *name, size_t length, const unsigned char *digest,
                     const char *words)
{
    char text[BUNDLE_DIGEST_TEXT];
    text_hex(digest, BUNDLE_DIGEST_OCTETS, text);
    json_t *part =
        json_pack("{s:s, s:I, s:s}", "name", name, "octets", (json_int_t)length, "sha256", text);
    if (words != NULL)
        json_object_set_new(part, "what", tool_json_text(words));
    json_array_append_new(parts, part);
}

json_t *bundle_file_json(const char *path, const struct bundle_file *file)
{
    char digest[BUNDLE_DIGEST_TEXT];
    json_t *parts = json_array();
    for (enum bundle_kind kind = 0; kind < BUNDLE_KINDS; kind++) {
        const struct bundle_part *part = &file->bundle.parts[kind];
        if (part->octets != NULL)
            add_json(parts, bundle_part_name(kind), part->length, part->digest, file->words[kind]);
    }
    for (size_t i = 0; i < file->files.count; i++) {
        const struct bundle_named *named = &file->files.files[i];
        add_json(parts, named->name, named->part.length, named->part.digest, NULL);
    }
    text_hex(bundle_file_digest(file), BUNDLE_DIGEST_OCTETS, digest);
    json_t *json = json_pack("{s:o, s:I, s:s}", "bundle", tool_json_text(path), "octets",
                             (json_int_t)file->length, "sha256", digest);
    if (json == NULL ||
        json_object_set_new(json, file->files.count > 0 ? "files" : "parts", parts) != 0) {
        json_decref(json);
        return NULL;
    }
    return json;
}
