/* SPDX-License-Identifier: Apache-2.0 */
/* A list as output: text, DER or DER written in letters; to a file or standard output. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base64url.h"
#include "tnlist.h"

#define PEM_LINE ((size_t)64) /* RFC 7468 section 2 */

static const char *const names[] = {
    [TNLIST_TEXT] = "text", [TNLIST_DER] = "der", [TNLIST_BASE64URL] = "base64url",
    [TNLIST_PEM] = "pem",   [TNLIST_HEX] = "hex",
};

static bool find_form(const char *name, enum tnlist_form *form, struct sti_error *err)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (strcmp(name, names[i]) == 0) {
            *form = (enum tnlist_form)i;
            return true;
        }
    return sti_error_set(err, STI_USAGE, NULL,
                         "%.60s is no form of a list; there are text, der, base64url, pem and hex",
                         name);
}

bool tnlist_out_begin(struct tnlist_out *out, const struct tool_arguments *arguments,
                      enum tnlist_form by_default, struct sti_error *err)
{
    const char *form = tool_value(arguments, "form");
    const char *path = tool_value(arguments, "out");
    out->form = by_default;
    out->file = NULL;
    if (form != NULL && !find_form(form, &out->form, err))
        return false;
    if (path == NULL && tool_flag(arguments, "force"))
        return sti_error_set(err, STI_USAGE, NULL, "--force is given without --out");
    if (path == NULL && out->form == TNLIST_DER && isatty(STDOUT_FILENO))
        return sti_error_set(err, STI_USAGE, NULL,
                             "DER is not written to a terminal; give --out FILE, or --form hex");
    if (path == NULL)
        return true;
    out->file = file_out_begin(path, tool_flag(arguments, "force"), err);
    return out->file != NULL;
}

/* ---- the forms; each returns malloc'd octets, NULL without memory ---- */

static char *as_text(const struct tnauthlist *list, size_t *length)
{
    size_t room = 1;
    for (size_t i = 0; i < list->count; i++)
        room += tnauthlist_entry_text(list, i, NULL, 0) + 1;
    char *text = malloc(room);
    size_t at = 0;
    for (size_t i = 0; text != NULL && i < list->count; i++) {
        at += tnauthlist_entry_text(list, i, text + at, room - at);
        text[at++] = '\n';
    }
    *length = at;
    return text;
}

static char *as_der(const struct tnauthlist *list, size_t *length)
{
    char *octets = malloc(list->der_length);
    if (octets != NULL)
        memcpy(octets, list->der, list->der_length);
    *length = list->der_length;
    return octets;
}

static char *as_base64url(const struct tnauthlist *list, size_t *length)
{
    char *text = base64url_encode(list->der, list->der_length, NULL);
    if (text == NULL)
        return NULL;
    *length = strlen(text);
    text[(*length)++] = '\n'; /* where the NUL was; nobody needs it */
    return text;
}

static char *as_pem(const struct tnauthlist *list, size_t *length)
{
    static const char begin[] = "-----BEGIN " LIST_PEM_LABEL "-----\n";
    static const char end[] = "-----END " LIST_PEM_LABEL "-----\n";
    char *base64 = base64_encode(list->der, list->der_length, NULL);
    if (base64 == NULL)
        return NULL;
    size_t left = strlen(base64);
    char *text = malloc(sizeof(begin) + left + left / PEM_LINE + 1 + sizeof(end));
    char *at = text == NULL ? NULL : stpcpy(text, begin);
    for (const char *from = base64; text != NULL && left > 0;) {
        size_t line = left < PEM_LINE ? left : PEM_LINE;
        memcpy(at, from, line);
        at += line;
        *at++ = '\n';
        from += line;
        left -= line;
    }
    free(base64);
    if (text != NULL)
        *length = (size_t)(stpcpy(at, end) - text);
    return text;
}

static char *as_hex(const struct tnauthlist *list, size_t *length)
{
    static const char digits[] = "0123456789abcdef";
    char *text = malloc(2 * list->der_length + 1);
    if (text == NULL)
        return NULL;
    for (size_t i = 0; i < list->der_length; i++) {
        text[2 * i] = digits[list->der[i] >> 4];
        text[2 * i + 1] = digits[list->der[i] & 15];
    }
    *length = 2 * list->der_length;
    text[(*length)++] = '\n';
    return text;
}

static char *(*const writers[])(const struct tnauthlist *list, size_t *length) = {
    [TNLIST_TEXT] = as_text, [TNLIST_DER] = as_der, [TNLIST_BASE64URL] = as_base64url,
    [TNLIST_PEM] = as_pem,   [TNLIST_HEX] = as_hex,
};

bool tnlist_out_write(struct tnlist_out *out, const struct tnauthlist *list, struct sti_error *err)
{
    size_t length = 0;
    char *octets = writers[out->form](list, &length);
    bool ok = false;
    if (octets == NULL) {
        sti_fail(err, "no memory to write a list of %zu entries", list->count);
        tnlist_out_abandon(out);
    } else if (out->file != NULL) {
        ok = file_out_commit(out->file, octets, length, err);
        out->file = NULL;
    } else {
        fwrite(octets, 1, length, stdout);
        ok = tnlist_printed(err);
    }
    free(octets);
    return ok;
}

void tnlist_out_abandon(struct tnlist_out *out)
{
    file_out_abandon(out->file);
    out->file = NULL;
}
