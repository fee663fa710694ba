/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbering-plan sense: what is lawful in a TNAuthList (RFC 8226 section 9 knows digits only) and
 * yet is probably a slip. Warnings, never errors: a list that gets some is as good as any other.
 *
 *   nanp-shape         a NANP number whose area code or exchange code cannot be one: they begin
 *                      with 2 to 9 and are not N11
 *   nanp-length        it begins with 1, the NANP's country code, and has not 11 digits
 *   fictitious         a NANP number out of 555-0100 to 555-0199
 *   crosses-area-code  a range that begins in one NANP area code and ends outside it
 *   crosses-block      a range that goes over the border of a block of 10,000 numbers
 *   no-country-code    10 digits that are a NANP number but for the 1 before them, or a 0 in front
 *
 * A NANP number is one of 11 digits that begins with 1, in the form 1-NXX-NXX-XXXX with N for 2 to
 * 9 and X for 0 to 9. A range gets a warning when any of its numbers deserves it, also when only a
 * part of the range is in the NANP. SPCs and numbers with * or # get none.
 */
#ifndef NUMBERING_PLAN_H
#define NUMBERING_PLAN_H

#include "tnauthlist.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Called for a warning: its name, which stays the same from version to version, and a sentence
 * about this entry, without a full stop. Both are good until the call returns; name for ever.
 */
typedef void numbering_plan_found(void *context, const char *name, const char *sentence);

/*
 * Looks at one entry as tnauthlist_decode() makes it, calls `found` for each warning, each at most
 * once, in the order above, and returns how many there are. `found` may be NULL. Cost: constant,
 * whatever the length of a range.
 */
size_t numbering_plan_check(const struct tnauthlist_entry *entry, numbering_plan_found *found,
                            void *context);

#ifdef __cplusplus
}
#endif

#endif
