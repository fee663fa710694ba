/* SPDX-License-Identifier: Apache-2.0 */
/* From an accepted request to what mint.h mints: alike for one request and for a batch. */
#ifndef CA_TOOL_REQUEST_MINT_H
#define CA_TOOL_REQUEST_MINT_H

#include "mint.h"
#include "request.h"

/* What the path of the signed certificate is judged by; lives as long as the mint. */
struct request_mint {
    const struct request *request; /* accepted */
    const char *list_url;          /* where the list will be; NULL: by value */
    time_t not_before;             /* request_mint() sets it */
};

/*
 * The content, kind, token, holder, note, list by reference and judge of the certificate, for one
 * that is signed at the time now. Ledger, keys, verdict, HSM and output are the caller's to add.
 * Borrows from `of` and from its request.
 */
struct mint request_mint(struct request_mint *of, int64_t now);

#endif
