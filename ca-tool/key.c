/* SPDX-License-Identifier: Apache-2.0 */
#include "key.h"

#include <string.h>

static bool read_section(const struct tool_arguments *arguments, struct key_word *word,
                         struct sti_error *err)
{
    word->config = command_config(arguments, err);
    if (word->config == NULL)
        return false;
    word->section = arguments->positional;
    word->directory = word->config->directory;
    word->uri = strcmp(word->section, "root") == 0 ? word->config->root.key
                                                   : word->config->intermediate.key;
    return true;
}

bool key_word_read(const struct tool_arguments *arguments, struct key_word *word,
                   struct sti_error *err)
{
    const char *key = arguments->positional;
    memset(word, 0, sizeof(*word));
    if (strcmp(key, "root") == 0 || strcmp(key, "intermediate") == 0)
        return read_section(arguments, word, err);
    word->uri = key;
    return hsm_uri_is(key) ||
           sti_error_set(err, STI_USAGE, NULL,
                         "%.60s is no key: give root, intermediate or a PKCS#11 URI (pkcs11:...)",
                         key);
}

void key_word_free(struct key_word *word)
{
    config_free(word->config);
}

bool key_word_failed(const struct key_word *word, struct sti_error *err)
{
    if (word->config != NULL && err != NULL && err->code == STI_USAGE)
        sti_error_in(err, word->config->path);
    return false;
}

struct hsm_uri *key_word_uri(const struct key_word *word, bool token_alone, struct sti_error *err)
{
    struct hsm_uri *uri = token_alone ? hsm_uri_parse_token(word->uri, word->directory, err)
                                      : hsm_uri_parse(word->uri, word->directory, err);
    if (uri == NULL)
        key_word_failed(word, err);
    return uri;
}
