/* SPDX-License-Identifier: Apache-2.0 */
/* What may stand behind `TNAuthList =` in an OpenSSL configuration. */
#ifndef PROVIDER_EXTENSION_TEXT_H
#define PROVIDER_EXTENSION_TEXT_H

#include <openssl/x509v3.h>

#include "tnauthlist.h"

/*
 * Encodes the value of a TNAuthList line in DER:
 *   entries        SPC:709J,TN:12155550100-12155550199
 *   file:PATH      a file with a list, in text or in DER
 *   @SECTION       a section of the configuration, with lines SPC.1 = 709J, TN.1 = 12155551212
 * ctx may be NULL or without a configuration; only @SECTION needs one. *der is malloc'd, the
 * caller's.
 */
bool extension_from_text(X509V3_CTX *ctx, const char *text, uint8_t **der, size_t *length,
                         struct sti_error *err);

#endif
