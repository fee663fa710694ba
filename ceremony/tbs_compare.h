/* SPDX-License-Identifier: Apache-2.0 */
/* Where to-be-signed octets differ, in the words of RFC 5280. */
#ifndef CEREMONY_TBS_COMPARE_H
#define CEREMONY_TBS_COMPARE_H

#include "plan.h"

#define TBS_PLACE_TEXT 200

/*
 * Writes to `text` at which octet of `one` the two first differ, and in which field: "at octet 14,
 * in the validity". For an extension its OID stands there, for an entry of a CRL its serial. Both
 * are a TBSCertificate, or a TBSCertList if `is_crl`, in DER; of what cannot be read as one the
 * octet alone is said. They must not be the same.
 */
void tbs_compare(const struct plan_octets *one, const struct plan_octets *other, bool is_crl,
                 char text[TBS_PLACE_TEXT]);

#endif
