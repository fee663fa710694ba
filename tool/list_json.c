/* SPDX-License-Identifier: Apache-2.0 */
#include "list_json.h"

#include <stdlib.h>

/* The text form of an entry; NULL without memory, the caller's. */
static char *entry_text(const struct tnauthlist *list, size_t index)
{
    size_t room = tnauthlist_entry_text(list, index, NULL, 0) + 1;
    char *text = malloc(room);
    if (text != NULL)
        tnauthlist_entry_text(list, index, text, room);
    return text;
}

static json_t *spc_json(const struct tnauthlist *list, size_t index)
{
    char *text = entry_text(list, index);
    if (text == NULL)
        return NULL;
    json_t *json = json_pack("{s:s}", "spc", text + 4); /* behind "SPC:" */
    free(text);
    return json;
}

static json_t *entry_json(const struct tnauthlist *list, size_t index)
{
    const struct tnauthlist_entry entry = tnauthlist_get(list, index);
    if (entry.kind == TNAUTHLIST_SPC)
        return spc_json(list, index);
    char number[TN_MAX_SYMBOLS + 1];
    tn_unpack(entry.number, number);
    if (entry.kind == TNAUTHLIST_ONE)
        return json_pack("{s:s}", "one", number);
    return json_pack("{s:{s:s, s:I}}", "range", "start", number, "count", (json_int_t)entry.count);
}

json_t *list_json(const struct tnauthlist *list)
{
    json_t *json = json_array();
    for (size_t i = 0; json != NULL && i < list->count; i++)
        if (json_array_append_new(json, entry_json(list, i)) != 0) {
            json_decref(json);
            json = NULL;
        }
    return json;
}

/* ---- written as it comes ---- */

void list_json_write_string(const char *text, FILE *out)
{
    putc('"', out);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c >= 0x7f)
            fprintf(out, "\\u%04x", c);
        else if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else
            putc(c, out);
    }
    putc('"', out);
}

bool list_json_write_entry(const struct tnauthlist *list, size_t index, FILE *out)
{
    const struct tnauthlist_entry entry = tnauthlist_get(list, index);
    if (entry.kind == TNAUTHLIST_SPC) {
        char *text = entry_text(list, index);
        if (text == NULL)
            return false;
        fputs("{\"spc\": ", out);
        list_json_write_string(text + 4, out); /* behind "SPC:" */
        putc('}', out);
        free(text);
        return true;
    }
    char number[TN_MAX_SYMBOLS + 1];
    tn_unpack(entry.number, number);
    if (entry.kind == TNAUTHLIST_ONE)
        fprintf(out, "{\"one\": \"%s\"}", number);
    else
        fprintf(out, "{\"range\": {\"start\": \"%s\", \"count\": %llu}}", number,
                (unsigned long long)entry.count);
    return true;
}

bool list_json_write(const struct tnauthlist *list, const char *indent, FILE *out)
{
    putc('[', out);
    for (size_t i = 0; i < list->count; i++) {
        fprintf(out, "%s\n%s  ", i == 0 ? "" : ",", indent);
        if (!list_json_write_entry(list, i, out))
            return false;
    }
    fprintf(out, "\n%s]", indent);
    return true;
}
