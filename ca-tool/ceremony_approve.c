/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca ceremony approve`: a witness signs the digest of a plan with a key of their own. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "approval.h"
#include "ceremony.h"
#include "ceremony_ask.h"
#include "file.h"
#include "interrupt.h"
#include "key_file.h"
#include "planned.h"
#include "signer.h"

/* A key of a witness: in a token, or in a file. */
struct witness {
    struct signer signer;
    EVP_PKEY *key; /* to sign with */
    EVP_PKEY *file;
};

static bool witness_open(struct witness *witness, const char *name, struct sti_error *err)
{
    if (hsm_uri_is(name)) {
        if (!signer_open(&witness->signer, name, NULL, err))
            return false;
        witness->key = witness->signer.key;
        return true;
    }
    witness->key = witness->file = key_file_read(name, err);
    return witness->key != NULL;
}

static void witness_close(struct witness *witness)
{
    EVP_PKEY_free(witness->file);
    signer_close(&witness->signer);
}

/* The approver of this id in the plan, or NULL with the ids there are. */
static const struct plan_approver *find_approver(const struct ceremony *ceremony, const char *id,
                                                 struct sti_error *err)
{
    char ids[400] = "";
    for (size_t i = 0; i < ceremony->plan->approver_count; i++) {
        const struct plan_approver *approver = &ceremony->plan->approvers[i];
        size_t used = strlen(ids);
        if (strcmp(approver->id, id) == 0)
            return approver;
        snprintf(ids + used, sizeof(ids) - used, "%s%s", used == 0 ? "" : ", ", approver->id);
    }
    sti_refuse(err, NULL, "'%.64s' is no approver of this plan; they are: %s", id, ids);
    return NULL;
}

/* What a stranger signs would be refused by every run: better now, and with a sentence. */
static bool check_key(const struct witness *witness, const struct plan_approver *approver,
                      struct sti_error *err)
{
    EVP_PKEY *listed = planned_key(&approver->spki, err);
    if (listed == NULL)
        return false;
    EVP_PKEY *own = witness->file == NULL ? witness->signer.public : witness->file;
    bool same = EVP_PKEY_eq(listed, own) == 1;
    EVP_PKEY_free(listed);
    ERR_clear_error();
    return same || sti_refuse(err, NULL, "the key is not the one that the plan lists for '%s'",
                              approver->id);
}

/* The whole digest as an argument, from the paper; or its first words, typed. */
static bool confirm(const struct ceremony *ceremony, const char *given, struct sti_error *err)
{
    char typed[CEREMONY_ANSWER_MAX];
    char hex[2 * PLAN_DIGEST_OCTETS + 1];
    bool aborted = false;
    if (given != NULL) {
        for (size_t i = 0; i < PLAN_DIGEST_OCTETS; i++)
            snprintf(hex + 2 * i, 3, "%02x", ceremony->digest[i]);
        return strcasecmp(given, hex) == 0 ||
               sti_refuse(err, NULL, "the digest of this plan is %s, and not what --digest says",
                          hex);
    }
    struct ceremony_person person;
    bool ok = ceremony_person_begin(&person, NULL, err);
    if (!ok && err != NULL && err->code == STI_USAGE)
        sti_error_set(err, STI_USAGE, NULL,
                      "there is no terminal to type words of the digest on; give the whole digest, "
                      "from the paper, with --digest");
    ok = ok && ceremony_ask_digest(&person, ceremony->digest, typed, &aborted, err);
    ceremony_person_end(&person);
    return ok;
}

static bool approve(const struct tool_arguments *arguments, const struct ceremony *ceremony,
                    struct file_out **out, struct sti_error *err)
{
    const char *id = tool_value(arguments, "as");
    struct witness witness = {0};
    uint8_t *message = NULL;
    size_t length = 0;
    const struct plan_approver *approver = find_approver(ceremony, id, err);
    if (approver == NULL)
        return false;
    ceremony_print(ceremony);
    printf("the digest of the plan\n");
    ceremony_print_hex(ceremony->digest);
    if (!confirm(ceremony, tool_value(arguments, "digest"), err))
        return false;
    bool ok = witness_open(&witness, tool_value(arguments, "key"), err) &&
              check_key(&witness, approver, err) && interrupt_check(err) &&
              approval_make(ceremony->digest, id, witness.key, &message, &length, err);
    witness_close(&witness);
    if (ok) {
        struct file_out *file = *out;
        *out = NULL;
        ok = file_out_commit(file, message, length, err);
    }
    free(message);
    if (ok)
        printf("approved by %s: %s\n", id, tool_value(arguments, "out"));
    return ok;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct ceremony ceremony;
    interrupt_say("nothing was approved");
    struct file_out *out = NULL;
    bool ok = ceremony_load(&ceremony, arguments->positional, err) &&
              (out = file_out_begin(tool_value(arguments, "out"), false, err)) != NULL &&
              approve(arguments, &ceremony, &out, err);
    file_out_abandon(out);
    ceremony_free(&ceremony);
    return ok;
}

const struct tool_command command_ceremony_approve = {
    .name = "ceremony approve",
    .summary = "approve a plan, as one of its witnesses",
    .positional = "PLAN",
    .about = "Shows the plan and the digest of its file, has the witness type the first words of "
             "the\n"
             "digest from the paper script, and signs the digest with the witness's own key: a\n"
             "COSE_Sign1 message (RFC 9052) that `sti-ca ceremony run` wants. An approval is for\n"
             "this plan alone, to the octet. Nothing is overwritten.",
    .options =
        {
            {"as", "ID", "which approver of the plan", true},
            {"key", "KEY",
             "the approver's key, EC P-256: a PKCS#11 URI with\n"
             "module-path, or the file of a private key in PEM;\n"
             "its PIN or passphrase is asked for",
             true},
            {"out", "FILE", "where the approval goes", true},
            {"digest", "HEX",
             "the whole digest, from the paper, in place of words\n"
             "that are typed on the terminal",
             false},
        },
    .ends_in_order = true,
    .run = run,
};
