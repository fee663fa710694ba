/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of this folder share: the open ledger, and one way to run a statement in which no
 * return code of SQLite can be forgotten.
 */
#ifndef LEDGER_INTERNAL_H
#define LEDGER_INTERNAL_H

#include <sqlite3.h>

#include "head_mark.h"
#include "ledger.h"
#include "ledger_entry.h"

/* In the file's header: "STIL", and the version of the tables in ledger_tables.c. */
#define LEDGER_APPLICATION_ID 0x5354494C
#define LEDGER_VERSION 3
#define LEDGER_TEXT_OF(x) #x
#define LEDGER_TEXT(x) LEDGER_TEXT_OF(x)
#define LEDGER_SET_APPLICATION_ID "PRAGMA application_id = " LEDGER_TEXT(LEDGER_APPLICATION_ID)
#define LEDGER_SET_VERSION "PRAGMA user_version = " LEDGER_TEXT(LEDGER_VERSION)

/* How long a reader and the commit of a writer wait for each other. */
#define LEDGER_BUSY_MILLISECONDS 10000

/* When a row was written last; there is an index of it, which wants these very words. */
#define LEDGER_ROW_TIME "max(intended_at, ifnull(ended_at, intended_at))"

/* A place in the log: the number of an entry and its hash; number 0 and 32 octets 00 before all. */
struct ledger_place {
    int64_t number;
    unsigned char hash[LEDGER_DIGEST_OCTETS];
};

/* Statements that are kept to be run again: to prepare one takes longer than to run it. */
#define LEDGER_KEPT 40

/* Issued, and nobody noted that its file is on the disk; there is an index for these words, too. */
#define LEDGER_UNDELIVERED                                                                         \
    "state = 'issued' AND delivered_at IS NULL AND format >= " LEDGER_TEXT(LEDGER_VERSION)

struct ledger {
    sqlite3 *db;
    char *path;      /* as the user named it, for the errors */
    char *real;      /* the file behind that name */
    int lock;        /* holds the lock while open; -1 for LEDGER_READ */
    int64_t version; /* of the file */

    struct ledger_place head; /* the last entry, as far as this process knows */
    struct head_mark mark;    /* what the lock file remembers (ledger_mark.c) */
    bool restored;            /* the mark is of an entry that is not there */

    const struct ledger_planned *planned; /* while it is being opened: intents that may be open */
    size_t planned_count;

    bool group;        /* between ledger_group_begin() and _end() */
    bool group_failed; /* a record of it has failed */

    struct kept {
        const char *sql; /* by its address: these are literals */
        sqlite3_stmt *statement;
        bool busy;
    } kept[LEDGER_KEPT];
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
    struct kept *kept; /* where the statement goes back to; NULL: it is used up */
    bool ok;
    bool done; /* nothing more to step */
    struct sti_error *err;
};

void query_start(struct ledger_query *query, struct ledger *ledger, const char *doing,
                 const char *sql, struct sti_error *err);

/* The same for a literal that will be run again and again: its statement is kept prepared. */
void query_start_kept(struct ledger_query *query, struct ledger *ledger, const char *doing,
                      const char *sql, struct sti_error *err);

/* Frees the statements that are kept. */
void query_forget(struct ledger *ledger);

/* Bound values must live until query_end(). NULL binds NULL. */
void query_bind_text(struct ledger_query *query, int index, const char *text);
void query_bind_number(struct ledger_query *query, int index, int64_t number);
void query_bind_octets(struct ledger_query *query, int index, const uint8_t *octets, size_t length);
/* A value that was copied from a row, of whatever type. */
void query_bind_copy(struct ledger_query *query, int index, const sqlite3_value *value);
/* What is not there stays NULL; words and texts are bound as TEXT. */
void query_bind_value(struct ledger_query *query, int index, const struct ledger_entry *entry,
                      enum entry_key key);

/* True while there is a next row to look at; false at the end and after a failure. */
bool query_row(struct ledger_query *query);

/* Runs what is left, then frees the statement. True if nothing failed from start to end. */
bool query_end(struct ledger_query *query);

/* Runs what is left, then makes the statement ready for new values and another run. */
void query_again(struct ledger_query *query);

/* Frees the statement, wherever it stands, without running it. True as for query_end(). */
bool query_close(struct ledger_query *query);

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

/* "the ledger is damaged (...); keep the file as it is and go back to a copy of it". False. */
bool ledger_damaged(struct ledger *ledger, struct sti_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

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

/* ---- who watches (ledger_watch.c) ---- */

/* One step of long work, on its way past whoever watches; nothing happens if nobody does. */
struct watched {
    const struct ledger_watch *watch; /* NULL: nobody */
    struct ledger_step step;
};

/*
 * A step begins; _done() says how far it is. Not for a time at which the ledger is locked, for who
 * watches may take his time; an import alone is locked from its beginning to its end.
 */
struct watched watch_step(const struct ledger_watch *watch, const char *doing, const char *unit,
                          int64_t of);
void watch_done(struct watched *watched, int64_t done);

/* The answer of such SQL, for `of`; 0 if nobody watches, or if it cannot be had. */
int64_t watch_count(const struct ledger_watch *watch, struct ledger *ledger, const char *sql);
#define LOG_ENTRIES "SELECT ifnull(max(number), 0) FROM entry"

/* ---- the log (ledger_log.c) ---- */

/* hash = SHA-256(hash of the entry before || body). */
bool log_hash(const unsigned char before[LEDGER_DIGEST_OCTETS], const uint8_t *body, size_t length,
              unsigned char hash[LEDGER_DIGEST_OCTETS], struct sti_error *err);

/* The last entry, and its hash as the file has it; number 0 if there is none. */
bool log_last(struct ledger *ledger, struct ledger_place *last, struct sti_error *err);

/* The hash of entry `number`; *found is false if there is none. */
bool log_find(struct ledger *ledger, int64_t number, unsigned char hash[LEDGER_DIGEST_OCTETS],
              bool *found, struct sti_error *err);

/* Does the last entry's hash fit its body and the hash before; fills ledger->head. */
bool log_check_tail(struct ledger *ledger, struct sti_error *err);

/*
 * Appends a body behind ledger->head, which moves on to it. Within a transaction of the caller's,
 * after the end of which (or of its group) the head is read again if that was not well.
 */
bool log_append(struct ledger *ledger, const uint8_t *body, size_t length, struct sti_error *err);

/* One entry as the file has it; it stands as long as the visit runs. */
struct log_row {
    int64_t number;
    const uint8_t *body;
    size_t length;
    const uint8_t *hash;
    size_t hash_length;
};
typedef bool log_visit(void *context, const struct log_row *row, struct sti_error *err);

/*
 * Visits the entries from..to, as far as there are. A visit must not take its time; `watched`, or
 * NULL, is told between the blocks that are read.
 */
bool log_walk(struct ledger *ledger, int64_t from, int64_t to, log_visit visit, void *context,
              struct watched *watched, struct sti_error *err);

/* Refuses a file of an older format, which only a reader has open. */
bool log_is_there(struct ledger *ledger, struct sti_error *err);

/* Appends an entry and changes the tables as it says; within a transaction. */
bool log_add(struct ledger *ledger, const struct ledger_entry *entry, struct sti_error *err);

/*
 * One record: a transaction of its own, or a part of the group's, which fails with it. What is
 * looked at before something is written belongs between the two.
 */
bool log_begin(struct ledger *ledger, struct sti_error *err);
bool log_end(struct ledger *ledger, bool well, struct sti_error *err);

/* A record that needs nothing but its entry. */
bool log_record(struct ledger *ledger, const struct ledger_entry *entry, struct sti_error *err);

/* ---- the view (ledger_apply.c) ---- */

/* Changes the tables as entry `number` says. Whoever wants the tables to be right calls this. */
bool ledger_apply(struct ledger *ledger, int64_t number, const struct ledger_entry *entry,
                  struct sti_error *err);

/* Copies all pages into `to`, an empty database, as they are at one moment (ledger_backup.c). */
bool ledger_copy(struct ledger *from, sqlite3 *to, struct watched *watched, struct sti_error *err);

/* ---- comparing (ledger_compare.c) ---- */

/* Brings the view to the end of the ledger's log, in a transaction of the ledger's. */
typedef bool ledger_follow(void *context, struct sti_error *err);

/*
 * Compares all tables of a ledger with those of `view`, in pieces, before each of which `follow` is
 * called. Refuses the first row that differs, by name. `watch` may be NULL.
 */
bool ledger_compare(struct ledger *ledger, struct ledger *view, ledger_follow *follow,
                    void *context, const struct ledger_watch *watch, struct sti_error *err);

/* ---- the head mark (ledger_mark.c) ---- */

/*
 * Reads ledger->mark from the lock file, and sets ledger->restored: is the marked entry missing, or
 * another one.
 */
bool mark_read(struct ledger *ledger, int lock, struct sti_error *err);

/* The same for a reader, as far as there is a lock file that he may read. */
bool mark_look(struct ledger *ledger, struct sti_error *err);

/* Compares once more after entries were added, and writes the mark if that has mended it. */
bool mark_again(struct ledger *ledger, struct sti_error *err);

/* Refuses a ledger that was restored. */
bool mark_is_there(struct ledger *ledger, struct sti_error *err);

/*
 * Writes the head as the mark, after a commit and without waiting for the disk: a mark that is lost
 * with the power is an older one, which is as good. Nothing happens while ledger->restored.
 */
void mark_write(struct ledger *ledger);

/* Is this open intent one that whoever is opening the ledger will go on with (ledger_resume.c)? */
bool resume_is_planned(const struct ledger *ledger, const struct ledger_record *record);

/* ---- older formats (ledger_migrate.c) ---- */

/* Brings a file of an older format to this one, in one transaction: all of it or nothing. */
bool ledger_migrate(struct ledger *ledger, int64_t now, struct sti_error *err);

/* Lets a reader see a file of an older format as if it were of this one; the file stays as it is.
 */
bool ledger_view_older(struct ledger *ledger, struct sti_error *err);

/*
 * The settings of a connection on which durability and the checks rest. `writing` adds those that
 * need the right to write.
 */
bool ledger_settings(struct ledger *ledger, bool writing, struct sti_error *err);

/*
 * Makes a new file: whole, or not at all, and never in place of another (ledger_create.c). `fill`
 * is given the name of an empty file for the owner alone, which is to be a ledger or a copy of one.
 */
typedef bool ledger_fill(void *context, const char *temporary, struct sti_error *err);
bool ledger_new_file(const char *path, ledger_fill *fill, void *context, struct sti_error *err);

/* Opens an empty file, fills it with the tables; false with what was opened for ledger_close(). */
bool ledger_begin_file(struct ledger *ledger, const char *path, struct sti_error *err);

/*
 * Opens a database without a name, which SQLite removes by itself; nothing of it needs to last.
 * ledger->path is for the errors.
 */
bool ledger_open_nameless(struct ledger *ledger, struct sti_error *err);

/*
 * Makes *view anew: the tables of a ledger, empty, in such a database, within a transaction that is
 * the caller's to end; `path`, for the errors, must outlive it.
 */
bool ledger_view_begin(struct ledger *view, char *path, struct sti_error *err);

/* Closes it. False if that fails, or if not `ok`. */
bool ledger_end_file(struct ledger *ledger, bool ok, struct sti_error *err);

/* The first words of an export, and the form of what follows them. */
#define LEDGER_EXPORT "sti-ledger-export"
#define LEDGER_EXPORT_FORM 1

/* The folder of a path ("." if it names none); malloc, NULL if there is no memory. */
char *ledger_folder(const char *path);

/*
 * Around the making of a new file: locks the folder and takes away what a run that was killed has
 * left there (ledger_leftovers.c). False if another run is at it; *lock is for _end().
 */
bool ledger_making_begin(const char *path, const char *folder, int *lock, struct sti_error *err);
void ledger_making_end(int lock);

#endif
