/* SPDX-License-Identifier: Apache-2.0 */
#include "profiles.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cert.h"
#include "file.h"
#include "waivers.h"

#define SUFFIX_LENGTH (sizeof(PROFILES_SUFFIX) - 1)
#define MAX_PROFILES 256

/* The name of a profile's file without the suffix; false if it is no such file. */
static bool name_of(const char *file, char name[PROFILE_NAME_LENGTH + 1])
{
    size_t length = strlen(file);
    if (length <= SUFFIX_LENGTH || strcmp(file + length - SUFFIX_LENGTH, PROFILES_SUFFIX) != 0 ||
        length - SUFFIX_LENGTH > PROFILE_NAME_LENGTH)
        return false;
    memcpy(name, file, length - SUFFIX_LENGTH);
    name[length - SUFFIX_LENGTH] = '\0';
    return profile_name_good(name);
}

/* ---- names ---- */

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool add_name(char **names, size_t *count, const char *name, struct sti_error *err)
{
    if (*count == MAX_PROFILES)
        return sti_error_set(err, STI_USAGE, NULL, "there are more than 256 profiles");
    names[*count] = strdup(name);
    return names[(*count)++] != NULL || sti_fail(err, "no memory for the profiles");
}

static bool add_folder(char **names, size_t *count, const char *folder, struct sti_error *err)
{
    char name[PROFILE_NAME_LENGTH + 1];
    DIR *open = opendir(folder);
    if (open == NULL) {
        sti_fail(err, "the folder of the profiles cannot be read: %s", strerror(errno));
        return sti_error_in(err, folder);
    }
    bool ok = true;
    for (struct dirent *entry = readdir(open); ok && entry != NULL; entry = readdir(open))
        ok = !name_of(entry->d_name, name) || add_name(names, count, name, err);
    closedir(open);
    return ok;
}

char **profiles_names(const char *folder, struct sti_error *err)
{
    size_t count = 0;
    char **names = calloc(MAX_PROFILES + 1, sizeof(*names));
    bool ok = names != NULL || sti_fail(err, "no memory for the profiles");
    if (ok && folder != NULL)
        ok = add_folder(names, &count, folder, err);
    for (size_t i = 0; ok && folder == NULL && profiles_builtin[i].name != NULL; i++)
        ok = add_name(names, &count, profiles_builtin[i].name, err);
    if (!ok) {
        profiles_names_free(names);
        return NULL;
    }
    qsort(names, count, sizeof(*names), compare);
    return names;
}

void profiles_names_free(char **names)
{
    for (size_t i = 0; names != NULL && names[i] != NULL; i++)
        free(names[i]);
    free(names);
}

/* ---- profiles ---- */

static bool unknown(const char *folder, const char *name, struct sti_error *err)
{
    char known[400] = "";
    char **names = profiles_names(folder, err);
    if (names == NULL)
        return false;
    for (size_t i = 0; names[i] != NULL; i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof(known) - used, "%s%s", i == 0 ? "" : ", ", names[i]);
    }
    profiles_names_free(names);
    return sti_error_set(err, STI_USAGE, NULL, "there is no profile %.63s; there is: %s", name,
                         known);
}

bool profiles_check_name(const char *folder, const char *name, struct sti_error *err)
{
    bool found = false;
    char **names = profiles_names(folder, err);
    if (names == NULL)
        return false;
    for (size_t i = 0; !found && names[i] != NULL; i++)
        found = strcmp(names[i], name) == 0;
    profiles_names_free(names);
    return found || unknown(folder, name, err);
}

static struct profile *read_text(const char *text, size_t length, const char *name,
                                 struct sti_error *err)
{
    struct profile *profile = profile_read(text, length, name, err);
    if (profile == NULL || waivers_check(profile, err))
        return profile;
    profile_free(profile);
    return NULL;
}

static struct profile *read_path(const char *path, const char *name, struct sti_error *err)
{
    uint8_t *text = NULL;
    size_t length = 0;
    if (!file_read(path, PROFILE_MAX_OCTETS, &text, &length, err))
        return NULL;
    struct profile *profile = read_text((const char *)text, length, name, err);
    if (profile == NULL)
        sti_error_in(err, path);
    free(text);
    return profile;
}

/* Where a profile stands. */
struct source {
    char *path;    /* NULL: in the program */
    uint8_t *text; /* its octets, and a NUL */
    size_t length;
};

static void source_free(struct source *source)
{
    free(source->path);
    free(source->text);
}

static bool copy_builtin(struct source *source, const char *name, struct sti_error *err)
{
    const struct profiles_text *one = profiles_builtin;
    while (strcmp(one->name, name) != 0) /* profiles_check_name() has found it */
        one++;
    source->length = strlen(one->text);
    source->text = (uint8_t *)strdup(one->text);
    return source->text != NULL || sti_fail(err, "no memory for the profile");
}

/* source_free() in any case. */
static bool source_read(struct source *source, const char *folder, const char *name,
                        struct sti_error *err)
{
    *source = (struct source){NULL, NULL, 0};
    if (!profiles_check_name(folder, name, err))
        return false;
    if (folder == NULL)
        return copy_builtin(source, name, err);
    source->path = profiles_path(folder, name);
    if (source->path == NULL)
        return sti_fail(err, "no memory for the profile");
    return file_read(source->path, PROFILE_MAX_OCTETS, &source->text, &source->length, err);
}

static struct profile *source_parse(const struct source *source, const char *name,
                                    struct sti_error *err)
{
    struct profile *profile = read_text((const char *)source->text, source->length, name, err);
    if (profile == NULL && source->path != NULL)
        sti_error_in(err, source->path);
    return profile;
}

char *profiles_path(const char *folder, const char *name)
{
    char file[PROFILE_NAME_LENGTH + sizeof(PROFILES_SUFFIX)];
    snprintf(file, sizeof(file), "%s" PROFILES_SUFFIX, name);
    return file_beside(folder, file);
}

bool profiles_digest(const char *folder, const char *name, unsigned char *digest,
                     struct sti_error *err)
{
    struct source source;
    bool ok = source_read(&source, folder, name, err) &&
              cert_digest(source.text, source.length, digest, err);
    source_free(&source);
    return ok;
}

struct profile *profiles_load_digest(const char *folder, const char *name, unsigned char *digest,
                                     struct sti_error *err)
{
    struct source source;
    struct profile *profile = NULL;
    if (source_read(&source, folder, name, err) &&
        cert_digest(source.text, source.length, digest, err))
        profile = source_parse(&source, name, err);
    source_free(&source);
    if (profile == NULL && err != NULL && err->code == STI_REFUSED)
        err->code = STI_USAGE;
    return profile;
}

struct profile *profiles_load(const char *folder, const char *name, struct sti_error *err)
{
    unsigned char digest[CERT_DIGEST_OCTETS];
    return profiles_load_digest(folder, name, digest, err);
}

struct profile *profiles_read_file(const char *path, struct sti_error *err)
{
    char name[PROFILE_NAME_LENGTH + 1];
    const char *slash = strrchr(path, '/');
    if (name_of(slash == NULL ? path : slash + 1, name))
        return read_path(path, name, err);
    sti_refuse(err, NULL,
               "is no name of a profile's file: 1 to 63 small letters, digits and hyphens, and "
               ".cnf");
    sti_error_in(err, path);
    return NULL;
}
