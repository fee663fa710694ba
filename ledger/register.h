/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The number register: which certificate covers which numbers. It is a part of the ledger's file,
 * written in the same step as what it is made from, and nothing in it is new: all of it follows
 * from the certificates, the lists by reference and the revocations (docs/register.md).
 *
 * A certificate covers the numbers and the SPCs that its TNAuthList names, the one inside it (RFC
 * 8226 section 9) or the one it points to (section 10.1). Which numbers an SPC stands for is in no
 * list, so an SPC covers no number here. A certificate is live at a time from its notBefore through
 * its notAfter (RFC 5280 section 4.1.2.5), until it is revoked; the time is always the caller's.
 *
 * No lock is held while a visit runs: it may take as long as it likes.
 */
#ifndef REGISTER_H
#define REGISTER_H

#include "ledger.h"
#include "tnset.h"

/*
 * To be called once for an open ledger before it is asked. A file of a format that had no register
 * stays as it is when it is open for reading: its register is then derived, and forgotten with the
 * ledger.
 */
bool register_ready(struct ledger *ledger, struct sti_error *err);

/* A key identifier, RFC 5280 section 4.2.1.2. It is the SHA-1 of a key here, but may be longer. */
#define REGISTER_KEY_ID_OCTETS 64
struct register_key_id {
    size_t length; /* 0: none */
    uint8_t octets[REGISTER_KEY_ID_OCTETS];
};

/* A certificate that has a list, as the register knows it. */
struct register_certificate {
    int64_t number; /* of its row in the ledger */
    char serial[LEDGER_SERIAL_TEXT + 1];
    char *subject;                        /* as text */
    bool authority_own;                   /* this CA's own: a root or an intermediate */
    bool has_holder;                      /* false also for one of format 1: then nobody noted it */
    uint8_t holder[LEDGER_DIGEST_OCTETS]; /* as in struct ledger_intent */
    bool readable;                        /* false: its octets or its list could not be read */
    int64_t not_before;
    int64_t not_after;
    bool revoked;
    int64_t revoked_at;
    int64_t numbers; /* how many it covers */
    int64_t spcs;
    struct register_key_id key_id;    /* of a CA */
    struct register_key_id authority; /* of its issuer's key */
};

/* Numbers from first to last, of one length; or an SPC, when spc is not NULL. */
struct register_piece {
    tn_word first;
    tn_word last;
    const uint8_t *spc;
    size_t spc_length;
};

/* How many numbers a piece has; 0 for an SPC. */
uint64_t register_piece_count(const struct register_piece *piece);

/* A certificate and the part of it that was asked for, in order. Returns false to stop. */
typedef bool (*register_visit)(void *context, const struct register_certificate *certificate,
                               const struct register_piece *pieces, size_t count,
                               struct sti_error *err);

/* Who may be in the answer. */
struct register_holder {
    const uint8_t *holder; /* LEDGER_DIGEST_OCTETS; NULL: everybody */
    const char *subject;   /* decides for a row that does not know its holder; may be NULL */
    bool others;           /* everybody but this holder, and not this CA itself */
};

/*
 * Visits the certificates, live at `at`, that cover a number of `asked` or have an SPC of it, in
 * the order of the ledger. `who` may be NULL: everybody. The memory is 24 octets a piece of the
 * answer. False if a visit has failed or the ledger could not be read.
 */
bool register_ask(struct ledger *ledger, const struct tnset *asked, int64_t at,
                  const struct register_holder *who, register_visit visit, void *context,
                  struct sti_error *err);

/* Visits all live certificates of one holder, without pieces. */
bool register_of_holder(struct ledger *ledger, const uint8_t holder[LEDGER_DIGEST_OCTETS],
                        int64_t at, register_visit visit, void *context, struct sti_error *err);

/* True in *any if some certificate in the register has an SPC, be it live or not. */
bool register_has_spcs(struct ledger *ledger, bool *any, struct sti_error *err);

/* How many certificates there are whose octets or list could not be read. */
bool register_unreadable(struct ledger *ledger, int64_t *count, struct sti_error *err);

/*
 * The first live certificate of another holder that has one of these numbers, and is neither above
 * nor below the certificate that would be issued: a parent and its delegate have numbers in common
 * by intent (RFC 9060 section 4). An empty serial if there is none.
 */
struct register_wish {
    const struct tnset *numbers;   /* its SPCs do not count */
    struct register_holder who;    /* who asks; `others` is not looked at */
    struct register_key_id issuer; /* of the key that would sign */
    struct register_key_id key_id; /* of the key in the certificate, if that is a CA's */
};
struct register_clash {
    char serial[LEDGER_SERIAL_TEXT + 1];
    char subject[128]; /* cut off if longer */
    tn_word first;     /* numbers in common, from */
    tn_word last;      /* to */
};
bool register_clash(struct ledger *ledger, const struct register_wish *wish, int64_t at,
                    struct register_clash *clash, struct sti_error *err);

/*
 * Visits every two live certificates of different holders with numbers in common, a piece at a
 * time, in the order of the numbers; a certificate and one above or below it do not count. The
 * memory does not grow with the register, only with how many certificates cover one number.
 */
typedef bool (*register_overlap_visit)(void *context, const struct register_certificate *a,
                                       const struct register_certificate *b,
                                       const struct register_piece *common, struct sti_error *err);
bool register_overlaps(struct ledger *ledger, int64_t at, register_overlap_visit visit,
                       void *context, struct sti_error *err);

/* Visits every piece of every live certificate, SPCs first, then by number. */
bool register_export(struct ledger *ledger, int64_t at, register_visit visit, void *context,
                     struct sti_error *err);

#endif
