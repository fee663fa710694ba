/* SPDX-License-Identifier: Apache-2.0 */
/* What the tnlist commands share. */
#include "tnlist.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_standard_input(const char *path)
{
    return strcmp(path, "-") == 0;
}

const char *tnlist_source(const char *path)
{
    return is_standard_input(path) ? "standard input" : path;
}

bool tnlist_read_two(const struct tool_arguments *arguments, struct list_file files[2],
                     struct sti_error *err)
{
    const char *const *paths = arguments->positionals;
    if (is_standard_input(paths[0]) && is_standard_input(paths[1]))
        return sti_error_set(err, STI_USAGE, NULL,
                             "standard input cannot be both lists; give a file for one of them");
    if (!list_file_read(paths[0], &files[0], err))
        return false;
    if (list_file_read(paths[1], &files[1], err))
        return true;
    list_file_free(&files[0]);
    return false;
}

bool tnlist_of_set(const struct tnset *set, struct list_file *file, struct sti_error *err)
{
    struct tnauthlist_builder builder = {0};
    size_t length = 0;
    memset(file, 0, sizeof(*file));
    file->kind = "list";
    bool ok = tnset_canonical(set, &builder, err) &&
              tnauthlist_builder_finish(&builder, &file->der, &length, err) &&
              tnauthlist_decode(&file->list, file->der, length, NULL, err);
    tnauthlist_builder_free(&builder);
    if (!ok)
        list_file_free(file);
    return ok;
}

bool tnlist_print_entry(const struct tnauthlist *list, size_t index, struct sti_error *err)
{
    char text[TNAUTHLIST_ENTRY_TEXT];
    size_t length = tnauthlist_entry_text(list, index, text, sizeof(text));
    if (length < sizeof(text)) {
        fputs(text, stdout);
        return true;
    }
    char *longer = malloc(length + 1); /* an SPC can have any length */
    if (longer == NULL)
        return sti_fail(err, "no memory to print entry %zu", index + 1);
    tnauthlist_entry_text(list, index, longer, length + 1);
    fputs(longer, stdout);
    free(longer);
    return true;
}

struct tnlist_words tnlist_counted(uint64_t count, const char *one, const char *many)
{
    struct tnlist_words words;
    snprintf(words.text, sizeof(words.text), "%llu %s", (unsigned long long)count,
             count == 1 ? one : many);
    return words;
}

bool tnlist_printed(struct sti_error *err)
{
    if (fflush(stdout) == 0 && ferror(stdout) == 0)
        return true;
    return sti_fail(err, "standard output cannot be written: %s", strerror(errno));
}
