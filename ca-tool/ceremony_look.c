/* SPDX-License-Identifier: Apache-2.0 */
#include "ceremony_look.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>

static bool has_id(const struct hsm_key_facts *facts, const struct hsm_uri *uri)
{
    return uri->id != NULL && facts->id_length == uri->id_length &&
           memcmp(facts->id, uri->id, uri->id_length) == 0;
}

static bool has_label(const struct hsm_key_facts *facts, const struct hsm_uri *uri)
{
    return uri->object != NULL && facts->label != NULL && strcmp(facts->label, uri->object) == 0;
}

static void look_at(const struct hsm_key_facts *facts, const struct hsm_uri *uri, EVP_PKEY *key,
                    struct ceremony_look *look)
{
    bool of_id = has_id(facts, uri);
    bool of_label = has_label(facts, uri);
    bool named = (uri->id == NULL || of_id) && (uri->object == NULL || of_label);
    if (strcmp(facts->class, "public") == 0) {
        look->public_there = look->public_there || named;
        return;
    }
    if (strcmp(facts->class, "private") != 0)
        return;
    look->private_keys++;
    look->of_id += of_id;
    look->of_label += of_label;
    look->of_name += named;
    if (facts->public_key == NULL)
        look->without_public++;
    else if (EVP_PKEY_eq(facts->public_key, key) == 1)
        look->of_key++;
    ERR_clear_error();
}

static void add_fact(struct ceremony_look *look, const char *name, size_t number)
{
    char *text = look->numbers[look->fact_count];
    snprintf(text, sizeof(look->numbers[0]), "%zu", number);
    look->facts[look->fact_count++] = (struct transcript_fact){name, text};
}

static void make_facts(struct ceremony_look *look, const struct hsm_uri *uri)
{
    add_fact(look, "private keys on the token", look->private_keys);
    if (uri->id != NULL)
        add_fact(look, "of these with its id", look->of_id);
    if (uri->object != NULL)
        add_fact(look, "of these with its label", look->of_label);
    add_fact(look, "of these with its public key", look->of_key);
    add_fact(look, "of these without a public key", look->without_public);
    look->facts[look->fact_count++] = (struct transcript_fact){
        "its public key", look->public_there ? "still there, and keeps its name" : "not there"};
}

bool ceremony_look(struct hsm *hsm, const struct hsm_uri *uri, EVP_PKEY *key,
                   struct ceremony_look *look, struct sti_error *err)
{
    struct hsm_key_facts *keys = NULL;
    size_t count = 0;
    memset(look, 0, sizeof(*look));
    if (!hsm_key_list(hsm, &keys, &count, err))
        return false;
    bool whole = true;
    for (size_t i = 0; whole && i < count; i++) {
        whole = !keys[i].unread || sti_fail(err, "%s", keys[i].reason.sentence);
        if (whole)
            look_at(&keys[i], uri, key, look);
    }
    hsm_key_list_free(keys, count);
    make_facts(look, uri);
    return whole;
}

bool ceremony_look_gone(const struct ceremony_look *look)
{
    return look->of_key == 0 && look->of_name == 0;
}
