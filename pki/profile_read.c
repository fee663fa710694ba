/* SPDX-License-Identifier: Apache-2.0 */
/* The reader of a profile's text: sections and keys, each with a meaning or refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/conf.h>
#include <openssl/err.h>

#include "config_file.h"
#include "profile_internal.h"

#define BLANKS " \t\r"
#define MAX_SECTION 64

/* One text being read. */
struct reading {
    CONF *conf;
    struct profile *profile;
    char crl_section[MAX_SECTION]; /* what crlDistributionPoints names; empty: not there */
    struct sti_error *err;
};

static bool bad(struct reading *in, const char *section, const char *key, const char *sentence)
{
    sti_refuse(in->err, NULL, "%s", sentence);
    return sti_error_part(in->err, "[%s] %s", section, key);
}

static bool keep(struct reading *in, char **field, const char *value)
{
    *field = strdup(value);
    return *field != NULL || sti_fail(in->err, "no memory for the profile");
}

/* ---- [profile] ---- */

static bool read_list(struct reading *in, const char *value)
{
    in->profile->one_spc = strcmp(value, "one-spc") == 0;
    return in->profile->one_spc || strcmp(value, "any") == 0 ||
           bad(in, "profile", "list", "is neither any nor one-spc");
}

static bool read_head_key(struct reading *in, const char *key, const char *value)
{
    struct profile *profile = in->profile;
    if (*value == '\0')
        return bad(in, "profile", key, "is empty");
    if (strcmp(key, "title") == 0)
        return keep(in, &profile->title, value);
    if (strcmp(key, "clause") == 0)
        return keep(in, &profile->clause, value);
    if (strcmp(key, "list") == 0)
        return read_list(in, value);
    if (strcmp(key, "issuer") == 0)
        return profile_issuer_of_name(value, &profile->issuer) ||
               bad(in, "profile", key, "is none of self, no-list, list and any");
    return bad(in, "profile", key,
               "is an unknown key; this section has: title, clause, issuer, list");
}

static bool read_head(struct reading *in)
{
    static const char *const needed[] = {"title", "clause", "issuer"};
    STACK_OF(CONF_VALUE) *lines = NCONF_get_section(in->conf, "profile");
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++) {
        const CONF_VALUE *line = sk_CONF_VALUE_value(lines, i);
        if (!read_head_key(in, line->name, line->value))
            return false;
    }
    for (size_t i = 0; i < sizeof(needed) / sizeof(*needed); i++)
        if (NCONF_get_string(in->conf, "profile", needed[i]) == NULL)
            return bad(in, "profile", needed[i], "is missing");
    return true;
}

/* ---- [extensions] ---- */

/* The section that crlDistributionPoints names: two keys and no other. */
static bool read_point(struct reading *in, const char *section, struct profile_point *point)
{
    *point = (struct profile_point){0};
    if (strlen(section) >= MAX_SECTION || strcmp(section, "profile") == 0 ||
        strcmp(section, "extensions") == 0 || strcmp(section, PROFILE_WAIVERS) == 0)
        return bad(in, "extensions", "crlDistributionPoints", "names no section of its own");
    strcpy(in->crl_section, section);
    STACK_OF(CONF_VALUE) *lines = NCONF_get_section(in->conf, section);
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++) {
        const CONF_VALUE *line = sk_CONF_VALUE_value(lines, i);
        if (strcmp(line->name, "fullname") == 0)
            point->fullname = line->value;
        else if (strcmp(line->name, "CRLissuer") == 0)
            point->crl_issuer = line->value;
        else
            return bad(in, section, line->name,
                       "is an unknown key; this section has: fullname, CRLissuer");
    }
    return true;
}

static bool read_extension(struct reading *in, const CONF_VALUE *line)
{
    struct profile *profile = in->profile;
    struct profile_point point;
    enum profile_item item;
    const char *value = line->value;
    if (!profile_item_of_name(line->name, &item))
        return bad(in, "extensions", line->name,
                   "is an unknown extension; known are basicConstraints, keyUsage, "
                   "subjectKeyIdentifier, authorityKeyIdentifier, certificatePolicies, "
                   "crlDistributionPoints, TNAuthList, authorityInfoAccess, JWTClaimConstraints "
                   "and EnhancedJWTClaimConstraints");
    bool critical = strncmp(value, "critical,", 9) == 0;
    if (critical)
        value += 9 + strspn(value + 9, BLANKS);
    if (item == PROFILE_CRL && !read_point(in, value, &point))
        return false;
    struct profile_extension *extension = &profile->extensions[profile->count];
    *extension = (struct profile_extension){.item = item, .critical = critical};
    if (!keep(in, &extension->value, value))
        return false;
    profile->count++; /* the text has no key twice, so there is room for all */
    if (profile_value_read(profile, item, value, &point, in->err))
        return true;
    if (in->err != NULL && in->err->code == STI_USAGE)
        in->err->code = STI_REFUSED; /* the words stand in a file */
    if (in->err != NULL)
        in->err->part[0] = '\0'; /* the key says it better than the reader of claims */
    return sti_error_part(in->err, "[extensions] %s", line->name);
}

static bool read_extensions(struct reading *in)
{
    STACK_OF(CONF_VALUE) *lines = NCONF_get_section(in->conf, "extensions");
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++)
        if (!read_extension(in, sk_CONF_VALUE_value(lines, i)))
            return false;
    return true;
}

/* ---- what has no meaning ---- */

static bool is_known_section(const struct reading *in, const char *name)
{
    return strcmp(name, "profile") == 0 || strcmp(name, "extensions") == 0 ||
           strcmp(name, PROFILE_WAIVERS) == 0 ||
           (*name != '\0' && strcmp(name, in->crl_section) == 0);
}

/* One line of the text: a section's name must be known. `line` is used up. */
static bool check_line(struct reading *in, char *line)
{
    char *name = line + strspn(line, BLANKS);
    if (*name != '[')
        return true;
    name += 1 + strspn(name + 1, BLANKS);
    name[strcspn(name, "]")] = '\0';
    for (size_t length = strlen(name); length > 0 && strchr(BLANKS, name[length - 1]); length--)
        name[length - 1] = '\0';
    if (is_known_section(in, name))
        return true;
    sti_refuse(in->err, NULL,
               "is an unknown section; known are profile, extensions, waivers and the one that "
               "crlDistributionPoints names");
    return sti_error_part(in->err, "[%.60s]", name);
}

static bool check_sections(struct reading *in, const char *text)
{
    STACK_OF(CONF_VALUE) *lines = NCONF_get_section(in->conf, "default");
    if (lines != NULL && sk_CONF_VALUE_num(lines) > 0)
        return bad(in, "default", sk_CONF_VALUE_value(lines, 0)->name,
                   "stands outside of any section");
    char *copy = strdup(text);
    char *rest = NULL;
    bool ok = copy != NULL || sti_fail(in->err, "no memory for the profile");
    for (char *line = ok ? strtok_r(copy, "\n", &rest) : NULL; ok && line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        ok = check_line(in, line);
    free(copy);
    return ok;
}

/* ---- the whole ---- */

static bool parse(struct reading *in, const char *text, size_t length)
{
    if (length > PROFILE_MAX_OCTETS || memchr(text, '\0', length) != NULL)
        return sti_refuse(in->err, NULL, "has a NUL octet or more than 65536 octets");
    if (config_file_parse(in->conf, text, length, in->err))
        return true;
    if (in->err != NULL && in->err->code == STI_USAGE)
        in->err->code = STI_REFUSED; /* here it is the input */
    return false;
}

struct profile *profile_read(const char *text, size_t length, const char *name,
                             struct sti_error *err)
{
    struct reading in = {
        .conf = NCONF_new(NULL), .profile = calloc(1, sizeof(struct profile)), .err = err};
    bool ok = in.conf != NULL && in.profile != NULL;
    if (!ok)
        sti_fail(err, "no memory for the profile");
    else if (!profile_name_good(name))
        ok = sti_refuse(err, NULL,
                        "%.80s is no name of a profile: 1 to 63 small letters, digits and hyphens",
                        name);
    if (ok)
        snprintf(in.profile->name, sizeof(in.profile->name), "%s", name);
    ok = ok && parse(&in, text, length) && read_head(&in) && read_extensions(&in) &&
         profile_waivers_read(in.profile, in.conf, err) && check_sections(&in, text) &&
         profile_rules_check(in.profile, err);
    ERR_clear_error();
    NCONF_free(in.conf);
    if (ok)
        return in.profile;
    profile_free(in.profile);
    return NULL;
}
