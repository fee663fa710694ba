/* SPDX-License-Identifier: Apache-2.0 */
/* The value of one key, read by its type. */
#include "config_internal.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "config_file.h"
#include "file.h"

#define MAX_DAYS 36525L

bool config_bad(struct config_reading *in, const char *section, const char *key,
                const char *sentence)
{
    sti_error_set(in->err, STI_USAGE, NULL, "%s", sentence);
    return sti_error_part(in->err, "[%s] %s", section, key);
}

bool config_set_text(struct config_reading *in, char **field, char *value)
{
    *field = value;
    return value != NULL || sti_fail(in->err, "no memory for the configuration");
}

/* A number and nothing else, from `least` to `most`. */
static bool read_number(const char *value, long least, long most, long *field)
{
    char *end;
    long number = strtol(value, &end, 10);
    if (*value < '0' || *value > '9' || *end != '\0' || number < least || number > most)
        return false;
    *field = number;
    return true;
}

static bool set_number(struct config_reading *in, const char *section, const struct config_key *key,
                       const char *value, long *field)
{
    return read_number(value, key->type == DAYS ? 1 : 0, MAX_DAYS, field) ||
           config_bad(in, section, key->name,
                      key->type == DAYS ? "is not a number of days between 1 and 36525"
                                        : "is not a number between 0 and 36525");
}

/* How large a token may be: from what an SPC needs to the most that is ever read. */
static bool set_octets(struct config_reading *in, const char *section, const struct config_key *key,
                       const char *value, long *field)
{
    return read_number(value, 1024, (long)TOKEN_MAX_OCTETS, field) ||
           config_bad(in, section, key->name, "is not a number of octets between 1024 and 1048576");
}

/* How far clocks may differ. More than minutes would be another policy, not a clock. */
static bool set_seconds(struct config_reading *in, const char *section,
                        const struct config_key *key, const char *value, long *field)
{
    return read_number(value, 0, 300, field) ||
           config_bad(in, section, key->name, "is not a number of seconds between 0 and 300");
}

static bool set_uses(struct config_reading *in, const char *section, const struct config_key *key,
                     const char *value, long *field)
{
    if (strcmp(value, "until-exp") != 0)
        return read_number(value, 1, 10000, field) ||
               config_bad(in, section, key->name,
                          "is neither a number between 1 and 10000 nor until-exp");
    *field = -1;
    return true;
}

static bool set_choice(struct config_reading *in, const char *section, const struct config_key *key,
                       const char *value, long *field)
{
    char sentence[200] = "is none of:";
    for (long i = 0; key->choices[i] != NULL; i++) {
        if (strcmp(value, key->choices[i]) == 0) {
            *field = i;
            return true;
        }
        size_t used = strlen(sentence);
        snprintf(sentence + used, sizeof(sentence) - used, "%s %s", i == 0 ? "" : ",",
                 key->choices[i]);
    }
    return config_bad(in, section, key->name, sentence);
}

static bool set_yes_no(struct config_reading *in, const char *section, const struct config_key *key,
                       const char *value, long *field)
{
    if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
        return config_bad(in, section, key->name, "is neither yes nor no");
    *field = strcmp(value, "yes") == 0;
    return true;
}

static bool set_oid(struct config_reading *in, const char *section, const struct config_key *key,
                    const char *value, char **field)
{
    if (!config_is_oid(value))
        return config_bad(in, section, key->name, "is not an OID in dotted form");
    return config_set_text(in, field, strdup(value));
}

static bool set_url(struct config_reading *in, const char *section, const struct config_key *key,
                    const char *value, char **field)
{
    if (!config_is_http_url(value))
        return config_bad(in, section, key->name, "is not an http or https URL");
    return config_set_text(in, field, strdup(value));
}

/* `subject = NAME`: the attributes stand in [NAME], in order: C, O, CN, serialNumber. */
static bool set_name(struct config_reading *in, const char *section, const struct config_key *key,
                     const char *value, X509_NAME **field)
{
    STACK_OF(CONF_VALUE) *lines = NCONF_get_section(in->conf, value);
    if (lines == NULL)
        return config_bad(in, section, key->name, "names a section that is not there");
    if (sk_CONF_VALUE_num(lines) == 0)
        return config_bad(in, section, key->name, "is a name without attributes");
    in->names[in->name_count++] = value;
    const char *attribute;
    const char *fault = config_name_read(lines, field, &attribute);
    if (fault == NULL)
        return true;
    return attribute == NULL ? config_bad(in, section, key->name, fault)
                             : config_bad(in, value, attribute, fault);
}

bool config_set_key(struct config_reading *in, const struct config_section *section,
                    const struct config_key *key, const char *value)
{
    void *field = (char *)in->config + section->offset + key->offset;
    if (*value == '\0')
        return config_bad(in, section->name, key->name, "is empty");
    switch (key->type) {
    case TEXT:
        return config_set_text(in, field, strdup(value));
    case PATH:
        return config_set_text(in, field, file_beside(in->config->directory, value));
    case DAYS:
    case NUMBER:
        return set_number(in, section->name, key, value, field);
    case OCTETS:
        return set_octets(in, section->name, key, value, field);
    case SECONDS:
        return set_seconds(in, section->name, key, value, field);
    case USES:
        return set_uses(in, section->name, key, value, field);
    case CHOICE:
        return set_choice(in, section->name, key, value, field);
    case YES_NO:
        return set_yes_no(in, section->name, key, value, field);
    case NAME:
        return set_name(in, section->name, key, value, field);
    case OID:
        return set_oid(in, section->name, key, value, field);
    case HTTP_URL:
        return set_url(in, section->name, key, value, field);
    }
    return false;
}
