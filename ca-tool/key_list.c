/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca key list`: every key of a token, and whether sti-ca would take it. */
#include <stdlib.h>
#include <string.h>

#include "key.h"
#include "key_facts.h"
#include "pin.h"
#include "text.h"

/* What stands in the columns whose width depends on the keys. */
struct row {
    char *label;
    char *id;
};

struct widths {
    size_t label;
    size_t id;
    size_t type;
};

static size_t wider(size_t width, const char *text)
{
    return strlen(text) > width ? strlen(text) : width;
}

static void rows_free(struct row *rows, size_t count)
{
    for (size_t i = 0; rows != NULL && i < count; i++) {
        free(rows[i].label);
        free(rows[i].id);
    }
    free(rows);
}

static struct row *rows_make(const struct hsm_key_facts *keys, size_t count, struct widths *widths)
{
    struct row *rows = calloc(count, sizeof(*rows));
    for (size_t i = 0; rows != NULL && i < count; i++) {
        rows[i].label = key_label_text(&keys[i]);
        rows[i].id = key_id_text(&keys[i]);
        if (rows[i].label == NULL || rows[i].id == NULL) {
            rows_free(rows, count);
            return NULL;
        }
        widths->label = wider(widths->label, rows[i].label);
        widths->id = wider(widths->id, rows[i].id);
        widths->type = wider(widths->type, keys[i].type);
    }
    return rows;
}

static void print_token(const struct hsm_token_info *info)
{
    printf("token ");
    text_print(stdout, info->label);
    printf(" (");
    text_print(stdout, info->manufacturer);
    printf(", ");
    text_print(stdout, info->model);
    printf(", serial ");
    text_print(stdout, info->serial);
    printf(", firmware %s)\n", info->firmware);
}

static void print_line(const struct widths *widths, const char *label, const char *id,
                       const char *class, const char *type)
{
    printf("%-*s  %-*s  %-7s  %-*s  ", (int)widths->label, label, (int)widths->id, id, class,
           (int)widths->type, type);
}

static bool print_table(const struct hsm_token_info *info, const struct hsm_key_facts *keys,
                        size_t count, struct sti_error *err)
{
    print_token(info);
    if (count == 0) {
        printf("no key\n");
        return true;
    }
    struct widths widths = {strlen("label"), strlen("id"), strlen("type")};
    struct row *rows = rows_make(keys, count, &widths);
    if (rows == NULL)
        return sti_fail(err, "no memory for the list of keys");
    print_line(&widths, "label", "id", "class", "type");
    printf("state\n");
    for (size_t i = 0; i < count; i++) {
        print_line(&widths, rows[i].label, rows[i].id, keys[i].class, keys[i].type);
        key_print_state(stdout, &keys[i]);
        putchar('\n');
    }
    rows_free(rows, count);
    return true;
}

static bool print_json(const struct hsm_token_info *info, const char *module_path,
                       const struct hsm_key_facts *keys, size_t count, struct sti_error *err)
{
    json_t *rows = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(rows, key_json(&keys[i]));
    return tool_print_json(
        json_pack("{s:o, s:o}", "token", key_token_json(info, module_path), "keys", rows), err);
}

static bool list(const struct hsm_uri *uri, bool as_json, struct sti_error *err)
{
    struct hsm *hsm = pin_open(uri, err);
    if (hsm == NULL)
        return false;
    struct hsm_token_info info;
    struct hsm_key_facts *keys = NULL;
    size_t count = 0;
    hsm_token_info(hsm, &info);
    bool ok = hsm_key_list(hsm, &keys, &count, err) &&
              (as_json ? print_json(&info, uri->module_path, keys, count, err)
                       : print_table(&info, keys, count, err));
    hsm_key_list_free(keys, count);
    hsm_close(hsm);
    return ok;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct key_word word;
    if (!key_word_read(arguments, &word, err))
        return false;
    struct hsm_uri *uri = key_word_uri(&word, true, err);
    bool ok = uri != NULL && list(uri, tool_flag(arguments, "json"), err);
    hsm_uri_free(uri);
    key_word_free(&word);
    return ok;
}

const struct tool_command command_key_list = {
    .name = "key list",
    .summary = "list the keys of a token, good or not",
    .positional = KEY_POSITIONAL,
    .about =
        "Lists every key of a token: label, id, class, type, and whether sti-ca would take it or\n"
        "why not. KEY is `root` or `intermediate`, for the token of that section's key, or a\n"
        "PKCS#11 URI, which here need not name a key. A public key that belongs to a private\n"
        "one has no line of its own. Logs in and changes nothing.",
    .options = {OPTION_CONFIG, OPTION_JSON},
    .ends_in_order = true,
    .run = run,
};
