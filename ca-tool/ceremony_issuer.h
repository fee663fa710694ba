/* SPDX-License-Identifier: Apache-2.0 */
/* The certificate of the key that signs in a step, among the inputs of the plan. */
#ifndef CA_TOOL_CEREMONY_ISSUER_H
#define CA_TOOL_CEREMONY_ISSUER_H

#include "ceremony_run.h"

/*
 * Finds the input that is a certificate in PEM with the name and the key that what is signed in
 * this step names as its issuer's. *issuer is the caller's; NULL if there is none: what is signed
 * signs itself. Refused if it does not, and if an input is not what it was.
 */
bool ceremony_issuer(const struct ceremony_run *run, const struct plan_step *step, X509 **issuer,
                     struct sti_error *err);

#endif
