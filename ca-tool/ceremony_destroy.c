/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The step that destroys a key. The people's word is on the disk before the HSM is asked, so that a
 * run which dies behind that is known to have asked, perhaps: the next one looks whether the key is
 * there before it opens it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ceremony_look.h"
#include "ceremony_run.h"
#include "ceremony_time.h"
#include "interrupt.h"
#include "key_certificates.h"
#include "key_facts.h"
#include "pin.h"
#include "planned.h"
#include "script.h"
#include "text.h"

struct destroying {
    struct ceremony_run *run;
    const struct plan_step *step;
    struct hsm_uri *uri;
    EVP_PKEY *key; /* its public half */
    struct hsm_key_facts *facts;
    char *label; /* both as shown */
    char *id;
};

/* ---- what is destroyed ---- */

static void tell_certificate(void *context, const struct ledger_record *record, int64_t end)
{
    char text[CEREMONY_TIME_TEXT];
    ceremony_time_write(end, text);
    printf("    of the %s certificate, valid to %s\n      %s\n", ledger_kind_name(record->kind),
           text, record->serial);
    ++*(size_t *)context;
}

static bool tell(struct destroying *destroying, struct sti_error *err)
{
    struct hsm_token_info info;
    char digest[KEY_FINGERPRINT_TEXT];
    size_t found = 0;
    hsm_token_info(destroying->run->signer.hsm, &info);
    printf("  this destroys a private key, and nothing brings it back\n    key      %s, id %s, %s\n"
           "    token    ",
           destroying->label, destroying->id, destroying->facts->type);
    text_print(stdout, info.label);
    printf(", serial ");
    text_print(stdout, info.serial);
    if (key_fingerprint(destroying->key, digest))
        printf("\n    SHA-256 of its public key\n      %s", digest);
    printf("\n");
    if (!key_certificates(destroying->run->ledger, destroying->key, tell_certificate, &found, err))
        return false;
    if (found == 0)
        printf("    no certificate in the ledger is made for it\n");
    printf("  for this reason\n");
    script_wrap(stdout, 4, destroying->step->reason);
    return true;
}

static bool read_key(struct destroying *destroying, struct sti_error *err)
{
    destroying->facts = hsm_key_show(destroying->run->signer.hsm, destroying->uri, err);
    if (destroying->facts == NULL)
        return false;
    if (destroying->facts->unread)
        return sti_fail(err, "%s; nothing was destroyed", destroying->facts->reason.sentence);
    destroying->label = key_label_text(destroying->facts);
    destroying->id = key_id_text(destroying->facts);
    return (destroying->label != NULL && destroying->id != NULL) ||
           sti_fail(err, "no memory for the key's name");
}

/* As `sti-ca key destroy` asks. */
static bool ask(struct destroying *destroying, struct sti_error *err)
{
    struct ceremony_run *run = destroying->run;
    const char *word = key_destroy_word(destroying->facts, destroying->label, destroying->id);
    char question[100];
    snprintf(question, sizeof(question), "type its %s to destroy it",
             word == destroying->id ? "id" : "label");
    if (!ceremony_ask_exactly(&run->person, question, word, &run->aborted, err))
        return false;
    struct transcript_at at = ceremony_at(run, destroying->step);
    return interrupt_check(err) && transcript_answer(run->transcript, &at, question, word, err);
}

/* ---- what the HSM says afterwards ---- */

static bool record(struct destroying *destroying, const struct ceremony_look *look,
                   struct sti_error *err)
{
    struct plan_octets spki = {0};
    struct ceremony_run *run = destroying->run;
    for (size_t i = 0; i < look->fact_count; i++)
        printf("    %-30s %s\n", look->facts[i].name, look->facts[i].value);
    if (!planned_spki(destroying->key, &spki, err))
        return false;
    const struct transcript_destroyed destroyed = {
        .spki = {spki.octets, spki.length},
        .facts = look->facts,
        .fact_count = look->fact_count,
    };
    struct transcript_at at = ceremony_at(run, destroying->step);
    bool ok = transcript_destroyed(run->transcript, &at, &destroyed, err);
    free(spki.octets);
    return ok;
}

static bool search(struct destroying *destroying, struct hsm *hsm, struct sti_error *err)
{
    struct ceremony_look look;
    if (!ceremony_look(hsm, destroying->uri, destroying->key, &look, err))
        return false;
    if (!ceremony_look_gone(&look))
        return sti_fail(err,
                        "the token says that it destroyed the key %s, and still shows a "
                        "private key of its name or with its public key; remove that with the "
                        "device's own tool, and run the ceremony again",
                        hsm_key_name(destroying->uri).text);
    printf("  destroyed; the HSM was searched for it\n");
    return record(destroying, &look, err);
}

/* ---- the deed ---- */

static bool destroy(struct destroying *destroying, struct sti_error *err)
{
    struct ceremony_run *run = destroying->run;
    bool names_kept = false;
    if (!ceremony_key_open(run, destroying->step, err))
        return false;
    EVP_PKEY_up_ref(run->signer.public); /* a rehearsal's is not the plan's */
    EVP_PKEY_free(destroying->key);
    destroying->key = run->signer.public;
    if (!read_key(destroying, err) || !tell(destroying, err) || !ask(destroying, err))
        return false;
    interrupt_say("whether the key %s was destroyed is not known; run the ceremony again: it looks",
                  destroying->label);
    run->opened = NULL; /* whatever comes of it, it signs nothing any more */
    bool ok = hsm_key_destroy(run->signer.hsm, destroying->uri, &names_kept, err) &&
              search(destroying, run->signer.hsm, err);
    signer_close(&run->signer);
    return ok;
}

/* An earlier run may have destroyed it: then nothing is left but to say so. */
static bool look_first(struct destroying *destroying, bool *gone, struct sti_error *err)
{
    struct ceremony_run *run = destroying->run;
    struct ceremony_look look;
    signer_close(&run->signer);
    run->opened = NULL;
    struct hsm *hsm = pin_open(destroying->uri, err);
    bool ok = hsm != NULL && ceremony_look(hsm, destroying->uri, destroying->key, &look, err);
    hsm_close(hsm);
    *gone = ok && ceremony_look_gone(&look);
    if (!*gone)
        return ok;
    printf("  an earlier run has asked the HSM, and the key is not there any more\n");
    return record(destroying, &look, err);
}

static bool go(struct destroying *destroying, bool is_begun, struct sti_error *err)
{
    const struct ceremony_run *run = destroying->run;
    const char *text = ceremony_key_uri(run->config, destroying->step->key);
    bool gone = false;
    if (text == NULL)
        return sti_error_set(err, STI_USAGE, NULL, "%s has no section [%s] that names the key",
                             run->config->path, ceremony_key_name(destroying->step->key));
    destroying->uri = hsm_uri_parse(text, run->config->directory, err);
    destroying->key = planned_key(&destroying->step->spki, err);
    if (destroying->uri == NULL || destroying->key == NULL ||
        (is_begun && !look_first(destroying, &gone, err)))
        return false;
    return gone || destroy(destroying, err);
}

bool ceremony_destroy(struct ceremony_run *run, size_t index, struct sti_error *err)
{
    struct destroying destroying = {.run = run, .step = &run->ceremony.plan->steps[index]};
    bool ok = go(&destroying, run->done[index].is_begun, err);
    hsm_uri_free(destroying.uri);
    EVP_PKEY_free(destroying.key);
    hsm_key_facts_free(destroying.facts);
    free(destroying.label);
    free(destroying.id);
    return ok;
}
