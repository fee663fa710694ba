/* SPDX-License-Identifier: Apache-2.0 */
/* What a request asks for: the CSR in a bundle (docs/bundle.md), read by libcrypto. */
#ifndef ASKED_H
#define ASKED_H

#include "item.h"

struct asked {
    struct item subject; /* of the CSR, a Name in DER; these are owned */
    struct item spki;    /* of the CSR, SubjectPublicKeyInfo in DER */
    struct item list;    /* the TNAuthList in DER: beside the CSR, else in it; ITEM_NONE: none */
    bool beside;         /* the list came beside the CSR, so it goes by reference */
};

/* Reads a bundle. NULL, or why it cannot be read. asked_free() in any case. */
const char *asked_read(const uint8_t *octets, size_t length, struct asked *asked);
void asked_free(struct asked *asked);

#endif
