/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca ceremony rederive`: the plan once more, from the inputs that are in its folder. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony_make.h"
#include "ceremony_profiles.h"
#include "ceremony_run.h"
#include "ceremony_time.h"
#include "file.h"
#include "plan_compare.h"
#include "planned.h"

/* What is different now, or what cannot be made any more, and what to do about it. */
static bool say_differs(const struct ceremony *ceremony, const char *what, struct sti_error *err)
{
    if (err == NULL || err->code != STI_REFUSED)
        return false;
    const struct sti_error why = *err;
    char text[900];
    sti_error_text(&why, text, sizeof(text));
    sti_refuse(err, NULL,
               "%s: %.420s; what the configuration says is no input: use the configuration of then "
               "(--config)",
               what, text);
    return sti_error_in(err, ceremony->path);
}

/* The first input is the ceremony file. */
static bool make_again(const struct ceremony *ceremony, const struct config *config,
                       struct plan **made, struct sti_error *err)
{
    if (ceremony->plan->input_count == 0) {
        sti_refuse(err, NULL, "names no inputs, so there is nothing to make it from");
        return sti_error_in(err, ceremony->path);
    }
    char *path = file_beside(ceremony->folder, ceremony->plan->inputs[0].path);
    if (path == NULL)
        return sti_fail(err, "no memory for the name of a file");
    bool ok = ceremony_make_again(path, config, ceremony->plan, made, err) ||
              say_differs(ceremony, "its inputs do not give this plan now", err);
    free(path);
    return ok;
}

/* ---- what came out ---- */

static bool print_step(const struct plan_step *step, struct sti_error *err)
{
    if (strcmp(step->what, "certificate") == 0) {
        struct planned_facts facts;
        if (!planned_facts(&step->tbs, &facts, err))
            return false;
        printf("  step %s  certificate %s, serial %s: again the same octets\n", step->id, step->out,
               facts.serial);
        planned_facts_free(&facts);
        return true;
    }
    struct crl_listing listing;
    bool ok = planned_crl(&step->tbs, &listing, err);
    char *number = ok ? crl_number_text(listing.number) : NULL;
    if (ok)
        printf("  step %s  CRL %s, number %s: again the same octets\n", step->id, step->out,
               number == NULL ? "?" : number);
    free(number);
    crl_listing_free(&listing);
    return ok;
}

static bool print(const struct ceremony *ceremony, struct sti_error *err)
{
    const struct plan *plan = ceremony->plan;
    char made[CEREMONY_TIME_TEXT];
    ceremony_time_write(plan->made, made);
    if (strcmp(plan->tool, "sti-ca " STI_PKI_VERSION) != 0)
        printf("note: it was made by %s, and once more by sti-ca " STI_PKI_VERSION "\n",
               plan->tool);
    printf("the plan is what its inputs give, octet for octet\n  made    %s; judged as of then\n",
           made);
    for (size_t i = 0; i < plan->step_count; i++)
        if (plan->steps[i].action == PLAN_SIGN && !print_step(&plan->steps[i], err))
            return false;
    printf("the digest of the plan\n");
    ceremony_print_words(ceremony->digest);
    return true;
}

/* ---- the command ---- */

static bool go(struct ceremony_run *run, struct plan **made, const struct tool_arguments *arguments,
               struct sti_error *err)
{
    const struct ceremony *ceremony = &run->ceremony;
    if (!ceremony_load(&run->ceremony, arguments->positional, err))
        return false;
    run->config = command_config(arguments, err);
    return run->config != NULL && ceremony_gate_inputs(run, err) &&
           (ceremony_profiles_check(ceremony->plan, run->config, CEREMONY_PROFILES_THEN, err) ||
            sti_error_in(err, ceremony->path)) &&
           make_again(ceremony, run->config, made, err) &&
           (plan_compare(ceremony->plan, *made, err) ||
            say_differs(ceremony, "is not what its inputs give now", err)) &&
           print(ceremony, err);
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct ceremony_run run = {0};
    struct plan *made = NULL;
    bool ok = go(&run, &made, arguments, err);
    plan_free(made);
    ceremony_run_free(&run);
    return ok;
}

const struct tool_command command_ceremony_rederive = {
    .name = "ceremony rederive",
    .summary = "make a plan once more from its inputs, and compare",
    .positional = "PLAN",
    .about =
        "Makes the plan PLAN (NAME.plan) once more, from the inputs that lie in its folder, as\n"
        "`sti-ca ceremony plan` did, and compares the two octet for octet: also years later,\n"
        "from the archive. First every input, and every profile of the configuration that PLAN\n"
        "names, is compared with its digest. Taken from PLAN are the time it was made, as of\n"
        "which everything is judged; the serial numbers, which were drawn; and the version of\n"
        "the program. The ledger is asked as it was at that time, from its log. What else\n"
        "the configuration says or names is no input: use the configuration of then. A\n"
        "difference is named by its step and field, with exit status 1. Signs nothing, writes "
        "nothing, and needs no HSM.\n"
        "The transcript is compared with the plan by `sti-transcript rederive`.",
    .options = {OPTION_CONFIG},
    .run = run,
};
