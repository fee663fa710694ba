/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an openssl command does with its configuration, looked at step by step: libcrypto says
 * nothing when a step fails. First the file is read as words; then, in a process of its own, what
 * it names is loaded.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#include "doctor.h"
#include "doctor_load.h"

#define MODULE "tnauthlist"
#define READY_FILE "openssl-tnauthlist.cnf"

/* What the configuration says; the strings belong to conf. */
struct setup {
    CONF *conf;
    char *path;            /* OPENSSL_malloc'd */
    const char *init;      /* the section behind openssl_conf */
    const char *providers; /* the section behind providers, or NULL */
    const char *ours;      /* the section of our provider or CONF module, or NULL */
    bool as_conf_module;
};

/* A value of the configuration, or NULL; asking is no error. */
static const char *value_of(const struct setup *setup, const char *section, const char *name)
{
    ERR_set_mark();
    const char *value =
        section == NULL && name == NULL ? NULL : NCONF_get_string(setup->conf, section, name);
    ERR_pop_to_mark();
    return value;
}

/* `PATH/tnauthlist.so` or `tnauthlist`, whatever the folder. */
static bool names_our_module(const char *module)
{
    if (module == NULL)
        return false;
    const char *slash = strrchr(module, '/');
    const char *base = slash == NULL ? module : slash + 1;
    return strncmp(base, MODULE, strlen(MODULE)) == 0 &&
           (base[strlen(MODULE)] == '\0' || base[strlen(MODULE)] == '.');
}

/* Finds the section whose `key` names our module, among those that the lines of `list` point to. */
static const char *find_ours(const struct setup *setup, const char *list, const char *key)
{
    STACK_OF(CONF_VALUE) *lines = list == NULL ? NULL : NCONF_get_section(setup->conf, list);
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++) {
        const CONF_VALUE *line = sk_CONF_VALUE_value(lines, i);
        const char *module = value_of(setup, line->value, key);
        if (names_our_module(module == NULL ? line->name : module) &&
            (module != NULL || strcmp(key, "module") == 0))
            return line->value;
    }
    return NULL;
}

static bool read_configuration(struct doctor *doctor, struct setup *setup)
{
    const char *from = getenv("OPENSSL_CONF");
    long line = 0;
    setup->path = CONF_get1_default_config_file();
    setup->conf = NCONF_new(NULL);
    if (setup->path == NULL || setup->conf == NULL) {
        doctor_note(doctor, DOCTOR_FAILED, "configuration", NULL, "out of memory");
        return false;
    }
    const char *where = from == NULL ? "OpenSSL's own; OPENSSL_CONF is not set" : "OPENSSL_CONF";
    if (access(setup->path, R_OK) != 0)
        doctor_note(doctor, DOCTOR_FAILED, "configuration", "export OPENSSL_CONF=/PATH/" READY_FILE,
                    "%s (%s): %s", setup->path, where, strerror(errno));
    else if (NCONF_load(setup->conf, setup->path, &line) <= 0)
        doctor_note(doctor, DOCTOR_FAILED, "configuration", "correct the line", "%s: line %ld: %s",
                    setup->path, line, ERR_reason_error_string(ERR_peek_last_error()));
    else if ((setup->init = value_of(setup, NULL, "openssl_conf")) == NULL)
        doctor_note(doctor, DOCTOR_FAILED, "configuration",
                    "add the lines of " READY_FILE ", or export OPENSSL_CONF=/PATH/" READY_FILE,
                    "%s (%s) has no line openssl_conf = ..., so nothing is loaded", setup->path,
                    where);
    else
        doctor_note(doctor, DOCTOR_OK, "configuration", NULL, "%s (%s)", setup->path, where);
    ERR_clear_error();
    return setup->init != NULL;
}

/* `activate = 0` counts as no since OpenSSL 3.2; before, the line alone was enough. */
static bool is_active(const struct setup *setup, const char *section)
{
    static const char *const no[] = {"0", "no", "off", "false"};
    const char *activate = value_of(setup, section, "activate");
    for (size_t i = 0; activate != NULL && i < sizeof(no) / sizeof(*no); i++)
        if (strcasecmp(activate, no[i]) == 0)
            return false;
    return activate != NULL;
}

static bool find_provider(struct doctor *doctor, struct setup *setup)
{
    setup->providers = value_of(setup, setup->init, "providers");
    setup->ours = find_ours(setup, setup->providers, "module");
    if (setup->ours == NULL) {
        setup->ours = find_ours(setup, setup->init, "path");
        setup->as_conf_module = setup->ours != NULL;
    }
    if (setup->ours == NULL)
        doctor_note(doctor, DOCTOR_FAILED, "provider",
                    "add the lines of " READY_FILE ", or export OPENSSL_CONF=/PATH/" READY_FILE,
                    "%s does not name the module " MODULE, setup->path);
    else if (!setup->as_conf_module && !is_active(setup, setup->ours))
        doctor_note(doctor, DOCTOR_FAILED, "provider", "add the line activate = 1 to the section",
                    "[%s] does not activate it", setup->ours);
    else
        doctor_note(doctor, DOCTOR_OK, "provider", NULL, "[%s] names it%s", setup->ours,
                    setup->as_conf_module ? " as a CONF module" : " and activates it");
    return setup->ours != NULL;
}

/* As soon as one provider is named, libcrypto no longer loads its default one by itself. */
static void check_default(struct doctor *doctor, const struct setup *setup)
{
    STACK_OF(CONF_VALUE) *lines =
        setup->providers == NULL ? NULL : NCONF_get_section(setup->conf, setup->providers);
    bool any = false;
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++) {
        const CONF_VALUE *line = sk_CONF_VALUE_value(lines, i);
        if (!is_active(setup, line->value))
            continue;
        any = true;
        if (strcmp(line->name, "default") == 0 || strcmp(line->name, "fips") == 0) {
            doctor_note(doctor, DOCTOR_OK, "default-provider", NULL, "[%s] activates %s",
                        line->value, line->name);
            return;
        }
    }
    if (!any)
        doctor_note(doctor, DOCTOR_OK, "default-provider", NULL,
                    "no provider is activated, so OpenSSL loads its own");
    else
        doctor_note(doctor, DOCTOR_FAILED, "default-provider",
                    "add default = default_section to the providers, and [default_section] with "
                    "activate = 1",
                    "[%s] activates a provider but not default: most commands will fail",
                    setup->providers);
}

static bool is_our_oid(const char *word)
{
    return strstr(word, "1.3.6.1.5.5.7.1.26") != NULL ||
           strstr(word, "1.3.6.1.5.5.7.1.27") != NULL ||
           strstr(word, "1.3.6.1.5.5.7.1.33") != NULL ||
           strstr(word, "1.3.6.1.5.5.7.48.14") != NULL;
}

/* The well-known recipe `TNAuthList = 1.3.6.1.5.5.7.1.26` does not go together with the provider.
 */
static void check_oid_sections(struct doctor *doctor, const struct setup *setup)
{
    static const char *const names[] = {"TNAuthList", "TNAuthorizationList", "JWTClaimConstraints",
                                        "EnhancedJWTClaimConstraints", "stirTNList"};
    const char *sections[] = {value_of(setup, NULL, "oid_section"),
                              value_of(setup, setup->init, "oid_section")};
    for (size_t k = 0; k < 2; k++) {
        STACK_OF(CONF_VALUE) *lines =
            sections[k] == NULL ? NULL : NCONF_get_section(setup->conf, sections[k]);
        for (int i = 0; i < sk_CONF_VALUE_num(lines); i++) {
            const CONF_VALUE *line = sk_CONF_VALUE_value(lines, i);
            bool clash = is_our_oid(line->value);
            for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++)
                clash = clash || strcmp(line->name, names[n]) == 0;
            if (!clash)
                continue;
            doctor_note(doctor, DOCTOR_FAILED, "oid-section",
                        "remove the line: the provider brings the name", "[%s] %s = %s",
                        sections[k], line->name, line->value);
            return;
        }
    }
    doctor_note(doctor, DOCTOR_OK, "oid-section", NULL, "claims none of the names");
}

/* The file that libcrypto will open: a bare name is looked for in the modules folder. */
static bool find_module(struct doctor *doctor, const struct setup *setup, char *path, size_t size)
{
    const char *module = value_of(setup, setup->ours, setup->as_conf_module ? "path" : "module");
    const char *folder = getenv("OPENSSL_MODULES");
    if (folder == NULL)
        folder = OPENSSL_info(OPENSSL_INFO_MODULES_DIR);
    if (module == NULL)
        module = MODULE ".so";
    int length = strchr(module, '/') != NULL || setup->as_conf_module
                     ? snprintf(path, size, "%s", module)
                     : snprintf(path, size, "%s/%s", folder == NULL ? "." : folder, module);
    if (length < 0 || (size_t)length >= size) {
        doctor_note(doctor, DOCTOR_FAILED, "module", NULL, "the path is too long");
        return false;
    }
    bool there = access(path, R_OK) == 0;
    doctor_note(doctor, there ? DOCTOR_OK : DOCTOR_FAILED, "module",
                there ? NULL
                      : "write the full path of " MODULE ".so in the section, or export "
                        "OPENSSL_MODULES=FOLDER",
                "%s%s%s", path, there ? "" : ": ", there ? "" : strerror(errno));
    return there;
}

void doctor_openssl(struct doctor *doctor)
{
    struct setup setup = {0};
    char module[4096];
    doctor->group = "openssl";
    if (!doctor->quiet)
        printf("openssl: %s\n", OpenSSL_version(OPENSSL_VERSION));
    if (read_configuration(doctor, &setup) && find_provider(doctor, &setup)) {
        check_default(doctor, &setup);
        check_oid_sections(doctor, &setup);
        if (find_module(doctor, &setup, module, sizeof(module)))
            doctor_load(doctor, setup.path, setup.as_conf_module ? NULL : module);
    }
    NCONF_free(setup.conf);
    OPENSSL_free(setup.path);
}
