/* SPDX-License-Identifier: Apache-2.0 */
/* What a token tells of its keys: the list, one key's attributes, and whether each is good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "test_hsm_odd_key.h"
#include "test_hsm_world.h"

static void generate(struct hsm *hsm, const char *path, enum hsm_curve curve)
{
    struct hsm_uri *uri = world_uri(path, NULL);
    assert_true(hsm_key_generate_on(hsm, uri, curve, NULL));
    hsm_uri_free(uri);
}

static void an_empty_token_has_no_keys(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    struct hsm_key_facts *keys = NULL;
    size_t count = 1;
    assert_true(hsm_key_list(hsm, &keys, &count, NULL));
    assert_int_equal(count, 0);
    hsm_key_list_free(keys, count);
    hsm_close(hsm);
}

static void make_secret_key(struct hsm *hsm, const char *label)
{
    CK_BBOOL yes = CK_TRUE;
    CK_ULONG length = 16;
    CK_ATTRIBUTE attributes[] = {{CKA_TOKEN, &yes, sizeof(yes)},
                                 {CKA_PRIVATE, &yes, sizeof(yes)},
                                 {CKA_VALUE_LEN, &length, sizeof(length)},
                                 {CKA_LABEL, (void *)label, strlen(label)}};
    CK_MECHANISM mechanism = {CKM_AES_KEY_GEN, NULL, 0};
    CK_OBJECT_HANDLE key = 0;
    assert_int_equal(world_list->C_GenerateKey(hsm->session, &mechanism, attributes, 4, &key),
                     CKR_OK);
}

static void destroy(struct hsm *hsm, CK_OBJECT_CLASS class, const char *label)
{
    const struct hsm_query query = {.class = class, .label = label};
    CK_OBJECT_HANDLE object = 0;
    unsigned count = 0;
    assert_true(hsm_find(hsm, &query, &object, &count, NULL));
    assert_int_equal(count, 1);
    assert_int_equal(world_list->C_DestroyObject(hsm->session, object), CKR_OK);
}

/* One key of every kind that a token may hold. */
static void fill(struct hsm *hsm)
{
    static const unsigned char p521[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23};
    static const unsigned char p224[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x21};
    generate(hsm, "main;object=good;id=%01%02", HSM_CURVE_P256);
    generate(hsm, "main;object=large;id=%03", HSM_CURVE_P384);
    struct odd_key key = good_key;
    key.label = "extractable";
    key.id = 4;
    key.extractable = CK_TRUE;
    odd_key_make(hsm, key);
    key = good_key;
    key.label = "huge";
    key.id = 5;
    key.curve = p521;
    key.curve_length = sizeof(p521);
    odd_key_make(hsm, key);
    key.label = "tiny";
    key.id = 6;
    key.curve = p224;
    key.curve_length = sizeof(p224);
    odd_key_make(hsm, key);
    key = good_key;
    key.label = "rsa";
    key.id = 7;
    key.mechanism = CKM_RSA_PKCS_KEY_PAIR_GEN;
    key.curve = NULL;
    odd_key_make(hsm, key);
    good_key_make(hsm, "half", 8);
    destroy(hsm, CKO_PRIVATE_KEY, "half");
    good_key_make(hsm, "lonely", 9);
    destroy(hsm, CKO_PUBLIC_KEY, "lonely");
    make_secret_key(hsm, "secret");
}

static const struct expected {
    const char *label;
    const char *class;
    const char *type;
    const char *reason; /* NULL: good */
} expected[] = {
    {"extractable", "private", "EC P-256", "its CKA_EXTRACTABLE is true and must be false"},
    {"good", "private", "EC P-256", NULL},
    {"huge", "private", "EC secp521r1", "is not an EC key on P-256 or P-384"},
    {"large", "private", "EC P-384", NULL},
    {"lonely", "private", "EC P-256", "token 'main' has no public key 'lonely' (id 09)"},
    {"rsa", "private", "RSA 1024", "is not an EC key on P-256 or P-384"},
    {"tiny", "private", "EC secp224r1", "is not an EC key on P-256 or P-384"},
    {"half", "public", "EC P-256",
     "the key 'half' (id 08) on token 'main' has no private part: it was destroyed, or is "
     "elsewhere; name another key"},
    {"secret", "secret", "AES",
     "the key 'secret' on token 'main' is a secret key and signs nothing here; name another key"},
};
#define EXPECTED (sizeof(expected) / sizeof(expected[0]))

static void every_key_is_listed_with_its_verdict(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    fill(hsm);
    struct hsm_key_facts *keys = NULL;
    size_t count = 0;
    assert_true(hsm_key_list(hsm, &keys, &count, NULL));
    for (size_t i = 0; i < count && i < EXPECTED; i++) {
        assert_string_equal(keys[i].label, expected[i].label);
        assert_string_equal(keys[i].class, expected[i].class);
        assert_string_equal(keys[i].type, expected[i].type);
        assert_int_equal(keys[i].good, expected[i].reason == NULL);
        if (expected[i].reason != NULL)
            world_check(&keys[i].reason, STI_ENVIRONMENT, expected[i].reason);
    }
    assert_int_equal(count, EXPECTED);
    assert_int_equal(keys[1].id_length, 2);
    assert_memory_equal(keys[1].id, "\x01\x02", 2);
    assert_int_equal(keys[1].fact_count, 13);
    assert_int_equal(EVP_PKEY_get_bits(keys[3].public_key), 384);
    assert_null(keys[4].public_key);
    hsm_key_list_free(keys, count);
    hsm_close(hsm);
}

static void a_key_without_a_name_is_listed(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    good_key_make(hsm, "nameless", 0x7e);
    const CK_OBJECT_CLASS classes[] = {CKO_PRIVATE_KEY, CKO_PUBLIC_KEY};
    for (size_t i = 0; i < 2; i++) {
        const struct hsm_query query = {.class = classes[i], .label = "nameless"};
        CK_OBJECT_HANDLE object = 0;
        unsigned count = 0;
        assert_true(hsm_find(hsm, &query, &object, &count, NULL));
        CK_ATTRIBUTE empty[] = {{CKA_LABEL, NULL, 0}, {CKA_ID, NULL, 0}};
        assert_int_equal(world_list->C_SetAttributeValue(hsm->session, object, empty, 2), CKR_OK);
    }
    struct hsm_key_facts *keys = NULL;
    size_t count = 0;
    assert_true(hsm_key_list(hsm, &keys, &count, NULL));
    assert_int_equal(count, EXPECTED + 1);
    assert_null(keys[0].label);
    assert_int_equal(keys[0].id_length, 0);
    assert_false(keys[0].good);
    world_check(&keys[0].reason, STI_ENVIRONMENT,
                "a key on token 'main' has neither a label nor an id, so no URI names it; give it "
                "one with the device's own tool");
    hsm_key_list_free(keys, count);
    hsm_close(hsm);
}

static struct hsm_key_facts *show(struct hsm *hsm, const char *path)
{
    struct hsm_uri *uri = world_uri(path, NULL);
    struct hsm_key_facts *facts = hsm_key_show(hsm, uri, NULL);
    assert_non_null(facts);
    hsm_uri_free(uri);
    return facts;
}

static const struct hsm_fact *fact(const struct hsm_key_facts *facts, const char *name)
{
    for (size_t i = 0; i < facts->fact_count; i++) {
        if (strcmp(facts->facts[i].name, name) == 0)
            return &facts->facts[i];
    }
    fail_msg("no %s", name);
    return NULL;
}

static void the_attributes_of_a_good_key_are_shown(void **state)
{
    (void)state;
    static const char *const true_ones[] = {"CKA_TOKEN",
                                            "CKA_PRIVATE",
                                            "CKA_SENSITIVE",
                                            "CKA_ALWAYS_SENSITIVE",
                                            "CKA_NEVER_EXTRACTABLE",
                                            "CKA_LOCAL",
                                            "CKA_SIGN"};
    static const char *const false_ones[] = {"CKA_EXTRACTABLE",  "CKA_DERIVE",
                                             "CKA_DECRYPT",      "CKA_UNWRAP",
                                             "CKA_SIGN_RECOVER", "CKA_ALWAYS_AUTHENTICATE"};
    struct hsm *hsm = world_open();
    struct hsm_key_facts *facts = show(hsm, "main;object=good");
    assert_int_equal(facts->fact_count, 13);
    for (size_t i = 0; i < 7; i++) {
        assert_string_equal(fact(facts, true_ones[i])->value, "true");
        assert_true(fact(facts, true_ones[i])->wanted);
        assert_true(fact(facts, true_ones[i])->good);
    }
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(fact(facts, false_ones[i])->value, "false");
        assert_false(fact(facts, false_ones[i])->wanted);
        assert_true(fact(facts, false_ones[i])->good);
    }
    hsm_key_facts_free(facts);
    facts = show(hsm, "main;id=%04");
    assert_string_equal(facts->label, "extractable");
    assert_string_equal(fact(facts, "CKA_EXTRACTABLE")->value, "true");
    assert_false(fact(facts, "CKA_EXTRACTABLE")->good);
    assert_false(fact(facts, "CKA_NEVER_EXTRACTABLE")->good);
    hsm_key_facts_free(facts);
    hsm_key_facts_free(NULL);
    hsm_close(hsm);
}

static CK_ATTRIBUTE_TYPE hidden;
static CK_RV hidden_as;

static CK_RV hiding_get(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object,
                        CK_ATTRIBUTE *attributes, CK_ULONG count)
{
    if (count == 1 && attributes[0].type == hidden)
        return hidden_as;
    return world_original.C_GetAttributeValue(session, object, attributes, count);
}

static void attributes_that_cannot_be_read_are_shown_so(void **state)
{
    (void)state;
    static const struct {
        CK_ATTRIBUTE_TYPE type;
        const char *name;
        CK_RV rv;
        const char *value;
        bool good;
    } cases[] = {
        {CKA_UNWRAP, "CKA_UNWRAP", CKR_ATTRIBUTE_TYPE_INVALID, "absent", true},
        {CKA_LOCAL, "CKA_LOCAL", CKR_ATTRIBUTE_TYPE_INVALID, "absent", false},
        {CKA_UNWRAP, "CKA_UNWRAP", CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR (0x30)", false},
    };
    struct hsm *hsm = world_open();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        hidden = cases[i].type;
        hidden_as = cases[i].rv;
        world_list->C_GetAttributeValue = hiding_get;
        struct hsm_key_facts *facts = show(hsm, "main;object=good");
        assert_string_equal(fact(facts, cases[i].name)->value, cases[i].value);
        assert_int_equal(fact(facts, cases[i].name)->good, cases[i].good);
        /* The list's verdict and the attributes' are one. */
        assert_int_equal(facts->good, cases[i].good);
        hsm_key_facts_free(facts);
    }
    hsm_close(hsm);
}

static void a_key_that_is_not_there_is_not_shown(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    struct sti_error err;
    struct hsm_uri *uri = world_uri("main;object=half", NULL);
    assert_null(hsm_key_show(hsm, uri, &err));
    world_check(&err, STI_ENVIRONMENT, "token 'main' has no private key 'half'");
    hsm_uri_free(uri);
    hsm_close(hsm);
}

static void the_versions_of_the_token_are_told(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    struct hsm_token_info info;
    hsm_token_info(hsm, &info);
    assert_string_equal(info.firmware, "2.6");
    assert_string_equal(info.hardware, "2.6");
    hsm_close(hsm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_empty_token_has_no_keys),
        TEST(every_key_is_listed_with_its_verdict),
        TEST(a_key_without_a_name_is_listed),
        TEST(the_attributes_of_a_good_key_are_shown),
        TEST(attributes_that_cannot_be_read_are_shown_so),
        TEST(a_key_that_is_not_there_is_not_shown),
        TEST(the_versions_of_the_token_are_told),
    };
    return cmocka_run_group_tests(tests, world_make, world_remove);
}
