/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Consent to a batch: on the terminal a person types how many certificates are to be issued, which
 * stands in the review and nowhere in a habit; a program gives the review's digest, which it can
 * only have from the review.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "batch.h"
#include "interrupt.h"
#include "terminal.h"

/* --consent: hex in either case, blanks and colons where they help, as with bundle check. */
static bool same_digest(const char *given, const char *digest)
{
    size_t at = 0;
    for (; *given != '\0'; given++) {
        if (*given == ' ' || *given == ':')
            continue;
        if (digest[at] == '\0' || tolower((unsigned char)*given) != digest[at])
            return false;
        at++;
    }
    return digest[at] == '\0';
}

static bool ask(const struct batch *batch, struct terminal *terminal, struct sti_error *err)
{
    char line[40];
    char wanted[24];
    size_t count = batch_count(batch, BATCH_OPEN);
    snprintf(wanted, sizeof(wanted), "%zu", count);
    fprintf(terminal->out, "This signs %zu certificate%s. Type the number to issue %s: ", count,
            count == 1 ? "" : "s", count == 1 ? "it" : "them");
    bool same = terminal_line(terminal, line, sizeof(line)) && strcmp(line, wanted) == 0;
    if (!interrupt_check(err))
        return false;
    return same || sti_refuse(err, NULL,
                              "what was typed is not the number of certificates, so nothing was "
                              "issued");
}

bool batch_consent(const struct batch *batch, struct sti_error *err)
{
    const char *given = tool_value(batch->arguments, "consent");
    struct terminal terminal;
    if (given != NULL)
        return same_digest(given, batch->digest) ||
               sti_refuse(err, NULL,
                          "the digest of the review is %s, not the one given with --consent, so "
                          "nothing was issued; look at the review again: sti-ca issue --batch "
                          "--review-only",
                          batch->digest);
    if (!terminal_open(&terminal))
        return sti_error_set(err, STI_USAGE, NULL,
                             "there is no terminal to ask on, so nothing was issued; look at the "
                             "review (--review-only), and give its digest with --consent");
    bool ok = ask(batch, &terminal, err);
    terminal_close(&terminal);
    return ok;
}
