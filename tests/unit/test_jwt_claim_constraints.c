/* SPDX-License-Identifier: Apache-2.0 */
/* (Enhanced)JWTClaimConstraints in DER: what is read, what is refused and where, and the rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hex.h"
#include "jwt_claim_constraints.h"

#define OLD JWT_CLAIM_CONSTRAINTS
#define NEW ENHANCED_JWT_CLAIM_CONSTRAINTS

/* The text of all constraints, separated by commas. */
static void print(const struct jwt_claim_constraints *value, char *text, size_t size)
{
    text[0] = '\0';
    for (size_t i = 0; i < value->count; i++) {
        size_t used = strlen(text);
        if (i > 0)
            text[used++] = ',';
        jwt_claim_constraint_text(value, i, text + used, size - used);
    }
}

struct good {
    enum jwt_claim_form form;
    const char *hex;
    const char *text;
};

static const struct good good[] = {
    {OLD, "3022a00a30081606617474657374a11430123010160661747465737430060c01420c0143",
     "mustInclude:attest,permitted:attest=B|C"},
    {NEW, "3022a00a30081606617474657374a11430123010160661747465737430060c01420c0143",
     "mustInclude:attest,permitted:attest=B|C"},
    {NEW, "3014a2123010160661747465737416066f7269676964", "mustExclude:attest,mustExclude:origid"},
    /* RFC 9118 section 5 */
    {NEW,
     "3040a00e300c160a636f6e666964656e6365a120301e301c160a636f6e666964656e6365300e0c0468696768"
     "0c066d656469756da20c300a16087072696f72697479",
     "mustInclude:confidence,permitted:confidence=high|medium,mustExclude:priority"},
    /* made by another implementation */
    {OLD,
     "303da00730051603666f6fa132303030191603666f6f30120c04666f6f310c04666f6f320c04666f6f33301316"
     "03626172300c0c04626172310c0462617232",
     "mustInclude:foo,permitted:foo=foo1|foo2|foo3,permitted:bar=bar1|bar2"},
    /* characters of one to four octets, and an empty value */
    {OLD, "301ca11a3018301616016130110c02c3a90c03e282ac0c04f09f98800c00",
     "permitted:a=\\xC3\\xA9|\\xE2\\x82\\xAC|\\xF0\\x9F\\x98\\x80|"},
};

static void reads_what_is_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        uint8_t der[128];
        size_t length = from_hex(good[i].hex, der, sizeof(der));
        struct jwt_claim_constraints value;
        struct sti_error err;
        if (!jwt_claim_constraints_decode(&value, good[i].form, der, length, &err))
            fail_msg("%s: %s", good[i].hex, err.sentence);
        char text[256];
        print(&value, text, sizeof(text));
        assert_string_equal(text, good[i].text);
        assert_int_equal(value.end, length);
        assert_true(jwt_claim_constraints_check(&value, NULL));
        jwt_claim_constraints_free(&value);
        assert_null(value.constraints);
    }
}

struct bad {
    enum jwt_claim_form form;
    const char *hex;
    size_t offset;
    const char *sentence;
    const char *before; /* what stands before the flaw */
};

static const struct bad bad[] = {
    {OLD, "", 0, "the SEQUENCE is missing", ""},
    {OLD, "3000", 2, "there is no constraint, at least one component is needed", ""},
    {OLD, "3100", 0, "tag 0x31 stands where the SEQUENCE (0x30) is wanted", ""},
    {OLD, "3080", 1, "the length is indefinite", ""},
    {OLD, "3009a00730051603666f6f00", 11, "1 octets too many behind the constraints",
     "mustInclude:foo"},
    {OLD, "3004a0023000", 6, "the component [0] is empty, at least one claim is needed", ""},
    /* implicit tags */
    {OLD, "3007a0051603666f6f", 4, "tag 0x16 stands where JWTClaimNames as SEQUENCE", ""},
    {OLD, "30058003666f6f", 2, "tag 0x80 is primitive, the component [0] has the explicit tag 0xA0",
     ""},
    {NEW, "3009a30730051603666f6f", 2, "tag 0xA3 stands where a component (0xA0, 0xA1 or 0xA2)",
     ""},
    {NEW, "300730051603666f6f", 2, "tag 0x30 stands where a component", ""},
    /* RFC 9118 section 6: mustExclude needs the enhanced form */
    {OLD, "3009a20730051603666f6f", 2,
     "mustExclude [2] needs the extension EnhancedJWTClaimConstraints", ""},
    {NEW, "3012a20730051603666f6fa00730051603626172", 11, "the component [0] stands behind [2]",
     "mustExclude:foo"},
    {OLD, "3012a00730051603666f6fa00730051603626172", 11, "the component [0] stands behind [0]",
     "mustInclude:foo"},
    {OLD, "3009a00830051603666f6f", 3, "the length says 8 octets, but only 7 follow", ""},
    {OLD, "300ba00930051603666f6f0500", 11, "2 octets too many behind the component",
     "mustInclude:foo"},
    /* names */
    {OLD, "3006a00430021600", 6, "the name of a claim is empty", ""},
    {OLD, "300aa00830061601611601ff", 11, "octet 0xFF cannot stand in an IA5String",
     "mustInclude:a"},
    {OLD, "3007a00530030c0161", 6, "tag 0x0C stands where JWTClaimName as IA5String", ""},
    {OLD, "3003a00130", 5, "the length octet is missing", ""},
    /* values */
    {OLD, "3005a103160161", 4, "tag 0x16 stands where JWTClaimValuesList as SEQUENCE", ""},
    {OLD, "3007a1053003160161", 6, "tag 0x16 stands where JWTClaimValues as SEQUENCE", ""},
    {OLD, "3008a106300430021600", 8, "the name of a claim is empty", ""},
    {OLD, "300ba109300730051601613000", 13, "there is no permitted value, at least one is needed",
     ""},
    {OLD, "300ca10a300830061601610c0142", 11, "tag 0x0C stands where the permitted values", ""},
    {OLD, "3009a10730053003160161", 11, "the permitted values as SEQUENCE is missing", ""},
    {OLD, "300ea10c300a30081601613003160142", 13, "tag 0x16 stands where a permitted value", ""},
    {OLD, "3010a10e300c300a16016130030c01420500", 16, "2 octets too many behind the permitted", ""},
    /* UTF-8 (RFC 3629): no octet of its own, overlong, surrogate, too high, cut short */
    {OLD, "300ea10c300a300816016130030c01ff", 15, "octet 0xFF begins no character of UTF-8", ""},
    {OLD, "300ea10c300a300816016130030c0180", 15, "octet 0x80 begins no character", ""},
    {OLD, "300ea10c300a300816016130030c01f8", 15, "octet 0xF8 begins no character", ""},
    {OLD, "300fa10d300b300916016130040c02c080", 15, "octet 0xC0 begins no character", ""},
    {OLD, "300fa10d300b300916016130040c02c341", 15, "octet 0xC3 begins no character", ""},
    {OLD, "300fa10d300b300916016130040c02e282", 15, "octet 0xE2 begins no character", ""},
    {OLD, "3010a10e300c300a16016130050c03eda080", 15, "octet 0xED begins no character", ""},
    {OLD, "3010a10e300c300a16016130050c03e08080", 15, "octet 0xE0 begins no character", ""},
    {OLD, "3011a10f300d300b16016130060c04f4908080", 15, "octet 0xF4 begins no character", ""},
};

static void refuses_what_is_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        uint8_t der[128];
        size_t length = from_hex(bad[i].hex, der, sizeof(der));
        struct jwt_claim_constraints value;
        struct sti_error err;
        if (jwt_claim_constraints_decode(&value, bad[i].form, der, length, &err))
            fail_msg("%s was read", bad[i].hex);
        if (strstr(err.sentence, bad[i].sentence) == NULL || err.offset != bad[i].offset)
            fail_msg("%s: at %zu: %s", bad[i].hex, err.offset, err.sentence);
        assert_int_equal(err.code, STI_REFUSED);
        assert_non_null(err.clause);
        assert_string_equal(err.part, bad[i].form == OLD ? "JWTClaimConstraints"
                                                         : "EnhancedJWTClaimConstraints");
        assert_true(value.end <= length);
        char text[256];
        print(&value, text, sizeof(text));
        assert_string_equal(text, bad[i].before);
        jwt_claim_constraints_free(&value);
    }
}

/* Every cut of a good value is refused, and the reason is not wanted. */
static void refuses_every_cut(void **state)
{
    (void)state;
    uint8_t der[128];
    size_t length = from_hex(good[3].hex, der, sizeof(der));
    for (size_t cut = 0; cut < length; cut++) {
        struct jwt_claim_constraints value;
        assert_false(jwt_claim_constraints_decode(&value, NEW, der, cut, NULL));
        jwt_claim_constraints_free(&value);
    }
}

static void refuses_what_is_too_much(void **state)
{
    (void)state;
    uint8_t *der = calloc(1, JWT_CLAIM_MAX_OCTETS + 1);
    assert_non_null(der);
    struct jwt_claim_constraints value;
    struct sti_error err;
    assert_false(jwt_claim_constraints_decode(&value, NEW, der, JWT_CLAIM_MAX_OCTETS + 1, &err));
    assert_non_null(strstr(err.sentence, "there are 1048577 octets, the limit is 1048576"));
    jwt_claim_constraints_free(&value);
    /* 1025 names of one octet */
    size_t names = (JWT_CLAIM_MAX_CONSTRAINTS + 1) * 3;
    const uint8_t header[] = {0x30, 0x82, (uint8_t)((names + 8) >> 8), (uint8_t)(names + 8),
                              0xa0, 0x82, (uint8_t)((names + 4) >> 8), (uint8_t)(names + 4),
                              0x30, 0x82, (uint8_t)(names >> 8),       (uint8_t)names};
    memcpy(der, header, sizeof(header));
    for (size_t i = 0; i < names; i += 3)
        memcpy(der + sizeof(header) + i,
               "\x16\x01"
               "a",
               3);
    assert_false(jwt_claim_constraints_decode(&value, NEW, der, sizeof(header) + names, &err));
    assert_non_null(strstr(err.sentence, "there are more than 1024 elements"));
    assert_int_equal(value.count, JWT_CLAIM_MAX_CONSTRAINTS);
    jwt_claim_constraints_free(&value);
    free(der);
}

struct rule {
    const char *hex;
    size_t index;
    bool forbidden;
    const char *sentence;
    const char *clause;
};

static const struct rule rules[] = {
    /* RFC 9118 section 3: iat, orig and dest MUST NOT be in mustExclude */
    {"3009a20730051603696174", 0, true, "every PASSporT has it; verifiers take the certificate as",
     "RFC 9118 section 3"},
    {"300aa208300616046f726967", 0, true, "every PASSporT has it; verifiers", "RFC 9118 section 3"},
    {"300aa2083006160464657374", 0, true, "every PASSporT has it; verifiers", "RFC 9118 section 3"},
    /* RFC 9118 section 8: included and excluded */
    {"3012a00730051603666f6fa20730051603666f6f", 1, true, "the claim is in mustInclude as well",
     "RFC 9118 section 8"},
    /* permitted twice */
    {"301aa1183016300916016130040c024230300916016130040c024230", 1, true,
     "the claim has permitted values already", NULL},
    /* RFC 8226 section 8: iat, orig and dest SHOULD NOT be in mustInclude */
    {"3009a00730051603696174", 0, false, "every PASSporT has it, so it should not be listed",
     "RFC 8226 section 8"},
};

static void asks_the_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
        uint8_t der[128];
        size_t length = from_hex(rules[i].hex, der, sizeof(der));
        struct jwt_claim_constraints value;
        struct sti_error err;
        if (!jwt_claim_constraints_decode(&value, NEW, der, length, &err))
            fail_msg("%s: at %zu %s", rules[i].hex, err.offset, err.sentence);
        for (size_t k = 0; k < value.count; k++) {
            struct jwt_claim_flaw flaw = jwt_claim_constraint_flaw(&value, k);
            assert_true((flaw.sentence != NULL) == (k == rules[i].index));
        }
        struct jwt_claim_flaw flaw = jwt_claim_constraint_flaw(&value, rules[i].index);
        assert_non_null(strstr(flaw.sentence, rules[i].sentence));
        assert_true(flaw.forbidden == rules[i].forbidden);
        assert_true(jwt_claim_constraints_check(&value, &err) == !rules[i].forbidden);
        if (rules[i].forbidden) {
            assert_non_null(strstr(err.sentence, rules[i].sentence));
            assert_string_equal(err.part, "EnhancedJWTClaimConstraints");
            assert_true(rules[i].clause == NULL || strcmp(err.clause, rules[i].clause) == 0);
        }
        jwt_claim_constraints_free(&value);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_is_good), cmocka_unit_test(refuses_what_is_bad),
        cmocka_unit_test(refuses_every_cut),  cmocka_unit_test(refuses_what_is_too_much),
        cmocka_unit_test(asks_the_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
