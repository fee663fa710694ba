/* SPDX-License-Identifier: Apache-2.0 */
/* Which key the word KEY of the `key` commands means. */
#ifndef CA_TOOL_KEY_H
#define CA_TOOL_KEY_H

#include "commands.h"
#include "hsm.h"

/* The positional argument of the `key` commands, and what the man page says of it. */
#define KEY_POSITIONAL "KEY"

struct key_word {
    struct config *config; /* NULL if KEY is a URI */
    const char *section;   /* "root", "intermediate"; NULL if KEY is a URI */
    const char *uri;
    const char *directory; /* from which relative paths in the URI count; NULL: the current one */
};

/*
 * Reads KEY: `root` or `intermediate`, for the key of that section of the configuration, or a
 * PKCS#11 URI; then no configuration is read. Anything else is STI_USAGE. On success
 * key_word_free() it.
 */
bool key_word_read(const struct tool_arguments *arguments, struct key_word *word,
                   struct sti_error *err);
void key_word_free(struct key_word *word);

/* Adds the configuration's name to an error that its URI is to blame for. Returns false. */
bool key_word_failed(const struct key_word *word, struct sti_error *err);

/*
 * KEY's URI; token_alone: it need not name a key. NULL on failure; free with hsm_uri_free().
 */
struct hsm_uri *key_word_uri(const struct key_word *word, bool token_alone, struct sti_error *err);

#endif
