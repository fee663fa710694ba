/* SPDX-License-Identifier: Apache-2.0 */
/* What a plan has that does not follow from its inputs: drawn and looked up for a new one, taken
 * from the plan itself for one that is made once more. There is no third way to it. */
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "ceremony_make.h"
#include "clock.h"
#include "ledger_as_of.h"
#include "ledger_line.h"
#include "planned.h"

struct ledger *making_ledger(const struct making *making, struct sti_error *err)
{
    const char *path = making->config->ledger;
    struct ledger_line line = {0};
    if (making->again == NULL)
        return ledger_open(path, LEDGER_READ, making->now, err);
    struct ledger *ledger = ledger_as_of(path, making->now, ledger_line_begin(&line), err);
    ledger_line_end(&line);
    return ledger;
}

int64_t making_judged_at(const struct making *making)
{
    return making->again == NULL ? clock_now() : making->now;
}

/* No two steps write the same file. */
static const struct plan_step *step_of(const struct plan *plan, const char *out)
{
    for (size_t i = 0; i < plan->step_count; i++) {
        const struct plan_step *step = &plan->steps[i];
        if (step->action == PLAN_SIGN && strcmp(step->what, "certificate") == 0 &&
            strcmp(step->out, out) == 0)
            return step;
    }
    return NULL;
}

/* As many octets as are drawn for one; of a longer number, which was not, a plan has another. */
static bool take_serial(const struct plan_step *step, unsigned char serial[CERT_SERIAL_OCTETS],
                        struct sti_error *err)
{
    X509 *certificate = planned_certificate(&step->tbs, err);
    if (certificate == NULL)
        return sti_error_part(err, "step %s", step->id);
    const ASN1_INTEGER *number = X509_get0_serialNumber(certificate);
    const unsigned char *octets = ASN1_STRING_get0_data((const ASN1_STRING *)number);
    size_t length = (size_t)ASN1_STRING_length((const ASN1_STRING *)number);
    size_t taken = length < CERT_SERIAL_OCTETS ? length : CERT_SERIAL_OCTETS;
    memset(serial, 0, CERT_SERIAL_OCTETS);
    memcpy(serial + CERT_SERIAL_OCTETS - taken, octets + length - taken, taken);
    X509_free(certificate);
    return true;
}

bool making_serial(const struct making *making, const char *out,
                   unsigned char serial[CERT_SERIAL_OCTETS], struct sti_error *err)
{
    if (making->again == NULL)
        return RAND_bytes(serial, CERT_SERIAL_OCTETS) == 1 ||
               sti_fail(err, "no random octets for the serial number");
    const struct plan_step *step = step_of(making->again, out);
    if (step != NULL)
        return take_serial(step, serial, err);
    return sti_refuse(err, NULL,
                      "no step of the plan signs a certificate that is written to %s, and the "
                      "ceremony file asks for one",
                      out);
}

char *making_tool(const struct making *making)
{
    return strdup(making->again == NULL ? "sti-ca " STI_PKI_VERSION : making->again->tool);
}
