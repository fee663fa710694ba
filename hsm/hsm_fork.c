/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A child of fork() is another application to PKCS#11 (2.40 Usage Guide, "Applications and
 * processes"): of its parent's sessions it may use nothing, and must initialise the module itself.
 * Many modules do not notice by themselves; they would mix up both processes' answers from a
 * device.
 */
#include "hsm_internal.h"

#include <unistd.h>

bool hsm_own_process(const struct hsm *hsm, struct sti_error *err)
{
    if (hsm->pid == getpid())
        return true;
    return sti_fail(err,
                    "token '%s' was opened by process %ld, and process %ld, a child of it, may not "
                    "use what its parent has opened; open the token in the process that uses it",
                    hsm->token, (long)hsm->pid, (long)getpid());
}
