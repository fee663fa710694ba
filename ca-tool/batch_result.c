/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The manifest of the outcome, manifest.json and manifest.csv in the folder of the certificates. A
 * manifest is replaced without --force by that of the same batch alone, which is told by the
 * review's digest: so a batch that is run again ends with one manifest.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "batch.h"
#include "clock.h"
#include "command.h"
#include "text.h"

#define JSON_NAME "manifest.json"
#define CSV_NAME "manifest.csv"

/* One request takes a few hundred octets. */
#define RESULT_MAX_OCTETS ((size_t)64 * 1024 * 1024)

static bool has_certificate(const struct batch_item *item)
{
    return item->outcome == BATCH_ISSUED || item->outcome == BATCH_DONE_BEFORE;
}

static bool certificate_digest(const struct batch_item *item,
                               char text[2 * LEDGER_DIGEST_OCTETS + 1])
{
    unsigned char digest[LEDGER_DIGEST_OCTETS];
    text[0] = '\0';
    if (!has_certificate(item) || !cert_digest(item->minted.der, item->minted.length, digest, NULL))
        return false;
    text_hex(digest, sizeof(digest), text);
    return true;
}

/* ---- JSON ---- */

static json_t *item_json(const struct batch_item *item)
{
    char digest[2 * LEDGER_DIGEST_OCTETS + 1];
    json_t *json =
        json_pack("{s:s, s:s}", "name", item->name, "outcome", batch_outcome_name(item->outcome));
    if (json == NULL)
        return NULL;
    if (certificate_digest(item, digest)) {
        json_object_set_new(json, "serial", json_string(item->minted.serial));
        json_object_set_new(json, "sha256", json_string(digest));
        if (item->stage >= BATCH_WRITTEN)
            json_object_set_new(json, "file", json_string(strrchr(item->path, '/') + 1));
        if (item->list_url != NULL)
            json_object_set_new(json, "list_url", json_string(item->list_url));
    }
    if (item->outcome == BATCH_REFUSED || item->outcome == BATCH_FAILED)
        json_object_set_new(json, "reason", tool_error_json(&item->reason));
    if (item->outcome == BATCH_REFUSED)
        json_object_set_new(json, "check", json_string(item->check));
    return json;
}

json_t *batch_result_json(const struct batch *batch)
{
    char now[CLOCK_TEXT];
    json_t *requests = json_array();
    json_t *counts = json_object();
    for (size_t i = 0; i < batch->count; i++)
        json_array_append_new(requests, item_json(&batch->items[i]));
    for (enum batch_outcome i = 0; i < BATCH_OUTCOMES; i++)
        json_object_set_new(counts, batch_outcome_name(i),
                            json_integer((json_int_t)batch_count(batch, i)));
    clock_text(batch->rules.now, now);
    return json_pack("{s:s, s:s, s:o, s:o}", "review", batch->digest, "date", now, "counts", counts,
                     "requests", requests);
}

/* ---- CSV (RFC 4180) ---- */

/* A field in quotes; a sentence of ours begins with no letter that a spreadsheet would reckon by.
 */
static void put_field(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void put_row(FILE *out, const struct batch_item *item)
{
    char digest[2 * LEDGER_DIGEST_OCTETS + 1];
    char words[1024] = "";
    bool made = certificate_digest(item, digest);
    bool refused = item->outcome == BATCH_REFUSED;
    if (refused || item->outcome == BATCH_FAILED)
        sti_error_text(&item->reason, words, sizeof(words));
    fprintf(out, "%s,%s,%s,%s,%s,%s,", item->name, batch_outcome_name(item->outcome),
            made ? item->minted.serial : "",
            item->stage >= BATCH_WRITTEN ? strrchr(item->path, '/') + 1 : "", digest,
            refused ? item->check : "");
    put_field(out, words);
    fputs("\r\n", out);
}

static char *make_csv(const struct batch *batch, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);
    if (out == NULL)
        return NULL;
    fputs("name,outcome,serial,file,sha256,check,reason\r\n", out);
    for (size_t i = 0; i < batch->count; i++)
        put_row(out, &batch->items[i]);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

/* ---- the files ---- */

/* The review's digest of a manifest that is there; NULL if it is none. The caller's. */
static char *digest_of(const char *path)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    if (!file_read(path, RESULT_MAX_OCTETS, &octets, &length, NULL))
        return NULL;
    json_t *json = json_loadb((const char *)octets, length, 0, NULL);
    const char *text = json_string_value(json_object_get(json, "review"));
    char *digest = text == NULL ? NULL : strdup(text);
    json_decref(json);
    free(octets);
    return digest;
}

bool batch_result_may_be_written(const struct batch *batch, struct sti_error *err)
{
    struct stat there;
    char *json = file_beside(batch->folder, JSON_NAME);
    char *csv = file_beside(batch->folder, CSV_NAME);
    bool ok = json != NULL && csv != NULL;
    if (!ok)
        sti_fail(err, "no memory for a path");
    bool is_there = ok && (lstat(json, &there) == 0 || lstat(csv, &there) == 0);
    if (is_there && !batch->force) {
        char *digest = digest_of(json);
        ok = digest != NULL && strcmp(digest, batch->digest) == 0;
        free(digest);
        if (!ok) {
            sti_fail(err, "is the manifest of another batch and is not overwritten; choose another "
                          "folder, or give --force");
            sti_error_in(err, json);
        }
    }
    free(json);
    free(csv);
    return ok;
}

static bool write_one(const struct batch *batch, const char *name, const char *text, size_t length,
                      struct sti_error *err)
{
    char *path = file_beside(batch->folder, name);
    struct file_out *out = path == NULL ? NULL : file_out_begin(path, true, err);
    if (path == NULL)
        return sti_fail(err, "no memory for a path");
    bool ok = out != NULL && file_out_commit(out, text, length, err);
    free(path);
    return ok;
}

bool batch_result_write(const struct batch *batch, struct sti_error *err)
{
    size_t length = 0;
    json_t *json = batch_result_json(batch);
    char *text = json == NULL ? NULL : json_dumps(json, JSON_INDENT(2));
    char *csv = make_csv(batch, &length);
    bool ok = text != NULL && csv != NULL;
    json_decref(json);
    /* The one that says whose manifest it is first: a run that ends between the two can go on. */
    ok = ok ? write_one(batch, JSON_NAME, text, strlen(text), err) &&
                  write_one(batch, CSV_NAME, csv, length, err)
            : sti_fail(err, "no memory for the manifest");
    free(text);
    free(csv);
    return ok;
}
