/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `sti-ca key destroy`: nothing brings a key back, so a person types its label on the terminal,
 * after having read which key it is and which certificates are its own. There is no option that
 * says yes.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "interrupt.h"
#include "key.h"
#include "key_certificates.h"
#include "key_facts.h"
#include "ledger.h"
#include "pin.h"
#include "terminal.h"
#include "text.h"

/* What is to be destroyed, and how it is called. */
struct doomed {
    const struct hsm_uri *uri;
    struct terminal terminal;
    struct hsm_key_facts *facts;
    struct hsm_token_info token;
    const char *ledger; /* path; NULL: no configuration, so no ledger */
    char *label;        /* both as shown; `-` for none */
    char *id;
    char fingerprint[KEY_FINGERPRINT_TEXT]; /* empty if the public key is not there */
};

/* ---- which certificates hold the key ---- */

struct telling {
    FILE *out;
    size_t found;
};

static void tell_certificate(void *context, const struct ledger_record *record, int64_t end)
{
    struct telling *telling = context;
    char text[CLOCK_TEXT] = "?";
    if (end != KEY_CERTIFICATE_END_UNKNOWN)
        clock_text(end, text);
    fprintf(telling->out, "  it is the key of the %s certificate %s, valid to %s\n",
            ledger_kind_name(record->kind), record->serial, text);
    telling->found++;
}

static bool tell_certificates(const struct doomed *doomed, FILE *out, struct sti_error *err)
{
    if (doomed->ledger == NULL || doomed->facts->public_key == NULL) {
        fprintf(
            out,
            doomed->ledger == NULL
                ? "  whether a certificate uses it was not looked up: no configuration is read\n"
                : "  whether a certificate uses it cannot be told without its public key\n");
        return true;
    }
    struct telling telling = {.out = out};
    struct ledger *ledger = ledger_open(doomed->ledger, LEDGER_READ, clock_now(), err);
    bool ok = ledger != NULL &&
              key_certificates(ledger, doomed->facts->public_key, tell_certificate, &telling, err);
    ledger_close(ledger);
    if (ok && telling.found == 0)
        fprintf(out, "  no certificate in the ledger is made for it\n");
    return ok;
}

/* ---- the question ---- */

static bool ask(struct doomed *doomed, struct sti_error *err)
{
    struct terminal *terminal = &doomed->terminal;
    char line[1100]; /* longer than any word */
    const char *word = key_destroy_word(doomed->facts, doomed->label, doomed->id);
    fprintf(terminal->out, "This destroys a private key, and nothing brings it back:\n");
    fprintf(terminal->out, "  key %s, id %s, %s\n", doomed->label, doomed->id, doomed->facts->type);
    fprintf(terminal->out, "  on token ");
    text_print(terminal->out, doomed->token.label);
    fprintf(terminal->out, ", ");
    text_print(terminal->out, doomed->token.model);
    fprintf(terminal->out, ", serial ");
    text_print(terminal->out, doomed->token.serial);
    fprintf(terminal->out, "\n");
    if (doomed->fingerprint[0] != '\0')
        fprintf(terminal->out, "  SHA-256 of its public key %s\n", doomed->fingerprint);
    if (!tell_certificates(doomed, terminal->out, err))
        return false;
    fprintf(terminal->out, "Type its %s to destroy it: ", word == doomed->id ? "id" : "label");
    bool same = terminal_line(terminal, line, sizeof(line)) && strcmp(line, word) == 0;
    if (!interrupt_check(err))
        return false;
    if (same)
        return true;
    return sti_refuse(err, NULL,
                      "what was typed is not the key's %s, so the key is still there; nothing was "
                      "changed",
                      word == doomed->id ? "id" : "label");
}

/* ---- the deed ---- */

static void tell(const struct doomed *doomed, bool names_kept)
{
    printf("destroyed key %s (id %s) on token ", doomed->label, doomed->id);
    text_print(stdout, doomed->token.label);
    printf(names_kept ? "\nits public key stays there, so that no new key gets its label or id\n"
                      : "\nnothing on the token keeps its label and id from being used again\n");
}

static bool destroy_key(struct hsm *hsm, const struct doomed *doomed, bool *names_kept,
                        struct sti_error *err)
{
    interrupt_say("whether key %s was destroyed is not known; look with: sti-ca key list",
                  doomed->label);
    bool ok = hsm_key_destroy(hsm, doomed->uri, names_kept, err);
    if (ok)
        interrupt_say("key %s was already destroyed", doomed->label);
    return ok;
}

static bool destroy(struct hsm *hsm, struct doomed *doomed, struct sti_error *err)
{
    bool names_kept = false;
    doomed->facts = hsm_key_show(hsm, doomed->uri, err);
    if (doomed->facts == NULL)
        return false;
    if (doomed->facts->unread) {
        sti_fail(err, "%s; nothing was destroyed", doomed->facts->reason.sentence);
        hsm_key_facts_free(doomed->facts);
        return false;
    }
    hsm_token_info(hsm, &doomed->token);
    doomed->label = key_label_text(doomed->facts);
    doomed->id = key_id_text(doomed->facts);
    if (!key_fingerprint(doomed->facts->public_key, doomed->fingerprint))
        doomed->fingerprint[0] = '\0';
    bool ok = (doomed->label != NULL && doomed->id != NULL) ||
              sti_fail(err, "no memory for the key's name");
    ok = ok && ask(doomed, err) && destroy_key(hsm, doomed, &names_kept, err);
    if (ok)
        tell(doomed, names_kept);
    free(doomed->label);
    free(doomed->id);
    hsm_key_facts_free(doomed->facts);
    return ok;
}

static bool open_and_destroy(const struct hsm_uri *uri, const struct config *config,
                             struct sti_error *err)
{
    struct doomed doomed = {.uri = uri, .ledger = config == NULL ? NULL : config->ledger};
    interrupt_say("the key is still there; nothing was changed");
    if (!terminal_open(&doomed.terminal))
        return sti_fail(err, "a key is destroyed only after its label was typed on a terminal, and "
                             "there is none; run the command on one");
    struct hsm *hsm = pin_open(uri, err);
    bool ok = hsm != NULL && destroy(hsm, &doomed, err);
    hsm_close(hsm);
    terminal_close(&doomed.terminal);
    return ok;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct key_word word;
    struct config *beside = NULL; /* a URI's, for the ledger */
    if (!key_word_read(arguments, &word, err))
        return false;
    bool ok = word.config != NULL || tool_value(arguments, "config") == NULL ||
              (beside = command_config(arguments, err)) != NULL;
    struct hsm_uri *uri = ok ? key_word_uri(&word, false, err) : NULL;
    ok = uri != NULL && open_and_destroy(uri, word.config != NULL ? word.config : beside, err);
    hsm_uri_free(uri);
    config_free(beside);
    key_word_free(&word);
    return ok;
}

const struct tool_command command_key_destroy = {
    .name = "key destroy",
    .summary = "destroy a private key, after its label was typed",
    .positional = KEY_POSITIONAL,
    .about =
        "Destroys a private key for good. Says on the terminal which key it is, where it is and\n"
        "which CA certificates in the ledger are made for it, and wants its label typed there;\n"
        "without a terminal it does nothing. KEY is `root` or `intermediate`, for the key of\n"
        "that section of the configuration, or a PKCS#11 URI; then the ledger is asked only if\n"
        "--config is given. The public key stays on the token, so that the label and the id\n"
        "are not used again.",
    .options = {OPTION_CONFIG},
    .ends_in_order = true,
    .run = run,
};
