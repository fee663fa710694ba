/* SPDX-License-Identifier: Apache-2.0 */
#include "config_file.h"

#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>

#include "config_lines.h"

/*
 * Errors are cleared only where there was one: the first look at libcrypto's queue makes it read
 * all its texts, a tenth of the work of a run that only asks the ledger. A section that is not
 * there is none.
 */

/* All that RFC 3986 section 2 allows: the URL goes into certificates as it is. */
#define URL_OCTETS                                                                                 \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!$&'()*+,;=%"

bool config_file_parse(CONF *conf, const char *text, size_t length, struct sti_error *err)
{
    long line = 0;
    if (!config_lines_check(text, err))
        return false;
    BIO *bio = BIO_new_mem_buf(text, (int)length);
    bool ok = bio != NULL || sti_fail(err, "no memory for the configuration");
    if (ok && NCONF_load_bio(conf, bio, &line) <= 0) {
        const char *reason = ERR_reason_error_string(ERR_peek_last_error());
        ok = sti_error_set(err, STI_USAGE, NULL, "cannot be read: %s",
                           reason == NULL ? "no reason given" : reason);
        if (err != NULL && line > 0)
            err->line = (size_t)line;
        ERR_clear_error();
    }
    BIO_free(bio);
    return ok;
}

/*
 * libcrypto 3.0 cannot list the sections of a file, but it can print them: `[[name]]` stands on a
 * line of its own.
 */
bool config_file_sections(CONF *conf, config_file_visit visit, void *context, struct sti_error *err)
{
    BIO *dump = BIO_new(BIO_s_mem());
    char *text = NULL;
    char *rest = NULL;
    bool ok = dump != NULL && NCONF_dump_bio(conf, dump) && BIO_write(dump, "", 1) == 1 &&
              BIO_get_mem_data(dump, &text) > 0;
    if (!ok)
        sti_fail(err, "no memory for the configuration");
    for (char *line = ok ? strtok_r(text, "\n", &rest) : NULL; ok && line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char *end = strstr(line, "]]");
        if (strncmp(line, "[[", 2) != 0 || end == NULL || end[2] != '\0')
            continue;
        *end = '\0';
        STACK_OF(CONF_VALUE) *lines = NCONF_get_section(conf, line + 2);
        ok = visit(context, line + 2, lines);
    }
    BIO_free(dump);
    return ok;
}

bool config_is_oid(const char *value)
{
    char again[256] = "";
    ASN1_OBJECT *oid = OBJ_txt2obj(value, 1);
    if (oid != NULL)
        OBJ_obj2txt(again, sizeof(again), oid, 1);
    ASN1_OBJECT_free(oid);
    if (oid == NULL)
        ERR_clear_error();
    return *again != '\0' && strcmp(again, value) == 0;
}

bool config_is_http_url(const char *value)
{
    size_t scheme = strncmp(value, "https://", 8) == 0 ? 8 : 7;
    return (scheme == 8 || strncmp(value, "http://", 7) == 0) &&
           strchr(":/?#", value[scheme]) == NULL && value[strspn(value, URL_OCTETS)] == '\0';
}

static bool is_name_attribute(const char *name)
{
    static const char *const known[] = {"C", "O", "CN", "serialNumber"};
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (strcmp(name, known[i]) == 0)
            return true;
    return false;
}

const char *config_name_read(STACK_OF(CONF_VALUE) * lines, X509_NAME **name, const char **attribute)
{
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++) {
        *attribute = sk_CONF_VALUE_value(lines, i)->name;
        if (!is_name_attribute(*attribute))
            return "is no attribute of a name here; C, O, CN and serialNumber are";
    }
    *attribute = NULL;
    *name = X509_NAME_new();
    if (*name != NULL && X509V3_NAME_from_section(*name, lines, MBSTRING_UTF8) &&
        i2d_X509_NAME(*name, NULL) > 0)
        return NULL;
    X509_NAME_free(*name);
    *name = NULL;
    ERR_clear_error();
    return "is a name whose attributes cannot be encoded";
}
