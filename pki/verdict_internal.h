/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the verdict share: the rows' context, and the checks of verdict_record.c. */
#ifndef PKI_VERDICT_INTERNAL_H
#define PKI_VERDICT_INTERNAL_H

#include "verdict.h"

/* What the rows work on: the input, and what one row has read for the next. */
struct judgement {
    const struct verdict_input *input;
    struct tnauthlist wanted;  /* the CSR's list; good with CSR_LIST */
    struct tnauthlist allowed; /* the token's */
};

/* Where no standard demands it. */
#define VERDICT_OWN_POLICY "the CA's own policy"

/* These work on a struct judgement. */
bool verdict_check_profile_list(void *context, struct check *check);
bool verdict_check_issuer(void *context, struct check *check);
bool verdict_check_encompassed(void *context, struct check *check);
bool verdict_check_issuer_path(void *context, struct check *check);
bool verdict_check_token_unused(void *context, struct check *check);
bool verdict_check_key_unseen(void *context, struct check *check);
bool verdict_check_key_strong(void *context, struct check *check);
bool verdict_check_second_holder(void *context, struct check *check);
bool verdict_check_clock(void *context, struct check *check);
bool verdict_check_validity(void *context, struct check *check);

#endif
