/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Octets as a CSR, in PEM or DER, judged beside a good token: the verdict is the same each time,
 * each check says what the function behind it says, and a CSR that passes is what the token allows.
 */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "../unit/hex.h"
#include "fuzz_world.h"
#include "tnset.h"
#include "verdict.h"

/* The bits that a token without fault gives. */
#define GOOD_TOKEN 0xffffu

static struct token_claim *good_claim(void)
{
    static struct token_claim claim;
    static char jti[] = "id1";
    static uint8_t list[64];
    if (claim.jti == NULL) {
        claim = (struct token_claim){.jti = jti, .exp = FUZZ_NOW + 3600, .list = list};
        claim.list_length = from_hex(FUZZ_LIST, list, sizeof(list));
        FUZZ_HOLDS(token_fingerprint_of(fuzz_world()->account_key, claim.fingerprint, NULL));
    }
    return &claim;
}

static void judge(const struct csr *csr, struct checks *checks)
{
    struct verdict_input input = {
        .csr = csr,
        .csr_name = "request.csr",
        .claim = good_claim(),
        .token_name = "token.jwt",
        .account_key = fuzz_world()->account_key,
        .end_entity = true,
    };
    memset(checks, 0, sizeof(*checks));
    checks->given = GOOD_TOKEN;
    verdict_run(&input, checks);
    fuzz_check_checks(checks);
}

static void check_same(const struct checks *one, const struct checks *two)
{
    FUZZ_HOLDS(one->count == two->count && one->failed == two->failed);
    for (size_t i = 0; i < one->count; i++) {
        const struct check *a = &one->list[i];
        const struct check *b = &two->list[i];
        FUZZ_HOLDS(a->state == b->state && strcmp(a->name, b->name) == 0);
        FUZZ_HOLDS(strcmp(a->found, b->found) == 0 && strcmp(a->wanted, b->wanted) == 0);
        FUZZ_HOLDS(strcmp(a->reason.sentence, b->reason.sentence) == 0);
    }
}

/* There must be a check of that name. */
static bool passed(const struct checks *checks, const char *name)
{
    for (size_t i = 0; i < checks->count; i++)
        if (strcmp(checks->list[i].name, name) == 0)
            return checks->list[i].state == CHECK_PASSED;
    FUZZ_HOLDS(false);
    return false;
}

/* The policy is LIST_EQUAL: the same numbers, however they are written. */
static void check_allowed(const struct tnauthlist *wanted)
{
    const struct token_claim *claim = good_claim();
    struct tnauthlist allowed;
    struct tnset a = {0};
    struct tnset b = {0};
    FUZZ_HOLDS(tnauthlist_decode(&allowed, claim->list, claim->list_length, NULL, NULL));
    FUZZ_HOLDS(tnset_build(&a, wanted, 1, NULL) && tnset_build(&b, &allowed, 1, NULL));
    FUZZ_HOLDS(tnset_equal(&a, &b));
    tnset_free(&a);
    tnset_free(&b);
    tnauthlist_free(&allowed);
}

static void check_functions(const struct csr *csr, const struct checks *checks)
{
    struct tnauthlist wanted = {0};
    struct sti_error err;
    bool ca = false;
    FUZZ_HOLDS(passed(checks, "csr-signature") == csr_verify(csr, NULL));
    FUZZ_HOLDS(passed(checks, "csr-key") == csr_key_check(csr, NULL));
    FUZZ_HOLDS(passed(checks, "csr-extensions") == csr_extensions_check(csr, true, NULL));
    FUZZ_HOLDS(passed(checks, "ca") == (csr_wants_ca(csr, &ca, NULL) && !ca));
    bool read = csr_list(csr, &wanted, &err);
    FUZZ_HOLDS(read || !passed(checks, "csr-list"));
    if (!read)
        fuzz_check_request_error(&err);
    if (passed(checks, "lists"))
        check_allowed(&wanted);
    tnauthlist_free(&wanted);
}

/* libcrypto's own reader of CSRs has the same answer about the signature. */
static void check_signature(const struct csr *csr, const uint8_t *octets, size_t length)
{
    const unsigned char *at = octets;
    if (octets[0] != 0x30)
        return; /* PEM */
    X509_REQ *theirs = d2i_X509_REQ(NULL, &at, (long)length);
    EVP_PKEY *key = theirs == NULL ? NULL : X509_REQ_get0_pubkey(theirs);
    FUZZ_HOLDS(csr_verify(csr, NULL) == (key != NULL && X509_REQ_verify(theirs, key) == 1));
    FUZZ_HOLDS(key == NULL || (csr->key != NULL && EVP_PKEY_eq(csr->key, key) == 1));
    FUZZ_HOLDS(theirs == NULL ||
               X509_NAME_cmp(csr->subject, X509_REQ_get_subject_name(theirs)) == 0);
    X509_REQ_free(theirs);
    ERR_clear_error();
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t length)
{
    static struct checks checks;
    static struct checks again;
    struct sti_error err;
    struct csr *csr = csr_read(octets, length, &err);
    if (csr == NULL) {
        fuzz_check_request_error(&err);
        return 0;
    }
    judge(csr, &checks);
    check_functions(csr, &checks);
    check_signature(csr, octets, length);
    /* Read anew: nothing libcrypto keeps in a request may change the verdict. */
    csr_free(csr);
    csr = csr_read(octets, length, &err);
    FUZZ_HOLDS(csr != NULL);
    judge(csr, &again);
    check_same(&checks, &again);
    csr_free(csr);
    return 0;
}
