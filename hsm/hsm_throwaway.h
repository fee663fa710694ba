/* SPDX-License-Identifier: Apache-2.0 */
/* A token of SoftHSM that lives in a folder and dies with it: for rehearsals. */
#ifndef HSM_THROWAWAY_H
#define HSM_THROWAWAY_H

#include "hsm.h"

/* Where Debian has SoftHSM's module. */
#define HSM_THROWAWAY_MODULE "/usr/lib/softhsm/libsofthsm2.so"
#define HSM_THROWAWAY_LABEL "rehearsal"

/*
 * Makes the token in `folder`, which is empty and the caller's: softhsm2.conf, the folder tokens,
 * and the file pin with a PIN drawn for it. From then on SoftHSM in this process is this token's
 * (SOFTHSM2_CONF is set); a process that rehearses opens no other. `module` is SoftHSM's. Failures
 * are STI_ENVIRONMENT.
 */
bool hsm_throwaway_make(const char *module, const char *folder, struct sti_error *err);

#endif
