/* SPDX-License-Identifier: Apache-2.0 */
/* The attributes of PKCS#11 URIs: which there are, which are for us, and what their values mean. */
#include "hsm_uri_internal.h"

#include <errno.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLAUSE HSM_URI_CLAUSE

static bool out_of_memory(const struct reading *in)
{
    return sti_fail(in->err, "out of memory");
}

static bool take_text(struct reading *in, const struct attribute *attribute,
                      const struct value *value)
{
    char **field = (char **)((char *)in->uri + attribute->offset);
    *field = strdup((const char *)value->octets);
    return *field != NULL || out_of_memory(in);
}

/* The fields of slots, tokens and modules are padded with blanks. */
static bool take_padded(struct reading *in, const struct attribute *attribute,
                        const struct value *value)
{
    size_t length = value->length;
    while (length > 0 && value->octets[length - 1] == ' ')
        value->octets[--length] = '\0';
    return take_text(in, attribute, value);
}

static bool take_id(struct reading *in, const struct attribute *attribute,
                    const struct value *value)
{
    (void)attribute;
    in->uri->id = malloc(value->length);
    if (in->uri->id == NULL)
        return out_of_memory(in);
    memcpy(in->uri->id, value->octets, value->length);
    in->uri->id_length = value->length;
    return true;
}

static bool take_type(struct reading *in, const struct attribute *attribute,
                      const struct value *value)
{
    (void)attribute;
    return strcmp((const char *)value->octets, "private") == 0 ||
           sti_error_set(in->err, STI_USAGE, CLAUSE,
                         "type=%.*s is not accepted; write type=private or leave type out",
                         HSM_URI_SHOWN, (const char *)value->octets);
}

/* A decimal number of at most `most`; its digits end at *end. */
static bool take_number(const char *digits, unsigned long most, unsigned long *number,
                        const char **end)
{
    char *stop = NULL;
    if (*digits < '0' || *digits > '9')
        return false;
    errno = 0;
    *number = strtoul(digits, &stop, 10);
    *end = stop;
    return errno == 0 && *number <= most;
}

static bool take_version(struct reading *in, const struct attribute *attribute,
                         const struct value *value)
{
    unsigned long major = 0;
    unsigned long minor = 0;
    const char *at = (const char *)value->octets;
    bool good = take_number(at, UCHAR_MAX, &major, &at);
    if (good && *at == '.')
        good = take_number(at + 1, UCHAR_MAX, &minor, &at);
    if (!good || *at != '\0')
        return sti_error_set(in->err, STI_USAGE, CLAUSE,
                             "%s=%s is no version; write it as in 2.40, each part up to 255",
                             attribute->name, (const char *)value->octets);
    in->uri->has_library_version = true;
    in->uri->library_major = (unsigned char)major;
    in->uri->library_minor = (unsigned char)minor;
    return true;
}

static bool take_slot_id(struct reading *in, const struct attribute *attribute,
                         const struct value *value)
{
    const char *at = (const char *)value->octets;
    if (!take_number(at, ULONG_MAX, &in->uri->slot_id, &at) || *at != '\0')
        return sti_error_set(in->err, STI_USAGE, CLAUSE,
                             "%s=%s is no slot number; write it in decimal digits", attribute->name,
                             (const char *)value->octets);
    in->uri->has_slot_id = true;
    return true;
}

static bool take_path(struct reading *in, char **field, const char *path)
{
    const char *directory = in->directory;
    if (path[0] == '/' || directory == NULL || directory[0] == '\0')
        *field = strdup(path);
    else if (asprintf(field, "%s/%s", directory, path) < 0)
        *field = NULL;
    return *field != NULL || out_of_memory(in);
}

static bool take_module_path(struct reading *in, const struct attribute *attribute,
                             const struct value *value)
{
    (void)attribute;
    return take_path(in, &in->uri->module_path, (const char *)value->octets);
}

/* fd:N. The first three are where words and errors go, and where what they ask for comes from. */
static bool take_pin_fd(struct reading *in, const char *digits)
{
    unsigned long number = 0;
    const char *end = digits;
    if (!take_number(digits, INT_MAX, &number, &end) || *end != '\0')
        return sti_error_set(in->err, STI_USAGE, CLAUSE,
                             "pin-source=fd:%.*s names no descriptor; write its number, as in fd:3",
                             HSM_URI_SHOWN, digits);
    if (number < 3)
        return sti_error_set(in->err, STI_USAGE, CLAUSE,
                             "pin-source=fd:%lu is standard input, output or error, and no PIN is "
                             "read from there; use a descriptor from 3 on",
                             number);
    in->uri->pin_fd = (int)number;
    return true;
}

/* file:PATH, file:///PATH or fd:N; anything else (a command, a host, a bare path) is refused. */
static bool take_pin_source(struct reading *in, const struct attribute *attribute,
                            const struct value *value)
{
    (void)attribute;
    const char *source = (const char *)value->octets;
    if (strncmp(source, "fd:", 3) == 0)
        return take_pin_fd(in, source + 3);
    const char *path = strncmp(source, "file:", 5) == 0 ? source + 5 : "";
    if (strncmp(path, "//", 2) == 0)
        path = path[2] == '/' ? path + 2 : "";
    if (path[0] != '\0')
        return take_path(in, &in->uri->pin_file, path);
    return sti_error_set(in->err, STI_USAGE, CLAUSE,
                         "pin-source names neither a file of this machine nor a descriptor; write "
                         "pin-source=file:PATH or pin-source=fd:N");
}

static bool take_accept(struct reading *in, const struct attribute *attribute,
                        const struct value *value)
{
    (void)attribute;
    in->uri->accept_not_local = strcmp((const char *)value->octets, "not-local") == 0;
    return in->uri->accept_not_local ||
           sti_error_set(in->err, STI_USAGE, CLAUSE,
                         "x-accept=%.*s is not known; not-local is all that can be accepted",
                         HSM_URI_SHOWN, (const char *)value->octets);
}

#define FIELD(name) offsetof(struct hsm_uri, name)

const struct attribute hsm_uri_attributes[] = {
    {"token", PATH, take_padded, 32, false, FIELD(token), NULL},
    {"manufacturer", PATH, take_padded, 32, false, FIELD(manufacturer), NULL},
    {"model", PATH, take_padded, 16, false, FIELD(model), NULL},
    {"serial", PATH, take_padded, 16, false, FIELD(serial), NULL},
    {"object", PATH, take_text, HSM_NAME_MAX, false, FIELD(object), NULL},
    {"id", PATH, take_id, HSM_NAME_MAX, true, 0, NULL},
    {"type", PATH, take_type, HSM_NAME_MAX, false, 0, NULL},
    {"slot-id", PATH, take_slot_id, 20, false, 0, NULL},
    {"slot-description", PATH, take_padded, 64, false, FIELD(slot_description), NULL},
    {"slot-manufacturer", PATH, take_padded, 32, false, FIELD(slot_manufacturer), NULL},
    {"library-description", PATH, take_padded, 32, false, FIELD(library_description), NULL},
    {"library-manufacturer", PATH, take_padded, 32, false, FIELD(library_manufacturer), NULL},
    {"library-version", PATH, take_version, 7, false, 0, NULL},
    {"module-path", QUERY, take_module_path, PATH_MAX, false, 0, NULL},
    {"pin-source", QUERY, take_pin_source, PATH_MAX, false, 0, NULL},
    {"module-name", QUERY, NULL, 0, false, 0,
     "where modules are installed differs from machine to machine; name the module's file with "
     "module-path="},
    {"pin-value", QUERY, NULL, 0, false, 0,
     "a PIN in an argument can be read by every user of the machine; put it in a file of mode 600 "
     "and write pin-source=file:PATH"},
    /* Vendor attributes, which section 2.3 leaves room for. The first has p11-kit's name. */
    {"x-init-reserved", QUERY, take_text, PATH_MAX, false, FIELD(init_reserved), NULL},
    {"x-accept", QUERY, take_accept, HSM_NAME_MAX, false, 0, NULL},
    {NULL, PATH, NULL, 0, false, 0, NULL},
};
