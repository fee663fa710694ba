/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca bundle pack`: files, or all that a ceremony needs or has made, into one that travels. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bundle_file.h"
#include "bundle_parts.h"
#include "ceremony_run.h"
#include "file.h"
#include "planned.h"
#include "transcript_head.h"

#define PLAN_SUFFIX ".plan"

/* What goes in; file->files borrows from the octets. */
struct packing {
    struct bundle_file file;
    uint8_t **octets;
    size_t count;
};

/* ---- files ---- */

static bool keep(struct packing *packing, uint8_t *octets, struct sti_error *err)
{
    uint8_t **more = realloc(packing->octets, (packing->count + 1) * sizeof(*more));
    if (more == NULL) {
        free(octets);
        return sti_fail(err, "no memory for the files of a bundle");
    }
    packing->octets = more;
    more[packing->count++] = octets;
    return true;
}

static bool add(struct packing *packing, const char *path, struct sti_error *err)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    if (!file_read(path, BUNDLE_FILES_ONE, &octets, &length, err) || !keep(packing, octets, err))
        return false;
    return (bundle_no_private_key(octets, length, err) &&
            bundle_files_add(&packing->file.files, ceremony_name(path), octets, length, err)) ||
           sti_error_in(err, path);
}

static bool add_beside(struct packing *packing, const char *folder, const char *name, bool if_there,
                       struct sti_error *err)
{
    char *path = file_beside(folder, name);
    if (path == NULL)
        return sti_fail(err, "no memory for the name of a file");
    bool ok = (if_there && access(path, F_OK) != 0) || add(packing, path, err);
    free(path);
    return ok;
}

/* ---- a ceremony ---- */

/* root.txt and root.html beside root.plan, where they are. */
static bool add_paper(struct packing *packing, const char *plan, struct sti_error *err)
{
    static const char *const suffixes[] = {".txt", ".html"};
    size_t length = strlen(plan);
    if (length <= strlen(PLAN_SUFFIX) ||
        strcmp(plan + length - strlen(PLAN_SUFFIX), PLAN_SUFFIX) != 0)
        return true;
    for (size_t i = 0; i < 2; i++) {
        char *path = NULL;
        if (asprintf(&path, "%.*s%s", (int)(length - strlen(PLAN_SUFFIX)), plan, suffixes[i]) < 0)
            return sti_fail(err, "no memory for the name of a file");
        bool ok = add_beside(packing, NULL, path, true, err);
        free(path);
        if (!ok)
            return false;
    }
    return true;
}

/* The plan and what it was made from, all of it as the plan has it. */
static bool add_plan(struct packing *packing, const struct ceremony_run *run, struct sti_error *err)
{
    const struct ceremony *ceremony = &run->ceremony;
    const struct plan *plan = ceremony->plan;
    if (!ceremony_gate_inputs(run, err) || !add(packing, ceremony->path, err))
        return false;
    for (size_t i = 0; i < plan->input_count; i++)
        if (!add_beside(packing, ceremony->folder, plan->inputs[i].path, false, err))
            return false;
    return add_paper(packing, ceremony->path, err);
}

/* The name of the list that a certificate has by reference: the end of its URL. */
static bool add_list(struct packing *packing, const char *folder, const struct plan_step *step,
                     struct sti_error *err)
{
    struct planned_facts facts;
    if (strcmp(step->what, "certificate") != 0)
        return true;
    if (!planned_facts(&step->tbs, &facts, err))
        return false;
    bool ok = facts.list_url == NULL ||
              add_beside(packing, folder, ceremony_name(facts.list_url), true, err);
    planned_facts_free(&facts);
    return ok;
}

/* What the ceremony has written; one that has failed has not written all. */
static bool add_held(struct packing *packing, const struct ceremony *ceremony,
                     struct sti_error *err)
{
    const struct plan *plan = ceremony->plan;
    if (!add_beside(packing, ceremony->folder, plan->transcript, false, err))
        return false;
    char *head = transcript_head_name(plan->transcript, err);
    bool ok = head != NULL && add_beside(packing, ceremony->folder, head, true, err);
    free(head);
    for (size_t i = 0; ok && i < plan->step_count; i++)
        if (plan->steps[i].action == PLAN_SIGN)
            ok = add_beside(packing, ceremony->folder, plan->steps[i].out, true, err) &&
                 add_list(packing, ceremony->folder, &plan->steps[i], err);
    return ok;
}

static bool add_ceremony(struct packing *packing, const char *path, bool held,
                         struct sti_error *err)
{
    struct ceremony_run run = {0};
    bool ok = ceremony_load(&run.ceremony, path, err) && add_plan(packing, &run, err) &&
              (!held || add_held(packing, &run.ceremony, err));
    ceremony_run_free(&run);
    return ok;
}

/* ---- the command ---- */

static bool gather(struct packing *packing, const struct tool_arguments *arguments,
                   struct sti_error *err)
{
    const char *plan = tool_value(arguments, "plan");
    const char *held = tool_value(arguments, "held");
    if (plan != NULL && held != NULL)
        return sti_error_set(
            err, STI_USAGE, NULL,
            "--plan and --held exclude each other: --held has all that --plan has");
    if (plan == NULL && held == NULL && arguments->rest_count == 0)
        return sti_error_set(err, STI_USAGE, NULL,
                             "nothing goes in: name files, --plan PLAN or --held PLAN; see `sti-ca "
                             "bundle pack --help`");
    if ((plan != NULL && !add_ceremony(packing, plan, false, err)) ||
        (held != NULL && !add_ceremony(packing, held, true, err)))
        return false;
    for (size_t i = 0; i < arguments->rest_count; i++)
        if (!add(packing, arguments->rest[i], err))
            return false;
    return true;
}

static bool make(const struct tool_arguments *arguments, struct packing *packing,
                 struct sti_error *err)
{
    struct bundle_file *file = &packing->file;
    struct file_out *out =
        file_out_begin(tool_value(arguments, "out"), tool_flag(arguments, "force"), err);
    if (out == NULL)
        return false;
    if (gather(packing, arguments, err) &&
        bundle_files_write(&file->files, &file->octets, &file->length, err))
        return file_out_commit(out, file->octets, file->length, err);
    file_out_abandon(out);
    return false;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    const char *path = tool_value(arguments, "out");
    struct packing packing = {.octets = NULL};
    bool ok = make(arguments, &packing, err);
    if (ok && tool_flag(arguments, "json")) {
        ok = tool_print_json(bundle_file_json(path, &packing.file), err);
    } else if (ok) {
        bundle_file_print(path, &packing.file);
        printf("to be read aloud, or compared with what sti-ca bundle unpack prints\n");
        ceremony_print_words(bundle_file_digest(&packing.file));
    }
    bundle_file_free(&packing.file);
    for (size_t i = 0; i < packing.count; i++)
        free(packing.octets[i]);
    free(packing.octets);
    return ok;
}

const struct tool_command command_bundle_pack = {
    .name = "bundle pack",
    .summary = "put files, or a ceremony's, into one that travels",
    .positional = "[FILE...]",
    .about =
        "Puts files into one that travels over the air gap, each under its name and with its\n"
        "SHA-256. With --plan it takes the plan of a ceremony and every input that the plan\n"
        "names, which must be what they were; with --held also what the ceremony has made: its\n"
        "transcript, certificates, lists and CRL. Approvals, and whatever else goes along, are\n"
        "named as FILE. A private key is refused. The same files always make the same bundle.\n"
        "Prints the digest of the whole, in hex and in words: compare it at the other end, where\n"
        "`sti-ca bundle unpack` prints it too. Needs no configuration and no HSM.",
    .options =
        {
            {"plan", "PLAN", "what a ceremony needs: the plan, its inputs and its paper", false},
            {"held", "PLAN", "the same, and what the ceremony has made", false},
            {"out", "FILE", "where the bundle goes", true},
            OPTION_FORCE,
            OPTION_JSON,
        },
    .run = run,
};
