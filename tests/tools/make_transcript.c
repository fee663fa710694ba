/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the transcript of a small ceremony for the tests, good or with one thing wrong in it, and
 * one that follows it with the same keys. Must never be installed.
 *
 * usage: make_transcript FOLDER [WRONG [CERTIFICATES [without-octets]]]
 *
 * FOLDER gets first.transcript, second.transcript (which follows it) and WRONG.transcript if WRONG
 * is given (see kit_wrong_names), and in files/ the plan of the first, its input and its outputs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../unit/test_transcript_kit.h"

static const char *path_in(const char *folder, const char *name)
{
    static char path[4096];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

/* Writes one, in place of what an earlier run has left. */
static void write_one(const struct kit_ceremony *ceremony, const char *path, enum kit_wrong wrong,
                      bool keep, size_t notes, uint8_t last[32])
{
    unlink(path);
    kit_ceremony_write(ceremony, path, wrong, keep, notes, last);
}

static enum kit_wrong wrong_of(const char *name)
{
    for (size_t i = 0; i < KIT_WRONGS; i++)
        if (strcmp(kit_wrong_names[i], name) == 0)
            return (enum kit_wrong)i;
    fprintf(stderr, "make_transcript: there is nothing wrong that is called %s\n", name);
    exit(2);
}

int main(int argc, char **argv)
{
    struct kit_ceremony ceremony;
    uint8_t last[32];
    uint8_t other[32];
    char name[64];
    if (argc < 2 || argc > 5) {
        fprintf(stderr, "usage: make_transcript FOLDER [WRONG [CERTIFICATES [without-octets]]]\n");
        return 2;
    }
    bool keep = argc < 5;
    kit_ceremony_make(&ceremony, argc > 3 ? strtoul(argv[3], NULL, 10) : 2, NULL);
    write_one(&ceremony, path_in(argv[1], "first.transcript"), KIT_GOOD, keep, 1, last);
    mkdir(path_in(argv[1], "files"), 0755);
    kit_ceremony_files(&ceremony, path_in(argv[1], "files"));
    if (argc > 2 && wrong_of(argv[2]) != KIT_GOOD) {
        snprintf(name, sizeof(name), "%s.transcript", argv[2]);
        write_one(&ceremony, path_in(argv[1], name), wrong_of(argv[2]), keep, 0, other);
    }
    kit_ceremony_follow(&ceremony, last);
    write_one(&ceremony, path_in(argv[1], "second.transcript"), KIT_GOOD, keep, 0, other);
    kit_ceremony_free(&ceremony);
    return 0;
}
