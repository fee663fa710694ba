/* SPDX-License-Identifier: Apache-2.0 */
#include "crl_reason.h"

#include <string.h>

/* CRLReason; 7 is not used, and 8, removeFromCRL, is for delta CRLs. */
static const char *const words[] = {
    "unspecified", "keyCompromise",        "cACompromise",    "affiliationChanged",
    "superseded",  "cessationOfOperation", "certificateHold", NULL,
    NULL,          "privilegeWithdrawn",   "aACompromise",
};
#define REASONS ((int)(sizeof(words) / sizeof(*words)))

const char *crl_reason_word(int reason)
{
    if (reason == CRL_NO_REASON)
        reason = 0;
    return reason >= 0 && reason < REASONS ? words[reason] : NULL;
}

bool crl_reason_read(const char *word, int *reason, struct sti_error *err)
{
    for (int i = 0; i < REASONS; i++)
        if (words[i] != NULL && strcmp(word, words[i]) == 0) {
            *reason = i;
            return true;
        }
    return sti_refuse(err, "RFC 5280 section 5.3.1",
                      "\"%.40s\" is no reason of a whole CRL: unspecified, keyCompromise, "
                      "cACompromise, affiliationChanged, superseded, cessationOfOperation, "
                      "certificateHold, privilegeWithdrawn, aACompromise",
                      word);
}

bool crl_reason_read_final(const char *word, int *reason, struct sti_error *err)
{
    return crl_reason_read(word, reason, err) &&
           (*reason != CRL_CERTIFICATE_HOLD ||
            sti_refuse(err, "RFC 5280 section 5.3.1",
                       "certificateHold is for what may be released again, and a revocation is "
                       "recorded here for ever; choose another reason when it is one"));
}
