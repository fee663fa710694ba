/* SPDX-License-Identifier: Apache-2.0 */
/* From the to-be-signed octets to a certificate that was read again (RFC 5280 section 4.1.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "cert.h"
#include "es256.h"
#include "test_pki_kit.h"
#include "test_token_kit.h"

#define NOT_MEANT "what was signed is not what was to be signed; do not use this HSM or tool"
#define NOT_VERIFIED "the signature of the HSM does not verify with the issuer's public key"

static EVP_PKEY *root_key;
static EVP_PKEY *key;
static X509_NAME *name;
static X509 *root;
static const uint8_t list[] = {0x30, 0x08, 0xa0, 0x06, 0x16, 0x04, '1', '2', '3', '4'};

static struct cert_content content_of(enum cert_kind kind)
{
    struct cert_content content = {.kind = kind,
                                   .subject = name,
                                   .key = kind == CERT_ROOT ? root_key : key,
                                   .issuer = root,
                                   .serial = {0x80, [15] = 1},
                                   .not_before = KIT_NOW,
                                   .not_after = KIT_NOW + KIT_DAY,
                                   .path_length = -1};
    if (kind == CERT_END_ENTITY) {
        content.list = list;
        content.list_length = sizeof(list);
    }
    return content;
}

static int set_up(void **state)
{
    (void)state;
    root_key = kit_ec("P-256");
    key = kit_ec("P-256");
    name = kit_name("C=US/O=Example/CN=SHAKEN 1234");
    struct cert_content content = content_of(CERT_ROOT);
    struct kit_octets der;
    root = cert_build(&content, NULL);
    assert_non_null(root);
    assert_true(cert_sign(root, root_key, &der.octets, &der.length, NULL));
    kit_octets_free(&der);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    EVP_PKEY_free(root_key);
    EVP_PKEY_free(key);
    X509_NAME_free(name);
    X509_free(root);
    return 0;
}

/* A certificate on its way: built, encoded, signed. */
struct made {
    X509 *cert;
    struct kit_octets tbs;
    struct kit_octets der;
};

static void make(struct made *made, EVP_PKEY *signing_key)
{
    struct cert_content content = content_of(CERT_END_ENTITY);
    memset(made, 0, sizeof(*made));
    made->cert = cert_build(&content, NULL);
    assert_non_null(made->cert);
    assert_true(cert_tbs(made->cert, &made->tbs.octets, &made->tbs.length, NULL));
    assert_true(cert_sign(made->cert, signing_key, &made->der.octets, &made->der.length, NULL));
}

static void unmake(struct made *made)
{
    X509_free(made->cert);
    kit_octets_free(&made->tbs);
    kit_octets_free(&made->der);
}

static X509 *reread(const struct made *made, EVP_PKEY *issuer_key, struct sti_error *err)
{
    return cert_reread(made->der.octets, made->der.length, made->tbs.octets, made->tbs.length,
                       issuer_key, err);
}

static bool prove(const struct made *made, EVP_PKEY *issuer_key, struct sti_error *err)
{
    return cert_prove(made->der.octets, made->der.length, made->tbs.octets, made->tbs.length,
                      issuer_key, err);
}

static void refused(const struct made *made, EVP_PKEY *issuer_key, const char *sentence)
{
    struct sti_error err;
    assert_null(reread(made, issuer_key, &err));
    kit_check_error(&err, STI_ENVIRONMENT, "", sentence, NULL);
    assert_null(reread(made, issuer_key, NULL));
    assert_false(prove(made, issuer_key, &err));
    kit_check_error(&err, STI_ENVIRONMENT, "", sentence, NULL);
    ERR_clear_error();
}

/* Put together from the octets and the signature, it is the one that libcrypto makes. */
static void assembles_what_libcrypto_encodes_rfc5280_section_4_1(void **state)
{
    (void)state;
    struct made made;
    struct kit_octets der;
    const ASN1_BIT_STRING *signature;
    make(&made, root_key);
    X509_get0_signature(&signature, NULL, made.cert);
    assert_true(cert_assemble(made.tbs.octets, made.tbs.length, ASN1_STRING_get0_data(signature),
                              (size_t)ASN1_STRING_length(signature), &der.octets, &der.length,
                              NULL));
    assert_int_equal(der.length, made.der.length);
    assert_memory_equal(der.octets, made.der.octets, der.length);
    assert_true(prove(&made, root_key, NULL));
    kit_octets_free(&der);
    unmake(&made);
}

/* ---- to be signed ---- */

/* The octets are a function of the content alone: no clock, no random number. */
static void the_same_content_gives_the_same_octets(void **state)
{
    (void)state;
    struct made first;
    struct made second;
    make(&first, root_key);
    make(&second, root_key);
    assert_int_equal(first.tbs.length, second.tbs.length);
    assert_memory_equal(first.tbs.octets, second.tbs.octets, first.tbs.length);
    unmake(&first);
    unmake(&second);
}

/* A digit of the serial, a second of the validity, a letter of the list: each changes the octets.
 */
static void other_contents_give_other_octets(void **state)
{
    (void)state;
    static const uint8_t other_list[] = {0x30, 0x08, 0xa0, 0x06, 0x16, 0x04, '1', '2', '3', '5'};
    struct made made;
    make(&made, root_key);
    for (int change = 0; change < 3; change++) {
        struct kit_octets tbs;
        struct cert_content content = content_of(CERT_END_ENTITY);
        content.serial[15] = change == 0 ? 2 : 1;
        content.not_after -= change == 1;
        content.list = change == 2 ? other_list : list;
        X509 *cert = cert_build(&content, NULL);
        assert_true(cert_tbs(cert, &tbs.octets, &tbs.length, NULL));
        assert_int_equal(tbs.length, made.tbs.length);
        assert_memory_not_equal(tbs.octets, made.tbs.octets, tbs.length);
        kit_octets_free(&tbs);
        X509_free(cert);
    }
    unmake(&made);
}

/* ---- signed and read again ---- */

static void signs_with_ecdsa_sha256_atis1000080_section_6_4_1(void **state)
{
    (void)state;
    struct made made;
    make(&made, root_key);
    X509 *cert = reread(&made, root_key, NULL);
    assert_non_null(cert);
    assert_int_equal(X509_get_signature_nid(cert), NID_ecdsa_with_SHA256);
    assert_int_equal(OBJ_obj2nid(X509_get0_tbs_sigalg(cert)->algorithm), NID_ecdsa_with_SHA256);
    assert_int_equal(X509_verify(cert, root_key), 1);
    unsigned char *der = NULL;
    assert_int_equal(i2d_X509(cert, &der), made.der.length);
    assert_memory_equal(der, made.der.octets, made.der.length);
    OPENSSL_free(der);
    X509_free(cert);
    unmake(&made);
}

static void refuses_other_octets_than_meant(void **state)
{
    (void)state;
    struct made made;
    make(&made, root_key);
    for (size_t i = 0; i < made.tbs.length; i++) {
        made.tbs.octets[i] ^= 1;
        assert_null(reread(&made, root_key, NULL));
        made.tbs.octets[i] ^= 1;
    }
    made.tbs.octets[made.tbs.length - 1] ^= 1;
    refused(&made, root_key, NOT_MEANT);
    made.tbs.octets[made.tbs.length - 1] ^= 1;
    made.tbs.length--;
    refused(&made, root_key, NOT_MEANT);
    unmake(&made);
}

/* A signature of another algorithm stands in the octets themselves. */
static void refuses_another_algorithm_rfc5280_section_4_1_1_2(void **state)
{
    (void)state;
    struct made made;
    EVP_PKEY *rsa = kit_rsa();
    make(&made, root_key);
    OPENSSL_free(made.der.octets);
    made.der.octets = NULL;
    assert_true(X509_sign(made.cert, rsa, EVP_sha256()) > 0);
    int length = i2d_X509(made.cert, &made.der.octets);
    assert_true(length > 0);
    made.der.length = (size_t)length;
    refused(&made, rsa, NOT_MEANT);
    EVP_PKEY_free(rsa);
    unmake(&made);
}

/* ecdsa-with-SHA256 and P-256 go together, for the CA's key and for the subject's. */
static void refuses_keys_that_are_not_p256_atis1000080_section_6_4_1(void **state)
{
    (void)state;
    EVP_PKEY *const keys[] = {kit_ec("P-384"), kit_ec("P-521"), kit_rsa()};
    struct cert_content content = content_of(CERT_END_ENTITY);
    X509 *cert = cert_build(&content, NULL);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        struct sti_error err;
        struct kit_octets der;
        assert_false(cert_sign(cert, keys[i], &der.octets, &der.length, &err));
        kit_check_error(&err, STI_REFUSED, "",
                        "the signing key is not EC P-256, which ecdsa-with-SHA256 goes with here",
                        "ATIS-1000080 section 6.4.1");
        assert_null(der.octets);
        content.key = keys[i];
        assert_null(cert_build(&content, &err));
        kit_check_error(&err, STI_REFUSED, "",
                        "the key of the end-entity certificate is not EC P-256",
                        "ATIS-1000080 section 6.4.1");
        EVP_PKEY_free(keys[i]);
    }
    X509_free(cert);
    ERR_clear_error();
}

static void refuses_the_wrong_issuer_key_rfc5280_section_6_1_3(void **state)
{
    (void)state;
    struct made made;
    make(&made, root_key);
    refused(&made, key, NOT_VERIFIED);
    refused(&made, NULL, NOT_VERIFIED);
    unmake(&made);
}

/* Whatever octet an HSM or a disk changes, the certificate is not taken. */
static void refuses_every_changed_octet(void **state)
{
    (void)state;
    struct made made;
    make(&made, root_key);
    for (size_t i = 0; i < made.der.length; i++) {
        made.der.octets[i] ^= 1;
        if (reread(&made, root_key, NULL) != NULL)
            fail_msg("octet %zu may be changed", i);
        made.der.octets[i] ^= 1;
    }
    made.der.octets[made.der.length - 1] ^= 1;
    refused(&made, root_key, NOT_VERIFIED);
    unmake(&made);
    ERR_clear_error();
}

static void refuses_every_shortened_certificate(void **state)
{
    (void)state;
    struct made made;
    make(&made, root_key);
    size_t length = made.der.length;
    for (made.der.length = 0; made.der.length < length; made.der.length++)
        assert_null(reread(&made, root_key, NULL));
    made.der.octets = OPENSSL_realloc(made.der.octets, length + 1);
    assert_non_null(made.der.octets);
    made.der.octets[length] = 0;
    made.der.length = length + 1;
    refused(&made, root_key, NOT_VERIFIED);
    unmake(&made);
    ERR_clear_error();
}

/* ---- what a certificate holds ---- */

static void finds_the_list_rfc8226_section_9(void **state)
{
    (void)state;
    struct tnauthlist found;
    struct sti_error err;
    struct cert_content content = content_of(CERT_END_ENTITY);
    X509 *cert = cert_build(&content, NULL);
    assert_true(cert_list(cert, &found, &err));
    assert_int_equal(found.der_length, sizeof(list));
    assert_memory_equal(found.der, list, sizeof(list));
    tnauthlist_free(&found);
    X509_free(cert);
    assert_false(cert_list(root, &found, &err));
    kit_check_error(&err, STI_REFUSED, "TNAuthList", "the certificate holds no TNAuthList",
                    "RFC 8226 section 9");
    content.list = NULL;
    content.list_url = KIT_AIA_URL;
    cert = cert_build(&content, NULL);
    assert_false(cert_list(cert, &found, &err));
    kit_check_error(&err, STI_REFUSED, "TNAuthList",
                    "the certificate holds no TNAuthList by value, its list is by reference "
                    "at " KIT_AIA_URL,
                    "RFC 8226 section 10.1");
    X509_free(cert);
}

static void knows_p256_rfc8226_section_4(void **state)
{
    (void)state;
    EVP_PKEY *p384 = kit_ec("P-384");
    EVP_PKEY *k256 = kit_ec("secp256k1");
    EVP_PKEY *rsa = kit_rsa();
    assert_true(es256_is_p256(key));
    assert_false(es256_is_p256(p384));
    assert_false(es256_is_p256(k256));
    assert_false(es256_is_p256(rsa));
    assert_false(es256_is_p256(NULL));
    EVP_PKEY_free(p384);
    EVP_PKEY_free(k256);
    EVP_PKEY_free(rsa);
    ERR_clear_error();
}

static void writes_a_serial_as_hex(void **state)
{
    (void)state;
    char text[2 * CERT_SERIAL_OCTETS + 1];
    unsigned char serial[CERT_SERIAL_OCTETS] = {0};
    cert_serial_text(serial, text);
    assert_string_equal(text, "00");
    serial[15] = 0xa;
    cert_serial_text(serial, text);
    assert_string_equal(text, "0A");
    serial[1] = 0xfe;
    cert_serial_text(serial, text);
    assert_string_equal(text, "FE000000000000000000000000000A");
    serial[0] = 0x80;
    cert_serial_text(serial, text);
    assert_string_equal(text, "80FE000000000000000000000000000A");
}

/* The example of FIPS 180-4. */
static void digests_with_sha256(void **state)
{
    (void)state;
    static const uint8_t want[] = {0xba, 0x78, 0x16, 0xbf};
    unsigned char digest[CERT_DIGEST_OCTETS];
    assert_true(cert_digest("abc", 3, digest, NULL));
    assert_memory_equal(digest, want, sizeof(want));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_content_gives_the_same_octets),
        cmocka_unit_test(other_contents_give_other_octets),
        cmocka_unit_test(signs_with_ecdsa_sha256_atis1000080_section_6_4_1),
        cmocka_unit_test(assembles_what_libcrypto_encodes_rfc5280_section_4_1),
        cmocka_unit_test(refuses_other_octets_than_meant),
        cmocka_unit_test(refuses_another_algorithm_rfc5280_section_4_1_1_2),
        cmocka_unit_test(refuses_keys_that_are_not_p256_atis1000080_section_6_4_1),
        cmocka_unit_test(refuses_the_wrong_issuer_key_rfc5280_section_6_1_3),
        cmocka_unit_test(refuses_every_changed_octet),
        cmocka_unit_test(refuses_every_shortened_certificate),
        cmocka_unit_test(finds_the_list_rfc8226_section_9),
        cmocka_unit_test(knows_p256_rfc8226_section_4),
        cmocka_unit_test(writes_a_serial_as_hex),
        cmocka_unit_test(digests_with_sha256),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
