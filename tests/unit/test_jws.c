/* SPDX-License-Identifier: Apache-2.0 */
/* The form of a compact JWS, its JSON, and ES256. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "jws.h"
#include "test_token_kit.h"
#include "token_internal.h"

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

static void test_looks_like(void **state)
{
    (void)state;
    static const char *const alike[] = {"a.b.c", "a.b.", "eyJ-_.AA.BB\r\n", "a.b.c \t\n"};
    static const char *const unlike[] = {"",       "\n",         "a.b",      "a.b.c.d",
                                         ".b.c",   "a..c",       " a.b.c",   "a.b.c\nd",
                                         "a=.b.c", "-----BEGIN", "{\"a\":1}"};
    for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++)
        assert_true(token_looks_like(alike[i], strlen(alike[i])));
    for (size_t i = 0; i < sizeof(unlike) / sizeof(unlike[0]); i++)
        assert_false(token_looks_like(unlike[i], strlen(unlike[i])));
    assert_false(token_looks_like("a.b.c\0", 6));
}

/* RFC 7515 section 7.1: three parts. */
static void test_three_parts_rfc7515_section_7_1(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *sentence;
    } cases[] = {
        {"", "the token is empty"},       {" \r\n", "the token is empty"},
        {"abc", "1 part separated"},      {"a.b", "2 parts separated"},
        {"a.b.c.d", "4 parts separated"}, {"{\"payload\":\"\"}", "this looks like JSON"},
        {".b.c", "the header, is empty"}, {"a..c", "the payload, is empty"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        kit_expect_refusal(&kit, cases[i].text, "token", cases[i].sentence, "RFC 7515 section 7.1");
}

static char *good_token(void)
{
    return kit_jws(KIT_HEADER, KIT_PAYLOAD, kit.signer_key);
}

static void test_white_space_at_the_end_only(void **state)
{
    (void)state;
    char *good = good_token();
    size_t length = strlen(good);
    char *room = malloc(length + 8);
    snprintf(room, length + 8, "%s\r\n \t", good);
    token_claim_free(kit_expect_accepted(&kit, room));
    snprintf(room, length + 8, " %s", good);
    kit_expect_refusal(&kit, room, "header", "octet 0x20", NULL);
    snprintf(room, length + 8, "%s\nx", good);
    kit_expect_refusal(&kit, room, "signature", "octet 0x0A", NULL);
    snprintf(room, length + 8, "%s=", good);
    kit_expect_refusal(&kit, room, "signature", "without padding", "RFC 7515 section 2");
    free(room);
    free(good);
}

static void test_size_limit(void **state)
{
    (void)state;
    struct sti_error err;
    struct token_trust trust = kit.trust;
    char *big = malloc(TOKEN_MAX_OCTETS + 1);
    memset(big, 'A', TOKEN_MAX_OCTETS + 1);
    assert_null(token_verify(big, TOKEN_USUAL_OCTETS + 1, &trust, &err));
    kit_check_error(&err, STI_REFUSED, "token",
                    "16385 octets; at most 16384 are read, unless the policy has another limit "
                    "(token_octets)",
                    NULL);
    assert_null(token_verify(big, TOKEN_USUAL_OCTETS, &trust, &err));
    kit_check_error(&err, STI_REFUSED, "token", "1 part separated", NULL);
    trust.max_octets = TOKEN_MAX_OCTETS;
    assert_null(token_verify(big, TOKEN_MAX_OCTETS + 1, &trust, &err));
    kit_check_error(&err, STI_REFUSED, "token", "1048577 octets; at most 1048576 are read", NULL);
    assert_null(token_verify(big, TOKEN_MAX_OCTETS, &trust, &err));
    kit_check_error(&err, STI_REFUSED, "token", "1 part separated", NULL);
    free(big);
}

/* RFC 7515 section 4 and RFC 7519 section 4: names are unique; both are JSON objects. */
static void test_json(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        const char *sentence;
    } cases[] = {
        {"[]", "is a JSON array; it must be an object"},
        {"\"x\"", "is not a JSON object"},
        {"1", "is not a JSON object"},
        {"{}{}", "end of file expected"},
        {"{\"a\":1} x", "end of file expected"},
        {"{\"a\":1,}", "is not a JSON object"},
        {"{\"a\":\"\xff\"}", "unable to decode byte 0xff"},
        {"{\"a\":\"\\u0000\"}", "is not a JSON object"},
        {"{\"exp\":1,\"exp\":2}", "duplicate object key"},
        {"{\"alg\":\"ES256\",\"al\\u0067\":\"none\"}", "duplicate object key"},
        {"{\"atc\":{\"ca\":false,\"ca\":true}}", "duplicate object key"},
        {"{\"exp\":1e999}", "is not a JSON object"},
        {"{\"exp\":99999999999999999999}", "is not a JSON object"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        kit_refuses(&kit, cases[i].json, KIT_PAYLOAD, "header", cases[i].sentence,
                    "RFC 7515 section 4");
        kit_refuses(&kit, KIT_HEADER, cases[i].json, "payload", cases[i].sentence,
                    "RFC 7519 section 4");
    }
}

/* Deep nesting must end in a refusal, not on the end of the stack. */
static void test_deep_nesting(void **state)
{
    (void)state;
    enum { DEPTH = 10000 };
    char *deep = malloc(DEPTH + 8);
    strcpy(deep, "{\"a\":");
    memset(deep + 5, '[', DEPTH);
    deep[5 + DEPTH] = '\0';
    kit_refuses(&kit, KIT_HEADER, deep, "payload",
                "the payload nests 10001 levels deep; at most 8 are read", "RFC 8259 section 9");
    kit_refuses(&kit, deep, KIT_PAYLOAD, "header", "the header nests 10001 levels deep",
                "RFC 8259 section 9");
    free(deep);
    /* Eight levels are read, and brackets in strings are none. */
    static const char *const cases[] = {"{\"a\":[[[[[[[0]]]]]]],\"b\":\"[[[[[[[[[[{{{\\\"[\"}",
                                        "{\"a\":[[[[[[[[0]]]]]]]]}"};
    kit_refuses(&kit, KIT_HEADER, cases[0], "claim exp", "exp is missing", NULL);
    kit_refuses(&kit, KIT_HEADER, cases[1], "payload", "nests 9 levels deep", NULL);
}

/* The payload is not read before the signature is good: a broken one is no matter before. */
static void test_payload_after_signature(void **state)
{
    (void)state;
    uint8_t signature[64] = {1};
    char *jws = kit_jws_with(KIT_HEADER, "no JSON", signature, sizeof(signature));
    kit_expect_refusal(&kit, jws, "signature", "does not fit", "RFC 7515 section 5.2");
    free(jws);
}

/* RFC 7515 appendix A.3: a signature made by others. */
static void test_es256_rfc7515_appendix_a3(void **state)
{
    (void)state;
    static const char text[] =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlL"
        "mNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSA"
        "pmWQxfKTUJqPP3-Kg6NU1Q";
    static const unsigned char spki[] = {
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01,
        0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
        0x04, 0x7f, 0xcd, 0xce, 0x27, 0x70, 0xf6, 0xc4, 0x5d, 0x41, 0x83, 0xcb, 0xee,
        0x6f, 0xdb, 0x4b, 0x7b, 0x58, 0x07, 0x33, 0x35, 0x7b, 0xe9, 0xef, 0x13, 0xba,
        0xcf, 0x6e, 0x3c, 0x7b, 0xd1, 0x54, 0x45, 0xc7, 0xf1, 0x44, 0xcd, 0x1b, 0xbd,
        0x9b, 0x7e, 0x87, 0x2c, 0xdf, 0xed, 0xb9, 0xee, 0xb9, 0xf4, 0xb3, 0x69, 0x5d,
        0x6e, 0xa9, 0x0b, 0x24, 0xad, 0x8a, 0x46, 0x23, 0x28, 0x85, 0x88, 0xe5, 0xad};
    const unsigned char *at = spki;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &at, sizeof(spki));
    assert_non_null(key);
    struct jws jws = {0};
    assert_true(jws_read(&jws, text, strlen(text), NULL));
    assert_true(
        es256_verify(key, text, jws.signed_length, jws.signature, jws.signature_length, NULL));
    assert_false(
        es256_verify(key, text, jws.signed_length - 1, jws.signature, jws.signature_length, NULL));
    jws_free(&jws);
    EVP_PKEY_free(key);
}

/* RFC 7518 section 3.4: exactly 64 octets, and any changed bit is refused. */
static void test_signature_length_rfc7518_section_3_4(void **state)
{
    (void)state;
    static const char clause[] = "RFC 7518 section 3.4";
    uint8_t signature[132];
    memset(signature, 0x30, sizeof(signature));
    static const size_t lengths[] = {1, 63, 65, 70, 96, 132};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        char sentence[64];
        snprintf(sentence, sizeof(sentence), "the signature has %zu octets; ES256 has exactly 64",
                 lengths[i]);
        char *jws = kit_jws_with(KIT_HEADER, KIT_PAYLOAD, signature, lengths[i]);
        kit_expect_refusal(&kit, jws, "signature", sentence, clause);
        if (lengths[i] > 64)
            kit_expect_refusal(&kit, jws, "signature", "looks like DER", clause);
        free(jws);
    }
}

static void test_flipped_bits_rfc7515_section_5_2(void **state)
{
    (void)state;
    char *good = good_token();
    struct jws jws = {0};
    assert_true(jws_read(&jws, good, strlen(good), NULL));
    for (size_t bit = 0; bit < 512; bit += 37) {
        uint8_t signature[64];
        memcpy(signature, jws.signature, 64);
        signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        char *bad = kit_jws_with(KIT_HEADER, KIT_PAYLOAD, signature, 64);
        kit_expect_refusal(&kit, bad, "signature", "does not fit", "RFC 7515 section 5.2");
        free(bad);
    }
    char *changed = kit_jws_with(KIT_HEADER, "{\"exp\":1790003601}", jws.signature, 64);
    kit_expect_refusal(&kit, changed, "signature", "does not fit", "RFC 7515 section 5.2");
    free(changed);
    uint8_t zero[64] = {0}; /* r = s = 0 verifies for every key in a careless verifier */
    char *null_signature = kit_jws_with(KIT_HEADER, KIT_PAYLOAD, zero, 64);
    kit_expect_refusal(&kit, null_signature, "signature", "does not fit", "RFC 7515 section 5.2");
    free(null_signature);
    jws_free(&jws);
    free(good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_looks_like),
        cmocka_unit_test(test_three_parts_rfc7515_section_7_1),
        cmocka_unit_test(test_white_space_at_the_end_only),
        cmocka_unit_test(test_size_limit),
        cmocka_unit_test(test_json),
        cmocka_unit_test(test_deep_nesting),
        cmocka_unit_test(test_payload_after_signature),
        cmocka_unit_test(test_es256_rfc7515_appendix_a3),
        cmocka_unit_test(test_signature_length_rfc7518_section_3_4),
        cmocka_unit_test(test_flipped_bits_rfc7515_section_5_2),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
