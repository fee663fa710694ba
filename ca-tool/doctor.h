/* SPDX-License-Identifier: Apache-2.0 */
/* What `sti-ca doctor` finds: checks in groups, each with a state, what was seen, what to do. */
#ifndef CA_TOOL_DOCTOR_H
#define CA_TOOL_DOCTOR_H

#include <jansson.h>

#include "sti_error.h"

enum doctor_state { DOCTOR_OK, DOCTOR_FAILED, DOCTOR_SKIPPED };

struct doctor {
    json_t *checks; /* an array, in the order of the checks */
    size_t counts[DOCTOR_SKIPPED + 1];
    const char *group; /* "openssl", "ca": of the checks that follow */
    bool quiet;        /* nothing is printed: the array is */
};

/* ---- doctor_note.c ---- */

/*
 * Notes one check: its name ("default-provider"), what was seen, and for a failed one what to type
 * or change. Prints it unless quiet.
 */
void doctor_note(struct doctor *doctor, enum doctor_state state, const char *name,
                 const char *remedy, const char *format, ...) STI_PRINTF(5, 6);

/* A failed check whose sentence, with its remedy in it, is an error's. */
void doctor_note_error(struct doctor *doctor, const char *name, const struct sti_error *err);

/* ---- one file a group ---- */

/* doctor_openssl.c: will an openssl command with this OPENSSL_CONF know the STIR extensions? */
void doctor_openssl(struct doctor *doctor);

/* doctor_ca.c: will the commands of sti-ca find what this configuration names? */
void doctor_ca(struct doctor *doctor, const char *config_path, bool config_given);

#endif
