/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of the ledger share: a folder for each test, and short ways to write a row. */
#ifndef TEST_LEDGER_H
#define TEST_LEDGER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger.h"
#include "test_folder.h"

#define SERIAL_A "01A2B3C4D5E6F708192A"
#define SERIAL_B "7F00000000000000000000000000000000000001"
#define NOW 1700000000

/* Octets that a careless copy would change: NUL inside, high bits, NUL at the end. */
static const uint8_t certificate[] = {0x30, 0x82, 0x00, 0xff, 0x00, 0x0a, 0x80, 0x00};
static const uint8_t list[] = {0x30, 0x00};

struct place {
    char folder[TEST_FOLDER_SIZE];
    char path[128]; /* a ledger of that name is made by make_place() */
};

static inline void beside(const struct place *place, const char *name, char path[128])
{
    snprintf(path, 128, "%s/%s", place->folder, name);
}

static inline int make_folder(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    assert_non_null(place);
    assert_true(test_folder_make(place->folder, "test-ledger"));
    snprintf(place->path, sizeof(place->path), "%s/ca.ledger", place->folder);
    *state = place;
    return 0;
}

/* A ledger whose id is no chance. */
static inline bool create(const char *path, struct sti_error *err)
{
    static const unsigned char id[LEDGER_ID_OCTETS] = {0x1d, 0x1d, 0x1d};
    return ledger_create(path, id, NOW, err);
}

static inline int make_place(void **state)
{
    struct sti_error err;
    make_folder(state);
    assert_true(create(((struct place *)*state)->path, &err));
    return 0;
}

static inline int remove_place(void **state)
{
    struct place *place = *state;
    chmod(place->folder, 0700);
    DIR *folder = opendir(place->folder);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(folder), entry->d_name, 0);
    }
    closedir(folder);
    assert_int_equal(rmdir(place->folder), 0);
    free(place);
    return 0;
}

static inline struct ledger *open_place(const struct place *place, enum ledger_access access)
{
    struct sti_error err;
    struct ledger *ledger = ledger_open(place->path, access, NOW, &err);
    if (ledger == NULL)
        print_error("%s\n", err.sentence);
    assert_non_null(ledger);
    return ledger;
}

/* Digests that differ in their octets alone. */
#define SIGNER 0x51
#define OTHER_SIGNER 0x52
#define KEY 0x4b
#define HOLDER 0x40
#define OTHER_HOLDER 0x41
#define SUBJECT "CN=SHAKEN 709J, C=US"

/* Who is a token's signer, how many certificates it may have, and who the holder is. */
struct terms {
    int signer;
    int64_t limit;
    int holder;
    const char *note;
};
static const struct terms usual = {SIGNER, 1, HOLDER, NULL};

static inline bool intend_on(struct ledger *ledger, const char *serial, const char *jti,
                             const struct terms *terms, struct sti_error *err)
{
    unsigned char holder[LEDGER_DIGEST_OCTETS];
    struct ledger_token token = {.jti = jti, .limit = terms->limit};
    struct ledger_intent intent = {.kind = LEDGER_END_ENTITY,
                                   .subject = SUBJECT,
                                   .token = jti == NULL ? NULL : &token,
                                   .holder = holder,
                                   .note = terms->note,
                                   .time = NOW + 1};
    snprintf(intent.serial, sizeof(intent.serial), "%s", serial);
    memset(token.signer, terms->signer, sizeof(token.signer));
    memset(holder, terms->holder, sizeof(holder));
    memset(intent.spki, KEY, sizeof(intent.spki));
    memset(intent.tbs_digest, 0xd1, sizeof(intent.tbs_digest));
    return ledger_record_intent(ledger, &intent, err);
}

static inline bool intend(struct ledger *ledger, const char *serial, const char *jti,
                          struct sti_error *err)
{
    return intend_on(ledger, serial, jti, &usual, err);
}

static inline bool issue(struct ledger *ledger, const char *serial, struct sti_error *err)
{
    return ledger_record_issued(ledger, serial, certificate, sizeof(certificate), NULL, 0, NOW + 2,
                                err);
}

/* The state of a row, as a visit. */
static inline bool note_state(void *context, const struct ledger_record *record,
                              struct sti_error *err)
{
    (void)err;
    *(enum ledger_state *)context = record->state;
    return true;
}

static inline void assert_state(struct ledger *ledger, const char *serial,
                                enum ledger_state expected)
{
    struct sti_error err;
    enum ledger_state state = LEDGER_INTENDED;
    assert_true(ledger_show(ledger, serial, note_state, &state, &err));
    assert_string_equal(ledger_state_name(state), ledger_state_name(expected));
}

static inline void assert_uses(struct ledger *ledger, const char *jti, int signer, int64_t count,
                               const char *last)
{
    struct sti_error err;
    struct ledger_uses uses;
    unsigned char digest[LEDGER_DIGEST_OCTETS];
    memset(digest, signer, sizeof(digest));
    assert_true(ledger_token_uses(ledger, jti, digest, &uses, &err));
    assert_int_equal(uses.count, count);
    assert_string_equal(uses.serial, last);
}

static inline void assert_token(struct ledger *ledger, const char *jti, const char *expected)
{
    assert_uses(ledger, jti, SIGNER, expected[0] == '\0' ? 0 : 1, expected);
}

/* Which row has the key of all these rows, and another holder. */
static inline void assert_seen(struct ledger *ledger, int key, int holder, const char *subject,
                               const char *expected)
{
    struct sti_error err;
    unsigned char spki[LEDGER_DIGEST_OCTETS], digest[LEDGER_DIGEST_OCTETS];
    char serial[LEDGER_SERIAL_TEXT + 1];
    memset(spki, key, sizeof(spki));
    memset(digest, holder, sizeof(digest));
    assert_true(ledger_key_seen(ledger, spki, digest, subject, serial, &err));
    assert_string_equal(serial, expected);
}

/* Runs SQL on the file past this library, without waiting for the disk. */
static inline void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    char *message = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    (void)sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static inline void assert_error(const struct sti_error *err, enum sti_code code,
                                const char *sentence)
{
    assert_string_equal(err->sentence, sentence);
    assert_int_equal(err->code, code);
}

/* For what SQLite words: the sentence begins so. */
static inline void assert_begins(const struct sti_error *err, enum sti_code code, const char *start)
{
    if (strncmp(err->sentence, start, strlen(start)) != 0)
        assert_string_equal(err->sentence, start);
    assert_int_equal(err->code, code);
}

static inline void assert_refused(const char *path, enum ledger_access access, enum sti_code code,
                                  const char *sentence)
{
    struct sti_error err;
    struct ledger *ledger = ledger_open(path, access, NOW, &err);
    assert_null(ledger);
    assert_error(&err, code, sentence);
    assert_string_equal(err.source, path);
}

#endif
