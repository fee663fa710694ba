/* SPDX-License-Identifier: Apache-2.0 */
/* The files that bench_provider's commands read: configurations, lists, certificates. */
#ifndef PROVIDER_FILES_H
#define PROVIDER_FILES_H

#include <stddef.h>

/*
 * Makes a folder under /tmp, the working directory from now on and gone at the end of the program,
 * with a key and with configurations for OPENSSL_CONF:
 *   key.pem          an EC key
 *   default.cnf      the default provider alone
 *   ours.cnf         the default provider and ours
 *   conf-module.cnf  ours as a CONF module
 *   templates.cnf    the default provider and the one of ASN.1 templates
 */
void files_begin(void);

/*
 * Makes, or makes anew, the files with a list of that many entries:
 *   cert.pem, cert.der  a certificate
 *   file.cnf, list.txt  `openssl req -config` with TNAuthList = file:list.txt
 *   value.cnf           the same with all entries in the value
 *   section.cnf         with TNAuthList = @list, an entry a line
 *   hex.cnf             with the octets in hex, for openssl without a provider
 */
void files_make(size_t entries);

#endif
