/* SPDX-License-Identifier: Apache-2.0 */
/* The CA that signs for others: its certificate and, if it is a delegating CA, its list. */
#ifndef CA_TOOL_ISSUER_H
#define CA_TOOL_ISSUER_H

#include "config.h"
#include "path_scope.h"

struct issuer {
    X509 *certificate;
    struct path_scope scope;
    struct path_list file; /* the list that the certificate names by reference */
    uint8_t *octets;       /* of it */
    char *path;
};

/*
 * Loads the certificate of [intermediate]: a CA that may sign certificates, itself signed by the
 * one of [root]. Otherwise what it signs could not be verified by anyone. A list by reference is
 * taken from the folder `lists`, by the digest that its URL ends with. Free with issuer_free(),
 * also after a failure.
 */
bool issuer_load(struct issuer *issuer, const struct config *config, struct sti_error *err);
void issuer_free(struct issuer *issuer);

#endif
