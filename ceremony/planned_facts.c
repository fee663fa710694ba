/* SPDX-License-Identifier: Apache-2.0 */
#include "planned.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "list_reference.h"
#include "subject.h"

static bool time_of(const ASN1_TIME *from, int64_t *time)
{
    struct tm tm;
    if (ASN1_TIME_to_tm(from, &tm) != 1)
        return false;
    *time = (int64_t)timegm(&tm);
    return true;
}

/* Upper-case hex without leading zero octets, as the ledger has it. */
static bool serial_of(const X509 *certificate, char text[41])
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber((X509 *)certificate);
    int length = ASN1_STRING_length((ASN1_STRING *)serial);
    const unsigned char *octets = ASN1_STRING_get0_data((ASN1_STRING *)serial);
    if (length < 1 || length > 20)
        return false;
    for (int i = 0; i < length; i++)
        snprintf(text + 2 * i, 3, "%02X", octets[i]);
    return true;
}

bool planned_facts(const struct plan_octets *tbs, struct planned_facts *facts,
                   struct sti_error *err)
{
    memset(facts, 0, sizeof(*facts));
    X509 *certificate = planned_certificate(tbs, err);
    if (certificate == NULL)
        return false;
    facts->subject = subject_text(X509_get_subject_name(certificate));
    facts->issuer = subject_text(X509_get_issuer_name(certificate));
    const struct list_place place = {X509_get0_extensions(certificate), "certificate"};
    bool ok = facts->subject != NULL && facts->issuer != NULL;
    if (ok && !list_reference_read(&place, &facts->list_url, err))
        ok = false;
    else if (!ok)
        sti_fail(err, "no memory for a name");
    else if (!serial_of(certificate, facts->serial) ||
             !time_of(X509_get0_notBefore(certificate), &facts->not_before) ||
             !time_of(X509_get0_notAfter(certificate), &facts->not_after))
        ok = sti_refuse(err, "RFC 5280 section 4.1.2",
                        "the serial number or the validity in the plan cannot be read");
    X509_free(certificate);
    if (!ok)
        planned_facts_free(facts);
    return ok;
}

void planned_facts_free(struct planned_facts *facts)
{
    free(facts->subject);
    free(facts->issuer);
    free(facts->list_url);
    memset(facts, 0, sizeof(*facts));
}
