/* SPDX-License-Identifier: Apache-2.0 */
/* The checks that rest on what a CA remembers and on what time it is: tokens, keys, the clock. */
#include "verdict_internal.h"

#include <stdio.h>
#include <string.h>

#include "cert.h"

/* ---- the token ---- */

/* How many certificates a token may have; negative: as many as come before its exp. */
static int64_t token_limit(const struct verdict_policy *policy)
{
    return policy->token_uses == 0 ? 1 : policy->token_uses;
}

static bool refuse_used(const struct verdict_input *input, int64_t limit, struct sti_error *err)
{
    const struct verdict_record *record = &input->record;
    if (limit == 1)
        sti_refuse(err, "RFC 9447 section 4",
                   "the token id \"%.100s\" was already used for certificate %s, and this CA "
                   "issues one certificate a token; ask the STI-PA for a new token",
                   input->claim->jti, record->token_serial);
    else
        sti_refuse(err, "RFC 9447 section 4",
                   "the token id \"%.100s\" was already used for %lld certificates, the last one "
                   "%s, and this CA issues %lld a token; ask the STI-PA for a new token",
                   input->claim->jti, (long long)record->token_uses, record->token_serial,
                   (long long)limit);
    sti_error_part(err, "claim jti");
    return sti_error_in(err, input->token_name);
}

bool verdict_check_token_unused(void *context, struct check *check)
{
    const struct verdict_input *input = ((struct judgement *)context)->input;
    long long uses = input->record.token_uses;
    int64_t limit = token_limit(&input->policy);
    check_found(check, "%.80s, used for %lld", input->claim->jti, uses);
    if (limit < 0)
        check_wanted(check, "any number of certificates before its exp");
    else
        check_wanted(check, "at most %lld certificate%s a token", (long long)limit,
                     limit == 1 ? "" : "s");
    if (limit > 0 && uses >= limit)
        return refuse_used(input, limit, &check->reason);
    if (uses > 0 && limit > 0)
        check_accepted(check, "certificate %lld of at most %lld for this token (token_uses = %lld)",
                       uses + 1, (long long)limit, (long long)limit);
    else if (uses > 0)
        check_accepted(check, "certificate %lld for this token (token_uses = until-exp)", uses + 1);
    return true;
}

/* ---- the CSR's key ---- */

bool verdict_check_key_unseen(void *context, struct check *check)
{
    const struct verdict_input *input = ((struct judgement *)context)->input;
    const char *serial = input->record.key_serial;
    check_wanted(check, "a key of its own for every account and subject");
    if (serial == NULL || serial[0] == '\0')
        return true;
    check_found(check, "seen under serial %s", serial);
    sti_refuse(&check->reason, NULL,
               "the CSR's key was seen under serial %s for another holder (another account key or "
               "another subject); make a new key",
               serial);
    return sti_error_in(&check->reason, input->csr_name);
}

bool verdict_check_key_strong(void *context, struct check *check)
{
    const struct verdict_input *input = ((struct judgement *)context)->input;
    unsigned char digest[CERT_DIGEST_OCTETS];
    if (input->weak_keys == NULL)
        return check_not_applicable(check, "no list of weak keys was given (weak_keys)");
    check_wanted(check, "none of %zu weak keys", weak_keys_count(input->weak_keys));
    if (!csr_key_digest(input->csr, digest, &check->reason))
        return sti_error_in(&check->reason, input->csr_name);
    if (!weak_keys_have(input->weak_keys, digest))
        return true;
    sti_refuse(&check->reason, NULL,
               "the CSR's key is on the list of known weak keys, so others may have its private "
               "half; make a new key");
    return sti_error_in(&check->reason, input->csr_name);
}

/* ---- the numbers ---- */

bool verdict_check_second_holder(void *context, struct check *check)
{
    const struct verdict_input *input = ((struct judgement *)context)->input;
    const struct verdict_record *record = &input->record;
    char number[TN_MAX_SYMBOLS + 1];
    if (input->policy.second_holder == SECOND_HOLDER_ACCEPT)
        return check_not_applicable(check, "a number may have several holders "
                                           "(second_holder = accept)");
    check_wanted(check, "numbers that no live certificate of another holder has");
    if (record->second_serial == NULL || record->second_serial[0] == '\0')
        return true;
    tn_unpack(record->second_number, number);
    check_found(check, "TN:%s in certificate %s", number, record->second_serial);
    if (input->policy.second_holder == SECOND_HOLDER_WARN) {
        check_accepted(check,
                       "TN:%s is also in another holder's certificate %s (second_holder = warn)",
                       number, record->second_serial);
        return true;
    }
    sti_refuse(&check->reason, NULL,
               "TN:%s is in certificate %s of %.100s, which is live and another holder's, and this "
               "CA gives a number to one holder (second_holder = refuse); revoke that certificate "
               "first, or take the number out of the request",
               number, record->second_serial, record->second_holder);
    return sti_error_in(&check->reason, input->list != NULL ? input->list_name : input->csr_name);
}

/* ---- the time ---- */

/* A value, so that it can stand in an argument list. The first 10 octets are the day. */
struct moment {
    char text[32];
};
#define DAY_TEXT 10

static struct moment moment_of(int64_t time)
{
    struct moment moment;
    struct tm tm;
    time_t seconds = (time_t)time;
    if (gmtime_r(&seconds, &tm) == NULL ||
        strftime(moment.text, sizeof(moment.text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        snprintf(moment.text, sizeof(moment.text), "%lld", (long long)time);
    return moment;
}

bool verdict_check_clock(void *context, struct check *check)
{
    const struct verdict_input *input = ((struct judgement *)context)->input;
    const char *confirmed = input->date_confirmed;
    int64_t last = input->record.last_entry;
    struct moment now = moment_of(input->now);
    check_found(check, "%s by this machine's clock", now.text);
    check_wanted(check, "not before the ledger's last entry, %s",
                 last == 0 ? "of which there is none" : moment_of(last).text);
    if (confirmed != NULL &&
        (strlen(confirmed) != DAY_TEXT || strncmp(confirmed, now.text, DAY_TEXT) != 0))
        return sti_refuse(&check->reason, NULL,
                          "the date that was confirmed is %.20s, but this machine's clock says %s; "
                          "one of the two is wrong",
                          confirmed, now.text);
    if (input->now >= last - input->policy.clock_skew)
        return true;
    if (confirmed == NULL)
        return sti_refuse(&check->reason, NULL,
                          "this machine's clock says %s, which is behind the ledger's last entry "
                          "of %s; set the clock, or confirm the date: --date-confirmed %.10s",
                          now.text, moment_of(last).text, now.text);
    check_accepted(check, "%s, behind the ledger's last entry of %s, confirmed by a person",
                   now.text, moment_of(last).text);
    return true;
}

int64_t verdict_end(const struct verdict_policy *policy, int64_t exp, int64_t now)
{
    int64_t end = now + policy->validity - 1;
    return !policy->outlive_token && exp < end ? exp : end;
}

bool verdict_check_validity(void *context, struct check *check)
{
    const struct verdict_input *input = ((struct judgement *)context)->input;
    const struct verdict_policy *policy = &input->policy;
    if (policy->validity == 0)
        return check_not_applicable(check, "no validity was given");
    int64_t exp = input->claim->exp;
    int64_t end = verdict_end(policy, exp, input->now);
    check_found(check, "to %s, %s", moment_of(end).text,
                end == exp ? "as the token" : "its own days");
    check_wanted(check, "%s", policy->outlive_token ? "its own days" : "not longer than the token");
    if (end > input->now) {
        if (end > exp)
            check_accepted(check, "longer than the token, which ends %s (outlive_token = yes)",
                           moment_of(exp).text);
        return true;
    }
    sti_refuse(&check->reason, "RFC 9447 section 7",
               "the certificate would end with its token, at %s, and it is %s; ask the STI-PA for "
               "a new token",
               moment_of(end).text, moment_of(input->now).text);
    sti_error_part(&check->reason, "claim exp");
    return sti_error_in(&check->reason, input->token_name);
}
