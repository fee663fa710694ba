/* SPDX-License-Identifier: Apache-2.0 */
/* What is revoked in a ceremony: shown, typed, recorded, noted in the transcript. */
#include <stdio.h>
#include <string.h>

#include "ceremony_crl.h"
#include "ceremony_run.h"
#include "ceremony_time.h"
#include "clock.h"
#include "interrupt.h"
#include "script.h"

static void show_targets(const struct ceremony_crl *crl)
{
    printf("  this revokes for ever\n");
    for (size_t i = 0; i < crl->targets.count; i++) {
        const struct revoke_target *target = &crl->targets.items[i];
        char time[CEREMONY_TIME_TEXT];
        ceremony_time_write(crl->revocations[i].date, time);
        printf("    %s, %s\n", target->serial, ledger_kind_name(target->kind));
        printf("    since     %s for %s\n    subject\n", time,
               crl_reason_word(crl->revocations[i].reason));
        script_wrap(stdout, 6, target->subject);
        revoke_show_list(stdout, &target->list);
    }
}

/* All of them are in the record, or none. */
static bool record_all(struct ceremony_run *run, const struct ceremony_crl *crl,
                       struct sti_error *err)
{
    if (!ledger_group_begin(run->ledger, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < crl->targets.count; i++)
        ok = crl->targets.items[i].revoked_at != 0 ||
             ledger_record_revoked(run->ledger, &crl->revocations[i], clock_now(), err);
    return ledger_group_end(run->ledger, ok, err);
}

static bool note_all(struct ceremony_run *run, const struct plan_step *step,
                     const struct ceremony_crl *crl, struct sti_error *err)
{
    struct transcript_at at = ceremony_at(run, step);
    bool ok = true;
    for (size_t i = 0; ok && i < crl->targets.count; i++) {
        char text[200];
        char date[CEREMONY_TIME_TEXT];
        ceremony_time_write(crl->revocations[i].date, date);
        snprintf(text, sizeof(text), "serial %s is revoked in the ledger, since %s for %s",
                 crl->targets.items[i].serial, date, crl_reason_word(crl->revocations[i].reason));
        ok = transcript_note(run->transcript, &at, text, err);
    }
    return ok;
}

bool ceremony_revoke(struct ceremony_run *run, const struct plan_step *step,
                     const struct ceremony_crl *crl, struct sti_error *err)
{
    const struct revoke_targets *targets = &crl->targets;
    char word[REVOKE_WORD];
    char question[100];
    if (crl->recorded == targets->count)
        return true;
    show_targets(crl);
    revoke_word(targets, word);
    if (targets->count == 1)
        snprintf(question, sizeof(question), "type the last %zu digits of its serial to revoke it",
                 strlen(word));
    else
        snprintf(question, sizeof(question), "type %s to revoke all of them", word);
    if (!ceremony_answer(run, step, question, word, err) || !interrupt_check(err))
        return false;
    interrupt_say("the ledger says whether they are revoked; run the ceremony again to go on");
    if (!record_all(run, crl, err))
        return false;
    printf("  recorded in the ledger\n");
    return note_all(run, step, crl, err);
}
