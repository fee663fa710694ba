/* SPDX-License-Identifier: Apache-2.0 */
#include "value_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/conf.h>

#define FILE_PREFIX "file:"

/* Read at first of a file whose size is not known: a pipe, or one under /proc. */
#define BLOCK ((size_t)64 * 1024)

/* Text that grows while a file is read. */
struct octets {
    uint8_t *octets;
    size_t length;
    size_t room;
};

/* The size of a file that has one, and one octet more, so that its end is met in one read. */
static size_t first_room(FILE *file)
{
    struct stat status;
    if (fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode) || status.st_size <= 0 ||
        (uintmax_t)status.st_size >= SIZE_MAX)
        return BLOCK;
    return (size_t)status.st_size + 1;
}

/* Makes room for more, up to one octet more than the limit: that one tells. */
static bool grow(struct octets *octets, FILE *file, size_t limit, struct sti_error *err)
{
    size_t room = octets->room == 0 ? first_room(file) : octets->room * 2;
    if (room > limit)
        room = limit + 1;
    uint8_t *more = realloc(octets->octets, room);
    if (more == NULL)
        return sti_fail(err, "no memory for %zu octets", room);
    octets->octets = more;
    octets->room = room;
    return true;
}

static bool read_file(const char *path, size_t limit, struct octets *octets, struct sti_error *err)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return sti_fail(err, "cannot be opened: %s", strerror(errno)) || sti_error_in(err, path);
    bool ok = true;
    while (ok && !feof(file)) {
        if (octets->length == octets->room)
            ok = grow(octets, file, limit, err);
        if (ok)
            octets->length +=
                fread(octets->octets + octets->length, 1, octets->room - octets->length, file);
        if (ok && ferror(file))
            ok = sti_fail(err, "cannot be read: %s", strerror(errno));
        if (ok && octets->length > limit)
            ok = sti_refuse(err, NULL, "the file is larger than %zu octets", limit);
    }
    fclose(file);
    return ok || sti_error_in(err, path);
}

/* Takes the octets of a file as they are, if they may stand in a certificate. */
static bool from_der(const struct value_grammar *grammar, struct octets *octets, uint8_t **der,
                     size_t *length, struct sti_error *err)
{
    if (!grammar->check(octets->octets, octets->length, err))
        return false;
    *der = octets->octets;
    *length = octets->length;
    *octets = (struct octets){0};
    return true;
}

/*
 * openssl evaluates a value twice: to test it, and then for good. A pipe or a terminal can be read
 * once only, and a named pipe would be waited for without end, so the test leaves them alone.
 */
static bool is_left_for_later(const X509V3_CTX *ctx, const char *path)
{
    struct stat about;
    return ctx != NULL && ctx->flags == X509V3_CTX_TEST && stat(path, &about) == 0 &&
           !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode);
}

/* What a test makes of something that it has not read: it is thrown away, and is no list. */
static bool stand_in(uint8_t **der, size_t *length, struct sti_error *err)
{
    static const uint8_t empty_sequence[] = {0x30, 0x00};
    *length = sizeof(empty_sequence);
    *der = malloc(*length);
    if (*der == NULL)
        return sti_fail(err, "no memory for a value");
    memcpy(*der, empty_sequence, *length);
    return true;
}

/* A file holds DER if it begins with a SEQUENCE: no text begins with 0 (0x30). */
static bool from_file(const struct value_grammar *grammar, const X509V3_CTX *ctx, const char *path,
                      uint8_t **der, size_t *length, struct sti_error *err)
{
    if (path[0] == '\0')
        return sti_refuse(err, NULL, "file: without a path; file:PATH names a file with entries");
    if (is_left_for_later(ctx, path))
        return stand_in(der, length, err);
    struct octets octets = {0};
    union value_making making = {0};
    bool ok = read_file(path, grammar->max_octets, &octets, err);
    if (ok && octets.length > 0 && octets.octets[0] == 0x30)
        ok = from_der(grammar, &octets, der, length, err);
    else
        ok = ok && grammar->parse(&making, (const char *)octets.octets, octets.length, err) &&
             grammar->finish(&making, der, length, err);
    free(octets.octets);
    grammar->free(&making);
    return ok || sti_error_in(err, path);
}

/*
 * OpenSSL's CONF reader, which also reads -addext, takes an unescaped # for the start of a comment
 * and says nothing. What is left of the value cannot tell, unless the cut left an entry empty.
 */
static void hint_at_comment(const char *value, struct sti_error *err)
{
    size_t length = strlen(value);
    if (err == NULL || err->code != STI_REFUSED || length == 0 || value[length - 1] != ':')
        return;
    length = strlen(err->sentence);
    snprintf(err->sentence + length, sizeof(err->sentence) - length,
             "; if a # stood here: it starts a comment in OpenSSL's configuration and -addext, "
             "write \\#");
}

/* A key's part before the dot must be a kind of entry: says which there are. */
static bool check_kind(const struct value_grammar *grammar, const char *key, size_t length,
                       struct sti_error *err)
{
    for (const char *const *kind = grammar->kinds; *kind != NULL; kind++)
        if (strlen(*kind) == length && strncmp(*kind, key, length) == 0)
            return true;
    return sti_refuse(err, NULL,
                      "no kind of entry; the section's keys are %s, and none stands twice",
                      grammar->keys);
}

/* `SPC.1 = 709J`: the name up to the dot is the kind, as libcrypto's own sections have it. */
static bool add_line(const struct value_grammar *grammar, union value_making *making,
                     const CONF_VALUE *line, struct sti_error *err)
{
    size_t kind = strcspn(line->name, ".");
    if (!check_kind(grammar, line->name, kind, err))
        return sti_error_part(err, "%s", line->name);
    size_t room = kind + strlen(line->value) + 2;
    char *entry = malloc(room);
    if (entry == NULL)
        return sti_fail(err, "no memory for a line");
    snprintf(entry, room, "%.*s:%s", (int)kind, line->name, line->value);
    bool ok = grammar->parse_entry(making, entry, strlen(entry), err);
    if (!ok)
        hint_at_comment(entry, err);
    free(entry);
    if (!ok && err != NULL) {
        err->line = err->column = 0;
        sti_error_part(err, "%s", line->name);
    }
    return ok;
}

static bool from_section(const struct value_grammar *grammar, X509V3_CTX *ctx, const char *name,
                         uint8_t **der, size_t *length, struct sti_error *err)
{
    STACK_OF(CONF_VALUE) *lines = ctx == NULL ? NULL : X509V3_get_section(ctx, name);
    if (lines == NULL)
        return sti_refuse(err, NULL, "there is no section [%s] in the configuration", name);
    union value_making making = {0};
    bool ok = true;
    for (int i = 0; ok && i < sk_CONF_VALUE_num(lines); i++)
        ok = add_line(grammar, &making, sk_CONF_VALUE_value(lines, i), err);
    ok = ok && grammar->finish(&making, der, length, err);
    grammar->free(&making);
    X509V3_section_free(ctx, lines);
    return ok || sti_error_in(err, name);
}

static bool from_text(const struct value_grammar *grammar, const char *text, uint8_t **der,
                      size_t *length, struct sti_error *err)
{
    union value_making making = {0};
    bool ok = grammar->parse(&making, text, strlen(text), err) &&
              grammar->finish(&making, der, length, err);
    grammar->free(&making);
    return ok;
}

bool value_from_text(const struct value_grammar *grammar, X509V3_CTX *ctx, const char *text,
                     uint8_t **der, size_t *length, struct sti_error *err)
{
    if (text[0] == '@')
        return from_section(grammar, ctx, text + 1, der, length, err);
    bool ok = strncmp(text, FILE_PREFIX, strlen(FILE_PREFIX)) == 0
                  ? from_file(grammar, ctx, text + strlen(FILE_PREFIX), der, length, err)
                  : from_text(grammar, text, der, length, err);
    if (!ok)
        hint_at_comment(text, err);
    return ok;
}
