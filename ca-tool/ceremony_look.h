/* SPDX-License-Identifier: Apache-2.0 */
/* Looking for a key that is to be gone: by its id, by its label, and by its public key. */
#ifndef CA_TOOL_CEREMONY_LOOK_H
#define CA_TOOL_CEREMONY_LOOK_H

#include "hsm.h"
#include "transcript.h"

struct ceremony_look {
    size_t private_keys; /* on the token */
    size_t of_id;        /* of these, with the id of the URI; its label; this public key */
    size_t of_label;
    size_t of_key;
    size_t of_name;        /* with all that the URI names */
    size_t without_public; /* of these, without a public key: whose they are cannot be seen */
    bool public_there;     /* its public key alone is on the token */
    char numbers[6][24];   /* room for the facts */
    struct transcript_fact facts[6];
    size_t fact_count;
};

/*
 * Looks through every key of the token that is open. False: the token did not tell all of them, so
 * that nothing is known.
 */
bool ceremony_look(struct hsm *hsm, const struct hsm_uri *uri, EVP_PKEY *key,
                   struct ceremony_look *look, struct sti_error *err);

/* True if the key is not there: none is of its public key, and none has all that the URI names. */
bool ceremony_look_gone(const struct ceremony_look *look);

#endif
