/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The negative matrix: one good request passes every check, and each change to it breaks the check
 * it is meant for and no other (RFC 9448 section 6, RFC 8226, RFC 8555 section 11.1).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/err.h>

#include "test_pki_kit.h"
#include "test_token_kit.h"
#include "verdict.h"

#define SUBJECT "C=US/O=Example/CN=SHAKEN 709J"
#define LIST "SPC:709J,TN:12155550100+100,TN:12155551212"
#define CSR "request.csr"
#define TOKEN "token.jwt"

/* The checks, in their order; bits for the rows below. */
static const char *const names[] = {"token",   "token-unused",  "account-key", "csr-signature",
                                    "csr-key", "separate-keys", "csr-list",    "lists-equal",
                                    "ca",      "subject"};
enum {
    IS_TOKEN,
    IS_UNUSED,
    IS_ACCOUNT,
    IS_SIGNATURE,
    IS_KEY,
    IS_SEPARATE,
    IS_LIST,
    IS_EQUAL,
    IS_CA,
    IS_SUBJECT,
    CHECKS
};
#define BIT(check) (1u << (check))

static EVP_PKEY *account_key;
static EVP_PKEY *other_account_key;
static EVP_PKEY *csr_key;
static EVP_PKEY *p384_key;
static EVP_PKEY *explicit_key;   /* on P-256, but with the curve written out */
static EVP_PKEY *compressed_key; /* on P-256, but with x alone */
static EVP_PKEY *hybrid_key;     /* on P-256, as long as usual, but with another first octet */

/* One request: what the CSR asks, what the token says, and how the two are judged. */
struct world {
    struct kit_request request;
    EVP_PKEY *key;
    const char *flip; /* octets in the CSR's DER, the last of which gets another bit; or NULL */
    bool flip_last;   /* the same for the CSR's last octet */
    const char *allowed;
    struct tnauthlist token_list;
    struct token_claim claim;
    struct sti_error token_error;
    struct verdict_input input;
    struct verdict verdict;
};

/* A key on P-256 that is written in another way than usual. */
static EVP_PKEY *make_odd(const char *parameter, const char *value)
{
    EVP_PKEY *key = kit_ec("P-256");
    assert_int_equal(EVP_PKEY_set_utf8_string_param(key, parameter, value), 1);
    return key;
}

static int set_up(void **state)
{
    (void)state;
    account_key = kit_ec("P-256");
    other_account_key = kit_ec("P-256");
    csr_key = kit_ec("P-256");
    p384_key = kit_ec("P-384");
    explicit_key = make_odd(OSSL_PKEY_PARAM_EC_ENCODING, "explicit");
    compressed_key = make_odd(OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed");
    hybrid_key = make_odd(OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "hybrid");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    EVP_PKEY_free(account_key);
    EVP_PKEY_free(other_account_key);
    EVP_PKEY_free(csr_key);
    EVP_PKEY_free(p384_key);
    EVP_PKEY_free(explicit_key);
    EVP_PKEY_free(compressed_key);
    EVP_PKEY_free(hybrid_key);
    return 0;
}

/* A request that every check passes. */
static void make_good(struct world *world)
{
    memset(world, 0, sizeof(*world));
    world->request.subject = SUBJECT;
    world->request.list = LIST;
    world->key = csr_key;
    world->allowed = LIST;
    world->claim.jti = (char *)(uintptr_t) "id1";
    assert_true(token_fingerprint_of(account_key, world->claim.fingerprint, NULL));
    world->input = (struct verdict_input){
        .csr_name = CSR,
        .claim = &world->claim,
        .token_error = &world->token_error,
        .token_name = TOKEN,
        .account_key = account_key,
        .end_entity = true,
    };
}

static void flip(const struct world *world, struct kit_octets *der)
{
    if (world->flip_last)
        der->octets[der->length - 1] ^= 1;
    if (world->flip == NULL)
        return;
    unsigned char *found = memmem(der->octets, der->length, world->flip, strlen(world->flip));
    assert_non_null(found);
    found[strlen(world->flip) - 1] ^= 1;
}

/* Makes CSR and list from what the world says, and judges them. Free with end(). */
static void run(struct world *world)
{
    struct kit_octets der;
    X509_REQ *request = kit_request(&world->request, world->key);
    kit_request_der(request, &der);
    flip(world, &der);
    struct csr *csr = csr_read(der.octets, der.length, NULL);
    assert_non_null(csr);
    kit_list(world->allowed, &world->token_list);
    world->claim.list = (uint8_t *)(uintptr_t)world->token_list.der;
    world->claim.list_length = world->token_list.der_length;
    world->input.csr = csr;
    verdict_run(&world->input, &world->verdict);
    assert_int_equal(ERR_peek_error(), 0);
    kit_octets_free(&der);
    X509_REQ_free(request);
}

static void end(struct world *world)
{
    csr_free((struct csr *)(uintptr_t)world->input.csr);
    kit_list_free(&world->token_list);
}

/* ---- the good request ---- */

static void passes_every_check_rfc9448_section_6(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    run(&world);
    assert_int_equal(world.verdict.count, CHECKS);
    assert_int_equal(world.verdict.refused, 0);
    assert_null(verdict_first_refusal(&world.verdict));
    for (size_t i = 0; i < CHECKS; i++) {
        const struct verdict_check *check = &world.verdict.checks[i];
        assert_string_equal(check->name, names[i]);
        assert_true(strlen(check->title) > 0);
        assert_true(strlen(check->clause) > 0);
        assert_int_equal(check->state, VERDICT_PASSED);
        assert_int_equal(check->reason.code, STI_OK);
    }
    end(&world);
}

static void an_unused_token_may_be_an_empty_text(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.input.used_for = "";
    run(&world);
    assert_int_equal(world.verdict.refused, 0);
    end(&world);
}

/* Absent and FALSE Basic Constraints ask the same; cA TRUE goes with a token that says so. */
static void accepts_a_ca_that_the_token_allows_rfc9448_section_6_step_9(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    world.request.extensions[0] = (struct kit_asked){KIT_OID_BASIC_CONSTRAINTS, "3000"};
    run(&world);
    assert_int_equal(world.verdict.refused, 0);
    end(&world);
    make_good(&world);
    world.request.extensions[0] = (struct kit_asked){KIT_OID_BASIC_CONSTRAINTS, "30030101ff"};
    world.claim.ca = true;
    world.input.end_entity = false;
    run(&world);
    assert_int_equal(world.verdict.refused, 0);
    end(&world);
}

/* ---- one change each ---- */

static void token_refused(struct world *world)
{
    sti_refuse(&world->token_error, "RFC 9448 section 6 step 4", "the signature does not verify");
    sti_error_part(&world->token_error, "signature");
    world->input.claim = NULL;
}

static void token_used(struct world *world)
{
    world->input.used_for = "0123ABCD";
}

static void other_account(struct world *world)
{
    world->input.account_key = other_account_key;
}

static void other_fingerprint(struct world *world)
{
    world->claim.fingerprint[TOKEN_FINGERPRINT_OCTETS - 1] ^= 1;
}

static void p384_account(struct world *world)
{
    world->input.account_key = p384_key;
}

static void flipped_signature(struct world *world)
{
    world->flip_last = true;
}

static void flipped_subject(struct world *world)
{
    world->flip = "Example";
}

static void p384_csr(struct world *world)
{
    world->key = p384_key;
}

static void explicit_csr(struct world *world)
{
    world->key = explicit_key;
}

static void compressed_csr(struct world *world)
{
    world->key = compressed_key;
}

static void hybrid_csr(struct world *world)
{
    world->key = hybrid_key;
}

static void csr_with_account_key(struct world *world)
{
    world->key = account_key;
}

static void no_list(struct world *world)
{
    world->request.list = NULL;
}

static void two_lists(struct world *world)
{
    world->request.extensions[0] = (struct kit_asked){TNAUTHLIST_OID, "3008a00616043730394a"};
}

static void implicit_tag(struct world *world)
{
    world->request.list = NULL;
    world->request.extensions[0] = (struct kit_asked){TNAUTHLIST_OID, "300680043730394a"};
}

static void unknown_elements(struct world *world)
{
    world->request.list = NULL;
    world->request.extensions[0] =
        (struct kit_asked){TNAUTHLIST_OID, "300ea10c300a16033130300201050500"};
}

static void list_by_reference(struct world *world)
{
    world->request.list = NULL;
    world->request.extensions[0] = (struct kit_asked){KIT_OID_AIA, KIT_AIA};
}

static void csr_larger(struct world *world)
{
    world->request.list = LIST ",TN:12155551213";
}

static void csr_smaller(struct world *world)
{
    world->request.list = "SPC:709J,TN:12155550100+100";
}

static void csr_other_order(struct world *world)
{
    world->request.list = "SPC:709J,TN:12155551212,TN:12155550100+100";
}

static void csr_longer_range(struct world *world)
{
    world->request.list = "SPC:709J,TN:12155550100+101,TN:12155551212";
}

static void csr_range_for_ones(struct world *world)
{
    world->request.list = "SPC:709J,TN:12155550100+2";
    world->allowed = "SPC:709J,TN:12155550100,TN:12155550101";
}

static void csr_ones_for_range(struct world *world)
{
    world->request.list = "SPC:709J,TN:12155550100,TN:12155550101";
    world->allowed = "SPC:709J,TN:12155550100+2";
}

static void csr_other_spc(struct world *world)
{
    world->request.subject = "C=US/O=Example/CN=SHAKEN 1234";
    world->request.list = "SPC:1234";
    world->allowed = "SPC:709J";
}

static void csr_wants_ca_true(struct world *world)
{
    world->request.extensions[0] = (struct kit_asked){KIT_OID_BASIC_CONSTRAINTS, "30030101ff"};
}

static void token_says_ca(struct world *world)
{
    world->claim.ca = true;
}

static void token_says_ca_csr_says_not(struct world *world)
{
    world->claim.ca = true;
    world->request.extensions[0] = (struct kit_asked){KIT_OID_BASIC_CONSTRAINTS, "3000"};
}

static void both_want_ca(struct world *world)
{
    csr_wants_ca_true(world);
    world->claim.ca = true;
}

static void unreadable_constraints(struct world *world)
{
    world->request.extensions[0] = (struct kit_asked){KIT_OID_BASIC_CONSTRAINTS, "0500"};
}

static void no_organization(struct world *world)
{
    world->request.subject = "C=US/CN=SHAKEN 709J";
}

static void other_common_name(struct world *world)
{
    world->request.subject = "C=US/O=Example/CN=SHAKEN 1234";
}

struct row {
    const char *title;
    void (*change)(struct world *world);
    unsigned refused;   /* which check */
    unsigned not_asked; /* bits */
    const char *source;
    const char *part;
    const char *sentence;
    const char *clause;
};

#define NEEDS_TOKEN (BIT(IS_UNUSED) | BIT(IS_ACCOUNT) | BIT(IS_EQUAL) | BIT(IS_CA))
#define NEEDS_LIST (BIT(IS_EQUAL) | BIT(IS_SUBJECT))
#define EQUAL_CLAUSE "RFC 9448 section 6 step 6"
#define CA_CLAUSE "RFC 9448 section 6 step 9"
#define CA_PART "Basic Constraints"

static struct row rows[] = {
    {"the token is refused", token_refused, IS_TOKEN, NEEDS_TOKEN, TOKEN, "signature",
     "the signature does not verify", "RFC 9448 section 6 step 4"},
    {"the token was used", token_used, IS_UNUSED, 0, TOKEN, "claim jti",
     "the token id \"id1\" was already used for certificate 0123ABCD", "RFC 9447 section 4"},
    {"another account key", other_account, IS_ACCOUNT, 0, TOKEN, "claim atc.fingerprint",
     "the token is bound to another account key: it says SHA256 ", "RFC 9448 section 6 step 8"},
    {"another fingerprint", other_fingerprint, IS_ACCOUNT, 0, TOKEN, "claim atc.fingerprint",
     "the token is bound to another account key: it says SHA256 ", "RFC 9448 section 6 step 8"},
    {"an account key on P-384", p384_account, IS_ACCOUNT, 0, "account key", NULL, "P-256", NULL},
    {"a flipped bit in the signature", flipped_signature, IS_SIGNATURE, 0, CSR, "",
     "the CSR's signature does not verify", "RFC 2986 section 4.2"},
    {"a flipped bit in the subject", flipped_subject, IS_SIGNATURE, 0, CSR, "",
     "the CSR's signature does not verify", "RFC 2986 section 4.2"},
    {"a CSR key on P-384", p384_csr, IS_KEY, 0, CSR, "",
     "the CSR's key is not EC on the named curve P-256", "RFC 8226 section 4"},
    {"a CSR key on a curve without a name", explicit_csr, IS_KEY, 0, CSR, "",
     "the CSR's key spells its curve out instead of naming P-256", "RFC 5480 section 2.1.1"},
    {"a CSR key as a compressed point", compressed_csr, IS_KEY, 0, CSR, "",
     "the CSR's key is a compressed point", "RFC 5480 section 2.2"},
    {"a CSR key as a hybrid point", hybrid_csr, IS_KEY, 0, CSR, "",
     "the CSR's key is a compressed point", "RFC 5480 section 2.2"},
    {"the account key in the CSR", csr_with_account_key, IS_SEPARATE, 0, CSR, "",
     "the CSR's key is the account key", "RFC 8555 section 11.1"},
    {"no list in the CSR", no_list, IS_LIST, NEEDS_LIST, CSR, "TNAuthList",
     "the CSR holds no TNAuthList", "RFC 8226 section 9"},
    {"two lists in the CSR", two_lists, IS_LIST, NEEDS_LIST, CSR, "TNAuthList",
     "the CSR holds two TNAuthList extensions", "RFC 5280 section 4.2"},
    {"an implicit tag in the CSR's list", implicit_tag, IS_LIST, NEEDS_LIST, CSR, "TNAuthList",
     NULL, "RFC 8226 section 9"},
    {"an unknown element behind a count", unknown_elements, IS_LIST, NEEDS_LIST, CSR, "TNAuthList",
     "the range has unknown elements behind its count", "RFC 8226 section 9"},
    {"a list by reference in the CSR", list_by_reference, IS_LIST, NEEDS_LIST, CSR, "TNAuthList",
     "by reference at " KIT_AIA_URL, "RFC 8226 section 10.1"},
    {"the CSR asks for more", csr_larger, IS_EQUAL, 0, CSR, "TNAuthList",
     "the CSR has TN:12155551213 where the token has no entry (4 and 3 entries)", EQUAL_CLAUSE},
    {"the CSR asks for less", csr_smaller, IS_EQUAL, 0, CSR, "TNAuthList",
     "the CSR has no entry where the token has TN:12155551212 (2 and 3 entries)", EQUAL_CLAUSE},
    {"the CSR has another order", csr_other_order, IS_EQUAL, 0, CSR, "TNAuthList",
     "the CSR has TN:12155551212 where the token has TN:12155550100-12155550199", EQUAL_CLAUSE},
    {"the CSR has a longer range", csr_longer_range, IS_EQUAL, 0, CSR, "TNAuthList",
     "the CSR has TN:12155550100-12155550200 where the token has TN:12155550100-12155550199",
     EQUAL_CLAUSE},
    {"a range where the token has its numbers", csr_range_for_ones, IS_EQUAL, 0, CSR, "TNAuthList",
     "the CSR has TN:12155550100-12155550101 where the token has TN:12155550100 (2 and 3",
     EQUAL_CLAUSE},
    {"numbers where the token has their range", csr_ones_for_range, IS_EQUAL, 0, CSR, "TNAuthList",
     "the CSR has TN:12155550100 where the token has TN:12155550100-12155550101 (3 and 2",
     EQUAL_CLAUSE},
    {"another SPC", csr_other_spc, IS_EQUAL, 0, CSR, "TNAuthList",
     "the CSR has SPC:1234 where the token has SPC:709J (1 and 1 entries)", EQUAL_CLAUSE},
    {"CSR cA TRUE, token false", csr_wants_ca_true, IS_CA, 0, CSR, CA_PART,
     "the CSR asks for cA TRUE, but the token says ca false", CA_CLAUSE},
    {"CSR without cA, token true", token_says_ca, IS_CA, 0, CSR, CA_PART,
     "the CSR asks for cA FALSE, but the token says ca true", CA_CLAUSE},
    {"CSR cA FALSE, token true", token_says_ca_csr_says_not, IS_CA, 0, CSR, CA_PART,
     "the CSR asks for cA FALSE, but the token says ca true", CA_CLAUSE},
    {"both TRUE, for an end entity", both_want_ca, IS_CA, 0, CSR, CA_PART,
     "the CSR asks for a CA certificate; only end-entity certificates are issued", CA_CLAUSE},
    {"unreadable Basic Constraints", unreadable_constraints, IS_CA, 0, CSR, "",
     "the CSR's Basic Constraints cannot be read", "RFC 5280 section 4.2.1.9"},
    {"no O in the subject", no_organization, IS_SUBJECT, 0, CSR, "", "the subject has no O",
     "ATIS-1000080 section 6.4.1"},
    {"another SPC in the subject", other_common_name, IS_SUBJECT, 0, CSR, "",
     "it is \"SHAKEN 709J\"", "ATIS-1000080 section 6.4.1"},
};
#define ROWS (sizeof(rows) / sizeof(*rows))

/* The checks must stand as the row says: this one refused, these not asked, the others passed. */
static void check_states(const struct row *row, const struct verdict *verdict)
{
    for (unsigned i = 0; i < CHECKS; i++) {
        enum verdict_state want = VERDICT_PASSED;
        if (i == row->refused)
            want = VERDICT_REFUSED;
        else if ((row->not_asked & BIT(i)) != 0)
            want = VERDICT_NOT_ASKED;
        if (verdict->checks[i].state != want)
            fail_msg("%s: %s is %s, not %s: %s", row->title, names[i],
                     verdict_state_name(verdict->checks[i].state), verdict_state_name(want),
                     verdict->checks[i].reason.sentence);
        if (want == VERDICT_NOT_ASKED)
            kit_check_error(&verdict->checks[i].reason, STI_REFUSED, "",
                            row->refused == IS_TOKEN ? "needs a good token"
                                                     : "needs a good list in the CSR",
                            NULL);
    }
}

static void breaks_one_check_alone(void **state)
{
    const struct row *row = *state;
    struct world world;
    make_good(&world);
    row->change(&world);
    run(&world);
    check_states(row, &world.verdict);
    assert_int_equal(world.verdict.count, CHECKS);
    assert_int_equal(world.verdict.refused, 1);
    const struct sti_error *reason = verdict_first_refusal(&world.verdict);
    assert_ptr_equal(reason, &world.verdict.checks[row->refused].reason);
    kit_check_error(reason, STI_REFUSED, row->part, row->sentence, row->clause);
    assert_string_equal(reason->source, row->source);
    assert_non_null(reason->clause);
    end(&world);
}

/* ---- places and several refusals ---- */

static void names_the_entry_that_differs_rfc9448_section_6_step_6(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    csr_other_order(&world);
    run(&world);
    const struct sti_error *reason = verdict_first_refusal(&world.verdict);
    assert_int_equal(reason->entry, 2);
    assert_int_equal(reason->offset, 10); /* behind the SPC's 8 octets and the header's 2 */
    end(&world);
    make_good(&world);
    csr_smaller(&world); /* the CSR has no entry there */
    run(&world);
    reason = verdict_first_refusal(&world.verdict);
    assert_int_equal(reason->entry, 0);
    assert_int_equal(reason->offset, STI_NOWHERE);
    end(&world);
}

/* A refused token does not hide what is wrong with the CSR. */
static void reports_every_refusal(void **state)
{
    (void)state;
    struct world world;
    make_good(&world);
    token_refused(&world);
    p384_csr(&world);
    flipped_signature(&world);
    no_list(&world);
    run(&world);
    assert_int_equal(world.verdict.refused, 4);
    static const enum verdict_state want[CHECKS] = {
        [IS_TOKEN] = VERDICT_REFUSED,     [IS_UNUSED] = VERDICT_NOT_ASKED,
        [IS_ACCOUNT] = VERDICT_NOT_ASKED, [IS_SIGNATURE] = VERDICT_REFUSED,
        [IS_KEY] = VERDICT_REFUSED,       [IS_SEPARATE] = VERDICT_PASSED,
        [IS_LIST] = VERDICT_REFUSED,      [IS_EQUAL] = VERDICT_NOT_ASKED,
        [IS_CA] = VERDICT_NOT_ASKED,      [IS_SUBJECT] = VERDICT_NOT_ASKED,
    };
    for (size_t i = 0; i < CHECKS; i++)
        assert_int_equal(world.verdict.checks[i].state, want[i]);
    assert_ptr_equal(verdict_first_refusal(&world.verdict), &world.verdict.checks[0].reason);
    end(&world);
}

static void names_the_states(void **state)
{
    (void)state;
    assert_string_equal(verdict_state_name(VERDICT_PASSED), "passed");
    assert_string_equal(verdict_state_name(VERDICT_REFUSED), "refused");
    assert_string_equal(verdict_state_name(VERDICT_NOT_ASKED), "not asked");
}

#define OTHERS 6

int main(void)
{
    struct CMUnitTest tests[OTHERS + ROWS] = {
        cmocka_unit_test(passes_every_check_rfc9448_section_6),
        cmocka_unit_test(an_unused_token_may_be_an_empty_text),
        cmocka_unit_test(accepts_a_ca_that_the_token_allows_rfc9448_section_6_step_9),
        cmocka_unit_test(names_the_entry_that_differs_rfc9448_section_6_step_6),
        cmocka_unit_test(reports_every_refusal),
        cmocka_unit_test(names_the_states),
    };
    for (size_t i = 0; i < ROWS; i++)
        tests[OTHERS + i] = (struct CMUnitTest){
            .name = rows[i].title, .test_func = breaks_one_check_alone, .initial_state = &rows[i]};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
