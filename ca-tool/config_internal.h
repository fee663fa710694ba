/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between config.c and the files it is made with: config_keys.c says which keys there are,
 * config_values.c reads the value of one, config_sections.c looks at what sections the file has.
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

/* The keys of every section [profile NAME]; none is required. */
extern const struct config_key config_site_keys[];

/* Free: for ${variables::name}. */
#define CONFIG_VARIABLES "variables"
#define CONFIG_X5U "x5u"

/* One file being read. */
struct config_reading {
    CONF *conf;
    struct config *config;
    struct sti_error *err;
    /* Sections that a NAME key refers to. */
    const char *names[2 * CONFIG_SECTIONS + CONFIG_MAX_SITES];
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

/* Reads every key of the section; false for one that the section has not. */
bool config_read_section(struct config_reading *in, const struct config_section *section);

/* Reads the sections [profile NAME]. */
bool config_read_sites(struct config_reading *in);

/* False if the file has a section, or a key outside any, that has no meaning. Comes last. */
bool config_check_sections(struct config_reading *in);

#endif
