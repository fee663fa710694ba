/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A signal on the way from the to-be-signed octets to the certificate: it comes while the ledger
 * writes one of the two records. Each scene is a process of its own, for a signal is never taken
 * back.
 */
#include "test_ledger.h"

#include <openssl/x509.h>
#include <signal.h>
#include <sys/wait.h>

#include "interrupt.h"
#include "ledger_internal.h"
#include "mint.h"
#include "test_mint_kit.h"
#include "test_pki_kit.h"
#include "test_token_kit.h"

#define NOTHING "interrupted by SIGTERM; nothing was issued"

/* Sends the signal at the commit of this number; 0: before the first step. */
static int commits;
static int signal_at;

static int at_commit(void *context)
{
    (void)context;
    if (++commits == signal_at)
        raise(SIGTERM);
    return 0;
}

/* Mints a root with a key in memory; `row` is what the ledger says afterwards. */
static bool mint_root(const char *path, struct minted *minted, struct kit_rows *row,
                      struct sti_error *err)
{
    EVP_PKEY *key = kit_ec("P-256");
    X509_NAME *name = kit_name("C=US/O=Example/CN=SHAKEN root");
    struct ledger *ledger = ledger_open(path, LEDGER_WRITE, NOW, err);
    struct mint mint = {.ledger = ledger,
                        .kind = LEDGER_ROOT,
                        .content = {.kind = CERT_ROOT,
                                    .subject = name,
                                    .key = key,
                                    .not_before = KIT_NOW,
                                    .not_after = KIT_NOW + KIT_DAY,
                                    .path_length = -1},
                        .signing_key = key,
                        .issuer_key = key};
    if (ledger == NULL)
        return false;
    sqlite3_commit_hook(ledger->db, at_commit, NULL);
    interrupt_say("nothing was issued");
    if (signal_at == 0)
        raise(SIGTERM);
    bool ok = mint_certificate(&mint, minted, err);
    if (!kit_rows_read(ledger, row))
        row->count = 99;
    ledger_close(ledger);
    X509_NAME_free(name);
    EVP_PKEY_free(key);
    return ok;
}

/* The number of what was not as it should be; 0: all was. */
static int before_the_intent(const char *path)
{
    struct minted minted;
    struct kit_rows row;
    struct sti_error err;
    signal_at = 0;
    if (mint_root(path, &minted, &row, &err) || strcmp(err.sentence, NOTHING) != 0)
        return 1;
    return row.count == 0 && minted.der == NULL ? 0 : 2;
}

static int before_the_signature(const char *path)
{
    struct minted minted;
    struct kit_rows row;
    struct sti_error err;
    signal_at = 1;
    if (mint_root(path, &minted, &row, &err) ||
        strncmp(err.sentence, NOTHING ", and serial ", strlen(NOTHING ", and serial ")) != 0)
        return 1;
    if (row.count != 1 || row.state != LEDGER_ABANDONED || minted.der != NULL)
        return 2;
    return strcmp(row.reason, err.sentence) == 0 ? 0 : 3;
}

static int after_the_signature(const char *path)
{
    struct minted minted;
    struct kit_rows row;
    struct sti_error err;
    signal_at = 2;
    if (!mint_root(path, &minted, &row, &err) || interrupt_noted() != SIGTERM)
        return 1;
    bool ok = row.count == 1 && row.state == LEDGER_ISSUED && minted.der != NULL;
    minted_free(&minted);
    return ok ? 0 : 2;
}

static void play(void **state, int (*scene)(const char *path))
{
    int status = 0;
    const struct place *place = *state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit(interrupt_watch("test", NULL) ? scene(place->path) : 100);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void nothing_is_recorded(void **state)
{
    play(state, before_the_intent);
}

static void the_intent_is_abandoned(void **state)
{
    play(state, before_the_signature);
}

static void the_certificate_is_finished(void **state)
{
    play(state, after_the_signature);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_is_recorded, make_place, remove_place),
        cmocka_unit_test_setup_teardown(the_intent_is_abandoned, make_place, remove_place),
        cmocka_unit_test_setup_teardown(the_certificate_is_finished, make_place, remove_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
