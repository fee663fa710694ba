/* SPDX-License-Identifier: Apache-2.0 */
#include "test_tool_kit.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

char folder[TEST_FOLDER_SIZE];

int folder_make(void **state)
{
    (void)state;
    return test_folder_make(folder, "sti-pki-test") ? 0 : -1;
}

/* Calls what for every name in a folder but . and .. */
static size_t each(const char *path, void (*what)(const char *path))
{
    size_t count = 0;
    DIR *directory = opendir(path);
    assert_non_null(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char name[512];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        count++;
        snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
        if (what != NULL)
            what(name);
    }
    closedir(directory);
    return count;
}

/* Removes a file, a link or a folder with what is in it. */
static void remove_all(const char *path)
{
    struct stat there;
    if (lstat(path, &there) == 0 && S_ISDIR(there.st_mode))
        each(path, remove_all);
    remove(path);
}

int folder_remove(void **state)
{
    (void)state;
    remove_all(folder);
    return access(folder, F_OK) == 0 ? -1 : 0;
}

size_t names_in_folder(void)
{
    return each(folder, NULL);
}

const char *in_folder(const char *name)
{
    static char paths[8][512];
    static size_t next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    return path;
}

const char *file_with(const char *name, const void *octets, size_t length)
{
    const char *path = in_folder(name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(octets, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    return path;
}

const char *file_with_text(const char *name, const char *text)
{
    return file_with(name, text, strlen(text));
}

void file_holds(const char *path, const char *text)
{
    char got[256];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t length = fread(got, 1, sizeof(got), file);
    fclose(file);
    assert_int_equal(length, strlen(text));
    assert_memory_equal(got, text, length);
}
