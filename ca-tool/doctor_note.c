/* SPDX-License-Identifier: Apache-2.0 */
/* One check of `sti-ca doctor`: printed as it is found, kept for the JSON. */
#include <stdarg.h>
#include <stdio.h>

#include "command.h"
#include "doctor.h"

static const char *const state_names[] = {"ok", "FAILED", "skipped"};
static const char *const json_states[] = {"ok", "failed", "skipped"};

void doctor_note(struct doctor *doctor, enum doctor_state state, const char *name,
                 const char *remedy, const char *format, ...)
{
    char seen[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(seen, sizeof(seen), format, args);
    va_end(args);
    doctor->counts[state]++;
    json_t *check = json_pack("{s:s, s:s, s:s, s:o}", "group", doctor->group, "check", name,
                              "state", json_states[state], "seen", tool_json_text(seen));
    if (remedy != NULL)
        json_object_set_new(check, "remedy", tool_json_text(remedy));
    json_array_append_new(doctor->checks, check);
    if (doctor->quiet)
        return;
    printf("  %-8s %-17s %s\n", state_names[state], name, seen);
    if (remedy != NULL)
        printf("  %-8s %-17s -> %s\n", "", "", remedy);
}

void doctor_note_error(struct doctor *doctor, const char *name, const struct sti_error *err)
{
    char sentence[2048];
    sti_error_text(err, sentence, sizeof(sentence));
    doctor_note(doctor, DOCTOR_FAILED, name, NULL, "%s", sentence);
}
