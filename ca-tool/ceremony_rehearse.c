/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca ceremony rehearse`: the whole ceremony, with throw-away things in place of what counts.
 */
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/pem.h>

#include "ceremony_resume.h"
#include "ceremony_run.h"
#include "clock.h"
#include "file.h"
#include "hsm_throwaway.h"
#include "interrupt.h"
#include "signed_octets.h"

#define FILE_LIMIT ((size_t)64 * 1024 * 1024)
#define LOCK ".lock"
#define LOCK_LIMIT ((size_t)64 * 1024)

/* ---- the throw-away things ---- */

struct stage {
    char folder[64]; /* of the token and the copy of the ledger; always removed */
    bool made;
    char *out; /* of the outputs and the transcript */
};

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
    (void)status;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void stage_remove(struct stage *stage)
{
    if (stage->made)
        (void)nftw(stage->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(stage->out);
}

static bool stage_make(struct stage *stage, const char *out, const char *module,
                       struct sti_error *err)
{
    strcpy(stage->folder, "/tmp/sti-ca-rehearsal.XXXXXX");
    stage->made = mkdtemp(stage->folder) != NULL;
    if (!stage->made)
        return sti_fail(err, "no folder for the rehearsal: %s", strerror(errno));
    if (out != NULL)
        stage->out = strdup(out);
    else if (asprintf(&stage->out, "%s/out", stage->folder) < 0)
        stage->out = NULL;
    if (stage->out == NULL)
        return sti_fail(err, "no memory for the name of a folder");
    if (mkdir(stage->out, 0777) != 0) {
        sti_fail(err, "the folder cannot be made: %s", strerror(errno));
        return sti_error_in(err, stage->out);
    }
    return hsm_throwaway_make(module, stage->folder, err);
}

/* A key in the throw-away token in place of the one that sti-ca.cnf names. */
static bool replace_key(const struct stage *stage, const char *module, const char *name, int id,
                        char **key, struct sti_error *err)
{
    char *uri_text = NULL;
    if (asprintf(&uri_text,
                 "pkcs11:token=" HSM_THROWAWAY_LABEL
                 ";object=%s;id=%%%02d?module-path=%s&pin-source=file:%s/pin",
                 name, id, module, stage->folder) < 0)
        return sti_fail(err, "no memory for a key's name");
    free(*key);
    *key = uri_text;
    struct hsm_uri *uri = hsm_uri_parse(uri_text, NULL, err);
    struct hsm *hsm = uri == NULL ? NULL : hsm_open(uri, NULL, NULL, err);
    bool ok = hsm != NULL && hsm_key_generate(hsm, uri, err);
    hsm_close(hsm);
    hsm_uri_free(uri);
    return ok;
}

/*
 * What the lock file beside the ledger remembers, beside the copy, so that a ledger that was put
 * back from an older copy is refused as the ceremony will. Taken before the ledger is copied: it
 * may be behind, and never ahead.
 */
static bool copy_mark(const char *ledger, const char *copy, struct sti_error *err)
{
    char from[PATH_MAX + sizeof(LOCK)];
    char *to = NULL;
    uint8_t *octets = NULL;
    size_t length = 0;
    if (realpath(ledger, from) == NULL || access(strcat(from, LOCK), R_OK) != 0)
        return true; /* who opens the ledger has the sentence for it; or nobody has written yet */
    bool ok = asprintf(&to, "%s" LOCK, copy) >= 0 || sti_fail(err, "no memory for a file's name");
    ok = ok && file_read(from, LOCK_LIMIT, &octets, &length, err);
    struct file_out *out = ok ? file_out_begin(to, false, err) : NULL;
    ok = out != NULL && file_out_commit(out, octets, length, err);
    free(octets);
    free(to);
    return ok;
}

/*
 * A copy of the ledger, of one moment, in place of it, which is only read: what the ceremony will
 * find in it, a token that was used, another holder of a key, an intent without an end, the
 * rehearsal finds as well.
 */
static bool replace_ledger(const struct stage *stage, struct ceremony_run *run,
                           struct sti_error *err)
{
    char *path = NULL;
    if (asprintf(&path, "%s/ledger.sqlite", stage->folder) < 0)
        return sti_fail(err, "no memory for the name of a file");
    struct ledger *ledger = NULL;
    bool ok = copy_mark(run->config->ledger, path, err);
    if (ok)
        ledger = ledger_open(run->config->ledger, LEDGER_READ, clock_now(), err);
    ok = ledger != NULL && ledger_backup(ledger, path, NULL, err);
    ledger_close(ledger);
    free(run->config->ledger);
    run->config->ledger = path;
    return ok && ceremony_ledger_open(run, err) && ceremony_gate_ledger(run, err);
}

/* ---- what it has shown ---- */

/* The certificate or CRL of an output, in DER. OPENSSL_malloc'd, NULL: the file is neither. */
static unsigned char *der_of(const struct plan_step *step, const uint8_t *text, size_t length,
                             size_t *der_length)
{
    unsigned char *der = NULL;
    char *name = NULL;
    char *header = NULL;
    long read = 0;
    *der_length = length;
    if (strcmp(step->what, "crl") == 0) /* which is DER already */
        return OPENSSL_memdup(text, length);
    BIO *bio = BIO_new_mem_buf(text, (int)length); /* FILE_LIMIT is below INT_MAX */
    if (bio != NULL && PEM_read_bio(bio, &name, &header, &der, &read) == 1)
        *der_length = (size_t)read;
    OPENSSL_free(name);
    OPENSSL_free(header);
    BIO_free(bio);
    return der;
}

/* The plan's octets stand in what was signed as they are; what is left is the signature. */
static bool compare(const struct ceremony_run *run, const struct plan_step *step,
                    struct sti_error *err)
{
    uint8_t *text = NULL;
    size_t length = 0;
    size_t whole = 0;
    char *path = ceremony_run_path(run, step->out);
    bool ok = path != NULL && file_read(path, FILE_LIMIT, &text, &length, err);
    unsigned char *der = ok ? der_of(step, text, length, &whole) : NULL;
    bool same = der != NULL && signed_octets_hold(der, whole, step->tbs.octets, step->tbs.length);
    if (same)
        printf("  %s: %zu octets, of which %zu are the plan's, octet for octet;\n"
               "    the other %zu are the signature and what holds it\n",
               step->out, whole, step->tbs.length, whole - step->tbs.length);
    else if (ok)
        ok = sti_fail(err, "%s is not what was planned", step->out);
    OPENSSL_free(der);
    free(text);
    free(path);
    return ok && same;
}

static bool show(const struct ceremony_run *run, struct sti_error *err)
{
    printf("\nThe rehearsal is over. The ceremony will differ from it in signatures only:\n");
    for (size_t i = 0; i < run->ceremony.plan->step_count; i++) {
        const struct plan_step *step = &run->ceremony.plan->steps[i];
        if (step->action == PLAN_SIGN && !compare(run, step, err))
            return false;
        if (step->action == PLAN_DESTROY)
            printf("  step %s has destroyed a throw-away key, in place of the %s key\n", step->id,
                   ceremony_key_name(step->key));
    }
    return true;
}

/* ---- the command ---- */

static bool go(struct ceremony_run *run, struct stage *stage,
               const struct tool_arguments *arguments, struct sti_error *err)
{
    const char *module = tool_value(arguments, "module");
    if (module == NULL)
        module = HSM_THROWAWAY_MODULE;
    run->rehearsal = true;
    if (!ceremony_load(&run->ceremony, arguments->positional, err))
        return false;
    run->config = command_config(arguments, err);
    if (run->config == NULL || !ceremony_gate_inputs(run, err) ||
        !ceremony_gate_profiles(run, err) ||
        !ceremony_person_begin(&run->person, tool_value(arguments, "answers"), err) ||
        !stage_make(stage, tool_value(arguments, "out"), module, err))
        return false;
    run->folder = stage->out;
    if (!replace_key(stage, module, "root", 1, &run->config->root.key, err) ||
        !replace_key(stage, module, "intermediate", 2, &run->config->intermediate.key, err) ||
        (run->config->crl.key != NULL &&
         !replace_key(stage, module, "crl", 3, &run->config->crl.key, err)) ||
        !replace_ledger(stage, run, err) || !ceremony_gate_crl(run, err) ||
        !ceremony_begin(run, err))
        return false;
    printf("REHEARSAL: the keys, the copy of the ledger and the folder are thrown away\n");
    ceremony_print(&run->ceremony);
    return ceremony_steps(run, err) && show(run, err);
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct ceremony_run run = {0};
    struct stage stage = {{0}, false, NULL};
    bool ok = go(&run, &stage, arguments, err);
    interrupt_say("the rehearsal signed nothing that counts");
    if (ok && tool_value(arguments, "out") != NULL)
        printf("its outputs and its transcript are in %s\n", stage.out);
    ceremony_run_free(&run);
    stage_remove(&stage);
    return ok;
}

const struct tool_command command_ceremony_rehearse = {
    .name = "ceremony rehearse",
    .summary = "go through a planned ceremony with a throw-away HSM",
    .positional = "PLAN",
    .about =
        "Goes through the same steps as `sti-ca ceremony run`, by the same code, with a token\n"
        "of SoftHSM in a temporary folder in place of the HSM, a copy of the ledger as it is\n"
        "now, and a folder of its own for the outputs. Shows that the ceremony will differ from\n"
        "it in signatures only, and finds what will stop it: a token that was used meanwhile,\n"
        "an intent without an end. Needs no approvals, and is not bound to the plan's window.\n"
        "The token, the keys and the copy are removed at the end.",
    .options =
        {
            {"answers", "FILE",
             "what people would type, a line each, in place of a\n"
             "terminal",
             false},
            {"out", "DIR", "a new folder that keeps the outputs", false},
            {"module", "FILE", "SoftHSM's module, if it is not where Debian has it", false},
            OPTION_CONFIG,
        },
    .ends_in_order = true,
    .run = run,
};
