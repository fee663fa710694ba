/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch: many requests in one sitting. First every verdict, then one review and a person's
 * consent, then the certificates, each of which goes the way of a single one (mint.h); the outcome
 * of each request stands in a manifest. One file for each of these steps, batch_*.c.
 */
#ifndef CA_TOOL_BATCH_H
#define CA_TOOL_BATCH_H

#include "file.h"
#include "parallel.h"
#include "request_mint.h"

/* How many requests one batch has at most, and how many octets all their files together. */
#define BATCH_MAX_REQUESTS 10000
#define BATCH_MAX_OCTETS ((size_t)1024 * 1024 * 1024)
#define BATCH_MANIFEST_MAX_OCTETS ((size_t)16 * 1024 * 1024)

/* How many certificates are written with one wait for the disk. */
#define BATCH_FILES_OPEN 256

/* A request's name is the name of its certificate's file, too. */
#define BATCH_NAME_MAX 100

/* Where the lists of the review end that could be as long as the batch. */
#define BATCH_LARGEST 5
#define BATCH_ODD_SHOWN 20
#define BATCH_GROUPS_SHOWN 20

enum batch_outcome {
    BATCH_OPEN,        /* accepted, and not issued: the run ended before */
    BATCH_REFUSED,     /* by a check, or it cannot be read */
    BATCH_DONE_BEFORE, /* its certificate was in the ledger already, and was written again */
    BATCH_ISSUED,
    BATCH_FAILED, /* accepted, and something failed at this very certificate */
};
#define BATCH_OUTCOMES 5

/* "open", "refused", "done before", "issued", "failed": the words of the manifest. */
const char *batch_outcome_name(enum batch_outcome outcome);

/* How far a certificate is; only ever forward. */
enum batch_stage {
    BATCH_WAITING,
    BATCH_DRAFTED,   /* its to-be-signed octets are there */
    BATCH_INTENDED,  /* its intent is on the disk */
    BATCH_SIGNED,    /* signed, read again and judged */
    BATCH_RECORDED,  /* it is in the ledger, and may leave */
    BATCH_WRITTEN,   /* its file is on the disk */
    BATCH_DELIVERED, /* and the ledger knows it */
};

struct batch_item {
    char *name;
    /* Files: a bundle, or the others; list may be NULL. */
    char *bundle;
    char *csr;
    char *token;
    char *account_key;
    char *list;
    char *profile_name; /* NULL: the command line's, or the default */
    char *base;         /* of the URL of a list by reference; NULL: by value */

    /* From the verdict. */
    const struct profile *profile;
    struct request request; /* without its checks */
    enum batch_outcome outcome;
    struct sti_error reason; /* why it was refused or has failed */
    const char *check;       /* the name of the check that refused it; NULL: none */
    unsigned char digests[3][LEDGER_DIGEST_OCTETS]; /* SHA-256 of CSR, token and list */
    unsigned char spki[LEDGER_DIGEST_OCTETS];       /* SHA-256 of the CSR's key */
    char *subject;                                  /* as text */
    uint64_t numbers;                               /* in its list, each once */
    size_t warnings;                                /* of the numbering plan */
    char warning[160];                              /* the first of them */
    char *list_url;                                 /* NULL: by value */
    char *list_path;                                /* its file in the folder `lists` */

    /* From the signing, or from the ledger if it was done before. */
    enum batch_stage stage;
    char *path; /* of the certificate's file */
    struct request_mint minting;
    struct mint mint;
    struct minted minted;           /* the certificate's X509 is not kept */
    bool path_asked;                /* the path of its certificate is validated (batch_sign.c) */
    bool there;                     /* done before, and its file is there with these octets */
    bool undelivered;               /* done before, and the ledger does not know of its file */
    struct request_verdict verdict; /* for the ledger */
};

struct batch {
    const struct tool_arguments *arguments;
    const char *source; /* --batch */
    const char *folder; /* --out */
    bool force;
    bool review_only;
    size_t jobs;
    struct config *config;
    struct ledger *ledger;
    struct request_rules rules;
    struct batch_item *items; /* in the order of their names */
    size_t count;
    size_t room;
    char digest[2 * LEDGER_DIGEST_OCTETS + 1]; /* of the review */
};

/* How many requests have this outcome now. */
size_t batch_count(const struct batch *batch, enum batch_outcome outcome);

/* ---- batch_read.c, batch_manifest.c: which requests there are ---- */

/*
 * Adds a request of this name, which must be one that a file can have: letters, digits, dot, dash
 * and underscore, no dot or dash first. NULL on failure. The item is good until the next is added.
 */
struct batch_item *batch_add(struct batch *batch, const char *name, struct sti_error *err);

/* Reads what --batch names: a folder, or a manifest in JSON. Sorts by name. */
bool batch_read(struct batch *batch, struct sti_error *err);
bool batch_read_manifest(struct batch *batch, struct sti_error *err);

/* ---- batch_judge.c, batch_twice.c, batch_numbers.c, batch_before.c: the verdicts ---- */

/*
 * Judges every request: outcome BATCH_OPEN is accepted. False if something could not be read, or
 * after a signal.
 */
bool batch_judge(struct batch *batch, struct sti_error *err);

/* Refuses what only goes for one of two requests of the batch; the first by name has it. */
bool batch_refuse_twice(struct batch *batch, struct sti_error *err);

/* The same for numbers, if the policy gives a number to one holder. After batch_refuse_twice(). */
bool batch_refuse_numbers(struct batch *batch, struct sti_error *err);

/*
 * If this very request has got its certificate already: takes it from the ledger, outcome
 * BATCH_DONE_BEFORE. For one thread with its own ledger.
 */
bool batch_look_before(struct batch_item *item, struct ledger *ledger, struct sti_error *err);

/* ---- batch_odd.c, batch_review.c, batch_review_json.c, batch_consent.c ---- */

/* What a person should look at first. */
struct batch_odd {
    const struct batch_item *item;
    const char *kind; /* "large", "wild", "policy" */
    char words[300];
};

/* Requests that have something in common: the holder, or an SPC. */
struct batch_group {
    char *name;
    size_t requests;
    uint64_t numbers;
};

/* The accepted requests, seen from above. */
struct batch_view {
    const struct batch_item **largest; /* all accepted, the largest first */
    size_t accepted;
    uint64_t numbers; /* of all lists, one by one */
    struct batch_odd *odd;
    size_t odd_count;
    struct batch_group *holders;
    size_t holder_count;
    struct batch_group *spcs;
    size_t spc_count;
};
bool batch_view_make(struct batch_view *view, const struct batch *batch, struct sti_error *err);
void batch_view_free(struct batch_view *view);

/*
 * The digest of the review, into batch->digest: SHA-256 over a line for each request, with what is
 * to be issued for it or why nothing is. The same requests judged the same way have the same one;
 * one that was done before counts as accepted.
 */
bool batch_review_digest(struct batch *batch, struct sti_error *err);

void batch_review_print(const struct batch *batch, const struct batch_view *view, FILE *out);
json_t *batch_review_json(const struct batch *batch, const struct batch_view *view);

/* Asks a person on the terminal, or compares --consent with the review. */
bool batch_consent(const struct batch *batch, struct sti_error *err);

/* ---- batch_sign.c, batch_turns.c, batch_mint.c, batch_write.c: the certificates ---- */

/*
 * Issues what is accepted. False if the run had to stop: a signal, the HSM, the disk, the ledger.
 * Then, too, every request has its outcome, and what was issued has its file as far as the disk
 * lets it.
 */
bool batch_sign(struct batch *batch, struct sti_error *err);

/* Makes sure that every output can be written and nothing is overwritten. */
bool batch_check_outputs(struct batch *batch, struct sti_error *err);

/* Makes the folder of the outputs if it is not there. */
bool batch_make_folder(const struct batch *batch, struct sti_error *err);

/*
 * Writes the certificates of these items, each whole or not there, and waits until they are on the
 * disk. Those of stage BATCH_WRITTEN are, also when it fails.
 */
bool batch_write(const struct batch *batch, struct batch_item *const *items, size_t count,
                 struct sti_error *err);

/* Notes in the ledger, in a group that the caller has begun, which of these files are there. */
bool batch_record_delivered(const struct batch *batch, struct batch_item *const *items,
                            size_t count, struct sti_error *err);

/* ---- batch_result.c: the outcome ---- */

/* True if a manifest of this very batch, or none, stands in the folder; or with --force. */
bool batch_result_may_be_written(const struct batch *batch, struct sti_error *err);
bool batch_result_write(const struct batch *batch, struct sti_error *err);
json_t *batch_result_json(const struct batch *batch);

/* ---- batch.c ---- */

/* `sti-ca issue --batch`. */
bool batch_run(const struct tool_arguments *arguments, struct sti_error *err);

#endif
