/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The requests of a manifest: {"batch": 1, "requests": [{"name": "a", "bundle": "a.bundle"}, ...]}
 * in JSON. Files are named from the folder of the manifest. An unknown member is refused: it would
 * be one that somebody meant something by.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "batch.h"

/* The form of the manifest that is read here. */
#define FORM 1

/* A member of a request: a file, or a word. */
static const struct member {
    const char *name;
    size_t place; /* in struct batch_item; the name itself is read first */
    bool file;
} members[] = {
    {"name", 0, false},
    {"bundle", offsetof(struct batch_item, bundle), true},
    {"csr", offsetof(struct batch_item, csr), true},
    {"token", offsetof(struct batch_item, token), true},
    {"account_key", offsetof(struct batch_item, account_key), true},
    {"list", offsetof(struct batch_item, list), true},
    {"profile", offsetof(struct batch_item, profile_name), false},
    {"by_reference", offsetof(struct batch_item, base), false},
};
#define MEMBERS (sizeof(members) / sizeof(members[0]))

static bool refuse_request(struct sti_error *err, size_t number, const char *what, const char *name)
{
    return sti_error_set(err, STI_USAGE, NULL, "request %zu of the manifest: %s%s%.60s%s", number,
                         what, name == NULL ? "" : " \"", name == NULL ? "" : name,
                         name == NULL ? "" : "\"");
}

static const struct member *find_member(const char *name)
{
    for (size_t i = 0; i < MEMBERS; i++)
        if (strcmp(members[i].name, name) == 0)
            return &members[i];
    return NULL;
}

static bool take_member(struct batch_item *item, const struct member *member, const char *text,
                        const char *folder, struct sti_error *err)
{
    if (member->place == 0)
        return true;
    char *copy = member->file ? file_beside(folder, text) : strdup(text);
    *(char **)(void *)((char *)item + member->place) = copy;
    return copy != NULL || sti_fail(err, "no memory for the requests");
}

static bool read_request(struct batch *batch, json_t *request, size_t number, const char *folder,
                         struct sti_error *err)
{
    const char *key;
    json_t *value;
    if (!json_is_object(request))
        return refuse_request(err, number, "is no object", NULL);
    const char *name = json_string_value(json_object_get(request, "name"));
    if (name == NULL)
        return refuse_request(err, number, "has no name", NULL);
    struct batch_item *item = batch_add(batch, name, err);
    if (item == NULL)
        return false;
    json_object_foreach(request, key, value)
    {
        const struct member *member = find_member(key);
        const char *text = json_string_value(value);
        if (member == NULL)
            return refuse_request(err, number, "there is no member", key);
        if (text == NULL || text[0] == '\0' || json_string_length(value) != strlen(text))
            return refuse_request(err, number, "no text of at least one letter in", key);
        if (!take_member(item, member, text, folder, err))
            return false;
    }
    return true;
}

static bool read_requests(struct batch *batch, json_t *manifest, const char *folder,
                          struct sti_error *err)
{
    const char *key;
    json_t *value;
    json_t *requests = json_object_get(manifest, "requests");
    json_object_foreach(manifest, key, value)
    {
        if (strcmp(key, "batch") != 0 && strcmp(key, "requests") != 0)
            return sti_error_set(err, STI_USAGE, NULL,
                                 "there is no member \"%.60s\" in a manifest; there are batch and "
                                 "requests",
                                 key);
    }
    if (!json_is_integer(json_object_get(manifest, "batch")) ||
        json_integer_value(json_object_get(manifest, "batch")) != FORM || !json_is_array(requests))
        return sti_error_set(err, STI_USAGE, NULL,
                             "is no manifest of a batch: {\"batch\": %d, \"requests\": [...]}",
                             FORM);
    for (size_t i = 0; i < json_array_size(requests); i++)
        if (!read_request(batch, json_array_get(requests, i), i + 1, folder, err))
            return false;
    return true;
}

bool batch_read_manifest(struct batch *batch, struct sti_error *err)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    json_error_t fault;
    if (!file_read(batch->source, BATCH_MANIFEST_MAX_OCTETS, &octets, &length, err))
        return false;
    json_t *manifest = json_loadb((const char *)octets, length, JSON_REJECT_DUPLICATES, &fault);
    free(octets);
    if (manifest == NULL) {
        sti_error_set(err, STI_USAGE, "RFC 8259", "is not JSON: %.200s", fault.text);
        if (err != NULL && fault.line > 0) {
            err->line = (size_t)fault.line;
            err->column = fault.column > 0 ? (size_t)fault.column : 0;
        }
        return false;
    }
    const char *slash = strrchr(batch->source, '/');
    char *folder =
        slash == NULL ? NULL : strndup(batch->source, (size_t)(slash - batch->source) + 1);
    bool ok = slash == NULL || folder != NULL || sti_fail(err, "no memory for the requests");
    ok = ok && read_requests(batch, manifest, folder, err);
    free(folder);
    json_decref(manifest);
    return ok;
}
