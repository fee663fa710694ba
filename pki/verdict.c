/* SPDX-License-Identifier: Apache-2.0 */
#include "verdict.h"

#include <string.h>

#include <openssl/crypto.h>

#include "cert.h"
#include "list_difference.h"
#include "openssl_error.h"
#include "subject.h"

/* A check says yes, or no with the reason; "not asked" is told by the table's needs. */
typedef bool check_run(const struct verdict_input *input, struct sti_error *err);

/* The token as a whole was judged by token_verify(): form, signer, signature, claims. */
static bool check_token(const struct verdict_input *input, struct sti_error *err)
{
    if (input->claim != NULL)
        return true;
    *err = *input->token_error;
    return sti_error_in(err, input->token_name);
}

static bool check_token_unused(const struct verdict_input *input, struct sti_error *err)
{
    if (input->used_for == NULL || input->used_for[0] == '\0')
        return true;
    sti_refuse(err, "RFC 9447 section 4",
               "the token id \"%.100s\" was already used for certificate %s, and this CA issues "
               "one certificate a token; ask the STI-PA for a new token",
               input->claim->jti, input->used_for);
    sti_error_part(err, "claim jti");
    return sti_error_in(err, input->token_name);
}

static bool check_account_key(const struct verdict_input *input, struct sti_error *err)
{
    unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS];
    if (!token_fingerprint_of(input->account_key, fingerprint, err))
        return sti_error_in(err, "account key");
    if (CRYPTO_memcmp(fingerprint, input->claim->fingerprint, sizeof(fingerprint)) == 0)
        return true;
    char ours[TOKEN_FINGERPRINT_TEXT + 1];
    char theirs[TOKEN_FINGERPRINT_TEXT + 1];
    token_fingerprint_text(fingerprint, ours);
    token_fingerprint_text(input->claim->fingerprint, theirs);
    sti_refuse(err, "RFC 9448 section 6 step 8",
               "the token is bound to another account key: it says %s, the key given has %s",
               theirs, ours);
    sti_error_part(err, "claim atc.fingerprint");
    return sti_error_in(err, input->token_name);
}

static bool check_csr_signature(const struct verdict_input *input, struct sti_error *err)
{
    return csr_verify(input->csr, err) || sti_error_in(err, input->csr_name);
}

static bool check_csr_key(const struct verdict_input *input, struct sti_error *err)
{
    return csr_key_check(input->csr, err) || sti_error_in(err, input->csr_name);
}

static bool check_separate_keys(const struct verdict_input *input, struct sti_error *err)
{
    EVP_PKEY *key = X509_REQ_get0_pubkey(input->csr->request);
    if (key == NULL || EVP_PKEY_eq(key, input->account_key) != 1) {
        openssl_reason(); /* keys of different types leave an error behind */
        return true;
    }
    sti_refuse(err, "RFC 8555 section 11.1",
               "the CSR's key is the account key; make a key of its own for the certificate");
    return sti_error_in(err, input->csr_name);
}

static bool check_csr_list(const struct verdict_input *input, struct sti_error *err)
{
    struct tnauthlist list;
    if (!csr_list(input->csr, &list, err))
        return sti_error_in(err, input->csr_name);
    bool ok = list_plain(&list, err);
    tnauthlist_free(&list);
    return ok || sti_error_in(err, input->csr_name);
}

/*
 * RFC 9448 section 6 step 6 asks for equivalent lists and does not say whether order or splitting
 * counts; equal octets are the safe reading.
 */
static bool check_lists_equal(const struct verdict_input *input, struct sti_error *err)
{
    struct tnauthlist wanted;
    struct tnauthlist allowed = {0};
    if (!csr_list(input->csr, &wanted, err))
        return sti_error_in(err, input->csr_name);
    bool ok =
        tnauthlist_decode(&allowed, input->claim->list, input->claim->list_length, NULL, err) &&
        list_equal(&wanted, &allowed, err);
    tnauthlist_free(&wanted);
    tnauthlist_free(&allowed);
    return ok || sti_error_in(err, input->csr_name);
}

static bool check_ca(const struct verdict_input *input, struct sti_error *err)
{
    bool wanted;
    if (!csr_wants_ca(input->csr, &wanted, err))
        return sti_error_in(err, input->csr_name);
    if (input->claim->ca != wanted) {
        sti_refuse(err, "RFC 9448 section 6 step 9",
                   "the CSR asks for cA %s, but the token says ca %s", wanted ? "TRUE" : "FALSE",
                   input->claim->ca ? "true" : "false");
    } else if (input->end_entity && wanted) {
        sti_refuse(err, "RFC 9448 section 6 step 9",
                   "the CSR asks for a CA certificate; only end-entity certificates are issued");
    } else {
        return true;
    }
    sti_error_part(err, "Basic Constraints");
    return sti_error_in(err, input->csr_name);
}

static bool check_subject(const struct verdict_input *input, struct sti_error *err)
{
    struct tnauthlist list;
    if (!csr_list(input->csr, &list, err))
        return sti_error_in(err, input->csr_name);
    bool ok = subject_check_end_entity(X509_REQ_get_subject_name(input->csr->request), &list, err);
    tnauthlist_free(&list);
    return ok || sti_error_in(err, input->csr_name);
}

/* What a passed check gives and a later one may need. */
enum { NOTHING = 0, TOKEN = 1, LIST = 2 };

/* One row a check. A new check is one function and one row. */
static const struct row {
    const char *name;
    const char *title;
    const char *clause;
    unsigned needs;
    unsigned gives;
    check_run *run;
} rows[] = {
    {"token", "the STI-PA signed the token, and it is valid now", "RFC 9448 section 6", NOTHING,
     TOKEN, check_token},
    {"token-unused", "the token was not used before", "RFC 9447 section 4", TOKEN, NOTHING,
     check_token_unused},
    {"account-key", "the token is bound to the account key", "RFC 9448 section 6 step 8", TOKEN,
     NOTHING, check_account_key},
    {"csr-signature", "the applicant holds the CSR's private key", "RFC 2986 section 4.2", NOTHING,
     NOTHING, check_csr_signature},
    {"csr-key", "the CSR's key is EC P-256", "RFC 8226 section 4", NOTHING, NOTHING, check_csr_key},
    {"separate-keys", "the CSR's key is not the account key", "RFC 8555 section 11.1", NOTHING,
     NOTHING, check_separate_keys},
    {"csr-list", "the CSR asks for one TNAuthList", "RFC 8226 section 9", NOTHING, LIST,
     check_csr_list},
    {"lists-equal", "the CSR's list is the token's", "RFC 9448 section 6 step 6", TOKEN | LIST,
     NOTHING, check_lists_equal},
    {"ca", "the token's ca fits the CSR's Basic Constraints", "RFC 9448 section 6 step 9", TOKEN,
     NOTHING, check_ca},
    {"subject", "the subject follows the profile", "ATIS-1000080 section 6.4.1", LIST, NOTHING,
     check_subject},
};

_Static_assert(sizeof(rows) / sizeof(*rows) <= VERDICT_MAX_CHECKS, "more checks than room");

/* Fills one line of the verdict; `given` is what the checks before have given. */
static void run_check(const struct row *row, unsigned given, const struct verdict_input *input,
                      struct verdict_check *check)
{
    check->name = row->name;
    check->title = row->title;
    check->clause = row->clause;
    sti_error_clear(&check->reason);
    unsigned lacking = row->needs & ~given;
    if (lacking != 0) {
        check->state = VERDICT_NOT_ASKED;
        sti_refuse(&check->reason, NULL, "needs a good %s",
                   (lacking & TOKEN) != 0 ? "token" : "list in the CSR");
    } else {
        bool passed = row->run(input, &check->reason);
        check->state = passed ? VERDICT_PASSED : VERDICT_REFUSED;
    }
}

void verdict_run(const struct verdict_input *input, struct verdict *verdict)
{
    unsigned given = NOTHING;
    memset(verdict, 0, sizeof(*verdict));
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct verdict_check *check = &verdict->checks[verdict->count++];
        run_check(&rows[i], given, input, check);
        if (check->state == VERDICT_PASSED)
            given |= rows[i].gives;
        else if (check->state == VERDICT_REFUSED)
            verdict->refused++;
    }
}

const struct sti_error *verdict_first_refusal(const struct verdict *verdict)
{
    for (size_t i = 0; i < verdict->count; i++)
        if (verdict->checks[i].state == VERDICT_REFUSED)
            return &verdict->checks[i].reason;
    return NULL;
}

const char *verdict_state_name(enum verdict_state state)
{
    static const char *const names[] = {
        [VERDICT_PASSED] = "passed",
        [VERDICT_REFUSED] = "refused",
        [VERDICT_NOT_ASKED] = "not asked",
    };
    return names[state];
}
