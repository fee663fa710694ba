/* SPDX-License-Identifier: Apache-2.0 */
/* What every file in OpenSSL's CONF format needs here, whatever its keys mean. */
#ifndef PKI_CONFIG_FILE_H
#define PKI_CONFIG_FILE_H

#include <stddef.h>

#include <openssl/conf.h>
#include <openssl/x509v3.h>

#include "sti_error.h"

/*
 * Reads text[0..length), with a NUL behind it, into conf, after config_lines_check(). Refused as
 * STI_USAGE, with the line where there is one. The caller has looked for a NUL within the text.
 */
bool config_file_parse(CONF *conf, const char *text, size_t length, struct sti_error *err);

/*
 * Visits every section of conf, until a visit returns false; `lines` is NULL or empty where a
 * section has none. A key outside any section stands in "default". False if a visit returned false,
 * which has then filled err, or for want of memory.
 */
typedef bool (*config_file_visit)(void *context, const char *section, STACK_OF(CONF_VALUE) * lines);
bool config_file_sections(CONF *conf, config_file_visit visit, void *context,
                          struct sti_error *err);

/* An OID in dotted form, as it is written again: libcrypto would read 1..2 as 1.0.2. */
bool config_is_oid(const char *value);

/* An http or https URL with a host, of the octets of RFC 3986 section 2 alone. */
bool config_is_http_url(const char *value);

/*
 * A name made of the lines of its section, in their order: C, O, CN, serialNumber. Returns NULL and
 * the name, the caller's; or what is wrong, as a sentence about *attribute, which is NULL if it is
 * about all of them. The name is encoded: libcrypto does that at the first look and takes no lock,
 * and threads may look.
 */
const char *config_name_read(STACK_OF(CONF_VALUE) * lines, X509_NAME **name,
                             const char **attribute);

#endif
