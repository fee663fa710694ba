/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca key show`: one key as the token has it, and the token. */
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>

#include "key.h"
#include "key_facts.h"
#include "pin.h"
#include "text.h"

/* The public key in PEM, with a NUL; NULL: none. The caller's, BIO_free(). */
static BIO *public_pem(EVP_PKEY *key, char **text)
{
    BIO *bio = key == NULL ? NULL : BIO_new(BIO_s_mem());
    if (bio != NULL && PEM_write_bio_PUBKEY(bio, key) == 1 && BIO_write(bio, "", 1) == 1 &&
        BIO_get_mem_data(bio, text) > 0)
        return bio;
    BIO_free(bio);
    ERR_clear_error();
    return NULL;
}

/* ---- words ---- */

static void print_field(const char *name, const char *text)
{
    printf("%-12s", name);
    text_print(stdout, text);
    putchar('\n');
}

static void print_token(const struct hsm_token_info *info, const char *module_path)
{
    print_field("token", info->label);
    print_field("  made by", info->manufacturer);
    print_field("  model", info->model);
    print_field("  serial", info->serial);
    print_field("  hardware", info->hardware);
    print_field("  firmware", info->firmware);
    print_field("module", module_path);
}

static void print_public(EVP_PKEY *key)
{
    char fingerprint[KEY_FINGERPRINT_TEXT];
    char *text = NULL;
    BIO *pem = public_pem(key, &text);
    if (pem == NULL || !key_fingerprint(key, fingerprint)) {
        printf("public key  not found beside the private one\n");
    } else {
        printf("public key  SHA-256 of the SubjectPublicKeyInfo: %s\n", fingerprint);
        fputs(text, stdout);
    }
    BIO_free(pem);
}

static const char *remark(const struct hsm_fact *fact)
{
    if (fact->good)
        return "";
    return fact->wanted ? ", and must be true" : ", and must be false";
}

static bool print_key(const struct hsm_key_facts *facts, const struct hsm_token_info *info,
                      const char *module_path, struct sti_error *err)
{
    char *label = key_label_text(facts);
    char *id = key_id_text(facts);
    bool ok = label != NULL && id != NULL;
    if (ok)
        printf("key         %s\nid          %s\ntype        %s\nstate       ", label, id,
               facts->type);
    free(label);
    free(id);
    if (!ok)
        return sti_fail(err, "no memory for the key's name");
    key_print_state(stdout, facts);
    putchar('\n');
    print_token(info, module_path);
    printf("attributes, as read back\n");
    for (size_t i = 0; i < facts->fact_count; i++)
        printf("  %-24s  %s%s\n", facts->facts[i].name, facts->facts[i].value,
               remark(&facts->facts[i]));
    print_public(facts->public_key);
    return true;
}

/* ---- JSON ---- */

static json_t *attributes_json(const struct hsm_key_facts *facts)
{
    json_t *json = json_object();
    for (size_t i = 0; i < facts->fact_count; i++)
        json_object_set_new(json, facts->facts[i].name,
                            json_pack("{s:s, s:b, s:b}", "value", facts->facts[i].value, "wanted",
                                      facts->facts[i].wanted, "good", facts->facts[i].good));
    return json;
}

static bool print_json(const struct hsm_key_facts *facts, const struct hsm_token_info *info,
                       const char *module_path, struct sti_error *err)
{
    json_t *json = key_json(facts);
    if (json == NULL)
        return tool_print_json(NULL, err);
    json_object_set_new(json, "attributes", attributes_json(facts));
    json_object_set_new(json, "token", key_token_json(info, module_path));
    char *text = NULL;
    BIO *pem = public_pem(facts->public_key, &text);
    if (pem != NULL)
        json_object_set_new(json, "public_key", json_string(text));
    BIO_free(pem);
    return tool_print_json(json, err);
}

static bool show(const struct hsm_uri *uri, bool as_json, struct sti_error *err)
{
    struct hsm *hsm = pin_open(uri, err);
    struct hsm_key_facts *facts = hsm == NULL ? NULL : hsm_key_show(hsm, uri, err);
    bool ok = facts != NULL;
    if (ok) {
        struct hsm_token_info info;
        hsm_token_info(hsm, &info);
        ok = as_json ? print_json(facts, &info, uri->module_path, err)
                     : print_key(facts, &info, uri->module_path, err);
    }
    hsm_key_facts_free(facts);
    hsm_close(hsm);
    return ok;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct key_word word;
    if (!key_word_read(arguments, &word, err))
        return false;
    struct hsm_uri *uri = key_word_uri(&word, false, err);
    bool ok = uri != NULL && show(uri, tool_flag(arguments, "json"), err);
    hsm_uri_free(uri);
    key_word_free(&word);
    return ok;
}

const struct tool_command command_key_show = {
    .name = "key show",
    .summary = "show a key's attributes, its token and its public key",
    .positional = KEY_POSITIONAL,
    .about =
        "Shows a private key as the token has it: the attributes that decide whether it is good,\n"
        "as read back; the token's manufacturer, model, serial number and versions; the public\n"
        "key in PEM and the SHA-256 of its SubjectPublicKeyInfo. KEY is `root` or\n"
        "`intermediate`, for the key of that section of the configuration, or a PKCS#11 URI.\n"
        "Logs in and changes nothing.",
    .options = {OPTION_CONFIG, OPTION_JSON},
    .ends_in_order = true,
    .run = run,
};
