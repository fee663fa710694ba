/* SPDX-License-Identifier: Apache-2.0 */
#include "config_lines.h"

#include <stdlib.h>
#include <string.h>

#define BLANKS " \t\r"
#define MAX_KEYS 1024

/* A stretch of the text. */
struct piece {
    const char *start;
    size_t length;
};

/* A key seen so far, with the section it stands in. */
struct seen {
    struct piece section;
    struct piece key;
};

struct lines {
    struct piece section;
    struct seen seen[MAX_KEYS];
    size_t count;
    size_t line;
    struct sti_error *err;
};

static bool bad(struct lines *lines, const char *sentence)
{
    sti_error_set(lines->err, STI_USAGE, NULL, "%s", sentence);
    if (lines->err != NULL)
        lines->err->line = lines->line;
    return false;
}

static struct piece trim(struct piece piece)
{
    while (piece.length > 0 && strchr(BLANKS, piece.start[0]) != NULL) {
        piece.start++;
        piece.length--;
    }
    while (piece.length > 0 && strchr(BLANKS, piece.start[piece.length - 1]) != NULL)
        piece.length--;
    return piece;
}

static bool equal(struct piece a, struct piece b)
{
    /* Above the first section there is none: a piece without octets, which memcmp() must not see.
     */
    return a.length == b.length && (a.length == 0 || memcmp(a.start, b.start, a.length) == 0);
}

static bool contains(struct piece piece, const char *word)
{
    return memmem(piece.start, piece.length, word, strlen(word)) != NULL;
}

static bool check_key(struct lines *lines, struct piece key)
{
    if (contains(key, "::"))
        return bad(lines, "a key with :: in it; write the section as [section] on a line above");
    for (size_t i = 0; i < lines->count; i++)
        if (equal(lines->seen[i].key, key) && equal(lines->seen[i].section, lines->section))
            return bad(lines, "the key stands twice in its section; keep one of the lines");
    if (lines->count == MAX_KEYS)
        return bad(lines, "there are more keys than a configuration can have");
    lines->seen[lines->count++] = (struct seen){lines->section, key};
    return true;
}

/* One line that does not go on from the line above. */
static bool check_line(struct lines *lines, struct piece line)
{
    line = trim(line);
    if (line.length == 0 || line.start[0] == '#')
        return true;
    if (contains(line, "ENV::"))
        return bad(lines, "ENV:: takes a value from the environment; write it into this file");
    if (line.start[0] == '.')
        return bad(lines, "lines that begin with a dot are not read here; the configuration is "
                          "this one file");
    if (line.start[0] == '[') {
        const char *end = memchr(line.start, ']', line.length);
        size_t length = end == NULL ? line.length : (size_t)(end - line.start);
        lines->section = trim((struct piece){line.start + 1, length - 1});
        return true;
    }
    const char *equals = memchr(line.start, '=', line.length);
    if (equals == NULL)
        return true; /* the CONF reader has a sentence for that */
    return check_key(lines, trim((struct piece){line.start, (size_t)(equals - line.start)}));
}

/* True if the next line belongs to this one: it ends with a backslash, but not with two. */
static bool ends_open(struct piece line)
{
    while (line.length > 0 && line.start[line.length - 1] == '\r')
        line.length--;
    return line.length > 0 && line.start[line.length - 1] == '\\' &&
           (line.length == 1 || line.start[line.length - 2] != '\\');
}

bool config_lines_check(const char *text, struct sti_error *err)
{
    struct lines *lines = calloc(1, sizeof(*lines));
    if (lines == NULL)
        return sti_fail(err, "no memory for the configuration");
    lines->err = err;
    bool ok = true;
    bool goes_on = false; /* the line above ended with a backslash */
    while (ok && *text != '\0') {
        struct piece line = {text, strcspn(text, "\n")};
        text += line.length + (text[line.length] == '\n' ? 1 : 0);
        lines->line++;
        if (!goes_on)
            ok = check_line(lines, line);
        else if (contains(line, "ENV::"))
            ok = bad(lines, "ENV:: takes a value from the environment; write it into this file");
        goes_on = ends_open(line);
    }
    free(lines);
    return ok;
}
