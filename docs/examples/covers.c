/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An example for libtnauthlist: which of these telephone numbers does a TNAuthList cover?
 *
 *   cc covers.c $(pkg-config --cflags --libs tnauthlist) -o covers
 *   covers list.der 12155550123 12155559999
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tnauthlist.h>
#include <tnset.h>

/* Reads the first 64 KiB of a file; enough for an example. */
static uint8_t *read_file(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    uint8_t *octets = file == NULL ? NULL : malloc(65536);
    *length = octets == NULL ? 0 : fread(octets, 1, 65536, file);
    if (file != NULL)
        fclose(file);
    return octets;
}

static const char *answer(const struct tnset *set, const char *number)
{
    tn_word word;
    if (!tn_pack(number, strlen(number), &word, NULL))
        return "is no telephone number";
    switch (tnset_contains(set, word)) {
    case TNSET_ONE:
        return "is in the list";
    case TNSET_RANGE:
        return "is in a range of the list";
    case TNSET_SPC:
        return "may be one of the provider's numbers";
    case TNSET_NOT:
        break;
    }
    return "is not covered";
}

int main(int argc, char **argv)
{
    struct tnauthlist list;
    struct tnset set;
    struct sti_error err;
    char line[512];
    size_t length = 0;
    uint8_t *der = argc < 2 ? NULL : read_file(argv[1], &length);
    bool ok = der != NULL && tnauthlist_decode(&list, der, length, NULL, &err);
    if (ok) {
        ok = tnset_build(&set, &list, 1, &err);
        tnauthlist_free(&list);
    }
    for (int i = 2; ok && i < argc; i++)
        printf("%s %s\n", argv[i], answer(&set, argv[i]));
    if (ok) {
        tnset_free(&set);
    } else if (der != NULL) {
        sti_error_text(&err, line, sizeof(line));
        fprintf(stderr, "covers: %s: %s\n", argv[1], line);
    } else {
        fprintf(stderr, "usage: covers LIST.der NUMBER...\n");
    }
    free(der);
    return ok ? 0 : 1;
}
