/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict_internal.h"

#include <string.h>

#include <openssl/crypto.h>

#include "cert.h"
#include "openssl_error.h"
#include "spc_numbers.h"
#include "subject.h"

/* What these checks give to later ones; the bits below are the token's. */
enum { CSR_LIST = 1 << 16, ACCOUNT_KEY = 1 << 17 };

/* ---- the token against the request ---- */

/* Does the token have the SPKI's digest, and does the policy take that? */
static bool is_spki(const struct verdict_input *input)
{
    unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS];
    return token_fingerprint_spki(input->account_key, fingerprint, NULL) &&
           CRYPTO_memcmp(fingerprint, input->claim->fingerprint, sizeof(fingerprint)) == 0;
}

static bool refuse_account_key(const struct verdict_input *input, const char *ours,
                               const char *theirs, struct sti_error *err)
{
    if (is_spki(input))
        sti_refuse(err, "RFC 9448 section 6 step 8",
                   "the token has the SHA-256 of the account key's SubjectPublicKeyInfo, where RFC "
                   "9448 section 5.4 has its JWK thumbprint; the policy can accept that "
                   "(fingerprint = spki)");
    else
        sti_refuse(err, "RFC 9448 section 6 step 8",
                   "the token is bound to another account key: it says %s, the key given has %s",
                   theirs, ours);
    sti_error_part(err, "claim atc.fingerprint");
    return sti_error_in(err, input->token_name);
}

static bool check_account_key(void *context, struct check *check)
{
    const struct verdict_input *input = ((struct judgement *)context)->input;
    unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS];
    char ours[TOKEN_FINGERPRINT_TEXT + 1];
    char theirs[TOKEN_FINGERPRINT_TEXT + 1];
    if (!token_fingerprint_of(input->account_key, fingerprint, &check->reason))
        return sti_error_in(&check->reason, "account key");
    token_fingerprint_text(fingerprint, ours);
    token_fingerprint_text(input->claim->fingerprint, theirs);
    check_found(check, "%s", theirs);
    check_wanted(check, "%s", ours);
    if (CRYPTO_memcmp(fingerprint, input->claim->fingerprint, sizeof(fingerprint)) == 0)
        return true;
    if (!input->policy.spki_fingerprint || !is_spki(input))
        return refuse_account_key(input, ours, theirs, &check->reason);
    check_found(check, "the SHA-256 of the key's SPKI, which the policy accepts");
    check_accepted(check, "the SHA-256 of the account key's SPKI (fingerprint = spki)");
    return true;
}

/* ---- the CSR ---- */

static bool check_csr_signature(void *context, struct check *check)
{
    const struct verdict_input *input = ((struct judgement *)context)->input;
    return csr_verify(input->csr, &check->reason) || sti_error_in(&check->reason, input->csr_name);
}

static bool check_csr_key(void *context, struct check *check)
{
    const struct verdict_input *input = ((struct judgement *)context)->input;
    check_wanted(check, "EC on the named curve P-256, an uncompressed point");
    return csr_key_check(input->csr, &check->reason) ||
           sti_error_in(&check->reason, input->csr_name);
}

static bool check_separate_keys(void *context, struct check *check)
{
    const struct verdict_input *input = ((struct judgement *)context)->input;
    EVP_PKEY *key = input->csr->key;
    if (key == NULL || EVP_PKEY_eq(key, input->account_key) != 1) {
        openssl_reason(); /* keys of different types leave an error behind */
        return true;
    }
    sti_refuse(&check->reason, "RFC 8555 section 11.1",
               "the CSR's key is the account key; make a key of its own for the certificate");
    return sti_error_in(&check->reason, input->csr_name);
}

static bool check_csr_extensions(void *context, struct check *check)
{
    const struct verdict_input *input = ((struct judgement *)context)->input;
    return csr_extensions_check(input->csr, input->end_entity, &check->reason) ||
           sti_error_in(&check->reason, input->csr_name);
}

static void note_list(char words[CHECK_WORDS], const struct tnauthlist *list)
{
    list_words(list, words, CHECK_WORDS);
}

/* The list that came beside the CSR; a CSR that has one itself must have the same. */
static bool read_list_file(struct judgement *in, struct sti_error *err)
{
    const struct verdict_input *input = in->input;
    struct tnauthlist own;
    if (!tnauthlist_decode(&in->wanted, input->list, input->list_length, NULL, err)) {
        sti_error_part(err, "TNAuthList");
        return sti_error_in(err, input->list_name);
    }
    if (!csr_asks_for_list(input->csr))
        return true;
    if (!csr_list(input->csr, &own, err))
        return sti_error_in(err, input->csr_name);
    bool same = own.der_length == in->wanted.der_length &&
                memcmp(own.der, in->wanted.der, own.der_length) == 0;
    tnauthlist_free(&own);
    if (same)
        return true;
    sti_refuse(err, "RFC 8226 section 9",
               "the CSR's TNAuthList is not the list that came with it; leave one of them out");
    sti_error_part(err, "TNAuthList");
    return sti_error_in(err, input->csr_name);
}

static bool check_csr_list(void *context, struct check *check)
{
    struct judgement *in = context;
    const struct verdict_input *input = in->input;
    bool ok = input->list != NULL ? read_list_file(in, &check->reason)
                                  : csr_list(input->csr, &in->wanted, &check->reason);
    if (ok)
        note_list(check->found, &in->wanted);
    ok = ok && list_plain(&in->wanted, &check->reason);
    return ok ||
           sti_error_in(&check->reason, input->list != NULL ? input->list_name : input->csr_name);
}

static const char *profile_of(const struct verdict_input *input)
{
    return input->profile == NULL ? "(none)" : input->profile->name;
}

/* CSR and token agree, but the profile makes the other sort. */
static void refuse_by_profile(const struct verdict_input *input, bool wanted, struct sti_error *err)
{
    if (wanted)
        sti_refuse(err, "RFC 9448 section 6 step 9",
                   "the CSR asks for a CA certificate, and the profile %s makes end entities; take "
                   "delegate-ca (--profile)",
                   profile_of(input));
    else
        sti_refuse(err, "RFC 9448 section 6 step 9",
                   "the CSR asks for an end-entity certificate, and the profile %s makes CAs; take "
                   "another one (--profile)",
                   profile_of(input));
}

static bool check_ca(void *context, struct check *check)
{
    const struct verdict_input *input = ((struct judgement *)context)->input;
    struct sti_error *err = &check->reason;
    bool wanted;
    if (!csr_wants_ca(input->csr, &wanted, err))
        return sti_error_in(err, input->csr_name);
    check_found(check, "cA %s in the CSR", wanted ? "TRUE" : "FALSE");
    check_wanted(check, "ca %s of the token", input->claim->ca ? "true" : "false");
    if (input->claim->ca != wanted) {
        sti_refuse(err, "RFC 9448 section 6 step 9",
                   "the CSR asks for cA %s, but the token says ca %s", wanted ? "TRUE" : "FALSE",
                   input->claim->ca ? "true" : "false");
    } else if (input->end_entity == wanted) {
        refuse_by_profile(input, wanted, err);
    } else {
        if (wanted)
            check_accepted(check, "a CA certificate, by the profile %s", profile_of(input));
        return true;
    }
    sti_error_part(err, "Basic Constraints");
    return sti_error_in(err, input->csr_name);
}

/* ---- list against list, and the subject that goes with it ---- */

/* What the token's SPCs stand for, if the policy has a table that says so. */
static bool read_spc_numbers(const struct judgement *in, struct tnset *numbers,
                             struct sti_error *err)
{
    const struct verdict_policy *policy = &in->input->policy;
    memset(numbers, 0, sizeof(*numbers));
    return policy->spc_numbers == NULL ||
           spc_numbers_read(policy->spc_numbers, policy->spc_numbers_length, &in->allowed, numbers,
                            err) ||
           sti_error_in(err, policy->spc_numbers_name);
}

/* By the policy, with a note of what it has accepted beyond equal lists. */
static bool judge_lists(const struct judgement *in, const struct tnset *spc_numbers,
                        struct check *check)
{
    enum list_policy policy = in->input->policy.lists;
    if (policy != LIST_SUBSET)
        return list_allowed(policy, &in->wanted, &in->allowed, NULL, &check->reason);
    if (list_allowed(LIST_EQUAL, &in->wanted, &in->allowed, NULL, NULL))
        return true;
    if (list_allowed(LIST_SUBSET, &in->wanted, &in->allowed, NULL, NULL)) {
        check_accepted(check, "less than the token allows (lists = subset)");
        return true;
    }
    if (!list_allowed(LIST_SUBSET, &in->wanted, &in->allowed, spc_numbers, &check->reason))
        return false;
    check_accepted(check, "numbers that the table gives to the token's SPC (spc_numbers)");
    return true;
}

static bool check_lists(void *context, struct check *check)
{
    struct judgement *in = context;
    const struct verdict_input *input = in->input;
    struct sti_error *err = &check->reason;
    struct tnset numbers;
    note_list(check->found, &in->wanted);
    if (!tnauthlist_decode(&in->allowed, input->claim->list, input->claim->list_length, NULL, err))
        return sti_error_in(err, input->token_name);
    note_list(check->wanted, &in->allowed);
    if (!read_spc_numbers(in, &numbers, err))
        return false;
    bool ok = judge_lists(in, input->policy.spc_numbers == NULL ? NULL : &numbers, check);
    tnset_free(&numbers);
    return ok || sti_error_in(err, input->list != NULL ? input->list_name : input->csr_name);
}

static bool check_subject(void *context, struct check *check)
{
    struct judgement *in = context;
    const X509_NAME *subject = in->input->csr->subject;
    bool ok = in->input->end_entity ? subject_check_end_entity(subject, &in->wanted, &check->reason)
                                    : subject_check_ca(subject, false, &check->reason);
    return ok || sti_error_in(&check->reason, in->input->csr_name);
}

/* One row a check. A new check is one function and one row. */
static const struct check_row rows[] = {
    {"token-unused", "the token may have one more certificate", "RFC 9447 section 4", TOKEN_JTI, 0,
     verdict_check_token_unused},
    {"account-key", "the token is bound to the account key", "RFC 9448 section 6 step 8",
     TOKEN_FINGERPRINT, ACCOUNT_KEY, check_account_key},
    {"csr-signature", "the applicant holds the CSR's private key", "RFC 2986 section 4.2", 0, 0,
     check_csr_signature},
    {"csr-key", "the CSR's key is EC P-256", "RFC 8226 section 4", 0, 0, check_csr_key},
    {"separate-keys", "the CSR's key is not the account key", "RFC 8555 section 11.1", 0, 0,
     check_separate_keys},
    {"csr-key-unseen", "no other holder has had the CSR's key", VERDICT_OWN_POLICY, ACCOUNT_KEY, 0,
     verdict_check_key_unseen},
    {"csr-key-strong", "the CSR's key is not known to be weak", VERDICT_OWN_POLICY, 0, 0,
     verdict_check_key_strong},
    {"csr-extensions", "the CSR asks for no other extension", "ATIS-1000080 section 6.4.1", 0, 0,
     check_csr_extensions},
    {"csr-list", "one TNAuthList is asked for", "RFC 8226 section 9", 0, CSR_LIST, check_csr_list},
    {"lists", "the token allows that list", "RFC 9448 section 6 step 6", TOKEN_LIST | CSR_LIST, 0,
     check_lists},
    {"profile-list", "the list is one that the profile has", "ATIS-1000080 section 6.4.1", CSR_LIST,
     0, verdict_check_profile_list},
    {"issuer", "the issuer is one for the profile", "RFC 9060 section 4", 0, 0,
     verdict_check_issuer},
    {"encompassed", "the issuer's list has all of that list", "RFC 9060 section 4", CSR_LIST, 0,
     verdict_check_encompassed},
    {"issuer-path", "the certificate may stand below the issuer", "RFC 5280 section 4.2.1.9", 0, 0,
     verdict_check_issuer_path},
    {"ca", "the token's ca fits the CSR's Basic Constraints", "RFC 9448 section 6 step 9",
     TOKEN_ATC, 0, check_ca},
    {"subject", "the subject follows the profile", "ATIS-1000080 section 6.4.1", CSR_LIST, 0,
     check_subject},
    {"second-holder", "no other holder has any of these numbers", VERDICT_OWN_POLICY,
     ACCOUNT_KEY | CSR_LIST, 0, verdict_check_second_holder},
    {"clock", "the time has not gone back", VERDICT_OWN_POLICY, 0, 0, verdict_check_clock},
    {"validity", "the certificate ends in time", "RFC 9447 section 7", TOKEN_EXP, 0,
     verdict_check_validity},
};

void verdict_run(const struct verdict_input *input, struct checks *checks)
{
    struct judgement in = {.input = input};
    for (size_t i = 0; i < checks->count; i++)
        if (checks->list[i].state == CHECK_FAILED)
            sti_error_in(&checks->list[i].reason, input->token_name);
    checks_run(checks, rows, sizeof(rows) / sizeof(*rows), &in);
    tnauthlist_free(&in.wanted);
    tnauthlist_free(&in.allowed);
}
