/* SPDX-License-Identifier: Apache-2.0 */
/* Which certificates are to be revoked: by serial, by the certificate itself, or by numbers. */
#ifndef CA_TOOL_REVOKE_FIND_H
#define CA_TOOL_REVOKE_FIND_H

#include <stdio.h>

#include "ledger.h"
#include "tnauthlist.h"

/* One of them, copied from the record. */
struct revoke_target {
    char serial[LEDGER_SERIAL_TEXT + 1];
    enum ledger_kind kind;
    enum ledger_state state; /* issued or uncertain */
    char *subject;
    int64_t intended_at;
    int64_t not_after;  /* 0: there is no certificate */
    int64_t revoked_at; /* 0: not revoked */
    int revoked_for;    /* as in struct ledger_revocation */
    uint8_t *der;       /* its list; NULL: none */
    struct tnauthlist list;
};

/* Zero it to begin; free with revoke_targets_free(), also after a failure. */
struct revoke_targets {
    struct revoke_target *items;
    size_t count;
    size_t room;
    bool take_revoked; /* what is revoked is added, and not refused */
};
void revoke_targets_free(struct revoke_targets *targets);

/*
 * Adds the one of this serial. Refused: a serial that the ledger does not know, under which nothing
 * was or may have been signed, or that is revoked; and a root, which no CRL is about.
 */
bool revoke_find_serial(struct revoke_targets *targets, struct ledger *ledger, const char *serial,
                        struct sti_error *err);

/* The same for the certificate in a file, which must be the one in the ledger, octet for octet. */
bool revoke_find_certificate(struct revoke_targets *targets, struct ledger *ledger,
                             const char *path, struct sti_error *err);

/*
 * Adds every certificate that is valid at `now` or later, is not revoked and whose list has one of
 * the numbers at least. Numbers that an SPC stands for are not looked at. Reads the whole ledger.
 * Refused: an SPC among the numbers, and no certificate at all.
 */
bool revoke_find_numbers(struct revoke_targets *targets, struct ledger *ledger, const char *numbers,
                         int64_t now, struct sti_error *err);

/* ---- revoke_rules.c: what `revoke` and a ceremony share ---- */

/* Refused: the last of them is there before, too. */
bool revoke_check_twice(const struct revoke_targets *targets, struct sti_error *err);

/* Refused: a date in the future; one before the certificate was made. */
bool revoke_check_future(int64_t date, int64_t now, struct sti_error *err);
bool revoke_check_date(const struct revoke_target *target, int64_t date, struct sti_error *err);

/* Prints what a certificate's list names, a line each, not more than fits. */
void revoke_show_list(FILE *out, const struct tnauthlist *list);

/* What a person types to revoke them: the end of the serial, or `revoke 3`. */
#define REVOKE_WORD (LEDGER_SERIAL_TEXT + 1)
void revoke_word(const struct revoke_targets *targets, char word[REVOKE_WORD]);

#endif
