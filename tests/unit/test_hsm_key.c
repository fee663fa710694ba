/* SPDX-License-Identifier: Apache-2.0 */
/* Keys in a token: made, found, judged; and a device that does not do as it was told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>

#include "test_hsm_odd_key.h"
#include "test_hsm_world.h"

static void generate(struct hsm *hsm, const char *path)
{
    struct sti_error err;
    sti_error_clear(&err);
    struct hsm_uri *uri = world_uri(path, NULL);
    bool made = hsm_key_generate(hsm, uri, &err);
    if (!made)
        print_error("%s\n", err.sentence);
    assert_true(made);
    hsm_uri_free(uri);
}

static void refuse_generate(struct hsm *hsm, const char *path, enum sti_code code,
                            const char *sentence)
{
    struct sti_error err;
    sti_error_clear(&err);
    struct hsm_uri *uri = world_uri(path, NULL);
    assert_false(hsm_key_generate(hsm, uri, &err));
    world_check(&err, code, sentence);
    hsm_uri_free(uri);
}

static EVP_PKEY *open_key(struct hsm *hsm, const char *path)
{
    struct sti_error err;
    sti_error_clear(&err);
    struct hsm_uri *uri = world_uri(path, NULL);
    EVP_PKEY *pkey = hsm_key_open(hsm, uri, &err);
    if (pkey == NULL)
        print_error("%s\n", err.sentence);
    assert_non_null(pkey);
    hsm_uri_free(uri);
    return pkey;
}

static EVP_PKEY *open_public(struct hsm *hsm, const char *path)
{
    struct hsm_uri *uri = world_uri(path, NULL);
    EVP_PKEY *pkey = hsm_key_public(hsm, uri, NULL);
    assert_non_null(pkey);
    hsm_uri_free(uri);
    return pkey;
}

static void refuse_key(struct hsm *hsm, const char *path, const char *sentence)
{
    struct sti_error err;
    sti_error_clear(&err);
    struct hsm_uri *uri = world_uri(path, NULL);
    assert_null(hsm_key_open(hsm, uri, &err));
    world_check(&err, STI_ENVIRONMENT, sentence);
    hsm_uri_free(uri);
}

static unsigned count_keys(struct hsm *hsm, CK_OBJECT_CLASS class, const char *label)
{
    const struct hsm_query query = {.class = class, .label = label};
    CK_OBJECT_HANDLE object = 0;
    unsigned count = 0;
    assert_true(hsm_find(hsm, &query, &object, &count, NULL));
    return count;
}

static void sign_and_verify(EVP_PKEY *private_key, EVP_PKEY *public_key)
{
    static const unsigned char text[] = "text";
    unsigned char signature[128];
    size_t length = sizeof(signature);
    EVP_MD_CTX *sign = EVP_MD_CTX_new();
    EVP_MD_CTX *verify = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit(sign, NULL, EVP_sha256(), NULL, private_key), 1);
    assert_int_equal(EVP_DigestSign(sign, signature, &length, text, sizeof(text)), 1);
    assert_int_equal(EVP_DigestVerifyInit(verify, NULL, EVP_sha256(), NULL, public_key), 1);
    assert_int_equal(EVP_DigestVerify(verify, signature, length, text, sizeof(text)), 1);
    EVP_MD_CTX_free(sign);
    EVP_MD_CTX_free(verify);
}

/* ---- keys that are as they should be ---- */

static void a_key_is_made_and_signs(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    generate(hsm, "main;object=first;id=%01");
    static const char *const names[] = {"main;object=first", "main;id=%01",
                                        "main;object=first;id=%01;type=private"};
    for (size_t i = 0; i < 3; i++) {
        EVP_PKEY *private_key = open_key(hsm, names[i]);
        EVP_PKEY *public_key = open_public(hsm, names[i]);
        sign_and_verify(private_key, public_key);
        EVP_PKEY_free(private_key);
        EVP_PKEY_free(public_key);
    }
    hsm_close(hsm);

    /* The key outlives the session, and several keys can be open at a time. */
    hsm = world_open();
    generate(hsm, "main;object=second;id=%02");
    EVP_PKEY *first = open_key(hsm, "main;object=first");
    EVP_PKEY *second = open_key(hsm, "main;object=second");
    EVP_PKEY *first_public = open_public(hsm, "main;object=first");
    EVP_PKEY *second_public = open_public(hsm, "main;object=second");
    sign_and_verify(first, first_public);
    sign_and_verify(second, second_public);
    sign_and_verify(first, first_public);
    EVP_PKEY_free(first);
    EVP_PKEY_free(second);
    EVP_PKEY_free(first_public);
    EVP_PKEY_free(second_public);
    hsm_close(hsm);
}

/* The same attributes and the same proof, with the digest of the curve's strength. */
static void a_key_on_p384_is_made_and_signs(void **state)
{
    (void)state;
    enum hsm_curve curve = HSM_CURVE_P256;
    assert_true(hsm_curve_of_name("P-384", &curve));
    assert_int_equal(curve, HSM_CURVE_P384);
    assert_false(hsm_curve_of_name("p-384", &curve));
    assert_string_equal(hsm_curve_name(HSM_CURVE_P256), "P-256");
    struct hsm *hsm = world_open();
    struct sti_error err;
    struct hsm_uri *uri = world_uri("main;object=large;id=%04", NULL);
    assert_true(hsm_key_generate_on(hsm, uri, HSM_CURVE_P384, &err));
    assert_false(hsm_key_generate_on(hsm, uri, HSM_CURVE_P384, &err));
    hsm_uri_free(uri);
    EVP_PKEY *private_key = open_key(hsm, "main;object=large");
    EVP_PKEY *public_key = open_public(hsm, "main;id=%04");
    char group[32] = "";
    assert_int_equal(EVP_PKEY_get_group_name(public_key, group, sizeof(group), &(size_t){0}), 1);
    assert_string_equal(group, "secp384r1");
    assert_int_equal(EVP_PKEY_get_bits(private_key), 384);
    sign_and_verify(private_key, public_key);
    EVP_PKEY_free(private_key);
    EVP_PKEY_free(public_key);
    hsm_close(hsm);
}

static void a_certificate_can_be_signed(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    generate(hsm, "main;object=cert;id=%03");
    EVP_PKEY *private_key = open_key(hsm, "main;object=cert");
    EVP_PKEY *public_key = open_public(hsm, "main;object=cert");
    X509 *x509 = X509_new();
    X509_NAME *name = X509_NAME_new();
    assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                                (const unsigned char *)"test", -1, -1, 0),
                     1);
    assert_int_equal(X509_set_version(x509, X509_VERSION_3), 1);
    assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(x509), 1), 1);
    assert_int_equal(X509_set_subject_name(x509, name), 1);
    assert_int_equal(X509_set_issuer_name(x509, name), 1);
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x509), 0));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x509), 3600));
    assert_int_equal(X509_set_pubkey(x509, private_key), 1);
    assert_true(X509_sign(x509, private_key, EVP_sha256()) > 0);
    assert_int_equal(X509_verify(x509, public_key), 1);
    X509_NAME_free(name);
    X509_free(x509);
    EVP_PKEY_free(private_key);
    EVP_PKEY_free(public_key);
    hsm_close(hsm);
}

/* ---- keys that are not ---- */

static void names_in_use_are_refused(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    generate(hsm, "main;object=used;id=%10");
    refuse_generate(hsm, "main;object=used;id=%11", STI_ENVIRONMENT,
                    "no key 'used' (id 11) was made: the label is already in use by a private key "
                    "on token 'main'; choose another one");
    refuse_generate(hsm, "main;object=fresh;id=%10", STI_ENVIRONMENT,
                    "no key 'fresh' (id 10) was made: the id is already in use by a private key on "
                    "token 'main'; choose another one");
    refuse_generate(hsm, "main;object=fresh", STI_USAGE,
                    "a new key needs a label and an id; give both object= and id= in the URI");
    assert_int_equal(count_keys(hsm, CKO_PRIVATE_KEY, "used"), 1);
    assert_int_equal(count_keys(hsm, CKO_PUBLIC_KEY, "fresh"), 0);

    /* A public key alone holds its names, too. */
    const struct hsm_query query = {.class = CKO_PRIVATE_KEY, .label = "used"};
    CK_OBJECT_HANDLE object = 0;
    unsigned count = 0;
    assert_true(hsm_find(hsm, &query, &object, &count, NULL));
    assert_int_equal(hsm->p11->C_DestroyObject(hsm->session, object), CKR_OK);
    refuse_generate(hsm, "main;object=used;id=%11", STI_ENVIRONMENT,
                    "the label is already in use by a public key");
    hsm_close(hsm);
}

static void absent_keys_are_refused(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    refuse_key(hsm, "main;object=nobody",
               "token 'main' has no private key 'nobody'; correct the URI, or make a key with: "
               "sti-ca key generate");
    refuse_key(hsm, "main;id=%01%fe", "token 'main' has no private key with id 01fe;");
    struct hsm_uri *uri = world_uri("main;object=nobody;id=%01", NULL);
    struct sti_error err;
    assert_null(hsm_key_public(hsm, uri, &err));
    world_check(&err, STI_ENVIRONMENT, "token 'main' has no public key 'nobody' (id 01);");
    hsm_uri_free(uri);
    hsm_close(hsm);
}

static void uris_of_another_token_are_refused(void **state)
{
    (void)state;
    static const char sentence[] = "the key 'stray' (id 70) is on token 'twin', but the token that "
                                   "is open is 'main'; open the right one";
    struct hsm *hsm = world_open();
    refuse_generate(hsm, "twin;object=stray;id=%70", STI_USAGE, sentence);
    struct hsm_uri *uri = world_uri("twin;object=stray;id=%70", NULL);
    struct sti_error err;
    assert_null(hsm_key_open(hsm, uri, &err));
    world_check(&err, STI_USAGE, sentence);
    assert_null(hsm_key_public(hsm, uri, &err));
    world_check(&err, STI_USAGE, sentence);
    hsm_uri_free(uri);
    hsm_close(hsm);
}

/* Label, manufacturer, model, serial and slot must all be those of the open token. */
static void uris_of_a_token_of_the_same_label_are_refused(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    refuse_generate(hsm, "main;object=stray;id=%71;serial=0", STI_USAGE,
                    "the key 'stray' (id 71) is on another token 'main' than the one that is open, "
                    "which has serial ");
    refuse_generate(hsm, "main;object=stray;id=%71;slot-id=1", STI_USAGE, "is on another token");
    hsm_close(hsm);
}

static void a_uri_without_a_key_selects_none(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    struct sti_error err;
    struct hsm_uri *uri =
        hsm_uri_parse_token("pkcs11:token=main?module-path=" WORLD_MODULE, NULL, &err);
    assert_null(hsm_key_open(hsm, uri, &err));
    world_check(&err, STI_USAGE, "no key is named; name one with object= or id= in the URI");
    hsm_uri_free(uri);
    hsm_close(hsm);
}

static void ambiguous_keys_are_refused(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    good_key_make(hsm, "double", 0x20);
    good_key_make(hsm, "double", 0x21);
    refuse_key(
        hsm, "main;object=double",
        "token 'main' has more than one private key 'double': 'double' (id 20), 'double' (id "
        "21); name one of them with both object= and id=");
    struct sti_error err;
    struct hsm_uri *uri = world_uri("main;object=double", NULL);
    assert_null(hsm_key_public(hsm, uri, &err));
    world_check(&err, STI_ENVIRONMENT, "more than one public key 'double': 'double' (id 20), ");
    hsm_uri_free(uri);

    good_key_make(hsm, "left twin", 0x22);
    good_key_make(hsm, "right twin", 0x22);
    refuse_key(hsm, "main;id=%22",
               "token 'main' has more than one private key with id 22: 'left twin' (id 22), 'right "
               "twin' (id 22); name one of them with both object= and id=");
    good_key_make(hsm, "left twin", 0x22);
    refuse_key(hsm, "main;object=left%20twin;id=%22",
               "token 'main' has more than one private key 'left twin' (id 22): 'left twin' (id "
               "22), 'left twin' (id 22); they cannot be told apart; rename or remove all but one "
               "with the device's own tool");
    /* No more than there is room for. */
    for (int i = 0; i < 7; i++) {
        char label[70];
        snprintf(label, sizeof(label), "one of very many keys of a customer, number %02d", i);
        good_key_make(hsm, label, 0x23);
    }
    refuse_key(hsm, "main;id=%23", "(id 23), ...; name one of them with both object= and id=");
    EVP_PKEY *pkey = open_key(hsm, "main;object=double;id=%21");
    EVP_PKEY *public_key = open_public(hsm, "main;object=double;id=%21");
    sign_and_verify(pkey, public_key);
    EVP_PKEY_free(pkey);
    EVP_PKEY_free(public_key);
    hsm_close(hsm);
}

static void unsafe_keys_are_refused(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    struct odd_key key = good_key;
    key.label = "extractable";
    key.id = 0x30;
    key.extractable = CK_TRUE;
    odd_key_make(hsm, key);
    refuse_key(hsm, "main;object=extractable",
               "the key 'extractable' on token 'main' is refused: its CKA_EXTRACTABLE is true and "
               "must be false; use a key made with: sti-ca key generate");
    key = good_key;
    key.label = "derives";
    key.id = 0x31;
    key.derive = CK_TRUE;
    odd_key_make(hsm, key);
    refuse_key(hsm, "main;object=derives", "its CKA_DERIVE is true and must be false");
    key = good_key;
    key.label = "plain";
    key.id = 0x32;
    key.sensitive = CK_FALSE;
    odd_key_make(hsm, key);
    refuse_key(hsm, "main;object=plain", "its CKA_SENSITIVE is false and must be true");
    key = good_key;
    key.label = "mute";
    key.id = 0x33;
    key.sign = CK_FALSE;
    odd_key_make(hsm, key);
    refuse_key(hsm, "main;id=%33",
               "the key with id 33 on token 'main' is refused: its CKA_SIGN is "
               "false and must be true");
    hsm_close(hsm);
}

static void other_kinds_of_keys_are_refused(void **state)
{
    (void)state;
    static const unsigned char p521[] = {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23};
    struct hsm *hsm = world_open();
    struct odd_key key = good_key;
    key.label = "rsa";
    key.id = 0x38;
    key.mechanism = CKM_RSA_PKCS_KEY_PAIR_GEN;
    key.curve = NULL;
    odd_key_make(hsm, key);
    refuse_key(
        hsm, "main;object=rsa",
        "the key 'rsa' on token 'main' is not an EC key on P-256 or P-384; use a key made with: "
        "sti-ca key generate");
    key = good_key;
    key.label = "p521";
    key.id = 0x39;
    key.curve = p521;
    key.curve_length = sizeof(p521);
    odd_key_make(hsm, key);
    refuse_key(hsm, "main;object=p521",
               "the key 'p521' on token 'main' is not an EC key on P-256 or P-384");
    hsm_close(hsm);
}

static void relabel(struct hsm *hsm, CK_OBJECT_HANDLE object, const char *label)
{
    CK_ATTRIBUTE attribute = {CKA_LABEL, (void *)label, strlen(label)};
    assert_int_equal(world_list->C_SetAttributeValue(hsm->session, object, &attribute, 1), CKR_OK);
}

static void pairs_that_do_not_match_are_refused(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    CK_OBJECT_HANDLE left = good_key_make(hsm, "left", 0x40);
    CK_OBJECT_HANDLE right = good_key_make(hsm, "right", 0x41);
    relabel(hsm, left, "somewhere");
    relabel(hsm, right, "left");
    refuse_key(hsm, "main;object=left",
               "the private and the public key 'left' on token 'main' are not one pair");
    assert_int_equal(world_list->C_DestroyObject(hsm->session, right), CKR_OK);
    refuse_key(hsm, "main;object=left", "token 'main' has no public key 'left'");
    hsm_close(hsm);
}

/* ---- a device that does not do as it was told ---- */

static CK_ATTRIBUTE_TYPE lie_about;
static CK_RV lie_result;
static unsigned char lie_value[80];
static CK_ULONG lie_length;

static CK_RV lying_get(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *attributes,
                       CK_ULONG count)
{
    CK_RV rv = world_original.C_GetAttributeValue(session, object, attributes, count);
    if (count != 1 || attributes[0].type != lie_about || attributes[0].pValue == NULL)
        return rv;
    if (lie_result == CKR_OK) {
        memcpy(attributes[0].pValue, lie_value, lie_length);
        attributes[0].ulValueLen = lie_length;
    }
    return lie_result;
}

static void lie(CK_ATTRIBUTE_TYPE type, CK_RV result, unsigned char value)
{
    lie_about = type;
    lie_result = result;
    lie_value[0] = value;
    lie_length = 1;
    world_list->C_GetAttributeValue = lying_get;
}

static void a_new_key_that_is_not_as_asked_is_destroyed(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    static const struct {
        CK_ATTRIBUTE_TYPE type;
        CK_RV result;
        CK_BBOOL value;
        const char *sentence;
    } lies[] = {
        {CKA_EXTRACTABLE, CKR_OK, CK_TRUE, "its CKA_EXTRACTABLE is true and must be false"},
        {CKA_SENSITIVE, CKR_OK, CK_FALSE, "its CKA_SENSITIVE is false and must be true"},
        {CKA_ALWAYS_SENSITIVE, CKR_OK, CK_FALSE, "its CKA_ALWAYS_SENSITIVE is false"},
        {CKA_NEVER_EXTRACTABLE, CKR_OK, CK_FALSE, "its CKA_NEVER_EXTRACTABLE is false"},
        {CKA_LOCAL, CKR_OK, CK_FALSE, "its CKA_LOCAL is false and must be true"},
        {CKA_PRIVATE, CKR_OK, CK_FALSE, "its CKA_PRIVATE is false and must be true"},
        {CKA_TOKEN, CKR_OK, CK_FALSE, "its CKA_TOKEN is false and must be true"},
        {CKA_SIGN, CKR_OK, CK_FALSE, "its CKA_SIGN is false and must be true"},
        {CKA_SIGN_RECOVER, CKR_OK, CK_TRUE, "its CKA_SIGN_RECOVER is true and must be false"},
        {CKA_DERIVE, CKR_OK, CK_TRUE, "its CKA_DERIVE is true and must be false"},
        {CKA_DECRYPT, CKR_OK, CK_TRUE, "its CKA_DECRYPT is true and must be false"},
        {CKA_UNWRAP, CKR_OK, CK_TRUE, "its CKA_UNWRAP is true and must be false"},
        {CKA_ALWAYS_AUTHENTICATE, CKR_OK, CK_TRUE, "its CKA_ALWAYS_AUTHENTICATE is true"},
        {CKA_LOCAL, CKR_ATTRIBUTE_TYPE_INVALID, 0,
         "its CKA_LOCAL cannot be read: CKR_ATTRIBUTE_TYPE_INVALID (0x12)"},
        {CKA_DERIVE, CKR_DEVICE_ERROR, 0, "its CKA_DERIVE cannot be read: CKR_DEVICE_ERROR (0x30)"},
        {CKA_EC_PARAMS, CKR_OK, 0, "is not an EC key on P-256 or P-384"},
        {CKA_EC_POINT, CKR_OK, 4, "is not a point of P-256"},
    };
    for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
        lie(lies[i].type, lies[i].result, lies[i].value);
        refuse_generate(hsm, "main;object=liar;id=%50", STI_ENVIRONMENT,
                        "the new key was destroyed: the ");
        refuse_generate(hsm, "main;object=liar;id=%50", STI_ENVIRONMENT, lies[i].sentence);
        assert_int_equal(count_keys(hsm, CKO_PRIVATE_KEY, "liar"), 0);
        assert_int_equal(count_keys(hsm, CKO_PUBLIC_KEY, "liar"), 0);
    }
    hsm_close(hsm);
}

static void uses_a_token_does_not_know_are_no_fault(void **state)
{
    (void)state;
    static const CK_ATTRIBUTE_TYPE types[] = {CKA_DERIVE, CKA_DECRYPT, CKA_UNWRAP, CKA_SIGN_RECOVER,
                                              CKA_ALWAYS_AUTHENTICATE};
    struct hsm *hsm = world_open();
    generate(hsm, "main;object=few;id=%51");
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        lie(types[i], CKR_ATTRIBUTE_TYPE_INVALID, 0);
        EVP_PKEY_free(open_key(hsm, "main;object=few"));
    }
    hsm_close(hsm);
}

static void a_bare_point_is_read(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    generate(hsm, "main;object=bare;id=%52");
    EVP_PKEY *wrapped = open_public(hsm, "main;object=bare");
    lie_length =
        EVP_PKEY_get_octet_string_param(wrapped, "pub", lie_value, sizeof(lie_value), &(size_t){0})
            ? 65
            : 0;
    assert_int_equal(lie_length, 65);
    lie_about = CKA_EC_POINT;
    lie_result = CKR_OK;
    world_list->C_GetAttributeValue = lying_get;
    EVP_PKEY *bare = open_public(hsm, "main;object=bare");
    assert_int_equal(EVP_PKEY_eq(wrapped, bare), 1);
    /* Not on the curve. */
    lie_value[64] ^= 1;
    struct hsm_uri *uri = world_uri("main;object=bare", NULL);
    struct sti_error err;
    assert_null(hsm_key_public(hsm, uri, &err));
    world_check(&err, STI_ENVIRONMENT,
                "the public key 'bare' on token 'main' is not a point of P-256");
    hsm_uri_free(uri);
    EVP_PKEY_free(wrapped);
    EVP_PKEY_free(bare);
    hsm_close(hsm);
}

/* A device that makes the key on another curve than the one asked for. */
static CK_RV other_curve(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_ATTRIBUTE *public_t,
                         CK_ULONG public_count, CK_ATTRIBUTE *private_t, CK_ULONG private_count,
                         CK_OBJECT_HANDLE *public_key, CK_OBJECT_HANDLE *private_key)
{
    for (CK_ULONG i = 0; i < public_count; i++) {
        if (public_t[i].type == CKA_EC_PARAMS)
            public_t[i] = (CK_ATTRIBUTE){CKA_EC_PARAMS, (void *)hsm_p256, HSM_P256_LENGTH};
    }
    return world_original.C_GenerateKeyPair(session, mechanism, public_t, public_count, private_t,
                                            private_count, public_key, private_key);
}

static void a_new_key_on_another_curve_is_destroyed(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    struct sti_error err;
    struct hsm_uri *uri = world_uri("main;object=small;id=%55", NULL);
    world_list->C_GenerateKeyPair = other_curve;
    assert_false(hsm_key_generate_on(hsm, uri, HSM_CURVE_P384, &err));
    world_check(&err, STI_ENVIRONMENT,
                "the new key was destroyed: the new key 'small' (id 55) on token 'main' is not on "
                "P-384, as was asked for");
    assert_int_equal(count_keys(hsm, CKO_PRIVATE_KEY, "small"), 0);
    assert_int_equal(count_keys(hsm, CKO_PUBLIC_KEY, "small"), 0);
    hsm_uri_free(uri);
    hsm_close(hsm);
}

static CK_RV wrong_sign(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG length,
                        unsigned char *signature, CK_ULONG *signature_length)
{
    CK_RV rv = world_original.C_Sign(session, data, length, signature, signature_length);
    if (rv == CKR_OK)
        signature[10] ^= 1;
    return rv;
}

static CK_RV no_sign(CK_SESSION_HANDLE session, unsigned char *data, CK_ULONG length,
                     unsigned char *signature, CK_ULONG *signature_length)
{
    world_original.C_Sign(session, data, length, signature, signature_length);
    return CKR_DEVICE_ERROR;
}

static CK_RV no_destroy(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
    (void)session;
    (void)object;
    return CKR_FUNCTION_REJECTED;
}

static void a_new_key_that_does_not_sign_is_destroyed(void **state)
{
    (void)state;
    static const char sentence[] = "the new key was destroyed: the test signature of the new key "
                                   "'silent' (id 53) on token 'main' does not verify";
    struct hsm *hsm = world_open();
    world_list->C_Sign = wrong_sign;
    refuse_generate(hsm, "main;object=silent;id=%53", STI_ENVIRONMENT, sentence);
    world_list->C_Sign = no_sign;
    refuse_generate(hsm, "main;object=silent;id=%53", STI_ENVIRONMENT, sentence);
    assert_int_equal(count_keys(hsm, CKO_PRIVATE_KEY, "silent"), 0);
    assert_int_equal(count_keys(hsm, CKO_PUBLIC_KEY, "silent"), 0);
    world_list->C_DestroyObject = no_destroy;
    refuse_generate(hsm, "main;object=silent;id=%53", STI_ENVIRONMENT,
                    "the new key 'silent' (id 53) could NOT be destroyed (CKR_FUNCTION_REJECTED "
                    "(0x200)), remove it from token 'main' with the device's own tool: the test");
    hsm_close(hsm);
}

static CK_RV no_generate_rv = CKR_MECHANISM_INVALID;

static CK_RV no_generate(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_ATTRIBUTE *public_t,
                         CK_ULONG public_count, CK_ATTRIBUTE *private_t, CK_ULONG private_count,
                         CK_OBJECT_HANDLE *public_key, CK_OBJECT_HANDLE *private_key)
{
    (void)session, (void)mechanism, (void)public_t, (void)public_count;
    (void)private_t, (void)private_count, (void)public_key, (void)private_key;
    return no_generate_rv;
}

static CK_RV no_find(CK_SESSION_HANDLE session, CK_ATTRIBUTE *attributes, CK_ULONG count)
{
    (void)session, (void)attributes, (void)count;
    return CKR_VENDOR_DEFINED + 7;
}

static void errors_of_the_device_are_named(void **state)
{
    (void)state;
    struct hsm *hsm = world_open();
    world_list->C_GenerateKeyPair = no_generate;
    refuse_generate(
        hsm, "main;object=never;id=%54", STI_ENVIRONMENT,
        "token 'main' makes no EC keys: CKR_MECHANISM_INVALID (0x70); use another token");
    no_generate_rv = CKR_DEVICE_MEMORY;
    refuse_generate(hsm, "main;object=never;id=%54", STI_ENVIRONMENT,
                    "token 'main' did not make the key 'never' (id 54): CKR_DEVICE_MEMORY (0x31); "
                    "no key was made");
    world_list->C_FindObjectsInit = no_find;
    refuse_key(hsm, "main;object=never",
               "token 'main' cannot be searched: vendor error (0x80000007); check the device");
    hsm_close(hsm);
    assert_string_equal(hsm_ckr(0x7ff).text, "PKCS#11 error (0x7ff)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_key_is_made_and_signs),
        TEST(a_key_on_p384_is_made_and_signs),
        TEST(a_certificate_can_be_signed),
        TEST(names_in_use_are_refused),
        TEST(absent_keys_are_refused),
        TEST(uris_of_another_token_are_refused),
        TEST(uris_of_a_token_of_the_same_label_are_refused),
        TEST(a_uri_without_a_key_selects_none),
        TEST(ambiguous_keys_are_refused),
        TEST(unsafe_keys_are_refused),
        TEST(other_kinds_of_keys_are_refused),
        TEST(pairs_that_do_not_match_are_refused),
        TEST(a_new_key_that_is_not_as_asked_is_destroyed),
        TEST(uses_a_token_does_not_know_are_no_fault),
        TEST(a_bare_point_is_read),
        TEST(a_new_key_on_another_curve_is_destroyed),
        TEST(a_new_key_that_does_not_sign_is_destroyed),
        TEST(errors_of_the_device_are_named),
    };
    return cmocka_run_group_tests(tests, world_make, world_remove);
}
