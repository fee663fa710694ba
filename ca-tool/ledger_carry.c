/* SPDX-License-Identifier: Apache-2.0 */
/* `sti-ca ledger verify`, `export`, `import`, `backup`: the record as a whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clock.h"
#include "commands.h"
#include "file.h"
#include "interrupt.h"
#include "ledger.h"
#include "ledger_line.h"
#include "text.h"

/* The configuration's ledger, for reading. NULL on failure; then *config is to be freed as well. */
static struct ledger *open_reader(const struct tool_arguments *arguments, struct config **config,
                                  struct sti_error *err)
{
    *config = command_config(arguments, err);
    return *config == NULL ? NULL : ledger_open((*config)->ledger, LEDGER_READ, clock_now(), err);
}

/* {"ledger", "id", "entries", "head"}: what is compared on two sides. */
static json_t *end_json(const char *ledger, const unsigned char id[LEDGER_ID_OCTETS],
                        int64_t entries, const unsigned char hash[LEDGER_DIGEST_OCTETS])
{
    char id_text[2 * LEDGER_ID_OCTETS + 1];
    char hash_text[2 * LEDGER_DIGEST_OCTETS + 1];
    text_hex(id, LEDGER_ID_OCTETS, id_text);
    text_hex(hash, LEDGER_DIGEST_OCTETS, hash_text);
    return json_pack("{s:o, s:s, s:I, s:s}", "ledger", tool_json_text(ledger), "id", id_text,
                     "entries", (json_int_t)entries, "head", hash_text);
}

static void print_end(const unsigned char id[LEDGER_ID_OCTETS], int64_t entries,
                      const unsigned char hash[LEDGER_DIGEST_OCTETS])
{
    char id_text[2 * LEDGER_ID_OCTETS + 1];
    char hash_text[2 * LEDGER_DIGEST_OCTETS + 1];
    text_hex(id, LEDGER_ID_OCTETS, id_text);
    text_hex(hash, LEDGER_DIGEST_OCTETS, hash_text);
    printf("  ledger id  %s\n  entries    %lld\n  head       %s\n", id_text, (long long)entries,
           hash_text);
}

/* ---- verify ---- */

static bool verify(struct ledger *ledger, const struct config *config, bool as_json,
                   struct sti_error *err)
{
    struct ledger_verified verified;
    struct ledger_line line = {0};
    bool ok = ledger_verify(ledger, ledger_line_begin(&line), &verified, err);
    ledger_line_end(&line);
    if (!ok)
        return false;
    if (as_json) {
        json_t *json = end_json(config->ledger, verified.id, verified.entries, verified.hash);
        if (json != NULL)
            json_object_set_new(json, "serials", json_integer(verified.certificates));
        return tool_print_json(json, err);
    }
    printf("the ledger is whole\n");
    print_end(verified.id, verified.entries, verified.hash);
    printf("  serials    %lld\n", (long long)verified.certificates);
    return true;
}

static bool run_verify(const struct tool_arguments *arguments, struct sti_error *err)
{
    struct config *config;
    struct ledger *ledger = open_reader(arguments, &config, err);
    bool ok = ledger != NULL && verify(ledger, config, tool_flag(arguments, "json"), err);
    ledger_close(ledger);
    config_free(config);
    return ok;
}

const struct tool_command command_ledger_verify = {
    .name = "ledger verify",
    .summary = "check the whole ledger",
    .about =
        "Recomputes the chain of hashes from the first entry to the last, derives every row of\n"
        "every table from the entries once more and compares, and looks whether the ledger was\n"
        "restored from an older copy. The first entry or row that is not as it was written is\n"
        "named. Whoever can write the file can also make a chain of his own: compare the head\n"
        "with one that was noted elsewhere. Takes no lock, and others can issue meanwhile. Needs\n"
        "room for two copies of the ledger in temporary files.",
    .options = {OPTION_CONFIG, OPTION_JSON},
    .run = run_verify,
};

/* ---- export ---- */

static bool write_some(void *context, const uint8_t *octets, size_t length, struct sti_error *err)
{
    return file_out_put(context, octets, length, err);
}

static bool tell_carried(const char *did, const char *path, const struct config *config,
                         const struct ledger_carried *carried, const char *added, bool as_json,
                         struct sti_error *err)
{
    if (as_json) {
        json_t *json = end_json(config->ledger, carried->id, carried->entries, carried->hash);
        if (json != NULL && added != NULL)
            json_object_set_new(json, added, json_integer(carried->added));
        if (json != NULL)
            json_object_set_new(json, "file", tool_json_text(path));
        return tool_print_json(json, err);
    }
    printf("%s %s\n", did, path);
    print_end(carried->id, carried->entries, carried->hash);
    if (added != NULL)
        printf("  %-9s  %lld\n", added, (long long)carried->added);
    return true;
}

static bool run_export(const struct tool_arguments *arguments, struct sti_error *err)
{
    const char *path = arguments->positional;
    struct ledger_carried carried;
    struct config *config;
    struct ledger *ledger = open_reader(arguments, &config, err);
    struct file_out *out =
        ledger == NULL ? NULL : file_out_begin(path, tool_flag(arguments, "force"), err);
    struct ledger_line line = {0};
    bool ok = out != NULL &&
              ledger_export(ledger, write_some, out, ledger_line_begin(&line), &carried, err);
    ledger_line_end(&line);
    if (ok)
        ok = file_out_commit(out, "", 0, err);
    else
        file_out_abandon(out);
    ok = ok && tell_carried("exported to", path, config, &carried, NULL,
                            tool_flag(arguments, "json"), err);
    ledger_close(ledger);
    config_free(config);
    return ok;
}

const struct tool_command command_ledger_export = {
    .name = "ledger export",
    .summary = "write the ledger's log to a file, to be carried elsewhere",
    .positional = "FILE",
    .about =
        "Writes every entry of the log, certificates included, as a CBOR sequence, and checks the\n"
        "chain on the way. `sti-ca ledger import` on the other side proves that nothing is\n"
        "missing; that nothing was made up is shown by comparing the head on both sides.\n"
        "The file holds what the ledger holds: who got which numbers.",
    .options = {OPTION_FORCE, OPTION_CONFIG, OPTION_JSON},
    .run = run_export,
};

/* ---- import ---- */

/* A file as memory; a log may be larger than there is. Unmap it. */
static bool map_file(const char *path, const uint8_t **octets, size_t *length,
                     struct sti_error *err)
{
    struct stat st;
    void *map = MAP_FAILED;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool ok = fd >= 0 && fstat(fd, &st) == 0;
    *octets = (const uint8_t *)"";
    *length = 0;
    if (ok && S_ISREG(st.st_mode) && st.st_size > 0) {
        map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        ok = map != MAP_FAILED;
    }
    if (!ok)
        sti_fail(err, "cannot be read: %s", strerror(errno));
    else if (!S_ISREG(st.st_mode))
        ok = sti_fail(err, "is not a file; an export is read from a file");
    if (fd >= 0)
        close(fd);
    if (map != MAP_FAILED) {
        *octets = map;
        *length = (size_t)st.st_size;
    }
    return ok || sti_error_in(err, path);
}

static bool import(const char *path, const struct config *config, struct ledger_carried *carried,
                   struct sti_error *err)
{
    const uint8_t *octets;
    size_t length;
    if (!map_file(path, &octets, &length, err))
        return false;
    struct ledger_line line = {0};
    bool ok = interrupt_check(err) && ledger_import(config->ledger, octets, length, clock_now(),
                                                    ledger_line_begin(&line), carried, err);
    ledger_line_end(&line);
    if (length > 0)
        munmap((void *)(uintptr_t)octets, length);
    return ok || (err != NULL && err->source[0] == '\0' && sti_error_in(err, path));
}

static bool run_import(const struct tool_arguments *arguments, struct sti_error *err)
{
    const char *path = arguments->positional;
    struct ledger_carried carried;
    struct config *config = command_config(arguments, err);
    interrupt_say("nothing was imported");
    bool ok = config != NULL && import(path, config, &carried, err);
    if (ok)
        interrupt_say("the entries were already imported and are on the disk");
    ok = ok && tell_carried("imported from", path, config, &carried, "added",
                            tool_flag(arguments, "json"), err);
    config_free(config);
    return ok;
}

const struct tool_command command_ledger_import = {
    .name = "ledger import",
    .summary = "bring an exported log into a ledger",
    .positional = "FILE",
    .about =
        "Proves the chain of the export from its first entry to its last, and adds the entries\n"
        "that the configuration's ledger lacks; without a ledger of that name, it makes one.\n"
        "All of it or nothing. Refused, with the entry: one that is missing, changed or cut, and\n"
        "an export of another ledger, or of one that has gone another way since.",
    .options = {OPTION_CONFIG, OPTION_JSON},
    .ends_in_order = true,
    .run = run_import,
};

/* ---- backup ---- */

static bool run_backup(const struct tool_arguments *arguments, struct sti_error *err)
{
    const char *path = arguments->positional;
    struct config *config;
    struct ledger *ledger = open_reader(arguments, &config, err);
    struct ledger_line line = {0};
    bool ok = ledger != NULL && ledger_backup(ledger, path, ledger_line_begin(&line), err);
    ledger_line_end(&line);
    if (ok && tool_flag(arguments, "json"))
        ok = tool_print_json(json_pack("{s:o, s:o}", "ledger", tool_json_text(config->ledger),
                                       "backup", tool_json_text(path)),
                             err);
    else if (ok)
        printf("copied %s to %s\n", config->ledger, path);
    ledger_close(ledger);
    config_free(config);
    return ok;
}

const struct tool_command command_ledger_backup = {
    .name = "ledger backup",
    .summary = "copy the ledger, also while it is in use",
    .positional = "FILE",
    .about =
        "Makes a copy of one moment of the ledger, whole or not at all; a file that exists is not\n"
        "overwritten. Issuing waits meanwhile. To go back to a copy, put it in the ledger's\n"
        "place and leave the lock file there: `sti-ca` then notices what the copy lacks.",
    .options = {OPTION_CONFIG, OPTION_JSON},
    .run = run_backup,
};
