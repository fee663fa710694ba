/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where profiles come from: the folder that the configuration names, and nothing else; or, if it
 * names none, those of conf/profiles, which are part of the program. A waiver must be for a lint
 * that exists: the room of the profiles cannot know that, for lints are above it.
 */
#ifndef CA_TOOL_PROFILES_H
#define CA_TOOL_PROFILES_H

#include "profile.h"

/* The shipped files, as they stood when the program was built; ends with a NULL name. */
struct profiles_text {
    const char *name;
    const char *text;
};
extern const struct profiles_text profiles_builtin[];

#define PROFILES_SUFFIX ".cnf"

/* The names of all profiles, sorted. The array, which ends with NULL, and the names are malloc'd.
 */
char **profiles_names(const char *folder, struct sti_error *err);
void profiles_names_free(char **names);

/* True if there is a profile of this name; else STI_USAGE, with those that there are. */
bool profiles_check_name(const char *folder, const char *name, struct sti_error *err);

/*
 * Reads the profile of this name; folder NULL: of the program. STI_USAGE for a name that is none
 * and for a bad file: both are words of the command line or of the configuration. Free with
 * profile_free().
 */
struct profile *profiles_load(const char *folder, const char *name, struct sti_error *err);

/*
 * The same, with the SHA-256 of the octets that were read: those of the file, or the text in the
 * program. digest has CERT_DIGEST_OCTETS (32).
 */
struct profile *profiles_load_digest(const char *folder, const char *name, unsigned char *digest,
                                     struct sti_error *err);

/* That digest alone, also of a file that is no good profile. STI_USAGE for a name that is none. */
bool profiles_digest(const char *folder, const char *name, unsigned char *digest,
                     struct sti_error *err);

/* The file of the profile of this name in the folder; malloc'd, NULL without memory. */
char *profiles_path(const char *folder, const char *name);

/* Reads a profile's file, whose name must be NAME.cnf. Refused if it is bad. */
struct profile *profiles_read_file(const char *path, struct sti_error *err);

#endif
