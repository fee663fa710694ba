/* SPDX-License-Identifier: Apache-2.0 */
#include "ceremony_file_values.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "ceremony_time.h"
#include "config_file.h"
#include "plan.h"

#define ID_OCTETS "abcdefghijklmnopqrstuvwxyz0123456789-"
#define MAX_VALUE 1024

bool ceremony_value_bad(struct ceremony_reading *in, const char *section, const char *key,
                        const char *sentence)
{
    sti_error_set(in->err, STI_USAGE, NULL, "%s", sentence);
    return *key == '\0' ? sti_error_part(in->err, "[%s]", section)
                        : sti_error_part(in->err, "[%s] %s", section, key);
}

static bool bad(struct ceremony_reading *in, const struct ceremony_field *field,
                const char *sentence)
{
    return ceremony_value_bad(in, field->section, field->name, sentence);
}

/* Printable ASCII: what stands in a plan is shown on consoles and on paper. */
static bool is_printable(const char *value, size_t most)
{
    size_t length = strlen(value);
    for (size_t i = 0; i < length; i++)
        if (value[i] < ' ' || value[i] > '~')
            return false;
    return length > 0 && length <= most;
}

static bool keep(struct ceremony_reading *in, char **place, const char *value)
{
    *place = strdup(value);
    return *place != NULL || sti_fail(in->err, "no memory for the ceremony file");
}

static bool set_text(struct ceremony_reading *in, const struct ceremony_field *field,
                     const char *value, char **place)
{
    size_t most = strcmp(field->name, "title") == 0 ? CEREMONY_MAX_TITLE : MAX_VALUE;
    if (!is_printable(value, most))
        return bad(in, field,
                   most == MAX_VALUE ? "is not 1 to 1024 characters of printable ASCII"
                                     : "is not 1 to 120 characters of printable ASCII");
    return keep(in, place, value);
}

/* A ceremony has one folder, which goes to the archive whole. */
static bool is_file(const char *value)
{
    return is_printable(value, PLAN_MAX_NAME) && *value != '.' && strchr(value, '/') == NULL;
}

#define NO_FILE                                                                                    \
    "is not the name of a file beside the ceremony file: all that a ceremony reads and writes is " \
    "in its one folder"

static bool set_file(struct ceremony_reading *in, const struct ceremony_field *field,
                     const char *value, char **place)
{
    return is_file(value) ? keep(in, place, value) : bad(in, field, NO_FILE);
}

static bool set_oid(struct ceremony_reading *in, const struct ceremony_field *field,
                    const char *value, char **place)
{
    if (!config_is_oid(value))
        return bad(in, field, "is not an OID in dotted form");
    return keep(in, place, value);
}

static bool set_url(struct ceremony_reading *in, const struct ceremony_field *field,
                    const char *value, char **place)
{
    if (!config_is_http_url(value))
        return bad(in, field, "is not an http or https URL");
    return keep(in, place, value);
}

static bool set_number(struct ceremony_reading *in, const struct ceremony_field *field,
                       const char *value, long *place)
{
    long least = field->type == CEREMONY_TYPE_COUNT ? 1 : 0;
    long most = field->type == CEREMONY_TYPE_COUNT ? CEREMONY_MAX_APPROVERS : 9;
    char *end;
    long number = strtol(value, &end, 10);
    if (*value < '0' || *value > '9' || *end != '\0' || number < least || number > most)
        return bad(in, field,
                   field->type == CEREMONY_TYPE_COUNT ? "is not a number between 1 and 32"
                                                      : "is not a number between 0 and 9");
    *place = number;
    return true;
}

/* `subject = NAME`: the attributes stand in [NAME], in their order: C, O, CN, serialNumber. */
static bool set_name(struct ceremony_reading *in, const struct ceremony_field *field,
                     const char *value, X509_NAME **place)
{
    STACK_OF(CONF_VALUE) *lines = NCONF_get_section(in->conf, value);
    ERR_clear_error();
    if (lines == NULL || sk_CONF_VALUE_num(lines) == 0)
        return bad(in, field, "names a section that is not there, or empty");
    const char *attribute;
    const char *fault = config_name_read(lines, place, &attribute);
    if (fault == NULL)
        return true;
    return attribute == NULL ? bad(in, field, fault)
                             : ceremony_value_bad(in, value, attribute, fault);
}

static bool set_time(struct ceremony_reading *in, const struct ceremony_field *field,
                     const char *value, int64_t *place)
{
    return ceremony_time_read(value, place) ||
           bad(in, field, "is not a time as 2026-12-01T09:00:00Z");
}

static bool set_kind(struct ceremony_reading *in, const struct ceremony_field *field,
                     const char *value, enum ceremony_kind *place)
{
    return ceremony_kind_of_name(value, place) ||
           bad(in, field,
               "is none of: root, intermediate, cross-certificate, delegate-ca, batch, "
               "revocation, key-destruction");
}

static bool set_key(struct ceremony_reading *in, const struct ceremony_field *field,
                    const char *value, enum ceremony_key *place)
{
    return ceremony_key_of_name(value, place) ||
           bad(in, field,
               "is none of root, intermediate and crl, the sections of sti-ca.cnf that name keys");
}

bool ceremony_value_set(struct ceremony_reading *in, const struct ceremony_field *field,
                        const char *value)
{
    void *place = (char *)in->file + field->offset;
    switch (field->type) {
    case CEREMONY_TYPE_KIND:
        return set_kind(in, field, value, place);
    case CEREMONY_TYPE_TEXT:
        return set_text(in, field, value, place);
    case CEREMONY_TYPE_FILE:
        return set_file(in, field, value, place);
    case CEREMONY_TYPE_OID:
        return set_oid(in, field, value, place);
    case CEREMONY_TYPE_URL:
        return set_url(in, field, value, place);
    case CEREMONY_TYPE_PREVIOUS:
        return strcmp(value, "none") == 0 || set_file(in, field, value, place);
    case CEREMONY_TYPE_TIME:
        return set_time(in, field, value, place);
    case CEREMONY_TYPE_COUNT:
    case CEREMONY_TYPE_LENGTH:
        return set_number(in, field, value, place);
    case CEREMONY_TYPE_NAME:
        return set_name(in, field, value, place);
    case CEREMONY_TYPE_KEY:
        return set_key(in, field, value, place);
    }
    return false;
}

bool ceremony_value_note_name(struct ceremony_reading *in, const struct ceremony_field *field)
{
    const char *value = NCONF_get_string(in->conf, field->section, field->name);
    ERR_clear_error();
    if (value != NULL && in->name_count < CEREMONY_MAX_NAMES)
        in->names[in->name_count++] = value;
    return true;
}

/* ---- sections whose keys are the writer's ---- */

static bool read_approver(struct ceremony_reading *in, const CONF_VALUE *line)
{
    struct ceremony_file *file = in->file;
    size_t length = strlen(line->name);
    if (length > CEREMONY_MAX_ID || strspn(line->name, ID_OCTETS) != length)
        return ceremony_value_bad(in, "approvers", line->name,
                                  "is no role: 1 to 64 small letters, digits and hyphens, as "
                                  "security-officer");
    if (!is_file(line->value))
        return ceremony_value_bad(in, "approvers", line->name, NO_FILE);
    if (file->approver_count == CEREMONY_MAX_APPROVERS)
        return ceremony_value_bad(in, "approvers", line->name, "is one too many, 32 are allowed");
    struct ceremony_approver *approver = &file->approvers[file->approver_count++];
    return keep(in, &approver->id, line->name) && keep(in, &approver->key_file, line->value);
}

/* [requests], [reports]: name = file. [revocations]: ceremony_file_revocations.c. */
static bool read_line(struct ceremony_reading *in, const char *section, const CONF_VALUE *line,
                      struct ceremony_lines *lines)
{
    struct ceremony_revocation ignored;
    if (!is_printable(line->name, MAX_VALUE) || !is_printable(line->value, MAX_VALUE))
        return ceremony_value_bad(in, section, line->name, "is not printable ASCII");
    bool is_revocation = strcmp(section, "revocations") == 0;
    if (!is_revocation && !is_file(line->value))
        return ceremony_value_bad(in, section, line->name, NO_FILE);
    struct ceremony_line *to = &lines->items[lines->count++];
    if (!keep(in, &to->name, line->name) || !keep(in, &to->value, line->value))
        return false;
    if (!is_revocation)
        return true;
    if (!ceremony_revocation_read(to, &ignored, in->err))
        return sti_error_part(in->err, "[%s] %s", section, line->name);
    return ignored.is_serial || is_file(to->name) ||
           ceremony_value_bad(in, section, line->name,
                              "is neither a serial number in hex nor the name of a file beside the "
                              "ceremony file");
}

bool ceremony_list_read(struct ceremony_reading *in, const struct ceremony_list *list,
                        STACK_OF(CONF_VALUE) * from)
{
    struct ceremony_lines *lines = (void *)((char *)in->file + list->offset);
    int count = sk_CONF_VALUE_num(from);
    bool is_approvers = strcmp(list->section, "approvers") == 0;
    if (!is_approvers) {
        if (count > CEREMONY_MAX_LINES)
            return ceremony_value_bad(in, list->section, "", "has more than 1000 lines");
        lines->items = calloc((size_t)count, sizeof(*lines->items));
        if (lines->items == NULL)
            return sti_fail(in->err, "no memory for the ceremony file");
    }
    for (int i = 0; i < count; i++) {
        const CONF_VALUE *line = sk_CONF_VALUE_value(from, i);
        if (!(is_approvers ? read_approver(in, line) : read_line(in, list->section, line, lines)))
            return false;
    }
    return true;
}
