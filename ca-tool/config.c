/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/conf.h>
#include <openssl/err.h>

#include "config_file.h"
#include "config_internal.h"
#include "file.h"
#include "subject.h"

#define MAX_FILE ((size_t)1024 * 1024)

static bool check_required(struct config_reading *in, const struct config_section *section)
{
    if (section->optional && NCONF_get_section(in->conf, section->name) == NULL)
        return true;
    for (const struct config_key *key = section->keys; key->name != NULL; key++)
        if (key->required && NCONF_get_string(in->conf, section->name, key->name) == NULL) {
            ERR_clear_error();
            return config_bad(in, section->name, key->name, "is missing");
        }
    return true;
}

/* `anything = URL FILE`: where the certificates behind a token's x5u are on this machine. */
static bool read_x5u(struct config_reading *in)
{
    STACK_OF(CONF_VALUE) *lines = NCONF_get_section(in->conf, CONFIG_X5U);
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++) {
        const CONF_VALUE *line = sk_CONF_VALUE_value(lines, i);
        size_t url = strcspn(line->value, " \t");
        const char *file = line->value + url + strspn(line->value + url, " \t");
        if (strncmp(line->value, "https://", 8) != 0 || *file == '\0')
            return config_bad(in, CONFIG_X5U, line->name,
                              "is not an https URL, a blank and a file, as in "
                              "https://pa.example/signer.pem pa-signer.pem");
        if (in->config->x5u_count == CONFIG_MAX_X5U)
            return config_bad(in, CONFIG_X5U, line->name, "is one line too many, 64 are allowed");
        struct config_x5u *entry = &in->config->x5u[in->config->x5u_count++];
        if (!config_set_text(in, &entry->url, strndup(line->value, url)) ||
            !config_set_text(in, &entry->file, file_beside(in->config->directory, file)))
            return false;
    }
    return true;
}

/* A CA's name that breaks the profile is a mistake of the configuration, not of a request. */
static bool bad_subject(struct config_reading *in, const char *section)
{
    if (in->err != NULL)
        in->err->code = STI_USAGE;
    return sti_error_part(in->err, "[%s] subject", section);
}

static bool check_subjects(struct config_reading *in)
{
    if (!subject_check_ca(in->config->root.subject, true, in->err))
        return bad_subject(in, "root");
    if (!subject_check_ca(in->config->intermediate.subject, false, in->err))
        return bad_subject(in, "intermediate");
    return true;
}

/* The file's text, of which one that is not there has a next step. */
static bool read_text(struct config_reading *in, uint8_t **text, size_t *length)
{
    if (file_read(in->config->path, MAX_FILE, text, length, in->err))
        return strlen((const char *)*text) == *length ||
               sti_error_set(in->err, STI_USAGE, NULL, "has a NUL octet, so it is no text");
    if (in->err != NULL && in->err->code == STI_ENVIRONMENT) {
        char why[sizeof(in->err->sentence)];
        strcpy(why, in->err->sentence);
        sti_fail(in->err,
                 "%.200s; copy conf/sti-ca.cnf and fill it in, or name another file "
                 "with --config",
                 why);
    }
    return false;
}

static bool parse(struct config_reading *in)
{
    uint8_t *text = NULL;
    size_t length = 0;
    bool ok = read_text(in, &text, &length) &&
              config_file_parse(in->conf, (const char *)text, length, in->err);
    free(text);
    return ok;
}

static bool load(struct config_reading *in)
{
    if (!parse(in))
        return false;
    for (size_t i = 0; i < CONFIG_SECTIONS; i++)
        if (!config_read_section(in, &config_sections[i]))
            return false;
    if (!config_read_sites(in) || !read_x5u(in) || !config_check_sections(in))
        return false;
    for (size_t i = 0; i < CONFIG_SECTIONS; i++)
        if (!check_required(in, &config_sections[i]))
            return false;
    if (in->config->verdict.spc_numbers != NULL && in->config->verdict.lists != LIST_SUBSET)
        return config_bad(in, "verdict", "spc_numbers",
                          "goes with lists = subset: an SPC and its numbers are never equal");
    return check_subjects(in);
}

struct config *config_read(const char *path, struct sti_error *err)
{
    struct config *config = calloc(1, sizeof(*config));
    struct config_reading in = {.conf = NCONF_new(NULL), .config = config, .err = err};
    bool ok = config != NULL && in.conf != NULL;
    if (ok) {
        config->root.path_length = config->intermediate.path_length = -1;
        config->end_entity.path_length = -1;
        config->path = strdup(path);
        ok = file_folder(path, &config->directory) && config->path != NULL;
    }
    if (!ok)
        sti_fail(err, "no memory for the configuration");
    ok = ok && load(&in);
    NCONF_free(in.conf);
    if (ok)
        return config;
    sti_error_in(err, path);
    config_free(config);
    return NULL;
}

static void section_free(struct config_profile *profile)
{
    free(profile->key);
    free(profile->certificate);
    X509_NAME_free(profile->subject);
    free(profile->policy);
    free(profile->crl_url);
    X509_NAME_free(profile->crl_issuer);
}

void config_free(struct config *config)
{
    if (config == NULL)
        return;
    free(config->path);
    free(config->directory);
    free(config->ledger);
    free(config->lists);
    free(config->sti_pa_anchors);
    free(config->sti_pa_crl);
    free(config->verdict.spc_numbers);
    free(config->profiles);
    free(config->weak_keys);
    section_free(&config->root);
    section_free(&config->intermediate);
    section_free(&config->end_entity);
    for (size_t i = 0; i < config->site_count; i++) {
        free(config->sites[i].section);
        section_free(&config->sites[i].values);
    }
    free(config->crl.key);
    free(config->crl.certificate);
    free(config->crl.url);
    free(config->crl.aia);
    for (size_t i = 0; i < config->x5u_count; i++) {
        free(config->x5u[i].url);
        free(config->x5u[i].file);
    }
    free(config);
}
