/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificates of a batch on their way, several groups at a time (batch_turns.c says which
 * steps go side by side); the steps of one certificate are in batch_mint.c.
 */
#ifndef CA_TOOL_BATCH_SIGN_H
#define CA_TOOL_BATCH_SIGN_H

#include <pthread.h>
#include <stdatomic.h>

#include "batch.h"
#include "hsm.h"
#include "progress.h"
#include "signer.h"

/* What was last said of the issuer's own path, for the threads to share. */
struct batch_issuer {
    pthread_mutex_t lock;
    int64_t at; /* at which second that was; 0: not yet */
    bool valid;
    struct sti_error why;
};

struct batch_signing {
    struct batch *batch;
    struct batch_item **items; /* those to be issued, in their order */
    size_t count;
    struct signer signer;
    struct hsm_signer *signers[PARALLEL_MAX]; /* a session for each thread */
    char token[SIGNER_TOKEN_TEXT];            /* which token signs, for the record */
    struct batch_issuer issuer;
    atomic_bool stop;   /* nothing new is begun */
    atomic_size_t made; /* signed, read again and judged */
    struct progress progress;
    double begun;
};

/* Login, a session for each thread, and the key is the one of the issuer's certificate. */
bool batch_signing_open(struct batch_signing *signing, struct sti_error *err);
void batch_signing_close(struct batch_signing *signing);

/*
 * The steps that threads do, for one item; what goes wrong is kept in it, and may set stop. A
 * drafted one that is refused (lint) has the outcome BATCH_REFUSED, and the others go on.
 */
void batch_draft(struct batch_signing *signing, struct batch_item *item);
void batch_sign_item(struct batch_signing *signing, size_t worker, struct batch_item *item);

/* Items that go together: some of signing->items, in their order. */
struct batch_part {
    struct batch_item **items;
    size_t count;
};

/*
 * One commit: the files of `written` are noted, the certificates of `made` recorded as issued, and
 * the intents of `drafted` written. Items that are at another stage are passed over. When it
 * returns true, all of it is on the disk, and the stages are BATCH_DELIVERED, BATCH_RECORDED and
 * BATCH_INTENDED.
 */
bool batch_commit(struct batch_signing *signing, const struct batch_part *written,
                  const struct batch_part *made, const struct batch_part *drafted,
                  struct sti_error *err);

/* Writes the files of those that are at stage BATCH_RECORDED, and waits for them (batch_write()).
 */
bool batch_write_recorded(struct batch_signing *signing, const struct batch_part *part,
                          struct sti_error *err);

/* Takes all turns (batch_turns.c). False, with the reason, if the run must stop. */
bool batch_take_turns(struct batch_signing *signing, struct sti_error *err);

/*
 * The end of a run that stopped: what was signed is recorded, every other intent is abandoned.
 */
bool batch_settle(struct batch_signing *signing, const struct sti_error *why,
                  struct sti_error *err);

#endif
