/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "base64url.h"
#include "test_token_kit.h"
#include "token_internal.h"

/* The public key of RFC 7515 appendix A.3 and its thumbprint in both text forms. */
static const char a3_x[] = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
static const char a3_y[] = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
static const char a3_base64url[] = "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U";

static EVP_PKEY *public_key(const char *x, const char *y)
{
    uint8_t point[65] = {4};
    const char *halves[2] = {x, y};
    for (int i = 0; i < 2; i++) {
        uint8_t *octets = NULL;
        size_t length = 0;
        assert_true(base64url_decode(halves[i], strlen(halves[i]), &octets, &length, NULL));
        assert_int_equal(length, 32);
        memcpy(point + 1 + 32 * i, octets, 32);
        free(octets);
    }
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point));
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *key = NULL;
    assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
    assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
    EVP_PKEY_CTX_free(context);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(build);
    return key;
}

/* RFC 7638 section 3.2 and RFC 9448 section 5.4, worked through for the key of RFC 7515 A.3. */
static void test_thumbprint_rfc7638_section_3_2(void **state)
{
    (void)state;
    EVP_PKEY *key = public_key(a3_x, a3_y);
    unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS];
    char text[TOKEN_FINGERPRINT_TEXT + 1];
    assert_true(token_fingerprint_of(key, fingerprint, NULL));
    token_fingerprint_text(fingerprint, text);
    assert_string_equal(text, KIT_FINGERPRINT);
    assert_int_equal(strlen(text), TOKEN_FINGERPRINT_TEXT);
    char *base64url = base64url_encode(fingerprint, sizeof(fingerprint), NULL);
    assert_string_equal(base64url, a3_base64url);
    free(base64url);
    EVP_PKEY_free(key);
}

/* Coordinates have fixed width (RFC 7518 section 6.2.1.2): a key whose x or y starts with a zero.
 */
static void test_leading_zero_rfc7518_section_6_2_1_2(void **state)
{
    (void)state;
    for (int tries = 0; tries < 20000; tries++) {
        EVP_PKEY *key = kit_ec("P-256");
        BIGNUM *x = NULL;
        BIGNUM *y = NULL;
        EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x);
        EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y);
        bool found = BN_num_bytes(x) < 32;
        if (found) {
            uint8_t octets[2][32];
            unsigned char wanted[32], fingerprint[32];
            char text[200];
            BN_bn2binpad(x, octets[0], 32);
            BN_bn2binpad(y, octets[1], 32);
            char *x_text = base64url_encode(octets[0], 32, NULL);
            char *y_text = base64url_encode(octets[1], 32, NULL);
            assert_int_equal(strlen(x_text), 43);
            snprintf(text, sizeof(text),
                     "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"%s\",\"y\":\"%s\"}", x_text,
                     y_text);
            EVP_Digest(text, strlen(text), wanted, NULL, EVP_sha256(), NULL);
            assert_true(token_fingerprint_of(key, fingerprint, NULL));
            assert_memory_equal(wanted, fingerprint, 32);
            free(x_text);
            free(y_text);
        }
        BN_free(x);
        BN_free(y);
        EVP_PKEY_free(key);
        if (found)
            return;
    }
    fail_msg("no key with a leading zero in 20000");
}

/* The thumbprint is of the point, however the key writes it. */
static void test_every_form_of_the_point_sec1_section_2_3_3(void **state)
{
    (void)state;
    static const char *const forms[] = {"uncompressed", "compressed", "hybrid"};
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        EVP_PKEY *key = public_key(a3_x, a3_y);
        unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS];
        char text[TOKEN_FINGERPRINT_TEXT + 1];
        assert_int_equal(EVP_PKEY_set_utf8_string_param(
                             key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, forms[i]),
                         1);
        assert_true(token_fingerprint_of(key, fingerprint, NULL));
        token_fingerprint_text(fingerprint, text);
        assert_string_equal(text, KIT_FINGERPRINT);
        EVP_PKEY_free(key);
    }
}

static void test_only_p256(void **state)
{
    (void)state;
    EVP_PKEY *keys[] = {kit_ec("P-384"), kit_rsa(), EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")};
    for (size_t i = 0; i < 3; i++) {
        unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS];
        struct sti_error err;
        assert_false(token_fingerprint_of(keys[i], fingerprint, &err));
        kit_check_error(&err, STI_REFUSED, "", "not EC P-256", "RFC 7518 section 3.4");
        EVP_PKEY_free(keys[i]);
    }
}

static void test_parse_both_forms_rfc9448_section_5_4(void **state)
{
    (void)state;
    unsigned char a[TOKEN_FINGERPRINT_OCTETS];
    unsigned char b[TOKEN_FINGERPRINT_OCTETS];
    unsigned char c[TOKEN_FINGERPRINT_OCTETS];
    char lower[] = KIT_FINGERPRINT;
    for (char *at = lower + 7; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'F')
            *at = (char)(*at - 'A' + 'a');
    assert_true(token_fingerprint_parse(KIT_FINGERPRINT, a, NULL));
    assert_true(token_fingerprint_parse(a3_base64url, b, NULL));
    assert_true(token_fingerprint_parse(lower, c, NULL));
    assert_memory_equal(a, b, sizeof(a));
    assert_memory_equal(a, c, sizeof(a));
}

static void test_parse_refuses(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "SHA256 ",
        /* no word, another word, no blank */
        "A0:A2:32:C2:F1:94:A5:35:53:CB:13:10:DD:BC:08:21:E4:14:B9:D7:EB:FC:29:0B:32:30:84:D7:D1:02:"
        "0F:E5",
        "sha256 A0:A2:32:C2:F1:94:A5:35:53:CB:13:10:DD:BC:08:21:E4:14:B9:D7:EB:FC:29:0B:32:30:84:"
        "D7:D1:02:0F:E5",
        "SHA256:A0:A2:32:C2:F1:94:A5:35:53:CB:13:10:DD:BC:08:21:E4:14:B9:D7:EB:FC:29:0B:32:30:84:"
        "D7:D1:02:0F:E5",
        /* no colons, a wrong separator, no hex, one pair too many or too few */
        "SHA256 A0A232C2F194A53553CB1310DDBC0821E414B9D7EBFC290B323084D7D1020FE5",
        "SHA256 A0-A2:32:C2:F1:94:A5:35:53:CB:13:10:DD:BC:08:21:E4:14:B9:D7:EB:FC:29:0B:32:30:84:"
        "D7:D1:02:0F:E5",
        "SHA256 G0:A2:32:C2:F1:94:A5:35:53:CB:13:10:DD:BC:08:21:E4:14:B9:D7:EB:FC:29:0B:32:30:84:"
        "D7:D1:02:0F:E5",
        KIT_FINGERPRINT ":00",
        "SHA256 A0:A2:32:C2:F1:94:A5:35:53:CB:13:10:DD:BC:08:21:E4:14:B9:D7:EB:FC:29:0B:32:30:84:"
        "D7:D1:02:0F",
        /* base64url: padded, too short, non-canonical */
        "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U=",
        "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-",
        "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-V",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        unsigned char fingerprint[TOKEN_FINGERPRINT_OCTETS];
        struct sti_error err;
        assert_false(token_fingerprint_parse(wrong[i], fingerprint, &err));
        kit_check_error(&err, STI_REFUSED, "", "32 hex pairs joined by \":\"",
                        "RFC 9448 section 5.4");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thumbprint_rfc7638_section_3_2),
        cmocka_unit_test(test_leading_zero_rfc7518_section_6_2_1_2),
        cmocka_unit_test(test_every_form_of_the_point_sec1_section_2_3_3),
        cmocka_unit_test(test_only_p256),
        cmocka_unit_test(test_parse_both_forms_rfc9448_section_5_4),
        cmocka_unit_test(test_parse_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
