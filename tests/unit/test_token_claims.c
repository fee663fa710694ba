/* SPDX-License-Identifier: Apache-2.0 */
/* What a token says (RFC 9447 section 4, RFC 9448 section 5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test_token_kit.h"

#define EXP "\"exp\":1790003600"
#define JTI "\"jti\":\"id1\""
#define ATC "\"atc\":" KIT_ATC
#define TKTYPE "\"tktype\":\"TNAuthList\""
#define TKVALUE "\"tkvalue\":\"" KIT_TKVALUE "\""
#define FINGERPRINT "\"fingerprint\":\"" KIT_FINGERPRINT "\""

static struct kit kit;

static int set_up(void **state)
{
    (void)state;
    kit_make(&kit);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kit_free(&kit);
    return 0;
}

static struct token_claim *accepted(const char *payload)
{
    char *jws = kit_jws(KIT_HEADER, payload, kit.signer_key);
    struct token_claim *claim = kit_expect_accepted(&kit, jws);
    free(jws);
    return claim;
}

static void refused(const char *payload, const char *part, const char *sentence, const char *clause)
{
    kit_refuses(&kit, KIT_HEADER, payload, part, sentence, clause);
}

/* A payload with these members in atc. Good until the next call. */
static const char *payload_with(const char *atc)
{
    static char payload[4096];
    snprintf(payload, sizeof(payload), "{" EXP "," JTI ",\"atc\":{%s}}", atc);
    return payload;
}

static void test_accepted(void **state)
{
    (void)state;
    static const uint8_t list[] = {0x30, 0x08, 0xa0, 0x06, 0x16, 0x04, '7', '0', '9', 'J'};
    struct token_claim *claim = accepted("{\"iss\":\"https://pa.example.org\",\"iat\":1,\"nbf\":"
                                         "1790000000," EXP "," JTI ",\"x\":{}," ATC "}");
    assert_string_equal(claim->jti, "id1");
    assert_string_equal(claim->iss, "https://pa.example.org");
    assert_string_equal(claim->x5u, KIT_URL);
    assert_int_equal(claim->exp, 1790003600);
    assert_int_equal(claim->list_length, sizeof(list));
    assert_memory_equal(claim->list, list, sizeof(list));
    assert_false(claim->ca);
    assert_int_equal(claim->fingerprint[0], 0xa0);
    assert_int_equal(claim->fingerprint[31], 0xe5);
    assert_ptr_equal(claim->signer, kit.signer);
    token_claim_free(claim);
    token_claim_free(NULL);
}

/* RFC 9448 section 5.4: ca is optional, false by default; other members may be there. */
static void test_ca_rfc9448_section_5_4(void **state)
{
    (void)state;
    struct token_claim *claim =
        accepted(payload_with(TKTYPE "," TKVALUE "," FINGERPRINT ",\"other\":[1]"));
    assert_false(claim->ca);
    assert_null(claim->iss);
    token_claim_free(claim);
    claim = accepted(payload_with(TKTYPE "," TKVALUE "," FINGERPRINT ",\"ca\":true"));
    assert_true(claim->ca);
    token_claim_free(claim);
    static const char *const wrong[] = {"\"true\"", "1", "null", "[]"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char atc[400];
        snprintf(atc, sizeof(atc), TKTYPE "," TKVALUE "," FINGERPRINT ",\"ca\":%s", wrong[i]);
        refused(payload_with(atc), "claim atc.ca", "it must be true or false",
                "RFC 9448 section 5.4");
    }
}

static void test_missing_claims(void **state)
{
    (void)state;
    refused("{" JTI "," ATC "}", "claim exp", "exp is missing", "RFC 9448 section 5.2");
    refused("{" EXP "," ATC "}", "claim jti", "jti is missing", "RFC 9448 section 5.3");
    refused("{" EXP "," JTI "}", "claim atc", "atc is missing", "RFC 9448 section 5.4");
    refused(payload_with(TKVALUE "," FINGERPRINT), "claim atc.tktype", "atc.tktype is missing",
            "RFC 9448 section 5.4");
    refused(payload_with(TKTYPE "," FINGERPRINT), "claim atc.tkvalue", "atc.tkvalue is missing",
            "RFC 9448 section 5.4");
    refused(payload_with(TKTYPE "," TKVALUE), "claim atc.fingerprint", "atc.fingerprint is missing",
            "RFC 9448 section 5.4");
    refused("{}", "claim exp", "exp is missing", NULL);
}

static void test_exp_rfc9447_section_4(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        const char *sentence;
        const char *clause;
    } cases[] = {
        {"1790000000", "the token expired at 2026-09-21T14:13:20Z; it is 2026-09-21T14:13:20Z",
         "RFC 9447 section 4"},
        {"1789999999", "expired at 2026-09-21T14:13:19Z", "RFC 9447 section 4"},
        {"0", "expired at 1970-01-01T00:00:00Z", "RFC 9447 section 4"},
        {"-9223372036854775808", "expired at -9223372036854775808 seconds since 1970",
         "RFC 9447 section 4"},
        {"\"1790003600\"", "exp is a string; it must be a whole number", "RFC 9448 section 5.2"},
        {"1790003600.0", "exp is a number with a fraction or an exponent", "RFC 9448 section 5.2"},
        {"1.9e9", "exp is a number with a fraction or an exponent", "RFC 9448 section 5.2"},
        {"true", "exp is true or false", "RFC 9448 section 5.2"},
        {"null", "exp is null", "RFC 9448 section 5.2"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char payload[400];
        snprintf(payload, sizeof(payload), "{\"exp\":%s," JTI "," ATC "}", cases[i].value);
        refused(payload, "claim exp", cases[i].sentence, cases[i].clause);
    }
    token_claim_free(accepted("{\"exp\":1790000001," JTI "," ATC "}"));
    token_claim_free(accepted("{\"exp\":9223372036854775807," JTI "," ATC "}"));
}

static void test_nbf_rfc7519_section_4_1_5(void **state)
{
    (void)state;
    refused("{\"nbf\":1790000001," EXP "," JTI "," ATC "}", "claim nbf",
            "not valid before 2026-09-21T14:13:21Z; it is 2026-09-21T14:13:20Z",
            "RFC 7519 section 4.1.5");
    refused("{\"nbf\":\"0\"," EXP "," JTI "," ATC "}", "claim nbf", "nbf is a string",
            "RFC 7519 section 4.1.5");
}

/* RFC 7519 section 4.1.3: who is not named in aud must refuse. */
static void test_aud_rfc7519_section_4_1_3(void **state)
{
    (void)state;
    refused("{\"aud\":\"another\"," EXP "," JTI "," ATC "}", "claim aud", "an SPC token has no aud",
            "RFC 7519 section 4.1.3");
}

static void test_jti_rfc9448_section_5_3(void **state)
{
    (void)state;
    char payload[800];
    char jti[300];
    static const char clause[] = "RFC 9448 section 5.3";
    refused("{" EXP ",\"jti\":\"\"," ATC "}", "claim jti", "jti is empty", clause);
    refused("{" EXP ",\"jti\":7," ATC "}", "claim jti", "jti is a number; it must be a string",
            clause);
    refused("{" EXP ",\"jti\":\"a\\u001b[2J\"," ATC "}", "claim jti",
            "jti has control characters: \"a?[2J\"", clause);
    refused("{" EXP ",\"jti\":\"a\\u007f\"," ATC "}", "claim jti", "control characters", clause);
    refused("{" EXP ",\"jti\":\"a\\u009b2J\"," ATC "}", "claim jti", "\"a??2J\"", clause);
    memset(jti, 'j', sizeof(jti));
    jti[256] = '\0';
    snprintf(payload, sizeof(payload), "{" EXP ",\"jti\":\"%s\"," ATC "}", jti);
    refused(payload, "claim jti", "jti has 256 octets; at most 255", clause);
    jti[255] = '\0';
    snprintf(payload, sizeof(payload), "{" EXP ",\"jti\":\"%s\"," ATC "}", jti);
    token_claim_free(accepted(payload));
}

static void test_iss_rfc9448_section_5_1(void **state)
{
    (void)state;
    refused("{\"iss\":1," EXP "," JTI "," ATC "}", "claim iss", "iss is a number",
            "RFC 9448 section 5.1");
    refused("{\"iss\":\"a\\nb\"," EXP "," JTI "," ATC "}", "claim iss", "control characters",
            "RFC 9448 section 5.1");
}

static void test_atc_is_an_object_rfc9448_section_5_4(void **state)
{
    (void)state;
    refused("{" EXP "," JTI ",\"atc\":[\"TNAuthList\",\"" KIT_TKVALUE "\",\"" KIT_FINGERPRINT
            "\"]}",
            "claim atc", "atc is an array, as in early drafts of RFC 9447", "RFC 9448 section 5.4");
    refused("{" EXP "," JTI ",\"atc\":[" KIT_ATC "]}", "claim atc", "atc is an array", NULL);
    refused("{" EXP "," JTI ",\"atc\":\"x\"}", "claim atc", "atc is a string; it must be an object",
            "RFC 9448 section 5.4");
}

static void test_tktype_rfc9448_section_5_4(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        const char *sentence;
    } cases[] = {
        {"\"TnAuthList\"", "tktype is \"TnAuthList\"; it must be \"TNAuthList\" (the example"},
        {"\"JWTClaimConstraints\"", "tktype is \"JWTClaimConstraints\""},
        {"\"tnauthlist\"", "it must be \"TNAuthList\""},
        {"[\"TNAuthList\"]", "atc.tktype is an array"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char atc[400];
        snprintf(atc, sizeof(atc), "\"tktype\":%s," TKVALUE "," FINGERPRINT, cases[i].value);
        refused(payload_with(atc), "claim atc.tktype", cases[i].sentence, "RFC 9448 section 5.4");
    }
    /* A long value is cut. */
    char atc[800] = "\"tktype\":\"";
    memset(atc + strlen(atc), 'T', 200);
    strcat(atc, "\"," TKVALUE "," FINGERPRINT);
    refused(payload_with(atc), "claim atc.tktype",
            "\"TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT...\"", NULL);
}

/* RFC 9448 section 5.4 with RFC 7515 section 2: base64url without padding. */
static void test_tkvalue_base64url(void **state)
{
    (void)state;
    refused(payload_with(TKTYPE ",\"tkvalue\":\"MAigBhYENzA5Sg==\"," FINGERPRINT),
            "claim atc.tkvalue",
            "tkvalue is base64 with padding; base64url without it is wanted, unless the policy "
            "accepts the other (token_base64 = padded)",
            "RFC 9448 section 5.4");
    refused(payload_with(TKTYPE ",\"tkvalue\":\"MAigBhYENzA5Sg=\"," FINGERPRINT),
            "claim atc.tkvalue", "padding \"=\" found; write base64url without padding",
            "RFC 7515 section 2");
    refused(payload_with(TKTYPE ",\"tkvalue\":\"MA+gBhYENzA5Sg\"," FINGERPRINT),
            "claim atc.tkvalue", "\"+\" is standard base64", "RFC 7515 section 2");
    refused(payload_with(TKTYPE ",\"tkvalue\":\"MAigBhYENzA5Sh\"," FINGERPRINT),
            "claim atc.tkvalue", "unused bits", "RFC 4648 section 3.5");
    refused(payload_with(TKTYPE ",\"tkvalue\":17," FINGERPRINT), "claim atc.tkvalue",
            "atc.tkvalue is a number; it must be a string", "RFC 9448 section 5.4");
    refused(payload_with(TKTYPE ",\"tkvalue\":\"\"," FINGERPRINT), "claim atc.tkvalue", NULL, NULL);
}

/* What live STI-PAs send is taken when the policy says so, and noted. */
static void test_tkvalue_padded_base64(void **state)
{
    (void)state;
    static const struct {
        const char *tkvalue;
        bool padded;
    } cases[] = {{"MAigBhYENzA5Sg==", true}, {"MAigBhYENzA5Sg", false}};
    struct token_trust trust = kit.trust;
    trust.padded_base64 = true;
    for (size_t i = 0; i < 2; i++) {
        char members[300];
        snprintf(members, sizeof(members), "%s,\"tkvalue\":\"%s\",%s", TKTYPE, cases[i].tkvalue,
                 FINGERPRINT);
        char *jws = kit_jws(KIT_HEADER, payload_with(members), kit.signer_key);
        struct token_claim *claim = token_verify(jws, strlen(jws), &trust, NULL);
        assert_non_null(claim);
        assert_int_equal(claim->padded, cases[i].padded);
        assert_int_equal(claim->list_length, 10);
        token_claim_free(claim);
        free(jws);
    }
    char *jws = kit_jws(KIT_HEADER, payload_with(TKTYPE ",\"tkvalue\":\"MA==\"," FINGERPRINT),
                        kit.signer_key);
    assert_null(token_verify(jws, strlen(jws), &trust, NULL)); /* base64, but no list */
    free(jws);
}

/* RFC 8226 section 9: the DER fault is told with its entry and byte. */
static void test_tkvalue_der_rfc8226_section_9(void **state)
{
    (void)state;
    /* 30 06 80 04 37 30 39 4a: the tag of the SPC is implicit. */
    char *jws =
        kit_jws(KIT_HEADER, payload_with(TKTYPE ",\"tkvalue\":\"MAaABDcwOUo\"," FINGERPRINT),
                kit.signer_key);
    struct sti_error err;
    assert_null(token_verify(jws, strlen(jws), &kit.trust, &err));
    kit_check_error(&err, STI_REFUSED, "claim atc.tkvalue", NULL, NULL);
    assert_int_equal(err.entry, 1);
    assert_int_equal(err.offset, 2);
    assert_non_null(err.clause);
    free(jws);
    /* One octet behind the list. */
    refused(payload_with(TKTYPE ",\"tkvalue\":\"MAigBhYENzA5SgA\"," FINGERPRINT),
            "claim atc.tkvalue", NULL, NULL);
}

static void test_fingerprint_rfc9448_section_5_4(void **state)
{
    (void)state;
    struct token_claim *claim = accepted(payload_with(
        TKTYPE "," TKVALUE ",\"fingerprint\":\"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U\""));
    assert_int_equal(claim->fingerprint[0], 0xa0);
    token_claim_free(claim);
    refused(payload_with(TKTYPE "," TKVALUE ",\"fingerprint\":\"A0:A2\""), "claim atc.fingerprint",
            "\"A0:A2\" is not a fingerprint", "RFC 9448 section 5.4");
    refused(payload_with(TKTYPE "," TKVALUE ",\"fingerprint\":{}"), "claim atc.fingerprint",
            "atc.fingerprint is an object", "RFC 9448 section 5.4");
}

/* Showing believes nobody: no chain, no signature, no clock; the form still counts. */
static void test_read_unverified(void **state)
{
    (void)state;
    static const char expired[] = "{\"exp\":5,\"nbf\":1999999999,\"aud\":\"x\"," JTI "," ATC "}";
    uint8_t nonsense[5] = {0};
    struct sti_error err;
    char *jws = kit_jws_with("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"x5u\":\"https://x.example/\"}",
                             expired, nonsense, sizeof(nonsense));
    struct token_claim *claim = token_read_unverified(jws, strlen(jws), &err);
    assert_non_null(claim);
    assert_null(claim->signer);
    assert_string_equal(claim->x5u, "https://x.example/");
    assert_int_equal(claim->exp, 5);
    token_claim_free(claim);
    free(jws);

    jws = kit_jws_with(KIT_HEADER, "{" EXP "," JTI "}", nonsense, sizeof(nonsense));
    assert_null(token_read_unverified(jws, strlen(jws), &err));
    kit_check_error(&err, STI_REFUSED, "claim atc", "atc is missing", NULL);
    free(jws);
    jws = kit_jws_with(KIT_HEADER, KIT_PAYLOAD, NULL, 0);
    assert_null(token_read_unverified(jws, strlen(jws), &err));
    kit_check_error(&err, STI_REFUSED, "signature", "is empty", NULL);
    free(jws);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_ca_rfc9448_section_5_4),
        cmocka_unit_test(test_missing_claims),
        cmocka_unit_test(test_exp_rfc9447_section_4),
        cmocka_unit_test(test_nbf_rfc7519_section_4_1_5),
        cmocka_unit_test(test_aud_rfc7519_section_4_1_3),
        cmocka_unit_test(test_jti_rfc9448_section_5_3),
        cmocka_unit_test(test_iss_rfc9448_section_5_1),
        cmocka_unit_test(test_atc_is_an_object_rfc9448_section_5_4),
        cmocka_unit_test(test_tktype_rfc9448_section_5_4),
        cmocka_unit_test(test_tkvalue_base64url),
        cmocka_unit_test(test_tkvalue_padded_base64),
        cmocka_unit_test(test_tkvalue_der_rfc8226_section_9),
        cmocka_unit_test(test_fingerprint_rfc9448_section_5_4),
        cmocka_unit_test(test_read_unverified),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
