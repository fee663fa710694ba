/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between config.c and the two files it is made with: config_keys.c says which keys there are,
 * config_values.c reads the value of one.
 */
#ifndef CA_TOOL_CONFIG_INTERNAL_H
#define CA_TOOL_CONFIG_INTERNAL_H

#include <stddef.h>

#include <openssl/conf.h>

#include "config.h"

enum config_type {
    TEXT,
    PATH,
    DAYS,
    NUMBER,
    OCTETS,
    SECONDS,
    USES,
    YES_NO,
    CHOICE,
    NAME,
    OID,
    HTTP_URL
};

struct config_key {
    const char *name;
    enum config_type type;
    bool required;
    size_t offset;              /* in the struct that the section fills */
    const char *const *choices; /* of a CHOICE, ended by NULL: the index is kept */
};

struct config_section {
    const char *name;
    const struct config_key *keys; /* ended by one without a name */
    size_t offset;                 /* of the struct it fills, in struct config */
    bool optional;                 /* the whole section may be missing */
};

#define CONFIG_SECTIONS 6
extern const struct config_section config_sections[CONFIG_SECTIONS];

/* One file being read. */
struct config_reading {
    CONF *conf;
    struct config *config;
    struct sti_error *err;
    const char *names[2 * CONFIG_SECTIONS]; /* sections that a NAME key refers to */
    size_t name_count;
};

/* An error about one key of a section, STI_USAGE; always false. */
bool config_bad(struct config_reading *in, const char *section, const char *key,
                const char *sentence);

/* Sets the field to value, which it owns from now on; false, with the error, if value is NULL. */
bool config_set_text(struct config_reading *in, char **field, char *value);

/* Reads the value of one key into the field of in->config that it fills. */
bool config_set_key(struct config_reading *in, const struct config_section *section,
                    const struct config_key *key, const char *value);

#endif
