/* SPDX-License-Identifier: Apache-2.0 */
#include "ceremony_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/conf.h>
#include <openssl/err.h>

#include "ceremony_file_keys.h"
#include "ceremony_file_values.h"
#include "config_file.h"

/* ---- what has no place here ---- */

/* A PIN, or where an HSM is. */
static bool is_secret_or_local(const char *name, const char *value)
{
    static const char *const names[] = {"pin",    "so_pin",      "pin_file", "pin_source",
                                        "module", "module_path", "slot",     "slot_id",
                                        "token",  "uri",         "hsm"};
    static const char *const values[] = {"pkcs11:", "pin-value", "pin-source", "module-path",
                                         "slot-id"};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
        if (strcasestr(value, values[i]) != NULL)
            return true;
    return false;
}

/* ---- sections ---- */

static unsigned kind_bit(const struct ceremony_reading *in)
{
    return 1U << in->file->kind;
}

static bool unknown_key(struct ceremony_reading *in, const char *section, const char *name)
{
    char known[300] = "";
    for (size_t i = 0; i < ceremony_field_count; i++) {
        const struct ceremony_field *field = &ceremony_fields[i];
        size_t used = strlen(known);
        if (strcmp(field->section, section) == 0 &&
            ((field->needed | field->allowed) & kind_bit(in)) != 0)
            snprintf(known + used, sizeof(known) - used, "%s%s", used == 0 ? "" : ", ",
                     field->name);
    }
    sti_error_set(in->err, STI_USAGE, NULL,
                  "is an unknown key; in a ceremony of the kind %s this section has: %s",
                  ceremony_kind_name(in->file->kind), known);
    return sti_error_part(in->err, "[%s] %s", section, name);
}

static bool read_fields(struct ceremony_reading *in, const char *section,
                        STACK_OF(CONF_VALUE) * lines)
{
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++) {
        const CONF_VALUE *line = sk_CONF_VALUE_value(lines, i);
        const struct ceremony_field *field = ceremony_field_find(section, line->name);
        if (field == NULL || ((field->needed | field->allowed) & kind_bit(in)) == 0)
            return unknown_key(in, section, line->name);
        if (!ceremony_value_set(in, field, line->value))
            return false;
    }
    return true;
}

static const struct ceremony_list *find_list(const char *section)
{
    for (size_t i = 0; i < ceremony_list_count; i++)
        if (strcmp(ceremony_lists[i].section, section) == 0)
            return &ceremony_lists[i];
    return NULL;
}

static bool read_section(void *context, const char *section, STACK_OF(CONF_VALUE) * lines)
{
    struct ceremony_reading *in = context;
    if (lines == NULL || sk_CONF_VALUE_num(lines) == 0)
        return true;
    const struct ceremony_list *list = find_list(section);
    bool is_known = list != NULL;
    for (size_t i = 0; i < ceremony_field_count; i++)
        is_known = is_known || strcmp(ceremony_fields[i].section, section) == 0;
    bool is_name = false;
    for (size_t i = 0; i < in->name_count; i++)
        is_name = is_name || strcmp(in->names[i], section) == 0;
    if (is_name)
        return true; /* it was read where it was named */
    if (!is_known)
        return ceremony_value_bad(in, section, sk_CONF_VALUE_value(lines, 0)->name,
                                  "stands in an unknown section");
    if (list == NULL)
        return read_fields(in, section, lines);
    if (((list->needed | list->allowed) & kind_bit(in)) == 0)
        return ceremony_value_bad(in, section, sk_CONF_VALUE_value(lines, 0)->name,
                                  "stands in a section that this kind of ceremony has not");
    return strcmp(section, "variables") == 0 || ceremony_list_read(in, list, lines);
}

static bool check_local(void *context, const char *section, STACK_OF(CONF_VALUE) * lines)
{
    struct ceremony_reading *in = context;
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++) {
        const CONF_VALUE *line = sk_CONF_VALUE_value(lines, i);
        if (is_secret_or_local(line->name, line->value))
            return ceremony_value_bad(
                in, section, line->name,
                "has no place here: this file is read and approved by many, so it names no PIN, "
                "PKCS#11 URI, module, token or slot; those stand in sti-ca.cnf on the machine with "
                "the HSM, and a PIN is asked for");
    }
    return true;
}

/* ---- the whole ---- */

static bool parse(struct ceremony_reading *in, const char *text, size_t length)
{
    if (length > CEREMONY_FILE_MAX || strlen(text) != length)
        return sti_error_set(in->err, STI_USAGE, NULL,
                             "is too large for a ceremony file, or has a NUL octet");
    return config_file_parse(in->conf, text, length, in->err);
}

/* What is to be there comes before what is: an unknown key may be a misspelled one. */
static bool read_kind(struct ceremony_reading *in)
{
    const char *value = NCONF_get_string(in->conf, "ceremony", "kind");
    ERR_clear_error();
    if (value == NULL)
        return ceremony_value_bad(in, "ceremony", "kind", "is missing");
    return ceremony_value_set(in, ceremony_field_find("ceremony", "kind"), value);
}

static bool check_needed(struct ceremony_reading *in)
{
    for (size_t i = 0; i < ceremony_field_count; i++) {
        const struct ceremony_field *field = &ceremony_fields[i];
        bool there = NCONF_get_string(in->conf, field->section, field->name) != NULL;
        ERR_clear_error();
        if (!there && (field->needed & kind_bit(in)) != 0)
            return ceremony_value_bad(in, field->section, field->name, "is missing");
    }
    for (size_t i = 0; i < ceremony_list_count; i++) {
        STACK_OF(CONF_VALUE) *lines = NCONF_get_section(in->conf, ceremony_lists[i].section);
        ERR_clear_error();
        if ((ceremony_lists[i].needed & kind_bit(in)) != 0 &&
            (lines == NULL || sk_CONF_VALUE_num(lines) == 0))
            return ceremony_value_bad(in, ceremony_lists[i].section, "", "is missing");
    }
    return true;
}

/* The plain CRL lists what the ledger has revoked, the indirect one what reports say. */
static bool check_crl(struct ceremony_reading *in)
{
    const struct ceremony_file *file = in->file;
    bool indirect = file->key == CEREMONY_KEY_CRL;
    if (file->next_update <= file->window_end)
        return ceremony_value_bad(in, "crl", "next_update",
                                  "is not after window_end: the CRL could be over when it leaves");
    if (indirect && file->crl_url == NULL)
        return ceremony_value_bad(in, "crl", "url",
                                  "is missing: an indirect CRL says where it is published");
    if (!indirect && (file->crl_url != NULL || file->aia != NULL))
        return ceremony_value_bad(in, "crl", file->crl_url != NULL ? "url" : "aia",
                                  "is for key = crl, the indirect CRL of an STI-PA");
    if (!indirect && file->reports.count > 0)
        return ceremony_value_bad(
            in, "reports", "", "is for key = crl: a plain CRL lists what the ledger has revoked");
    return !indirect || file->revocations.count == 0 ||
           ceremony_value_bad(in, "revocations", "",
                              "is not for key = crl: an indirect CRL lists what the reports of "
                              "STI-CAs say; revoke at the STI-CA, and name its report in "
                              "[reports]");
}

/* A key that is gone signs nothing. */
static bool check_end(struct ceremony_reading *in)
{
    return in->file->end_key != in->file->key ||
           ceremony_value_bad(
               in, "end", "key",
               "is the key that is destroyed, and the end is signed after that: name "
               "another section of sti-ca.cnf; if its key is not there, make one "
               "with sti-ca key generate");
}

static bool check_sense(struct ceremony_reading *in)
{
    const struct ceremony_file *file = in->file;
    if (file->window_begin >= file->window_end)
        return ceremony_value_bad(in, "ceremony", "window_end", "is not after window_begin");
    if ((size_t)file->approvals > file->approver_count)
        return ceremony_value_bad(in, "ceremony", "approvals",
                                  "asks for more approvals than there are approvers");
    if (file->valid_to != -1 && file->valid_from >= file->valid_to)
        return ceremony_value_bad(in, "certificate", "valid_to", "is not after valid_from");
    if (file->next_update != -1 && file->valid_from >= file->next_update)
        return ceremony_value_bad(in, "crl", "next_update", "is not after this_update");
    if (file->kind == CEREMONY_REVOCATION)
        return check_crl(in);
    return file->kind != CEREMONY_KEY_DESTRUCTION || check_end(in);
}

static enum ceremony_key signing_key(enum ceremony_kind kind)
{
    return kind == CEREMONY_DELEGATE_CA || kind == CEREMONY_BATCH ? CEREMONY_KEY_INTERMEDIATE
                                                                  : CEREMONY_KEY_ROOT;
}

struct ceremony_file *ceremony_file_read(const char *text, size_t length, struct sti_error *err)
{
    struct ceremony_file *file = calloc(1, sizeof(*file));
    struct ceremony_reading in = {.conf = NCONF_new(NULL), .file = file, .err = err};
    bool ok = file != NULL && in.conf != NULL;
    if (!ok)
        sti_fail(err, "no memory for the ceremony file");
    if (ok) {
        file->path_length = -1;
        file->valid_from = file->valid_to = file->next_update = -1;
    }
    ok = ok && parse(&in, text, length) &&
         config_file_sections(in.conf, check_local, &in, in.err) && read_kind(&in);
    if (ok)
        file->key = signing_key(file->kind);
    /* Names are noted while the fields are read, and their sections are looked for behind that. */
    for (size_t i = 0; ok && i < ceremony_field_count; i++)
        if (ceremony_fields[i].type == CEREMONY_TYPE_NAME)
            ok = ceremony_value_note_name(&in, &ceremony_fields[i]);
    ok = ok && config_file_sections(in.conf, read_section, &in, in.err) && check_needed(&in) &&
         check_sense(&in);
    NCONF_free(in.conf);
    if (ok)
        return file;
    ceremony_file_free(file);
    return NULL;
}

static void lines_free(struct ceremony_lines *lines)
{
    for (size_t i = 0; i < lines->count; i++) {
        free(lines->items[i].name);
        free(lines->items[i].value);
    }
    free(lines->items);
}

void ceremony_file_free(struct ceremony_file *file)
{
    if (file == NULL)
        return;
    char *const texts[] = {file->title,          file->transcript,  file->previous,
                           file->profile,        file->bundle,      file->certificate,
                           file->subject_key,    file->issuer,      file->policy,
                           file->crl_url,        file->out,         file->public_key,
                           file->reason,         file->aia,         file->previous_crl,
                           file->end_public_key, file->by_reference};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        free(texts[i]);
    X509_NAME_free(file->subject);
    X509_NAME_free(file->crl_issuer);
    for (size_t i = 0; i < file->approver_count; i++) {
        free(file->approvers[i].id);
        free(file->approvers[i].key_file);
    }
    lines_free(&file->requests);
    lines_free(&file->revocations);
    lines_free(&file->reports);
    free(file);
}
