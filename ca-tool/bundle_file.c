/* SPDX-License-Identifier: Apache-2.0 */
#include "bundle_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bundle_parts.h"
#include "file.h"
#include "text.h"

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

bool bundle_file_read(const char *path, struct bundle_file *file, struct sti_error *err)
{
    memset(file, 0, sizeof(*file));
    if (!file_read(path, bundle_limit(), &file->octets, &file->length, err))
        return false;
    return (bundle_read(&file->bundle, file->octets, file->length, err) && describe(file, err)) ||
           sti_error_in(err, strcmp(path, "-") == 0 ? "standard input" : path);
}

void bundle_file_free(struct bundle_file *file)
{
    for (size_t i = 0; i < BUNDLE_KINDS; i++)
        free(file->words[i]);
    free(file->octets);
    memset(file, 0, sizeof(*file));
}

size_t bundle_file_parts(const struct bundle_file *file)
{
    size_t count = 0;
    for (size_t i = 0; i < BUNDLE_KINDS; i++)
        count += file->bundle.parts[i].octets != NULL;
    return count;
}

void bundle_file_print(const char *path, const struct bundle_file *file)
{
    char digest[BUNDLE_DIGEST_TEXT];
    printf("bundle %s, %zu octets\n", path, file->length);
    for (enum bundle_kind kind = 0; kind < BUNDLE_KINDS; kind++) {
        const struct bundle_part *part = &file->bundle.parts[kind];
        if (part->octets == NULL)
            continue;
        text_hex(part->digest, sizeof(part->digest), digest);
        printf("  %-11s  %8zu octets  ", bundle_part_name(kind), part->length);
        text_print(stdout, file->words[kind]);
        printf("\n  %-11s  sha256 %s\n", "", digest);
    }
    text_hex(file->bundle.digest, sizeof(file->bundle.digest), digest);
    printf("digest %s\n", digest);
}

json_t *bundle_file_json(const char *path, const struct bundle_file *file)
{
    char digest[BUNDLE_DIGEST_TEXT];
    json_t *parts = json_array();
    for (enum bundle_kind kind = 0; kind < BUNDLE_KINDS; kind++) {
        const struct bundle_part *part = &file->bundle.parts[kind];
        if (part->octets == NULL)
            continue;
        text_hex(part->digest, sizeof(part->digest), digest);
        json_array_append_new(parts,
                              json_pack("{s:s, s:I, s:s, s:o}", "name", bundle_part_name(kind),
                                        "octets", (json_int_t)part->length, "sha256", digest,
                                        "what", tool_json_text(file->words[kind])));
    }
    text_hex(file->bundle.digest, sizeof(file->bundle.digest), digest);
    json_t *json = json_pack("{s:o, s:I, s:s}", "bundle", tool_json_text(path), "octets",
                             (json_int_t)file->length, "sha256", digest);
    if (json == NULL || json_object_set_new(json, "parts", parts) != 0) {
        json_decref(json);
        return NULL;
    }
    return json;
}
