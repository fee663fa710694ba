/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts rows into a ledger that no run of sti-ca would leave on purpose: of another time, or of a
 * run that died between two steps.
 *
 *     ledger_put LEDGER abandoned SERIAL TIME        an intent that was given up
 *     ledger_put LEDGER intended SERIAL TIME [OUT]   an intent without an end
 *     ledger_put LEDGER issued SERIAL TIME OUT DER   a certificate whose delivery was not noted
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"

static bool put(struct ledger *ledger, int count, char **words, struct sti_error *err)
{
    struct ledger_intent intent = {.kind = LEDGER_ROOT, .subject = "CN=put by a test"};
    const char *what = words[2];
    intent.time = strtoll(words[4], NULL, 10);
    intent.out = count > 5 ? words[5] : NULL;
    snprintf(intent.serial, sizeof(intent.serial), "%s", words[3]);
    if (!ledger_record_intent(ledger, &intent, err))
        return false;
    if (strcmp(what, "abandoned") == 0)
        return ledger_record_abandoned(ledger, intent.serial, "a test", intent.time, err);
    if (strcmp(what, "issued") != 0 || count < 7)
        return strcmp(what, "intended") == 0;
    static uint8_t der[65536];
    FILE *file = fopen(words[6], "rb");
    size_t length = file == NULL ? 0 : fread(der, 1, sizeof(der), file);
    if (file != NULL)
        fclose(file);
    return ledger_record_issued(ledger, intent.serial, der, length, NULL, 0, intent.time, err);
}

int main(int count, char **words)
{
    struct sti_error err = {.sentence = "wrong words"};
    struct ledger *ledger =
        count < 5 ? NULL : ledger_open(words[1], LEDGER_RECOVER, strtoll(words[4], NULL, 10), &err);
    bool ok = ledger != NULL && put(ledger, count, words, &err);
    ledger_close(ledger);
    if (!ok)
        fprintf(stderr, "ledger_put: %s\n", err.sentence);
    return ok ? 0 : 1;
}
