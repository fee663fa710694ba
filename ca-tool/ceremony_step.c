/* SPDX-License-Identifier: Apache-2.0 */
/* The steps of a ceremony, one after the other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/err.h>

#include "ceremony_run.h"
#include "ceremony_time.h"
#include "clock.h"
#include "interrupt.h"
#include "planned.h"
#include "script.h"
#include "text.h"

char *ceremony_run_path(const struct ceremony_run *run, const char *path)
{
    char *made = NULL;
    if (run->rehearsal) /* in its one folder, whatever folder the plan names */
        return asprintf(&made, "%s/%s", run->folder, ceremony_name(path)) < 0 ? NULL : made;
    if (run->ceremony.folder == NULL || *path == '/')
        return strdup(path);
    return asprintf(&made, "%s/%s", run->ceremony.folder, path) < 0 ? NULL : made;
}

bool ceremony_has_begun(const struct ceremony_run *run, bool *begun, struct sti_error *err)
{
    struct stat status;
    char *path = ceremony_run_path(run, run->ceremony.plan->transcript);
    if (path == NULL)
        return sti_fail(err, "no memory for the name of a file");
    *begun = lstat(path, &status) == 0;
    free(path);
    return true;
}

bool ceremony_answer(struct ceremony_run *run, const struct plan_step *step, const char *question,
                     const char *word, struct sti_error *err)
{
    if (!ceremony_ask_word(&run->person, question, word, &run->aborted, err))
        return false;
    struct transcript_at at = ceremony_at(run, step);
    return transcript_answer(run->transcript, &at, question, word, err);
}

static bool ask_word(struct ceremony_run *run, const struct plan_step *step, const char *word,
                     const char *why, struct sti_error *err)
{
    char question[120];
    snprintf(question, sizeof(question), "type %s %s", word, why);
    return ceremony_answer(run, step, question, word, err);
}

/* ---- the key ---- */

static bool tell_key(struct ceremony_run *run, const struct plan_step *step,
                     const struct hsm_key_facts *facts, struct sti_error *err)
{
    struct hsm_token_info info;
    struct transcript_fact attributes[HSM_FACTS_MAX];
    struct plan_octets spki = {0};
    hsm_token_info(run->signer.hsm, &info);
    for (size_t i = 0; i < facts->fact_count; i++)
        attributes[i] = (struct transcript_fact){facts->facts[i].name, facts->facts[i].value};
    printf("  HSM            %s, %s, firmware %s\n  serial number  %s\n  key            ",
           info.manufacturer, info.model, info.firmware, info.serial);
    text_print(stdout, facts->label == NULL ? "-" : facts->label);
    putchar('\n');
    if (!planned_spki(run->signer.public, &spki, err))
        return false;
    const struct transcript_hsm hsm = {
        .manufacturer = info.manufacturer,
        .model = info.model,
        .serial = info.serial,
        .firmware = info.firmware,
        .label = facts->label == NULL ? "-" : facts->label,
        .id = {facts->id, facts->id_length},
        .attributes = attributes,
        .attribute_count = facts->fact_count,
        .spki = {spki.octets, spki.length},
    };
    struct transcript_at at = ceremony_at(run, step);
    bool ok = transcript_hsm(run->transcript, &at, &hsm, err);
    free(spki.octets);
    return ok;
}

/* In a rehearsal the key is another one, and all else is the same. */
static bool check_key(const struct ceremony_run *run, const struct plan_step *step,
                      struct sti_error *err)
{
    if (run->rehearsal)
        return true;
    EVP_PKEY *planned = planned_key(&step->spki, err);
    if (planned == NULL)
        return false;
    bool same = EVP_PKEY_eq(planned, run->signer.public) == 1;
    EVP_PKEY_free(planned);
    ERR_clear_error();
    return same || sti_fail(err,
                            "the %s key in this HSM is not the plan's: it is another HSM, or "
                            "sti-ca.cnf names another key",
                            ceremony_key_name(step->key));
}

const char *ceremony_key_uri(const struct config *config, enum ceremony_key key)
{
    const char *const keys[CEREMONY_KEYS] = {
        [CEREMONY_KEY_ROOT] = config->root.key,
        [CEREMONY_KEY_INTERMEDIATE] = config->intermediate.key,
        [CEREMONY_KEY_CRL] = config->crl.key,
    };
    return keys[key];
}

bool ceremony_key_open(struct ceremony_run *run, const struct plan_step *step,
                       struct sti_error *err)
{
    if (run->opened != NULL && run->opened->key == step->key)
        return true;
    signer_close(&run->signer);
    run->opened = NULL;
    const char *text = ceremony_key_uri(run->config, step->key);
    if (text == NULL)
        return sti_error_set(err, STI_USAGE, NULL, "%s has no section [%s] that names the key",
                             run->config->path, ceremony_key_name(step->key));
    if (!signer_open(&run->signer, text, run->config->directory, err) || !check_key(run, step, err))
        return false;
    struct hsm_uri *uri = hsm_uri_parse(text, run->config->directory, err);
    struct hsm_key_facts *facts = uri == NULL ? NULL : hsm_key_show(run->signer.hsm, uri, err);
    bool ok = facts != NULL && tell_key(run, step, facts, err);
    hsm_key_facts_free(facts);
    hsm_uri_free(uri);
    if (ok)
        run->opened = step;
    return ok;
}

/* ---- the steps ---- */

static bool confirm(struct ceremony_run *run, const struct plan_step *step, struct sti_error *err)
{
    char typed[CEREMONY_ANSWER_MAX];
    printf("  digest of the plan\n");
    ceremony_print_hex(run->ceremony.digest);
    if (!ceremony_ask_digest(&run->person, run->ceremony.digest, typed, &run->aborted, err))
        return false;
    struct transcript_at at = ceremony_at(run, step);
    return transcript_answer(run->transcript, &at, "the first words of the plan's digest", typed,
                             err);
}

static bool look_at_clock(struct ceremony_run *run, const struct plan_step *step,
                          struct sti_error *err)
{
    char now[CEREMONY_TIME_TEXT];
    ceremony_time_write(clock_now(), now);
    printf("  this machine's clock says %s\n", now);
    if (!ask_word(run, step, "right", "if the clock is right", err))
        return false;
    run->source = TRANSCRIPT_PERSON;
    return true;
}

static bool open_hsm(struct ceremony_run *run, const struct plan_step *step, struct sti_error *err)
{
    return ask_word(run, step, "open", "to log in to the HSM", err) &&
           ceremony_key_open(run, step, err);
}

static bool end(struct ceremony_run *run, const struct plan_step *step, struct sti_error *err)
{
    uint8_t digest[TRANSCRIPT_DIGEST_OCTETS];
    if (!ceremony_key_open(run, step, err) ||
        !ask_word(run, step, "close", "to sign the transcript and end the ceremony", err))
        return false;
    struct transcript_at at = ceremony_at(run, step);
    if (!transcript_end(run->transcript, &at, run->signer.key, err))
        return false;
    printf("  the transcript is signed; its last entry, for the paper and the next ceremony\n");
    transcript_last(run->transcript, digest);
    ceremony_print_words(digest);
    return true;
}

static bool do_step(struct ceremony_run *run, size_t index, struct sti_error *err)
{
    const struct plan_step *step = &run->ceremony.plan->steps[index];
    switch (step->action) {
    case PLAN_CONFIRM:
        return confirm(run, step, err);
    case PLAN_CLOCK:
        return look_at_clock(run, step, err);
    case PLAN_HSM:
        return open_hsm(run, step, err);
    case PLAN_SIGN:
        return ceremony_sign(run, index, err);
    case PLAN_DESTROY:
        return ceremony_destroy(run, index, err);
    case PLAN_END:
        return end(run, step, err);
    }
    return false;
}

/* What could not be noted is not passed over: the paper is all there is of it then. */
static void say_not_noted(const struct sti_error *why)
{
    printf("  the transcript does not have that: %s; write it on the paper\n", why->sentence);
}

/*
 * The end of a ceremony that the people in the room have given up. Without a key that signs, the
 * transcript ends with the failure. With one it is the plan's key for the end: another may be open,
 * which was to be destroyed. The time is taken behind that, for the key has an entry, too.
 */
static void note_end(struct ceremony_run *run, const struct plan_step *step, const char *text)
{
    const struct plan *plan = run->ceremony.plan;
    struct sti_error why;
    bool opened =
        run->opened != NULL && ceremony_key_open(run, &plan->steps[plan->step_count - 1], &why);
    if (run->opened != NULL && !opened)
        say_not_noted(&why);
    struct transcript_at at = ceremony_at(run, step);
    if (!transcript_failed(run->transcript, &at, text, &why) ||
        (opened && !transcript_end(run->transcript, &at, run->signer.key, &why)))
        say_not_noted(&why);
}

/*
 * A failure goes into the transcript. It ends the ceremony only if the people in the room have said
 * so; else the next run goes on at this step.
 */
static void note_failure(struct ceremony_run *run, const struct plan_step *step,
                         const struct sti_error *why)
{
    struct sti_error second;
    char text[900];
    sti_error_text(why, text, sizeof(text));
    for (char *c = text; *c != '\0'; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    if (run->aborted) {
        note_end(run, step, text);
        return;
    }
    struct transcript_at at = ceremony_at(run, step);
    if (!transcript_note(run->transcript, &at, text, &second))
        say_not_noted(&second);
}

bool ceremony_steps(struct ceremony_run *run, struct sti_error *err)
{
    const struct plan *plan = run->ceremony.plan;
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct plan_step *step = &plan->steps[i];
        if (run->done[i].done) {
            printf("\nstep %s of %zu was done before\n", step->id, plan->step_count);
            continue;
        }
        printf("\nstep %s of %zu: %s\n", step->id, plan->step_count, step->who);
        script_wrap(stdout, 2, step->text);
        if (!interrupt_check(err) || (!run->rehearsal && !ceremony_gate_clock(run, err)) ||
            !do_step(run, i, err)) {
            note_failure(run, step, err);
            return false;
        }
    }
    return true;
}
