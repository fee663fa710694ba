/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An intent that a run has left behind, taken up by another one that signs the very same octets.
 *
 * What a dead run's HSM may have signed is unknown, so that such a serial is used up; unless the
 * octets that were to be signed are known and fixed, as in the approved plan of a ceremony. Signing
 * them once more makes no certificate that could not be there already. ledger.h includes this file.
 */
#ifndef LEDGER_RESUME_H
#define LEDGER_RESUME_H

/* What the caller has to be signed, all of it, and nothing else. */
struct ledger_planned {
    char serial[LEDGER_SERIAL_TEXT + 1];
    unsigned char tbs_digest[LEDGER_DIGEST_OCTETS];
};

/*
 * As ledger_open() with LEDGER_WRITE, which it refuses as that does, but for intents without an end
 * that are in the plan, by serial and to-be-signed octets. One that is not is refused with the same
 * sentence: the rest of the CA is settled by `sti-ca recover`, and not here.
 */
struct ledger *ledger_open_planned(const char *path, const struct ledger_planned *planned,
                                   size_t count, int64_t now, struct sti_error *err);

/*
 * Takes up the intent that is there for this serial, in place of ledger_record_intent(): nothing is
 * written, and one of the three ends follows. Refused unless it has no end and is what is intended
 * now in all that the record tells: kind, subject, token, to-be-signed octets, key, holder,
 * profile, waivers and HSM. Where the certificate goes, what the policy accepted, the verdict and
 * the time may be others.
 */
bool ledger_resume_intent(struct ledger *ledger, const struct ledger_intent *intent,
                          struct sti_error *err);

#endif
