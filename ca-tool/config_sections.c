/* SPDX-License-Identifier: Apache-2.0 */
/* Which sections the file has: the known ones, one for each profile that differs, and no other. */
#include "config_internal.h"

#include <stdlib.h>
#include <string.h>

#include "config_file.h"
#include "profile.h"

#define SITE_PREFIX "profile "
#define SITE_PREFIX_LENGTH (sizeof(SITE_PREFIX) - 1)

static bool unknown_key(struct config_reading *in, const struct config_section *section,
                        const char *name)
{
    char known[256] = "";
    for (const struct config_key *key = section->keys; key->name != NULL; key++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof(known) - used, "%s%s", used == 0 ? "" : ", ", key->name);
    }
    sti_error_set(in->err, STI_USAGE, NULL, "is an unknown key; this section has: %s", known);
    return sti_error_part(in->err, "[%s] %s", section->name, name);
}

bool config_read_section(struct config_reading *in, const struct config_section *section)
{
    STACK_OF(CONF_VALUE) *lines = NCONF_get_section(in->conf, section->name);
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++) {
        const CONF_VALUE *line = sk_CONF_VALUE_value(lines, i);
        const struct config_key *key = section->keys;
        while (key->name != NULL && strcmp(key->name, line->name) != 0)
            key++;
        if (key->name == NULL)
            return unknown_key(in, section, line->name);
        if (!config_set_key(in, section, key, line->value))
            return false;
    }
    return true;
}

static bool bad_section(struct config_reading *in, const char *name, const char *sentence)
{
    sti_error_set(in->err, STI_USAGE, NULL, "%s", sentence);
    return sti_error_part(in->err, "[%.80s]", name);
}

/* lines is NULL for a name that a value has made look like one of a section. */
static bool read_site(void *context, const char *name, STACK_OF(CONF_VALUE) * lines)
{
    struct config_reading *in = context;
    if (strncmp(name, SITE_PREFIX, SITE_PREFIX_LENGTH) != 0 || lines == NULL)
        return true;
    if (!profile_name_good(name + SITE_PREFIX_LENGTH))
        return bad_section(in, name,
                           "is not [profile NAME]: one blank, and 1 to 63 small letters, digits "
                           "and hyphens");
    struct config *config = in->config;
    if (config->site_count == CONFIG_MAX_SITES)
        return bad_section(in, name, "is one section too many, 64 profiles can have one");
    struct config_site *site = &config->sites[config->site_count++];
    site->values.path_length = site->values.outlive_token = -1;
    if (!config_set_text(in, &site->section, strdup(name)))
        return false;
    site->profile = site->section + SITE_PREFIX_LENGTH;
    const struct config_section section = {
        .name = site->section,
        .keys = config_site_keys,
        .offset = (size_t)((char *)&site->values - (char *)config),
        .optional = true,
    };
    return config_read_section(in, &section);
}

bool config_read_sites(struct config_reading *in)
{
    return config_file_sections(in->conf, read_site, in, in->err);
}

/* True if a section of this name has a meaning in this file. */
static bool is_known(const struct config_reading *in, const char *name)
{
    for (size_t i = 0; i < CONFIG_SECTIONS; i++)
        if (strcmp(name, config_sections[i].name) == 0)
            return true;
    for (size_t i = 0; i < in->config->site_count; i++)
        if (strcmp(name, in->config->sites[i].section) == 0)
            return true;
    for (size_t i = 0; i < in->name_count; i++)
        if (strcmp(name, in->names[i]) == 0)
            return true;
    return strcmp(name, CONFIG_X5U) == 0 || strcmp(name, CONFIG_VARIABLES) == 0;
}

/* A key outside any section lands in [default], which has no meaning here. */
static bool check_section(void *context, const char *name, STACK_OF(CONF_VALUE) * lines)
{
    struct config_reading *in = context;
    bool empty = lines == NULL || sk_CONF_VALUE_num(lines) == 0;
    if (is_known(in, name) || (empty && strcmp(name, "default") == 0))
        return true;
    return config_bad(
        in, name, empty ? "" : sk_CONF_VALUE_value(lines, 0)->name,
        "stands in an unknown section; known are sti-ca, root, intermediate, end-entity, "
        "profile NAME, verdict, crl, x5u, variables and the names they refer to");
}

bool config_check_sections(struct config_reading *in)
{
    return config_file_sections(in->conf, check_section, in, in->err);
}
