/* SPDX-License-Identifier: Apache-2.0 */
/* The text form of claim constraints: what it means in DER, that print and parse are inverse, and
 * errors with places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hex.h"
#include "jwt_claim_constraints.h"

#define OLD JWT_CLAIM_CONSTRAINTS
#define NEW ENHANCED_JWT_CLAIM_CONSTRAINTS

static bool encode(enum jwt_claim_form form, const char *text, uint8_t **der, size_t *length,
                   struct sti_error *err)
{
    struct jwt_claim_builder builder = {0};
    if (!jwt_claim_constraints_parse(&builder, text, strlen(text), err)) {
        jwt_claim_builder_free(&builder);
        return false;
    }
    return jwt_claim_constraints_finish(&builder, form, der, length, err);
}

static void check_encoded(enum jwt_claim_form form, const char *text, const char *hex)
{
    uint8_t wanted[128];
    size_t wanted_length = from_hex(hex, wanted, sizeof(wanted));
    uint8_t *der = NULL;
    size_t length = 0;
    struct sti_error err;
    if (!encode(form, text, &der, &length, &err))
        fail_msg("%s: %s", text, err.sentence);
    assert_int_equal(length, wanted_length);
    assert_memory_equal(der, wanted, length);
    free(der);
}

static void encodes_the_worked_examples(void **state)
{
    (void)state;
    static const char old[] =
        "3022a00a30081606617474657374a11430123010160661747465737430060c01420c0143";
    check_encoded(OLD, "mustInclude:attest, permitted:attest=B|C", old);
    check_encoded(NEW, "permitted:attest=B|C\r\n\n ; nothing\nmustInclude:attest ; the level,\n",
                  old);
    check_encoded(NEW, "mustExclude:attest,mustExclude:origid",
                  "3014a2123010160661747465737416066f7269676964");
    check_encoded(
        NEW, "mustExclude:priority,mustInclude:confidence,permitted:confidence=high|medium",
        "3040a00e300c160a636f6e666964656e6365a120301e301c160a636f6e666964656e6365300e0c046869"
        "67680c066d656469756da20c300a16087072696f72697479");
    /* raw UTF-8, a blank inside, an escaped bar, an empty value; an = in a name */
    check_encoded(OLD, "permitted:a\\x3db= \xc3\xa9 =|\\x7c|",
                  "3019a117301530131603613d62300c0c0520c3a9203d0c017c0c00");
}

struct bad {
    enum jwt_claim_form form;
    const char *text;
    size_t line; /* 0: about the whole */
    size_t column;
    const char *sentence;
};

static const struct bad bad[] = {
    {OLD, "attest", 1, 1, "an entry begins with mustInclude:, permitted: or mustExclude:"},
    {OLD, "mustInclude:a,\n  mustinclude:b", 2, 3, "an entry begins with mustInclude:"},
    {OLD, "mustInclude:", 1, 13, "the name of a claim is missing"},
    {OLD, "mustInclude:a b", 1, 14, "octet 0x20 cannot stand plainly here; \\x20 would mean it"},
    {OLD, "mustInclude:\xc3\xa9", 1, 13, "octet 0xC3 cannot stand plainly"},
    {OLD, "mustInclude:\\xC3", 1, 13, "octet 0xC3 cannot stand in the name of a claim"},
    {OLD, "mustInclude:a\\x4", 1, 14, "a \\ starts \\xHH with two hex digits"},
    {OLD, "mustInclude:a\\xZZ", 1, 14, "a \\ starts \\xHH with two hex digits"},
    {OLD, "permitted:attest", 1, 17, "permitted: wants values, as in permitted:attest=A|B"},
    {OLD, "permitted:=A", 1, 11, "the name of a claim is missing"},
    {OLD, "permitted:a=\x1b[1m", 1, 13, "octet 0x1B cannot stand plainly"},
    {OLD, "permitted:a=\x7f", 1, 13, "octet 0x7F cannot stand plainly"},
    {OLD, "permitted:a=b;mustInclude:c", 1, 14, "; starts a comment; entries are separated by"},
    {OLD, "mustInclude:c;permitted:a=b", 1, 14, "; starts a comment; entries are separated by"},
    {OLD, "", 0, 0, "there is no constraint, at least one component is needed"},
    {OLD, "; nothing", 0, 0, "there is no constraint"},
    {OLD, "permitted:a=\\xFF", 0, 0, "octet 0xFF begins no character of UTF-8"},
    {OLD, "mustExclude:a", 0, 0, "mustExclude [2] needs the extension EnhancedJWTClaimConstraints"},
    {NEW, "mustExclude:iat", 0, 0, "mustExclude:iat: every PASSporT has it; verifiers"},
    {NEW, "mustExclude:a,mustInclude:a", 0, 0, "mustExclude:a: the claim is in mustInclude"},
    {OLD, "permitted:a=b,permitted:a=c", 0, 0, "permitted:a=c: the claim has permitted values"},
};

static void refuses_what_is_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        uint8_t *der = NULL;
        size_t length = 0;
        struct sti_error err;
        if (encode(bad[i].form, bad[i].text, &der, &length, &err))
            fail_msg("%s was taken", bad[i].text);
        if (strstr(err.sentence, bad[i].sentence) == NULL || err.line != bad[i].line ||
            err.column != bad[i].column)
            fail_msg("%s: line %zu column %zu: %s", bad[i].text, err.line, err.column,
                     err.sentence);
        assert_int_equal(err.code, STI_REFUSED);
        assert_int_equal(err.offset, STI_NOWHERE);
        assert_null(der);
    }
}

/* In an entry by itself, separators are nothing special. */
static void reads_an_entry_alone(void **state)
{
    (void)state;
    static const char text[] = "permitted:nam=Example, Inc.; Boston";
    struct jwt_claim_builder builder = {0};
    uint8_t *der = NULL;
    size_t length = 0;
    assert_true(jwt_claim_constraints_parse_entry(&builder, text, strlen(text), NULL));
    assert_true(jwt_claim_constraints_finish(&builder, OLD, &der, &length, NULL));
    struct jwt_claim_constraints value;
    assert_true(jwt_claim_constraints_decode(&value, OLD, der, length, NULL));
    char printed[64];
    assert_int_equal(jwt_claim_constraint_text(&value, 0, printed, sizeof(printed)), 41);
    assert_string_equal(printed, "permitted:nam=Example\\x2C Inc.\\x3B Boston");
    /* as snprintf does: cut, and with no room at all */
    assert_int_equal(jwt_claim_constraint_text(&value, 0, printed, 10), 41);
    assert_string_equal(printed, "permitted");
    assert_int_equal(jwt_claim_constraint_text(&value, 0, NULL, 0), 41);
    jwt_claim_constraints_free(&value);
    free(der);
    assert_false(jwt_claim_constraints_parse_entry(&builder, "x", 1, NULL));
    jwt_claim_builder_free(&builder);
}

/* 1024 constraints are taken, one more is not; nor 64 Ki values and one, nor a MiB in one value. */
static void refuses_what_is_too_much(void **state)
{
    (void)state;
    struct jwt_claim_builder builder = {0};
    struct sti_error err;
    uint8_t *der = NULL;
    size_t length = 0;
    for (size_t i = 0; i < JWT_CLAIM_MAX_CONSTRAINTS; i++)
        assert_true(jwt_claim_constraints_parse(&builder, "mustInclude:a", 13, &err));
    assert_false(jwt_claim_constraints_parse(&builder, "mustInclude:a", 13, &err));
    assert_non_null(strstr(err.sentence, "there are more than 1024 constraints"));
    assert_true(jwt_claim_constraints_finish(&builder, OLD, &der, &length, &err));
    free(der);
    static char text[JWT_CLAIM_MAX_OCTETS + 13];
    memset(text, '|', sizeof(text));
    memcpy(text, "permitted:a=", 12);
    assert_true(jwt_claim_constraints_parse(&builder, text, 12 + JWT_CLAIM_MAX_VALUES, &err));
    assert_false(jwt_claim_constraints_finish(&builder, OLD, &der, &length, &err));
    assert_non_null(strstr(err.sentence, "there are more than 65536 elements"));
    memset(text + 12, 'b', sizeof(text) - 12);
    assert_false(jwt_claim_constraints_parse(&builder, text, sizeof(text), &err));
    assert_non_null(strstr(err.sentence, "the constraints are too long: at most 1048576 octets"));
    jwt_claim_builder_free(&builder);
    /* a name of just a MiB leaves no room for its header */
    memset(text, 'c', sizeof(text));
    memcpy(text, "mustInclude:", 12);
    assert_false(jwt_claim_constraints_parse(&builder, text, 12 + JWT_CLAIM_MAX_OCTETS, &err));
    assert_non_null(strstr(err.sentence, "the constraints are too long"));
    jwt_claim_builder_free(&builder);
    /* two parts, each short enough, are too long together */
    memset(text, 'c', sizeof(text));
    memcpy(text, "mustInclude:", 12);
    assert_true(jwt_claim_constraints_parse(&builder, text, JWT_CLAIM_MAX_OCTETS / 2, &err));
    memcpy(text, "permitted:a=", 12);
    assert_true(jwt_claim_constraints_parse(&builder, text, JWT_CLAIM_MAX_OCTETS / 2, &err));
    assert_false(jwt_claim_constraints_finish(&builder, OLD, &der, &length, &err));
    assert_non_null(strstr(err.sentence, "the constraints are too long"));
}

/* What is printed yields the same octets, whatever a value holds. */
static void prints_what_it_reads(void **state)
{
    (void)state;
    uint32_t random = 1;
    for (size_t round = 0; round < 2000; round++) {
        char value[9] = {0};
        for (size_t i = 0; i < 8; i++) {
            random = random * 1103515245u + 12345u;
            value[i] = (char)(1 + (random >> 16) % 127); /* any ASCII octet but NUL */
        }
        char text[128] = "permitted:x=";
        size_t length = strlen(text);
        for (size_t i = 0; value[i] != '\0'; i++, length += 4) {
            static const char hex[] = "0123456789abcdef";
            const char escaped[] = {'\\', 'x', hex[value[i] >> 4], hex[value[i] & 15], '\0'};
            memcpy(text + length, escaped, sizeof(escaped));
        }
        uint8_t *der = NULL;
        uint8_t *again = NULL;
        size_t der_length = 0;
        size_t again_length = 0;
        struct jwt_claim_constraints constraints;
        char printed[128];
        assert_true(encode(OLD, text, &der, &der_length, NULL));
        assert_true(jwt_claim_constraints_decode(&constraints, OLD, der, der_length, NULL));
        assert_memory_equal(constraints.values[0].octets, value, 8);
        jwt_claim_constraint_text(&constraints, 0, printed, sizeof(printed));
        assert_true(encode(OLD, printed, &again, &again_length, NULL));
        assert_int_equal(again_length, der_length);
        assert_memory_equal(again, der, der_length);
        jwt_claim_constraints_free(&constraints);
        free(der);
        free(again);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodes_the_worked_examples), cmocka_unit_test(refuses_what_is_bad),
        cmocka_unit_test(reads_an_entry_alone),        cmocka_unit_test(refuses_what_is_too_much),
        cmocka_unit_test(prints_what_it_reads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
