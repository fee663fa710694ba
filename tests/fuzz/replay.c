/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a fuzz target once for every file in the folders named: the seeds as a test, without clang,
 * and a find again, under a debugger. A file can be named in place of a folder.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

static bool replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    /* Exactly as long as the input: a sanitizer sees every octet read behind it. */
    bool ok = fseek(file, 0, SEEK_END) == 0;
    long length = ok ? ftell(file) : -1;
    uint8_t *octets = length < 0 ? NULL : malloc((size_t)length + (length == 0));
    ok = octets != NULL && fseek(file, 0, SEEK_SET) == 0 &&
         fread(octets, 1, (size_t)length, file) == (size_t)length;
    if (ok)
        LLVMFuzzerTestOneInput(octets, (size_t)length);
    free(octets);
    fclose(file);
    return ok;
}

/* How many files were run, or -1. */
static long replay_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (folder == NULL)
        return replay_file(path) ? 1 : -1;
    long files = 0;
    for (struct dirent *entry; files >= 0 && (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        char name[4096];
        snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
        files = replay_file(name) ? files + 1 : -1;
    }
    closedir(folder);
    return files;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        long files = replay_folder(argv[i]);
        if (files <= 0) {
            fprintf(stderr, "replay: nothing could be read from %s\n", argv[i]);
            return 3;
        }
        printf("%ld inputs from %s\n", files, argv[i]);
    }
    return 0;
}
