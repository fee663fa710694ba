/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates with lists, made on the spot, and how they get into a ledger. */
#ifndef TEST_REGISTER_KIT_H
#define TEST_REGISTER_KIT_H

#include "test_ledger.h"

#include "register.h"

/* A certificate as a test wants it. */
struct wanted {
    const char *list;      /* as text; NULL: none */
    const char *beside;    /* the same, by reference; NULL: by value */
    int holder;            /* an octet that tells one from another; 0: HOLDER */
    int64_t not_before;    /* 0: NOW */
    int64_t not_after;     /* 0: NOW + 1000 */
    const char *key_id;    /* of a CA; NULL: an end entity without one */
    const char *authority; /* NULL: none */
    const char *subject;   /* NULL: SUBJECT */
    enum ledger_kind kind; /* 0, which is a root: an end entity */
};

/* The DER of a certificate; free() it. */
uint8_t *make_certificate(const struct wanted *wanted, size_t *length);

/* The DER of a list in text; free() it. */
uint8_t *make_list(const char *text, size_t *length);

/* The set of a list in text; tnset_free() it. */
struct tnset make_set(const char *text);

/* Records the intent and the certificate under serial 41, 42, ... (hex): the count so far says. */
void enter(struct ledger *ledger, int serial, const struct wanted *wanted);

/* An answer as text: "41:12155550100-12155550199,SPC:709J 42:..." */
struct text {
    char text[4000];
};
void say(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void say_piece(struct text *text, const struct register_piece *piece);

/* A register_visit that says the certificate and its pieces; the context is a struct text. */
bool say_certificate(void *context, const struct register_certificate *found,
                     const struct register_piece *pieces, size_t count, struct sti_error *err);

/* The ledger of make_place(), for writing. */
struct ledger *open_one(void **state);

/* Who has what is asked for, as text. */
void assert_who(struct ledger *ledger, const char *asked, int64_t at,
                const struct register_holder *who, const char *expected);

#endif
