/* SPDX-License-Identifier: Apache-2.0 */
#include "ceremony_make.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "ceremony.h"
#include "cert.h"
#include "clock.h"
#include "es256.h"
#include "file.h"
#include "planned.h"
#include "transcript_head.h"
#include "transcript_last.h"

#define INPUT_LIMIT ((size_t)64 * 1024 * 1024)

#define ADMINISTRATOR "ceremony administrator"
#define OPERATOR "operator"

/* ---- inputs ---- */

/* Where a file belongs that cannot be read. */
static bool say_where(struct sti_error *err)
{
    if (err == NULL || err->code != STI_ENVIRONMENT)
        return false;
    const struct sti_error why = *err;
    sti_fail(err, "%s; the ceremony file names it, and all that it names is to be in its folder",
             why.sentence);
    return sti_error_in(err, why.source);
}

bool making_input(struct making *making, const char *path, uint8_t **octets, size_t *length,
                  struct sti_error *err)
{
    char *beside = file_beside(making->folder, path);
    if (beside == NULL)
        return sti_fail(err, "no memory for the name of a file");
    bool ok = file_read(beside, INPUT_LIMIT, octets, length, err);
    free(beside);
    if (!ok)
        return say_where(err);
    /* A file may be named twice: it is one input. */
    for (size_t i = 0; i < making->plan->input_count; i++)
        if (strcmp(making->plan->inputs[i].path, path) == 0)
            return true;
    struct plan_input *input = plan_add_input(making->plan);
    ok = input != NULL && (input->path = strdup(path)) != NULL;
    if (!ok)
        sti_fail(err, "no memory for the plan");
    ok = ok && cert_digest(*octets, *length, input->digest, err);
    if (ok) {
        input->length = (int64_t)*length;
        return true;
    }
    free(*octets);
    *octets = NULL;
    return false;
}

static void *read_pem(struct making *making, const char *path, bool is_key, struct sti_error *err)
{
    uint8_t *octets = NULL;
    size_t length = 0;
    if (!making_input(making, path, &octets, &length, err))
        return NULL;
    BIO *bio = BIO_new_mem_buf(octets, (int)length); /* INPUT_LIMIT is below INT_MAX */
    void *value = NULL;
    if (bio != NULL)
        value = is_key ? (void *)PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL)
                       : (void *)PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    free(octets);
    ERR_clear_error();
    if (value == NULL) {
        sti_refuse(err, "RFC 7468",
                   is_key ? "holds no public key in PEM (BEGIN PUBLIC KEY)"
                          : "holds no certificate in PEM (BEGIN CERTIFICATE)");
        sti_error_in(err, path);
    }
    return value;
}

X509 *making_certificate(struct making *making, const char *path, struct sti_error *err)
{
    return read_pem(making, path, false, err);
}

EVP_PKEY *making_key(struct making *making, const char *path, struct sti_error *err)
{
    EVP_PKEY *key = read_pem(making, path, true, err);
    if (key == NULL || es256_is_p256(key))
        return key;
    EVP_PKEY_free(key);
    sti_refuse(err, "ATIS-1000080 section 6.4.1", "is not an EC P-256 key");
    sti_error_in(err, path);
    return NULL;
}

/* ---- steps ---- */

struct plan_step *making_step(struct making *making, enum plan_action action, const char *who,
                              struct sti_error *err, const char *format, ...)
{
    char id[24];
    char text[PLAN_MAX_TEXT + 1];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    /* A name may have other letters than a plan; the certificate has them all. */
    for (char *at = text; *at != '\0'; at++)
        if (*at < ' ' || *at > '~')
            *at = '?';
    struct plan_step *step = plan_add_step(making->plan);
    if (step != NULL) {
        snprintf(id, sizeof(id), "%zu", making->plan->step_count);
        step->action = action;
        step->id = strdup(id);
        step->who = strdup(who);
        step->text = strdup(text);
        if (step->id != NULL && step->who != NULL && step->text != NULL)
            return step;
    }
    sti_fail(err, "no memory for the plan");
    return NULL;
}

bool making_step_key_of(struct plan_step *step, enum ceremony_key section, EVP_PKEY *key,
                        struct sti_error *err)
{
    step->key = section;
    return planned_spki(key, &step->spki, err);
}

bool making_step_key(struct making *making, struct plan_step *step, EVP_PKEY *key,
                     struct sti_error *err)
{
    return making_step_key_of(step, making->file->key, key, err);
}

static bool open_steps(struct making *making, struct sti_error *err)
{
    return making_step(making, PLAN_CONFIRM, ADMINISTRATOR, err,
                       "Read the digest of the plan aloud from this paper. Everyone in the room "
                       "compares it with a copy of their own; the operator types its first %d "
                       "words.",
                       CEREMONY_TYPED_WORDS) != NULL &&
           making_step(making, PLAN_CLOCK, OPERATOR, err,
                       "Compare the clock of the machine with two watches, in UTC.") != NULL;
}

bool making_hsm(struct making *making, enum ceremony_key section, EVP_PKEY *key,
                struct sti_error *err)
{
    struct plan_step *step = making_step(
        making, PLAN_HSM, OPERATOR, err,
        "Open the HSM that has the %s key. Compare the serial number on the screen with the one "
        "on the HSM. The key must be the plan's.",
        ceremony_key_name(section));
    return step != NULL && making_step_key_of(step, section, key, err);
}

bool making_end(struct making *making, enum ceremony_key section, EVP_PKEY *key,
                struct sti_error *err)
{
    struct plan_step *step =
        making_step(making, PLAN_END, ADMINISTRATOR, err,
                    "Sign the transcript with the key in the HSM, read the words of its last entry "
                    "aloud, and note the first four here. Copy the outputs and the transcript to "
                    "the media that leave the room, close the HSM and put it away.");
    return step != NULL && making_step_key_of(step, section, key, err);
}

/*
 * The step `hsm` stands before those of the kind, but only they tell the key: it is added behind
 * them and moved.
 */
static bool make_steps(struct making *making, struct sti_error *err)
{
    struct plan *plan = making->plan;
    EVP_PKEY *key = NULL;
    enum ceremony_key section = making->file->key;
    if (!open_steps(making, err))
        return false;
    if (plan->kind == CEREMONY_KEY_DESTRUCTION)
        return making_destruction(making, err);
    size_t place = plan->step_count;
    bool ok = making_ca(making, &key, err) && making_hsm(making, section, key, err);
    if (ok) {
        struct plan_step step = plan->steps[plan->step_count - 1];
        memmove(plan->steps + place + 1, plan->steps + place,
                (plan->step_count - 1 - place) * sizeof(step));
        plan->steps[place] = step;
        for (size_t i = place; ok && i < plan->step_count; i++) {
            char id[24];
            snprintf(id, sizeof(id), "%zu", i + 1);
            free(plan->steps[i].id);
            plan->steps[i].id = strdup(id);
            ok = plan->steps[i].id != NULL || sti_fail(err, "no memory for the plan");
        }
    }
    ok = ok && making_end(making, section, key, err);
    EVP_PKEY_free(key);
    return ok;
}

/* ---- the plan ---- */

static bool make_approvers(struct making *making, struct sti_error *err)
{
    for (size_t i = 0; i < making->file->approver_count; i++) {
        const struct ceremony_approver *from = &making->file->approvers[i];
        EVP_PKEY *key = making_key(making, from->key_file, err);
        struct plan_approver *to = key == NULL ? NULL : plan_add_approver(making->plan);
        bool ok =
            to != NULL && (to->id = strdup(from->id)) != NULL && planned_spki(key, &to->spki, err);
        if (key != NULL && !ok && (to == NULL || to->id == NULL))
            sti_fail(err, "no memory for the plan");
        EVP_PKEY_free(key);
        if (!ok)
            return false;
    }
    return true;
}

static bool make_previous(struct making *making, struct sti_error *err)
{
    const char *path = making->file->previous;
    uint8_t *octets = NULL;
    size_t length = 0;
    if (path == NULL)
        return true;
    if (!making_input(making, path, &octets, &length, err))
        return false;
    making->plan->has_previous = true;
    int64_t number = 0;
    char *beside = file_beside(making->folder, path);
    bool ok = beside != NULL || sti_fail(err, "no memory for the name of a file");
    ok = ok && transcript_last_entry(octets, length, &number, making->plan->previous, err) &&
         transcript_head_fits(beside, number, making->plan->previous, err);
    free(beside);
    free(octets);
    return ok || sti_error_in(err, path);
}

static bool make_head(struct making *making, struct sti_error *err)
{
    struct plan *plan = making->plan;
    const struct ceremony_file *file = making->file;
    plan->kind = file->kind;
    plan->made = making->now;
    plan->window_begin = file->window_begin;
    plan->window_end = file->window_end;
    plan->needed = (size_t)file->approvals;
    plan->name = strdup(file->title);
    plan->tool = making_tool(making);
    plan->transcript = strdup(file->transcript);
    if (plan->name == NULL || plan->tool == NULL || plan->transcript == NULL)
        return sti_fail(err, "no memory for the plan");
    if (file->window_end <= making->now)
        return sti_refuse(err, NULL,
                          "the window of the ceremony is over by this machine's clock; set "
                          "window_begin and window_end anew");
    return true;
}

static bool make(struct making *making, const char *path, struct sti_error *err)
{
    uint8_t *text = NULL;
    size_t length = 0;
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        sti_fail(err, "there is no ceremony file of this name; check the name, or copy one of "
                      "conf/ceremonies and fill it in");
        return sti_error_in(err, path);
    }
    if (!making_input(making, ceremony_name(path), &text, &length, err))
        return false;
    making->file = ceremony_file_read((const char *)text, length, err);
    free(text);
    if (making->file == NULL)
        return sti_error_in(err, path);
    return make_head(making, err) && make_approvers(making, err) && make_previous(making, err) &&
           make_steps(making, err) && plan_check(making->plan, err);
}

/* With what is in the making already. */
static bool make_with(struct making *making, const char *path, struct plan **plan,
                      struct sti_error *err)
{
    making->plan = plan_new();
    bool ok = (making->plan != NULL && file_folder(path, &making->folder)) ||
              sti_fail(err, "no memory for the plan");
    ok = ok && make(making, path, err);
    ceremony_file_free(making->file);
    free(making->folder);
    if (ok)
        *plan = making->plan;
    else
        plan_free(making->plan);
    return ok;
}

bool ceremony_make(const char *path, const struct config *config, struct plan **plan,
                   struct sti_error *err)
{
    struct making making = {.config = config, .now = clock_now()};
    return make_with(&making, path, plan, err);
}

bool ceremony_make_again(const char *path, const struct config *config, const struct plan *again,
                         struct plan **plan, struct sti_error *err)
{
    struct making making = {.config = config, .now = again->made, .again = again};
    return make_with(&making, path, plan, err);
}
