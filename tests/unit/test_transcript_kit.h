/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A small ceremony, made on the spot: keys, certificates, plan, and its transcript by the writer of
 * ledger/; good, or with one thing wrong in it.
 */
#ifndef TEST_TRANSCRIPT_KIT_H
#define TEST_TRANSCRIPT_KIT_H

#include <openssl/evp.h>

#include "transcript.h"

#define KIT_CEREMONY_TIME 1790000000
#define KIT_WITNESSES 3
#define KIT_NEEDED 2
#define KIT_PLAN_VERSION 2
#define KIT_PROFILE "tn-level"

struct kit_octets {
    unsigned char *octets;
    size_t length;
};

struct kit_witness {
    const char *id;
    EVP_PKEY *key;
    struct kit_octets spki;
};

struct kit_planned {
    char name[48]; /* of the output, and the step's id */
    struct kit_octets der;
    struct kit_octets tbs;
};

struct kit_ceremony {
    const char *kind;
    struct kit_octets
        doomed;    /* a key that the plan destroys, borrowed; none: it has no such step */
    EVP_PKEY *key; /* issuer and ceremony key */
    struct kit_octets spki;
    struct kit_witness witnesses[KIT_WITNESSES];
    struct kit_planned *planned;
    size_t count;
    uint8_t previous[32];
    bool first;
    struct kit_octets plan;
    uint8_t plan_digest[32];
};

/* One thing that is wrong. */
enum kit_wrong {
    KIT_GOOD,
    KIT_STRANGER,      /* approves as one who is not named */
    KIT_STRANGERS_KEY, /* approves in the name of a witness */
    KIT_TWICE,         /* the same witness, and no other */
    KIT_OTHER_PLAN,    /* an approval of another plan */
    KIT_OTHER_ID,      /* one witness's approval under another's name */
    KIT_TOO_FEW,       /* approvals */
    KIT_OTHER_TBS,     /* what was signed is not what was intended */
    KIT_OTHER_ISSUER,  /* the certificate is signed by another key */
    KIT_OTHER_OUTPUT,  /* the output is not the file */
    KIT_NOT_PLANNED,   /* what was signed is in no plan */
    KIT_FAILED,        /* the ceremony failed, in good order */
    KIT_NO_END,
    KIT_WRONGS,
};
extern const char *const kit_wrong_names[KIT_WRONGS];

/* Makes keys, so many certificates, and the plan. previous NULL: the first ceremony. Ends the
   program if something does not work, as all functions here. */
void kit_ceremony_make(struct kit_ceremony *ceremony, size_t certificates, const uint8_t *previous);
void kit_ceremony_free(struct kit_ceremony *ceremony);

/* Plans the same once more behind another ceremony: same keys, same certificates. */
void kit_ceremony_follow(struct kit_ceremony *ceremony, const uint8_t *previous);

/* Writes the transcript, with its octets in it or not, and so many notes. Fills last, the digest of
   its last entry. */
void kit_ceremony_write(const struct kit_ceremony *ceremony, const char *path, enum kit_wrong wrong,
                        bool keep, size_t notes, uint8_t last[32]);

/*
 * The transcript of a ceremony that destroys ceremony->doomed: begin, input, two approvals, hsm of
 * the ceremony key, hsm of the doomed one, destroyed, end. `failed`: it does not get so far as to
 * destroy it.
 */
void kit_destruction_write(const struct kit_ceremony *ceremony, const char *path, bool failed);

/* Begins the transcript and leaves it open. */
struct transcript *kit_ceremony_begin(const struct kit_ceremony *ceremony, const char *path,
                                      struct sti_error *err);
/* Adds the hsm entry of the ceremony key. */
bool kit_ceremony_hsm(const struct kit_ceremony *ceremony, struct transcript *transcript,
                      const struct transcript_at *at, struct sti_error *err);

/* Writes into a folder: plan, request.bundle (the input), the outputs in PEM, ceremony.pem. */
void kit_ceremony_files(const struct kit_ceremony *ceremony, const char *folder);

/* Octets of a file, allocated with malloc; and a file of octets. */
struct kit_octets kit_file_read(const char *path);
void kit_file_write(const char *path, const void *octets, size_t length);

#endif
