/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/rand.h>

#include "clock.h"
#include "commands.h"
#include "hsm.h"
#include "interrupt.h"
#include "ledger.h"

/* The URIs are not used yet, but a mistake in one should not wait for the ceremony. */
static bool check_key(const struct config *config, const char *section, const char *key,
                      struct sti_error *err)
{
    struct hsm_uri *uri = hsm_uri_parse(key, config->directory, err);
    if (uri == NULL) {
        if (err != NULL) { /* the line of the file says more than the place in the URI */
            err->offset = STI_NOWHERE;
            err->part[0] = '\0';
        }
        sti_error_part(err, "[%s] key", section);
        return sti_error_in(err, config->path);
    }
    hsm_uri_free(uri);
    return true;
}

static bool make_ledger(const char *path, struct sti_error *err)
{
    unsigned char id[LEDGER_ID_OCTETS];
    if (RAND_bytes(id, sizeof(id)) != 1)
        return sti_fail(err, "no random octets for the ledger's id");
    return ledger_create(path, id, clock_now(), err);
}

static bool make(const struct config *config, struct sti_error *err)
{
    if (!check_key(config, "root", config->root.key, err) ||
        !check_key(config, "intermediate", config->intermediate.key, err) ||
        !interrupt_check(err) || !make_ledger(config->ledger, err))
        return false;
    interrupt_say("the ledger %s was already made and is whole", config->ledger);
    if (mkdir(config->lists, 0755) != 0 && errno != EEXIST) {
        sti_fail(err, "the folder cannot be made: %s", strerror(errno));
        return sti_error_in(err, config->lists);
    }
    printf("made the ledger %s and the folder %s\n"
           "next: sti-ca key generate root\n",
           config->ledger, config->lists);
    return true;
}

static bool run(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct config *config = command_config(arguments, err);
    bool ok = config != NULL && make(config, err);
    config_free(config);
    return ok;
}

const struct tool_command command_init = {
    .name = "init",
    .summary = "check the configuration and make an empty ledger",
    .about = "Reads the whole configuration, checks every key in it, and makes the ledger and the\n"
             "folder for lists by reference. An existing ledger is never touched.\n"
             "Start from conf/sti-ca.cnf.",
    .options = {OPTION_CONFIG},
    .ends_in_order = true,
    .run = run,
};
