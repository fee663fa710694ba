/* SPDX-License-Identifier: Apache-2.0 */
#include "key_facts.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "cert.h"
#include "es256.h"
#include "text.h"

char *key_label_text(const struct hsm_key_facts *facts)
{
    char *text = NULL;
    size_t length = 0;
    FILE *memory = open_memstream(&text, &length);
    if (memory == NULL)
        return NULL;
    text_print(memory, facts->label == NULL ? "-" : facts->label);
    if (fclose(memory) == 0)
        return text;
    free(text);
    return NULL;
}

char *key_id_text(const struct hsm_key_facts *facts)
{
    if (facts->id_length == 0)
        return strdup("-");
    char *text = malloc(2 * facts->id_length + 1);
    if (text != NULL)
        text_hex(facts->id, facts->id_length, text);
    return text;
}

static bool signs_certificates(const struct hsm_key_facts *facts)
{
    return facts->good && es256_is_p256(facts->public_key);
}

void key_print_state(FILE *out, const struct hsm_key_facts *facts)
{
    if (!facts->good)
        text_print(out, facts->reason.sentence);
    else
        fputs(signs_certificates(facts) ? "good" : "good, but certificates are signed with P-256",
              out);
}

bool key_fingerprint(EVP_PKEY *key, char text[KEY_FINGERPRINT_TEXT])
{
    unsigned char *der = NULL;
    unsigned char digest[32];
    int length = key == NULL ? -1 : i2d_PUBKEY(key, &der);
    bool ok = length > 0 && cert_digest(der, (size_t)length, digest, NULL);
    OPENSSL_free(der);
    ERR_clear_error();
    if (ok)
        text_hex(digest, sizeof(digest), text);
    return ok;
}

static json_t *id_json(const struct hsm_key_facts *facts)
{
    char *text = facts->id_length == 0 ? strdup("") : key_id_text(facts);
    json_t *json = text == NULL ? NULL : json_string(text);
    free(text);
    return json;
}

json_t *key_json(const struct hsm_key_facts *facts)
{
    char fingerprint[KEY_FINGERPRINT_TEXT];
    json_t *json = json_pack("{s:o, s:o, s:s, s:s, s:b, s:b}", "label",
                             tool_json_text(facts->label == NULL ? "" : facts->label), "id",
                             id_json(facts), "class", facts->class, "type", facts->type, "good",
                             facts->good, "signs_certificates", signs_certificates(facts));
    if (json == NULL)
        return NULL;
    if (key_fingerprint(facts->public_key, fingerprint))
        json_object_set_new(json, "spki_sha256", json_string(fingerprint));
    if (!facts->good)
        json_object_set_new(json, "reason", tool_error_json(&facts->reason));
    return json;
}

json_t *key_token_json(const struct hsm_token_info *info, const char *module_path)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:s, s:s, s:o}", "label", tool_json_text(info->label),
                     "manufacturer", tool_json_text(info->manufacturer), "model",
                     tool_json_text(info->model), "serial", tool_json_text(info->serial),
                     "hardware", info->hardware, "firmware", info->firmware, "module",
                     tool_json_text(module_path));
}
