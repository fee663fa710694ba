/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca root` and `sti-ca intermediate`: the CA's own certificates. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "commands.h"
#include "file.h"
#include "interrupt.h"
#include "load.h"
#include "mint.h"
#include "profile_print.h"
#include "profiles.h"
#include "signer.h"
#include "site.h"
#include "subject.h"

#define DAY 86400

/* The profile of the run, and what the configuration says for it. */
struct authority {
    struct profile *profile;
    struct site site;
};

/* The fields that a CA certificate takes from the configuration. */
static struct cert_content content_of(const struct authority *authority)
{
    const struct site *site = &authority->site;
    int64_t now = clock_now();
    struct cert_content content = {
        .profile = authority->profile,
        .subject = site->values.subject,
        .not_before = (time_t)now,
        .not_after = (time_t)(now + site->values.days * DAY - 1),
    };
    site_fill_content(site, &content);
    return content;
}

static void tell(const struct minted *minted, const struct cert_content *content, const char *path)
{
    char end[CLOCK_TEXT];
    char *subject = subject_text(content->subject);
    clock_text(content->not_after, end);
    printf("issued %s\n  subject   %s\n  valid to  %s\n", minted->serial,
           subject == NULL ? "?" : subject, end);
    free(subject);
    mint_lints_print(&minted->lints);
    printf("  written to %s\n", path);
}

/* Signs, records and writes; `out` is ready and is used up. */
static bool mint_and_write(struct mint *mint, const char *path, struct file_out *out,
                           struct sti_error *err)
{
    struct minted minted;
    if (!mint_certificate(mint, &minted, err)) {
        file_out_abandon(out);
        return false;
    }
    bool ok =
        minted_write(&minted, path, out, err) && minted_delivered(&minted, path, mint->ledger, err);
    if (ok)
        tell(&minted, &mint->content, path);
    minted_free(&minted);
    return ok;
}

/* With the ledger open and the output file ready. */
static bool make_root(const struct config *config, const struct authority *authority,
                      struct ledger *ledger, struct file_out *out, struct sti_error *err)
{
    struct signer signer;
    if (!signer_open(&signer, config->root.key, config->directory, err)) {
        file_out_abandon(out);
        return false;
    }
    char token[SIGNER_TOKEN_TEXT];
    signer_token(&signer, token);
    struct mint mint = {
        .ledger = ledger,
        .kind = LEDGER_ROOT,
        .content = content_of(authority),
        .signing_key = signer.key,
        .hsm = token,
        .out = config->root.certificate,
        .issuer_key = signer.public,
    };
    mint.content.key = signer.public;
    bool ok = mint_and_write(&mint, config->root.certificate, out, err);
    signer_close(&signer);
    return ok;
}

/* The intermediate's public key, from a key that has passed the checks for a CA key. */
static EVP_PKEY *intermediate_key(const struct config *config, struct sti_error *err)
{
    struct signer signer;
    if (!signer_open(&signer, config->intermediate.key, config->directory, err))
        return NULL;
    EVP_PKEY *key = signer.public;
    signer.public = NULL;
    signer_close(&signer);
    return key;
}

static bool make_intermediate(const struct config *config, const struct authority *authority,
                              struct ledger *ledger, struct file_out *out, struct sti_error *err)
{
    struct signer signer = {0};
    X509 *root = load_certificate(config->root.certificate, err);
    EVP_PKEY *key = root == NULL ? NULL : intermediate_key(config, err);
    bool ok = key != NULL && signer_open(&signer, config->root.key, config->directory, err) &&
              signer_fits(&signer, root, config->root.certificate, err);
    char token[SIGNER_TOKEN_TEXT] = "";
    if (ok)
        signer_token(&signer, token);
    struct mint mint = {
        .ledger = ledger,
        .kind = LEDGER_INTERMEDIATE,
        .content = content_of(authority),
        .signing_key = signer.key,
        .hsm = token,
        .out = config->intermediate.certificate,
        .issuer_key = signer.public,
    };
    mint.content.key = key;
    mint.content.issuer = root;
    if (ok)
        ok = mint_and_write(&mint, config->intermediate.certificate, out, err);
    else
        file_out_abandon(out);
    signer_close(&signer);
    EVP_PKEY_free(key);
    X509_free(root);
    return ok;
}

typedef bool make_authority(const struct config *config, const struct authority *authority,
                            struct ledger *ledger, struct file_out *out, struct sti_error *err);

/* The profile that --profile names, or the standard one; it must be one for this command. */
static struct profile *load_profile(const struct tool_arguments *arguments,
                                    const struct config *config, const char *standard,
                                    struct sti_error *err)
{
    const char *name = tool_value(arguments, "profile");
    struct profile *profile = profiles_load(config->profiles, name == NULL ? standard : name, err);
    if (profile == NULL || strcmp(profile_command(profile), arguments->command->name) == 0)
        return profile;
    sti_error_set(err, STI_USAGE, NULL, "the profile %s is for sti-ca %s, not for sti-ca %s",
                  profile->name, profile_command(profile), arguments->command->name);
    profile_free(profile);
    return NULL;
}

/* What both have in common: configuration, output file, ledger. */
static bool run_authority(const struct tool_arguments *arguments, make_authority *make,
                          bool is_root, struct sti_error *err)
{
    interrupt_say("nothing was issued");
    struct config *config = command_config(arguments, err);
    if (config == NULL)
        return false;
    struct authority authority = {
        .profile =
            load_profile(arguments, config, is_root ? "shaken-root" : "tn-intermediate", err)};
    const char *path = is_root ? config->root.certificate : config->intermediate.certificate;
    struct ledger *ledger = NULL;
    struct file_out *out = NULL;
    if (authority.profile != NULL && site_find(&authority.site, config, authority.profile, err))
        out = file_out_begin(path, tool_flag(arguments, "force"), err);
    if (out != NULL)
        ledger = ledger_open(config->ledger, LEDGER_WRITE, clock_now(), err);
    bool ok = ledger != NULL && make(config, &authority, ledger, out, err);
    if (ledger == NULL)
        file_out_abandon(out);
    ledger_close(ledger);
    profile_free(authority.profile);
    config_free(config);
    return ok;
}

static bool run_root(const struct tool_arguments *arguments, struct sti_error *err)
{
    return run_authority(arguments, make_root, true, err);
}

static bool run_intermediate(const struct tool_arguments *arguments, struct sti_error *err)
{
    return run_authority(arguments, make_intermediate, false, err);
}

const struct tool_command command_root = {
    .name = "root",
    .summary = "make the root certificate",
    .about = "Makes the self-signed certificate that [root] of the configuration describes, with\n"
             "the key that `sti-ca key generate root` made, and records it in the ledger.",
    .options = {OPTION_PROFILE("shaken-root by default"), OPTION_CONFIG, OPTION_FORCE},
    .ends_in_order = true,
    .run = run_root,
};

const struct tool_command command_intermediate = {
    .name = "intermediate",
    .summary = "make the intermediate certificate",
    .about = "Makes the certificate that [intermediate] of the configuration describes, signed by\n"
             "the root's key, and records it in the ledger. Logs in for the intermediate's key\n"
             "first, then for the root's.",
    .options = {OPTION_PROFILE("tn-intermediate by default"), OPTION_CONFIG, OPTION_FORCE},
    .ends_in_order = true,
    .run = run_intermediate,
};
