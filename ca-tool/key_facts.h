/* SPDX-License-Identifier: Apache-2.0 */
/* What the token tells of a key, in the words and the JSON of `key list`, `show` and `destroy`. */
#ifndef CA_TOOL_KEY_FACTS_H
#define CA_TOOL_KEY_FACTS_H

#include <stdio.h>

#include "command.h"
#include "hsm.h"

#define KEY_FINGERPRINT_TEXT 65 /* SHA-256 in hex, and a NUL */

/*
 * The label, its control characters as \xHH, and the id in hex; `-` for none. NULL without memory;
 * the caller's.
 */
char *key_label_text(const struct hsm_key_facts *facts);
char *key_id_text(const struct hsm_key_facts *facts);

/* Prints `good`, `good, but ...` or why sti-ca would refuse the key. */
void key_print_state(FILE *out, const struct hsm_key_facts *facts);

/* SHA-256 of the SubjectPublicKeyInfo in DER, as hex. False: it cannot be encoded. */
bool key_fingerprint(EVP_PKEY *key, char text[KEY_FINGERPRINT_TEXT]);

/*
 * {"label", "id" (hex), "class", "type", "good", "signs_certificates"} and, where they apply,
 * "spki_sha256" and "reason". NULL without memory; the caller's.
 */
json_t *key_json(const struct hsm_key_facts *facts);

/* {"label", "manufacturer", "model", "serial", "hardware", "firmware", "module"}; as above. */
json_t *key_token_json(const struct hsm_token_info *info, const char *module_path);

#endif
