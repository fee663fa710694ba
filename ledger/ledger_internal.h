/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this folder share: the open ledger, and one way to run a statement in which no
 * return code of SQLite can be forgotten.
 */
#ifndef LEDGER_INTERNAL_H
#define LEDGER_INTERNAL_H

#include <sqlite3.h>

#include "ledger.h"

/* In the file's header: "STIL", and the version of the tables in ledger_tables.c. */
#define LEDGER_APPLICATION_ID 0x5354494C
#define LEDGER_VERSION 2
#define LEDGER_TEXT_OF(x) #x
#define LEDGER_TEXT(x) LEDGER_TEXT_OF(x)
#define LEDGER_SET_APPLICATION_ID "PRAGMA application_id = " LEDGER_TEXT(LEDGER_APPLICATION_ID)
#define LEDGER_SET_VERSION "PRAGMA user_version = " LEDGER_TEXT(LEDGER_VERSION)

/* How long a reader and the commit of a writer wait for each other. */
#define LEDGER_BUSY_MILLISECONDS 10000

/* When a row was written last; there is an index of it, which wants these very words. */
#define LEDGER_ROW_TIME "max(intended_at, ifnull(ended_at, intended_at))"

struct ledger {
    sqlite3 *db;
    char *path;      /* as the user named it, for the errors */
    int lock;        /* holds the lock while open; -1 for LEDGER_READ */
    int64_t version; /* of the file */
};

/*
 * One statement on its way: start, bind, read rows, end. The first failure is put into err and
 * makes every later call do nothing, so that only query_end() has to be asked how it went. `doing`
 * ends the sentence "the ledger could not be ...".
 */
struct ledger_query {
    struct ledger *ledger;
    const char *doing;
    sqlite3_stmt *statement;
    bool ok;
    bool done; /* nothing more to step */
    struct sti_error *err;
};

void query_start(struct ledger_query *query, struct ledger *ledger, const char *doing,
                 const char *sql, struct sti_error *err);

/* Bound values must live until query_end(). NULL binds NULL. */
void query_bind_text(struct ledger_query *query, int index, const char *text);
void query_bind_number(struct ledger_query *query, int index, int64_t number);
void query_bind_octets(struct ledger_query *query, int index, const uint8_t *octets, size_t length);

/* True while there is a next row to look at; false at the end and after a failure. */
bool query_row(struct ledger_query *query);

/* Runs what is left, then frees the statement. True if nothing failed from start to end. */
bool query_end(struct ledger_query *query);

/* For SQL without values. */
bool ledger_run(struct ledger *ledger, const char *doing, const char *sql, struct sti_error *err);

/* For SQL without values whose answer is one number. */
bool ledger_number(struct ledger *ledger, const char *doing, const char *sql, int64_t *number,
                   struct sti_error *err);

/*
 * A transaction: begin, then end with whether all went well so far. An end that is not well rolls
 * back and leaves err as it is. A failed commit may still have reached the disk (only the last
 * fsync of the folder failed): the caller must treat the step as not done, and the rules of the
 * record hold both ways.
 */
bool transaction_begin(struct ledger *ledger, struct sti_error *err);
bool transaction_end(struct ledger *ledger, bool well, struct sti_error *err);

/* Turns the last failure of SQLite into an error about the ledger's file. Returns false. */
bool ledger_failed(struct ledger *ledger, const char *doing, struct sti_error *err);

/*
 * A serial as the ledger stores it: upper-case hex, two digits an octet, no leading 00. Accepts
 * either case, colons, blanks and a leading 0x. What is not hex or too long is STI_USAGE.
 */
bool ledger_serial_normal(const char *serial, char normal[LEDGER_SERIAL_TEXT + 1],
                          struct sti_error *err);

/*
 * The tables, and then the rules that they keep, with the version in the file's header. Both in one
 * transaction of the caller's.
 */
bool ledger_make_tables(struct ledger *ledger, struct sti_error *err);
bool ledger_make_rules(struct ledger *ledger, struct sti_error *err);

/* Brings a file of format 1 to this one, in one transaction: all of it or nothing. */
bool ledger_migrate(struct ledger *ledger, struct sti_error *err);

/* Lets a reader see a file of format 1 as if it were of this one; the file stays as it is. */
bool ledger_view_older(struct ledger *ledger, struct sti_error *err);

/*
 * The settings of a connection on which durability and the checks rest. `writing` adds those that
 * need the right to write.
 */
bool ledger_settings(struct ledger *ledger, bool writing, struct sti_error *err);

/* The folder of a path ("." if it names none); malloc, NULL if there is no memory. */
char *ledger_folder(const char *path);

#endif
