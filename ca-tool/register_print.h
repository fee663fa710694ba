/* SPDX-License-Identifier: Apache-2.0 */
/* What the register commands share: the open register, a list to ask for, certificates printed. */
#ifndef CA_TOOL_REGISTER_PRINT_H
#define CA_TOOL_REGISTER_PRINT_H

#include "commands.h"
#include "list_file.h"
#include "register.h"

/* clang-format off */
#define OPTION_AT {"at", "TIME", \
    "ask about this time, as in 2026-01-31T23:59:59Z; now\n" \
    "by default", false}
/* clang-format on */

struct register_run {
    const struct tool_arguments *arguments;
    struct config *config;
    struct ledger *ledger; /* for reading */
    int64_t at;            /* --at, or now */
    bool json;
    size_t printed; /* how many objects or lines so far */
};

/* Opens what --config names. End it with register_run_end() also after a failure. */
bool register_run_begin(struct register_run *run, const struct tool_arguments *arguments,
                        struct sti_error *err);

/*
 * Closes it. Refuses what could not be written, and says on standard error if there are
 * certificates that the register could not read. Returns `ok` otherwise.
 */
bool register_run_end(struct register_run *run, bool ok, struct sti_error *err);

/*
 * The set of the words on the command line, each an entry of the text form, or a number or a range
 * without TN: before it; and of the file `path`, unless it is NULL. STI_USAGE if there is neither.
 */
bool register_asked(struct tnset *set, char *const *words, size_t count, const char *path,
                    struct sti_error *err);

/*
 * The holder that --holder names: its digest, as `sti-ca show` prints it, or a serial of one of its
 * certificates.
 */
bool register_named_holder(struct register_run *run, uint8_t holder[LEDGER_DIGEST_OCTETS],
                           struct sti_error *err);

/* The pieces as a list, for printing; free with list_file_free(). */
bool register_pieces_list(const struct register_piece *pieces, size_t count, struct list_file *file,
                          struct sti_error *err);

/* The digest in hex, or what stands for it: "this CA", "unknown". */
#define REGISTER_HOLDER_TEXT (2 * LEDGER_DIGEST_OCTETS + 1)
void register_holder_text(const struct register_certificate *certificate,
                          char text[REGISTER_HOLDER_TEXT]);

/* One line: serial, end, holder (its first 16 digits), subject. */
void register_print_line(const struct register_certificate *certificate);

/* The certificate's facts; the caller adds to the object. NULL without memory. */
json_t *register_json(const struct register_certificate *certificate);

/* JSON as it comes: `{"at": ..., "name": [` and, object by object, to `]}`. */
void register_json_begin(struct register_run *run, const char *name);
bool register_json_object(struct register_run *run, json_t *json, struct sti_error *err);
void register_json_end(struct register_run *run);

#endif
