/* SPDX-License-Identifier: Apache-2.0 */
/* The list by reference of a certificate that a ceremony signs: a file beside the certificate. */
#ifndef CA_TOOL_CEREMONY_LIST_H
#define CA_TOOL_CEREMONY_LIST_H

#include "ceremony_run.h"

/* DER, the owner's; NULL: the certificate has its list by value, or none. */
struct ceremony_list {
    const uint8_t *der;
    size_t length;
};

/*
 * The URL that stands in the octets of the plan names just this list, by its digest (list_url.h).
 * `url` is NULL if none stands there: then there must be no list.
 */
bool ceremony_list_check(const struct ceremony_list *list, const char *url, struct sti_error *err);

/* Before anything is done: what is there under the name of the step's list, if anything, is it. */
bool ceremony_list_gate(const struct ceremony_run *run, const struct plan_step *step,
                        struct sti_error *err);

/*
 * Writes the list under its name into the folder of the outputs, and notes that in the transcript;
 * nothing, if there is none. To be published at the URL. The name may be there, if it is the list.
 */
bool ceremony_list_write(struct ceremony_run *run, const struct plan_step *step,
                         const struct ceremony_list *list, const char *url, struct sti_error *err);

#endif
