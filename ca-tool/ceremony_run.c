/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca ceremony run`: an approved plan, carried out step by step. */
#include "ceremony_run.h"
#include "ceremony_resume.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "interrupt.h"

void ceremony_run_free(struct ceremony_run *run)
{
    transcript_close(run->transcript);
    signer_close(&run->signer);
    ledger_close(run->ledger);
    ceremony_person_end(&run->person);
    for (size_t i = 0; i < run->approval_count; i++)
        free(run->approvals[i].octets);
    free(run->done);
    config_free(run->config);
    ceremony_free(&run->ceremony);
    memset(run, 0, sizeof(*run));
}

static bool go(struct ceremony_run *run, const struct tool_arguments *arguments,
               struct sti_error *err)
{
    run->entries_lost = tool_flag(arguments, "entries-lost");
    if (!ceremony_load(&run->ceremony, arguments->positional, err))
        return false;
    run->config = command_config(arguments, err);
    if (run->config == NULL || !ceremony_gate_clock(run, err) ||
        !ceremony_gate_approvals(run, arguments, err) || !ceremony_gate_inputs(run, err) ||
        !ceremony_gate_profiles(run, err) || !ceremony_person_begin(&run->person, NULL, err))
        return false;
    if (!ceremony_ledger_open(run, err) || !ceremony_gate_clock(run, err) ||
        !ceremony_gate_ledger(run, err) || !ceremony_gate_crl(run, err) ||
        !ceremony_begin(run, err))
        return false;
    interrupt_say("nothing was signed since the last step; run the ceremony again to go on");
    ceremony_print(&run->ceremony);
    printf("At every question: abort ends the ceremony, and the transcript says so.\n");
    return ceremony_steps(run, err);
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct ceremony_run run = {0};
    interrupt_say("the ceremony has not begun");
    bool ok = go(&run, arguments, err);
    if (ok) {
        interrupt_say("the ceremony is over, and its transcript is signed");
        printf("\nthe ceremony is over; verify %s with sti-transcript\n"
               "what leaves the room goes into one file:\n"
               "  sti-ca bundle pack --held %s --out FILE\n",
               run.ceremony.plan->transcript, ceremony_name(run.ceremony.path));
    }
    ceremony_run_free(&run);
    return ok;
}

const struct tool_command command_ceremony_run = {
    .name = "ceremony run",
    .summary = "hold the ceremony of an approved plan",
    .positional = "PLAN",
    .about =
        "Refuses to begin without enough good approvals of this plan, if an input or a profile\n"
        "is not what it was, if an output is there already, or if the clock is outside the plan's\n"
        "window.\n"
        "Then goes through the steps: says what comes, waits for a typed word, has the HSM\n"
        "sign, reads what was signed again, and compares its octets with the plan's. All of\n"
        "it goes into the transcript that the plan names. A run that was interrupted is\n"
        "started again with the same words: it goes on at the step where it was. If the HSM may\n"
        "have signed meanwhile, it signs the same octets again, which are the plan's. Needs a\n"
        "terminal of 80 columns.",
    .options =
        {
            {"approval", "FILE...", "the approval of a witness, once for each", false},
            {"entries-lost", NULL,
             "entries were cut from the transcript and cannot be\n"
             "brought back: end the ceremony as failed",
             false},
            OPTION_CONFIG,
        },
    .ends_in_order = true,
    .run = run,
};
