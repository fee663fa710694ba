/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/conf.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "config_lines.h"
#include "file.h"
#include "subject.h"

/* ---- the facts: which keys there are, of which type, and where they go ---- */

enum type { TEXT, PATH, DAYS, NUMBER, OCTETS, SECONDS, USES, YES_NO, CHOICE, NAME, OID, HTTP_URL };

struct key {
    const char *name;
    enum type type;
    bool required;
    size_t offset;              /* in the struct that the section fills */
    const char *const *choices; /* of a CHOICE, ended by NULL: the index is kept */
};

static const struct key general_keys[] = {
    {"ledger", PATH, true, offsetof(struct config, ledger), NULL},
    {"lists", PATH, true, offsetof(struct config, lists), NULL},
    {"sti_pa_anchors", PATH, true, offsetof(struct config, sti_pa_anchors), NULL},
    {"sti_pa_crl", PATH, false, offsetof(struct config, sti_pa_crl), NULL},
    {"profiles", PATH, false, offsetof(struct config, profiles), NULL},
    {"weak_keys", PATH, false, offsetof(struct config, weak_keys), NULL},
    {0},
};

#define PROFILE(field) offsetof(struct config_profile, field)

static const struct key root_keys[] = {
    {"key", TEXT, true, PROFILE(key), NULL},
    {"certificate", PATH, true, PROFILE(certificate), NULL},
    {"subject", NAME, true, PROFILE(subject), NULL},
    {"days", DAYS, true, PROFILE(days), NULL},
    {"path_length", NUMBER, false, PROFILE(path_length), NULL},
    {0},
};

static const struct key intermediate_keys[] = {
    {"key", TEXT, true, PROFILE(key), NULL},
    {"certificate", PATH, true, PROFILE(certificate), NULL},
    {"subject", NAME, true, PROFILE(subject), NULL},
    {"days", DAYS, true, PROFILE(days), NULL},
    {"path_length", NUMBER, false, PROFILE(path_length), NULL},
    {"policy", OID, true, PROFILE(policy), NULL},
    {"crl_url", HTTP_URL, true, PROFILE(crl_url), NULL},
    {"crl_issuer", NAME, true, PROFILE(crl_issuer), NULL},
    {0},
};

static const struct key end_entity_keys[] = {
    {"days", DAYS, true, PROFILE(days), NULL},
    {"policy", OID, true, PROFILE(policy), NULL},
    {"crl_url", HTTP_URL, true, PROFILE(crl_url), NULL},
    {"crl_issuer", NAME, true, PROFILE(crl_issuer), NULL},
    {"outlive_token", YES_NO, false, PROFILE(outlive_token), NULL},
    {0},
};

#define VERDICT(field) offsetof(struct config_verdict, field)

/* The first is the default. The order of `lists` is that of enum list_policy. */
static const char *const list_choices[] = {"equal", "equal-der", "subset", NULL};
static const char *const fingerprint_choices[] = {"thumbprint", "spki", NULL};
static const char *const base64_choices[] = {"strict", "padded", NULL};
static const char *const undecidable_choices[] = {"refuse", "accept", NULL};

static const struct key verdict_keys[] = {
    {"lists", CHOICE, false, VERDICT(lists), list_choices},
    {"spc_numbers", PATH, false, VERDICT(spc_numbers), NULL},
    {"fingerprint", CHOICE, false, VERDICT(fingerprint), fingerprint_choices},
    {"token_base64", CHOICE, false, VERDICT(token_base64), base64_choices},
    {"token_octets", OCTETS, false, VERDICT(token_octets), NULL},
    {"token_uses", USES, false, VERDICT(token_uses), NULL},
    {"clock_skew", SECONDS, false, VERDICT(clock_skew), NULL},
    {"undecidable", CHOICE, false, VERDICT(undecidable), undecidable_choices},
    {0},
};

static const struct section {
    const char *name;
    const struct key *keys;
    size_t offset; /* of the struct it fills, in struct config */
} sections[] = {
    {"sti-ca", general_keys, 0},
    {"root", root_keys, offsetof(struct config, root)},
    {"intermediate", intermediate_keys, offsetof(struct config, intermediate)},
    {"end-entity", end_entity_keys, offsetof(struct config, end_entity)},
    {"verdict", verdict_keys, offsetof(struct config, verdict)},
};
#define SECTION_COUNT (sizeof(sections) / sizeof(*sections))

#define X5U_SECTION "x5u"
#define VARIABLES_SECTION "variables" /* free: for ${variables::name} */

#define MAX_DAYS 36525L
#define MAX_FILE ((size_t)1024 * 1024)

/* All that RFC 3986 section 2 allows: the URL goes into certificates as it is. */
#define URL_OCTETS                                                                                 \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%"

/* ---- one file being read ---- */

struct reading {
    CONF *conf;
    struct config *config;
    struct sti_error *err;
    const char *names[2 * SECTION_COUNT]; /* sections that a NAME key refers to */
    size_t name_count;
};

/* An error about one key; always false. */
static bool bad(struct reading *in, const char *section, const char *key, const char *sentence)
{
    sti_error_set(in->err, STI_USAGE, NULL, "%s", sentence);
    return sti_error_part(in->err, "[%s] %s", section, key);
}

static bool set_text(struct reading *in, char **field, char *value)
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

static bool set_number(struct reading *in, const char *section, const struct key *key,
                       const char *value, long *field)
{
    return read_number(value, key->type == DAYS ? 1 : 0, MAX_DAYS, field) ||
           bad(in, section, key->name,
               key->type == DAYS ? "is not a number of days between 1 and 36525"
                                 : "is not a number between 0 and 36525");
}

/* How large a token may be: from what an SPC needs to the most that is ever read. */
static bool set_octets(struct reading *in, const char *section, const struct key *key,
                       const char *value, long *field)
{
    return read_number(value, 1024, (long)TOKEN_MAX_OCTETS, field) ||
           bad(in, section, key->name, "is not a number of octets between 1024 and 1048576");
}

/* How far clocks may differ. More than minutes would be another policy, not a clock. */
static bool set_seconds(struct reading *in, const char *section, const struct key *key,
                        const char *value, long *field)
{
    return read_number(value, 0, 300, field) ||
           bad(in, section, key->name, "is not a number of seconds between 0 and 300");
}

static bool set_uses(struct reading *in, const char *section, const struct key *key,
                     const char *value, long *field)
{
    if (strcmp(value, "until-exp") != 0)
        return read_number(value, 1, 10000, field) ||
               bad(in, section, key->name, "is neither a number between 1 and 10000 nor until-exp");
    *field = -1;
    return true;
}

static bool set_choice(struct reading *in, const char *section, const struct key *key,
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
    return bad(in, section, key->name, sentence);
}

static bool set_yes_no(struct reading *in, const char *section, const struct key *key,
                       const char *value, long *field)
{
    if (strcmp(value, "yes") != 0 && strcmp(value, "no") != 0)
        return bad(in, section, key->name, "is neither yes nor no");
    *field = strcmp(value, "yes") == 0;
    return true;
}

static bool set_oid(struct reading *in, const char *section, const struct key *key,
                    const char *value, char **field)
{
    /* libcrypto reads 1..2 as 1.0.2; what is read must be what is written. */
    char again[256] = "";
    ASN1_OBJECT *oid = OBJ_txt2obj(value, 1);
    if (oid != NULL)
        OBJ_obj2txt(again, sizeof(again), oid, 1);
    ASN1_OBJECT_free(oid);
    ERR_clear_error();
    if (*again == '\0' || strcmp(again, value) != 0)
        return bad(in, section, key->name, "is not an OID in dotted form");
    return set_text(in, field, strdup(value));
}

static bool set_url(struct reading *in, const char *section, const struct key *key,
                    const char *value, char **field)
{
    size_t scheme = strncmp(value, "https://", 8) == 0 ? 8 : 7;
    if ((scheme == 7 && strncmp(value, "http://", 7) != 0) ||
        strchr(":/?#", value[scheme]) != NULL || value[strspn(value, URL_OCTETS)] != '\0')
        return bad(in, section, key->name, "is not an http or https URL");
    return set_text(in, field, strdup(value));
}

/* `subject = NAME`: the attributes stand in [NAME], in order: C, O, CN, serialNumber. */
static bool set_name(struct reading *in, const char *section, const struct key *key,
                     const char *value, X509_NAME **field)
{
    STACK_OF(CONF_VALUE) *lines = NCONF_get_section(in->conf, value);
    if (lines == NULL)
        return bad(in, section, key->name, "names a section that is not there");
    if (sk_CONF_VALUE_num(lines) == 0)
        return bad(in, section, key->name, "is a name without attributes");
    static const char *const known[] = {"C", "O", "CN", "serialNumber"};
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++) {
        const char *name = sk_CONF_VALUE_value(lines, i)->name;
        bool is_known = false;
        for (size_t k = 0; k < sizeof(known) / sizeof(*known); k++)
            is_known = is_known || strcmp(name, known[k]) == 0;
        if (!is_known)
            return bad(in, value, name,
                       "is no attribute of a name here; C, O, CN and serialNumber are");
    }
    in->names[in->name_count++] = value;
    *field = X509_NAME_new();
    if (*field != NULL && X509V3_NAME_from_section(*field, lines, MBSTRING_UTF8))
        return true;
    ERR_clear_error();
    return bad(in, section, key->name, "is a name whose attributes cannot be encoded");
}

static bool set_key(struct reading *in, const struct section *section, const struct key *key,
                    const char *value)
{
    void *field = (char *)in->config + section->offset + key->offset;
    if (*value == '\0')
        return bad(in, section->name, key->name, "is empty");
    switch (key->type) {
    case TEXT:
        return set_text(in, field, strdup(value));
    case PATH:
        return set_text(in, field, file_beside(in->config->directory, value));
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

static bool unknown_key(struct reading *in, const struct section *section, const char *name)
{
    char known[256] = "";
    for (const struct key *key = section->keys; key->name != NULL; key++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof(known) - used, "%s%s", used == 0 ? "" : ", ", key->name);
    }
    sti_error_set(in->err, STI_USAGE, NULL, "is an unknown key; this section has: %s", known);
    return sti_error_part(in->err, "[%s] %s", section->name, name);
}

static bool read_section(struct reading *in, const struct section *section)
{
    STACK_OF(CONF_VALUE) *lines = NCONF_get_section(in->conf, section->name);
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++) {
        const CONF_VALUE *line = sk_CONF_VALUE_value(lines, i);
        const struct key *key = section->keys;
        while (key->name != NULL && strcmp(key->name, line->name) != 0)
            key++;
        if (key->name == NULL)
            return unknown_key(in, section, line->name);
        if (!set_key(in, section, key, line->value))
            return false;
    }
    return true;
}

static bool check_required(struct reading *in, const struct section *section)
{
    for (const struct key *key = section->keys; key->name != NULL; key++)
        if (key->required && NCONF_get_string(in->conf, section->name, key->name) == NULL) {
            ERR_clear_error();
            return bad(in, section->name, key->name, "is missing");
        }
    return true;
}

/* `anything = URL FILE`: where the certificates behind a token's x5u are on this machine. */
static bool read_x5u(struct reading *in)
{
    STACK_OF(CONF_VALUE) *lines = NCONF_get_section(in->conf, X5U_SECTION);
    ERR_clear_error();
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++) {
        const CONF_VALUE *line = sk_CONF_VALUE_value(lines, i);
        size_t url = strcspn(line->value, " \t");
        const char *file = line->value + url + strspn(line->value + url, " \t");
        if (strncmp(line->value, "https://", 8) != 0 || *file == '\0')
            return bad(in, X5U_SECTION, line->name,
                       "is not an https URL, a blank and a file, as in "
                       "https://pa.example/signer.pem pa-signer.pem");
        if (in->config->x5u_count == CONFIG_MAX_X5U)
            return bad(in, X5U_SECTION, line->name, "is one line too many, 64 are allowed");
        struct config_x5u *entry = &in->config->x5u[in->config->x5u_count++];
        if (!set_text(in, &entry->url, strndup(line->value, url)) ||
            !set_text(in, &entry->file, file_beside(in->config->directory, file)))
            return false;
    }
    return true;
}

/* True if a section of this name has a meaning in this file. */
static bool is_known_section(const struct reading *in, const char *name)
{
    for (size_t i = 0; i < SECTION_COUNT; i++)
        if (strcmp(name, sections[i].name) == 0)
            return true;
    for (size_t i = 0; i < in->name_count; i++)
        if (strcmp(name, in->names[i]) == 0)
            return true;
    return strcmp(name, X5U_SECTION) == 0 || strcmp(name, VARIABLES_SECTION) == 0;
}

/*
 * libcrypto 3.0 cannot list the sections of a file, but it can print them: `[[name]]` stands on a
 * line of its own. A key outside any section lands in [default], which has no meaning here.
 */
static bool check_sections(struct reading *in)
{
    BIO *dump = BIO_new(BIO_s_mem());
    char *text = NULL;
    char *rest = NULL;
    bool ok = dump != NULL && NCONF_dump_bio(in->conf, dump) && BIO_write(dump, "", 1) == 1 &&
              BIO_get_mem_data(dump, &text) > 0;
    if (!ok)
        sti_fail(in->err, "no memory for the configuration");
    for (char *line = ok ? strtok_r(text, "\n", &rest) : NULL; ok && line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char *end = strstr(line, "]]");
        if (strncmp(line, "[[", 2) != 0 || end == NULL || end[2] != '\0')
            continue;
        *end = '\0';
        const char *name = line + 2;
        STACK_OF(CONF_VALUE) *lines = NCONF_get_section(in->conf, name);
        ERR_clear_error();
        bool empty = lines == NULL || sk_CONF_VALUE_num(lines) == 0;
        if (is_known_section(in, name) || (empty && strcmp(name, "default") == 0))
            continue;
        ok = bad(in, name, empty ? "" : sk_CONF_VALUE_value(lines, 0)->name,
                 "stands in an unknown section; known are sti-ca, root, intermediate, end-entity, "
                 "verdict, x5u, variables and the names they refer to");
    }
    BIO_free(dump);
    return ok;
}

/* A CA's name that breaks the profile is a mistake of the configuration, not of a request. */
static bool bad_subject(struct reading *in, const char *section)
{
    if (in->err != NULL)
        in->err->code = STI_USAGE;
    return sti_error_part(in->err, "[%s] subject", section);
}

static bool check_subjects(struct reading *in)
{
    if (!subject_check_ca(in->config->root.subject, true, in->err))
        return bad_subject(in, "root");
    if (!subject_check_ca(in->config->intermediate.subject, false, in->err))
        return bad_subject(in, "intermediate");
    return true;
}

/* The file's text, checked for what the CONF reader would not say. */
static bool read_lines(struct reading *in, BIO **bio, uint8_t **text)
{
    size_t length = 0;
    if (!file_read(in->config->path, MAX_FILE, text, &length, in->err)) {
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
    if (strlen((const char *)*text) != length)
        return sti_error_set(in->err, STI_USAGE, NULL, "has a NUL octet, so it is no text");
    if (!config_lines_check((const char *)*text, in->err))
        return false;
    *bio = BIO_new_mem_buf(*text, (int)length);
    return *bio != NULL || sti_fail(in->err, "no memory for the configuration");
}

static bool parse(struct reading *in)
{
    BIO *bio = NULL;
    uint8_t *text = NULL;
    long line = 0;
    bool ok = read_lines(in, &bio, &text);
    if (ok && NCONF_load_bio(in->conf, bio, &line) <= 0) {
        const char *reason = ERR_reason_error_string(ERR_peek_last_error());
        ok = sti_error_set(in->err, STI_USAGE, NULL, "cannot be read: %s",
                           reason == NULL ? "no reason given" : reason);
        if (in->err != NULL && line > 0)
            in->err->line = (size_t)line;
    }
    ERR_clear_error();
    BIO_free(bio);
    free(text);
    return ok;
}

static bool load(struct reading *in)
{
    if (!parse(in))
        return false;
    for (size_t i = 0; i < SECTION_COUNT; i++)
        if (!read_section(in, &sections[i]))
            return false;
    if (!read_x5u(in) || !check_sections(in))
        return false;
    for (size_t i = 0; i < SECTION_COUNT; i++)
        if (!check_required(in, &sections[i]))
            return false;
    if (in->config->verdict.spc_numbers != NULL && in->config->verdict.lists != LIST_SUBSET)
        return bad(in, "verdict", "spc_numbers",
                   "goes with lists = subset: an SPC and its numbers are never equal");
    return check_subjects(in);
}

/* Sets *directory to the folder of path, or to NULL for the current one. */
static bool directory_of(const char *path, char **directory)
{
    const char *slash = strrchr(path, '/');
    *directory = slash == NULL ? NULL : strndup(path, slash == path ? 1 : (size_t)(slash - path));
    return slash == NULL || *directory != NULL;
}

struct config *config_read(const char *path, struct sti_error *err)
{
    struct config *config = calloc(1, sizeof(*config));
    struct reading in = {.conf = NCONF_new(NULL), .config = config, .err = err};
    bool ok = config != NULL && in.conf != NULL;
    if (ok) {
        config->root.path_length = config->intermediate.path_length = -1;
        config->path = strdup(path);
        ok = directory_of(path, &config->directory) && config->path != NULL;
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
    for (size_t i = 0; i < config->x5u_count; i++) {
        free(config->x5u[i].url);
        free(config->x5u[i].file);
    }
    free(config);
}
