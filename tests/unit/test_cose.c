/* SPDX-License-Identifier: Apache-2.0 */
/* Deterministic CBOR (RFC 8949 section 4.2.1), and COSE_Sign1 with ES256 over it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "cose_es256.h"
#include "cose_sign1.h"
#include "dcbor.h"
#include "hex.h"
#include "test_token_kit.h"

/* ---- deterministic CBOR ---- */

/* Appendix A of RFC 8949, as far as those kinds of item are used here. */
static const struct {
    int64_t value;
    const char *hex;
} integers[] = {
    {0, "00"},
    {10, "0a"},
    {23, "17"},
    {24, "1818"},
    {100, "1864"},
    {255, "18ff"},
    {256, "190100"},
    {1000, "1903e8"},
    {65535, "19ffff"},
    {65536, "1a00010000"},
    {1000000, "1a000f4240"},
    {1000000000000, "1b000000e8d4a51000"},
    {INT64_MAX, "1b7fffffffffffffff"},
    {-1, "20"},
    {-10, "29"},
    {-24, "37"},
    {-25, "3818"},
    {-100, "3863"},
    {-1000, "3903e7"},
    {INT64_MIN, "3b7fffffffffffffff"},
};

static void writes_and_reads_integers_rfc8949_appendix_a(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(integers) / sizeof(*integers); i++) {
        struct dcbor_writer writer = {0};
        uint8_t *octets = NULL;
        uint8_t wanted[16];
        size_t length = 0;
        dcbor_put_int(&writer, integers[i].value);
        assert_true(dcbor_finish(&writer, &octets, &length, NULL));
        assert_int_equal(length, from_hex(integers[i].hex, wanted, sizeof(wanted)));
        assert_memory_equal(octets, wanted, length);
        struct dcbor_reader reader = {octets, length, 0, 0};
        int64_t value = 0;
        assert_true(dcbor_int(&reader, "it", INT64_MIN, INT64_MAX, &value, NULL));
        assert_true(value == integers[i].value);
        assert_true(dcbor_end(&reader, "it", NULL));
        free(octets);
    }
}

static void writes_and_reads_strings_arrays_and_maps(void **state)
{
    (void)state;
    static const char wanted_hex[] = "846449455446440102030440a201f66161f6";
    uint8_t wanted[64];
    uint8_t *octets = NULL;
    size_t length = 0;
    struct dcbor_writer writer = {0};
    dcbor_put_array(&writer, 4);
    dcbor_put_text(&writer, "IETF");
    dcbor_put_bytes(&writer, "\1\2\3\4", 4);
    dcbor_put_bytes(&writer, NULL, 0);
    dcbor_put_map(&writer, 2);
    dcbor_put_int(&writer, 1);
    dcbor_put_null(&writer);
    dcbor_put_text(&writer, "a");
    dcbor_put_null(&writer);
    assert_true(dcbor_finish(&writer, &octets, &length, NULL));
    assert_int_equal(length, from_hex(wanted_hex, wanted, sizeof(wanted)));
    assert_memory_equal(octets, wanted, length);

    struct dcbor_reader reader = {octets, length, 0, 0};
    struct dcbor_item item;
    struct dcbor_map map;
    assert_true(dcbor_array(&reader, "it", 4, NULL));
    assert_true(dcbor_text(&reader, "it", 4, 4, &item, NULL));
    assert_true(dcbor_is(&item, "IETF") && !dcbor_is(&item, "IET") && !dcbor_is(&item, "IETG"));
    assert_true(dcbor_bytes(&reader, "it", 0, 9, &item, NULL));
    assert_int_equal(item.length, 4);
    assert_int_equal(item.offset, 6);
    assert_true(dcbor_bytes(&reader, "it", 0, 9, &item, NULL));
    assert_int_equal(item.length, 0);
    assert_true(dcbor_map(&reader, "it", 0, 9, &map, NULL));
    assert_int_equal(map.left, 2);
    assert_true(dcbor_map_key(&reader, &map, &item, NULL) && item.value == 1);
    assert_true(dcbor_next(&reader, &item, NULL) && item.kind == DCBOR_NULL);
    assert_true(dcbor_map_key(&reader, &map, &item, NULL) && dcbor_is(&item, "a"));
    assert_int_equal(map.left, 0);
    assert_true(dcbor_next(&reader, &item, NULL) && item.kind == DCBOR_NULL);
    assert_true(dcbor_end(&reader, "it", NULL));
    free(octets);
}

/* A text that grows over the writer's room several times is written whole. */
static void writes_long_strings(void **state)
{
    (void)state;
    static uint8_t long_one[70000];
    for (size_t i = 0; i < sizeof(long_one); i++)
        long_one[i] = (uint8_t)(i * 7);
    struct dcbor_writer writer = {0};
    uint8_t *octets = NULL;
    size_t length = 0;
    for (size_t i = 0; i < 3; i++)
        dcbor_put_bytes(&writer, long_one, sizeof(long_one));
    assert_true(dcbor_finish(&writer, &octets, &length, NULL));
    assert_int_equal(length, 3 * (5 + sizeof(long_one)));
    struct dcbor_reader reader = {octets, length, 0, 0};
    struct dcbor_item item;
    for (size_t i = 0; i < 3; i++) {
        assert_true(dcbor_bytes(&reader, "it", sizeof(long_one), sizeof(long_one), &item, NULL));
        assert_memory_equal(item.octets, long_one, sizeof(long_one));
    }
    free(octets);
}

static void refuses(const char *hex, size_t offset, const char *sentence,
                    bool read(struct dcbor_reader *reader, struct sti_error *err))
{
    /* Exactly as long as they are, so that a sanitizer sees what is read behind them. */
    uint8_t octets[64];
    size_t length = from_hex(hex, octets, sizeof(octets));
    uint8_t *exact = malloc(length + (length == 0));
    assert_non_null(exact);
    memcpy(exact, octets, length);
    struct dcbor_reader reader = {exact, length, 0, 100};
    struct sti_error err;
    sti_error_clear(&err);
    if (read(&reader, &err))
        fail_msg("%s: accepted, but wanted: %s", hex, sentence);
    kit_check_error(&err, STI_REFUSED, NULL, sentence, NULL);
    if (err.offset != 100 + offset)
        fail_msg("%s: byte %zu is wanted, got %zu", hex, 100 + offset, err.offset);
    reader.at = 0;
    assert_false(read(&reader, NULL));
    free(exact);
}

static bool read_all(struct dcbor_reader *reader, struct sti_error *err)
{
    struct dcbor_item item;
    do
        if (!dcbor_next(reader, &item, err))
            return false;
    while (reader->at < reader->length);
    return true;
}

static const struct {
    const char *hex;
    size_t offset;
    const char *sentence;
} not_deterministic[] = {
    /* cut off */
    {"", 0, "the octets end within an item"},
    {"18", 0, "the octets end within an item"},
    {"1b00000000000000", 0, "the octets end within an item"},
    {"42aa", 0, "the octets end within an item"},
    {"00636162635a7fffffff00", 5, "the octets end within an item"},
    {"5bffffffffffffffff00", 0, "the octets end within an item"},
    {"7bffffffffffffffff00", 0, "the octets end within an item"},
    /* not the shortest form */
    {"1800", 0, "not written in its shortest form"},
    {"1817", 0, "not written in its shortest form"},
    {"001900ff", 1, "not written in its shortest form"},
    {"1a0000ffff", 0, "not written in its shortest form"},
    {"1b00000000ffffffff", 0, "not written in its shortest form"},
    {"3800", 0, "not written in its shortest form"},
    {"3900ff", 0, "not written in its shortest form"},
    {"5801aa", 0, "not written in its shortest form"},
    {"590001aa", 0, "not written in its shortest form"},
    {"5b0000000000000001aa", 0, "not written in its shortest form"},
    {"780161", 0, "not written in its shortest form"},
    {"9801f6", 0, "not written in its shortest form"},
    {"b801f6f6", 0, "not written in its shortest form"},
    {"1bffffffffffffffff", 0, "an integer beyond 63 bits"},
    {"3bffffffffffffffff", 0, "an integer beyond 63 bits"},
    /* indefinite lengths */
    {"5f41aaff", 0, "there is an indefinite length"},
    {"7f6161ff", 0, "there is an indefinite length"},
    {"9ff6ff", 0, "there is an indefinite length"},
    {"bff6f6ff", 0, "there is an indefinite length"},
    {"f6ff", 1, "the end of an indefinite length"},
    /* kinds that are not used */
    {"c1f6", 0, "there is a tag"},
    {"d81200", 0, "there is a tag"},
    {"d9d9f700", 0, "there is a tag"},
    {"f4", 0, "true or false"},
    {"f5", 0, "true or false"},
    {"f7", 0, "undefined"},
    {"f93c00", 0, "a floating-point number"},
    {"fa47c35000", 0, "a floating-point number"},
    {"fb3ff199999999999a", 0, "a floating-point number"},
    {"61c3", 0, "a text with other than printable ASCII"},
    {"610a", 0, "a text with other than printable ASCII"},
    {"62c3bc", 0, "a text with other than printable ASCII"},
    {"617f", 0, "a text with other than printable ASCII"},
    /* not well-formed (RFC 8949 appendix F) */
    {"1c", 0, "not well-formed"},
    {"5d", 0, "not well-formed"},
    {"7e", 0, "not well-formed"},
    {"df", 0, "not well-formed"},
    {"1f", 0, "not well-formed"},
    {"3f", 0, "not well-formed"},
    {"e0", 0, "not well-formed"},
    {"fc", 0, "not well-formed"},
};

static void refuses_what_is_not_deterministic_rfc8949_section_4_2_1(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(not_deterministic) / sizeof(*not_deterministic); i++)
        refuses(not_deterministic[i].hex, not_deterministic[i].offset,
                not_deterministic[i].sentence, read_all);
}

static bool read_int(struct dcbor_reader *reader, struct sti_error *err)
{
    int64_t value;
    return dcbor_int(reader, "its number", 1, 9, &value, err);
}

static bool read_one_int(struct dcbor_reader *reader, struct sti_error *err)
{
    int64_t value;
    return dcbor_int(reader, "its version", 1, 1, &value, err);
}

static bool read_bytes(struct dcbor_reader *reader, struct sti_error *err)
{
    struct dcbor_item item;
    return dcbor_bytes(reader, "its digest", 2, 2, &item, err);
}

static bool read_text(struct dcbor_reader *reader, struct sti_error *err)
{
    struct dcbor_item item;
    return dcbor_text(reader, "its name", 1, 2, &item, err);
}

static bool read_array(struct dcbor_reader *reader, struct sti_error *err)
{
    return dcbor_array(reader, "its array", 3, err);
}

static bool read_map(struct dcbor_reader *reader, struct sti_error *err)
{
    struct dcbor_map map;
    struct dcbor_item item;
    if (!dcbor_map(reader, "its map", 1, 3, &map, err))
        return false;
    while (map.left > 0)
        if (!dcbor_map_key(reader, &map, &item, err) || !dcbor_next(reader, &item, err))
            return false;
    return dcbor_end(reader, "its map", err);
}

static void refuses_what_is_not_wanted(void **state)
{
    (void)state;
    refuses("6131", 0, "its number is a text; an integer is wanted", read_int);
    refuses("00", 0, "its number is 0; 1 to 9 are wanted", read_int);
    refuses("0a", 0, "its number is 10; 1 to 9 are wanted", read_int);
    refuses("20", 0, "its number is -1; 1 to 9 are wanted", read_int);
    refuses("02", 0, "its version is 2, not 1", read_one_int);
    refuses("626162", 0, "its digest is a text; a byte string is wanted", read_bytes);
    refuses("43616263", 0, "its digest has 3 octets, not 2", read_bytes);
    refuses("426162", 0, "its name is a byte string; a text is wanted", read_text);
    refuses("60", 0, "its name has 0 octets; 1 to 2 are wanted", read_text);
    refuses("63616263", 0, "its name has 3 octets; 1 to 2 are wanted", read_text);
    refuses("f6", 0, "its array is null; an array is wanted", read_array);
    refuses("82f6f6", 0, "its array has 2 items, not 3", read_array);
    refuses("81f6", 0, "its map is an array; a map is wanted", read_map);
    refuses("a0", 0, "its map has 0 pairs; 1 to 3 are wanted", read_map);
    refuses("bb000000ffffffffff01", 0, "its map has 1099511627775 pairs; 1 to 3 are wanted",
            read_map);
    refuses("a140f6", 1, "a key of its map is a byte string; an integer or a text", read_map);
    refuses("a1f6f6", 1, "a key of its map is null; an integer or a text", read_map);
    refuses("a201f601f6", 3, "a key of its map stands twice", read_map);
    refuses("a26161f66161f6", 4, "a key of its map stands twice", read_map);
    refuses("a202f601f6", 3, "a key of its map is out of order", read_map);
    refuses("a26161f601f6", 4, "a key of its map is out of order", read_map);
    refuses("a220f60af6", 3, "a key of its map is out of order", read_map);
    refuses("a2626161f66162f6", 5, "a key of its map is out of order", read_map);
    refuses("a101f6f6f6", 3, "has 2 octets too many behind its map", read_map);
    refuses("a201f6", 3, "the octets end within an item", read_map);
}

/* ---- COSE_Sign1 ---- */

/*
 * The key "11" and the signature of the single-signer example in RFC 9052 appendix C.2.1. The
 * example has a kid in the unprotected header, which is not signed; here that header is empty.
 */
static const char example_x[] = "bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff";
static const char example_y[] = "20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e";
static const char example_message[] =
    "8443a10126a054546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab05aac34cc6b23d58"
    "fef5c083106c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b0916e5a4c345cacb3"
    "6";

static EVP_PKEY *example_key(void)
{
    uint8_t point[65] = {0x04};
    from_hex(example_x, point + 1, 32);
    from_hex(example_y, point + 33, 32);
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, (char[]){"prime256v1"}, 0),
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
        OSSL_PARAM_construct_end(),
    };
    assert_non_null(context);
    assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
    assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
    EVP_PKEY_CTX_free(context);
    return key;
}

static void verifies_the_example_of_rfc9052_appendix_c_2_1(void **state)
{
    (void)state;
    uint8_t octets[256];
    size_t length = from_hex(example_message, octets, sizeof(octets));
    struct cose_sign1 message;
    EVP_PKEY *key = example_key();
    assert_true(cose_sign1_read(&message, octets, length, NULL));
    assert_string_equal(message.content_type, "");
    assert_int_equal(message.payload_length, 20);
    assert_memory_equal(message.payload, "This is the content.", 20);
    assert_true(cose_sign1_verify(&message, key, NULL, 0, NULL));
    EVP_PKEY_free(key);
}

static const char payload[] = "what is signed";
#define PAYLOAD_OCTETS (sizeof(payload) - 1)

static void make(const char *content_type, bool detached, EVP_PKEY *key, uint8_t **octets,
                 size_t *length)
{
    const struct cose_content content = {content_type, (const uint8_t *)payload, PAYLOAD_OCTETS,
                                         detached};
    struct sti_error err;
    if (!cose_sign1_make(&content, key, octets, length, &err))
        fail_msg("%s", err.sentence);
}

static void makes_what_it_reads(void **state)
{
    (void)state;
    EVP_PKEY *key = kit_ec("P-256");
    struct cose_sign1 message;
    uint8_t *octets = NULL;
    size_t length = 0;
    for (int i = 0; i < 4; i++) {
        bool detached = i % 2 == 1;
        const char *type = i < 2 ? NULL : "application/cbor";
        make(type, detached, key, &octets, &length);
        assert_true(cose_sign1_read(&message, octets, length, NULL));
        assert_string_equal(message.content_type, type == NULL ? "" : type);
        assert_true((message.payload == NULL) == detached);
        assert_true(cose_sign1_verify(&message, key, detached ? (const uint8_t *)payload : NULL,
                                      PAYLOAD_OCTETS, NULL));
        free(octets);
    }
    EVP_PKEY_free(key);
}

/* An empty payload is not the same as none. */
static void signs_an_empty_payload(void **state)
{
    (void)state;
    EVP_PKEY *key = kit_ec("P-256");
    const struct cose_content content = {NULL, NULL, 0, false};
    struct cose_sign1 message;
    uint8_t *octets = NULL;
    size_t length = 0;
    assert_true(cose_sign1_make(&content, key, &octets, &length, NULL));
    assert_true(cose_sign1_read(&message, octets, length, NULL));
    assert_non_null(message.payload);
    assert_true(cose_sign1_verify(&message, key, NULL, 0, NULL));
    free(octets);
    EVP_PKEY_free(key);
}

static void says_which_of_two_payloads(void **state)
{
    (void)state;
    EVP_PKEY *key = kit_ec("P-256");
    struct cose_sign1 message;
    struct sti_error err;
    uint8_t *octets = NULL;
    size_t length = 0;
    make(NULL, false, key, &octets, &length);
    assert_true(cose_sign1_read(&message, octets, length, NULL));
    assert_false(cose_sign1_verify(&message, key, (const uint8_t *)payload, PAYLOAD_OCTETS, &err));
    kit_check_error(&err, STI_REFUSED, "", "holds its payload, and another is given beside it",
                    "RFC 9052 section 4.2");
    free(octets);
    make(NULL, true, key, &octets, &length);
    assert_true(cose_sign1_read(&message, octets, length, NULL));
    assert_false(cose_sign1_verify(&message, key, NULL, 0, &err));
    kit_check_error(&err, STI_REFUSED, "", "holds no payload, and none is given beside it",
                    "RFC 9052 section 4.2");
    assert_false(
        cose_sign1_verify(&message, key, (const uint8_t *)"what is signee", PAYLOAD_OCTETS, &err));
    kit_check_error(&err, STI_REFUSED, "", "the signature does not fit the payload",
                    "RFC 9052 section 4.4");
    free(octets);
    EVP_PKEY_free(key);
}

static bool accepted(const uint8_t *octets, size_t length, EVP_PKEY *key)
{
    struct cose_sign1 message;
    return cose_sign1_read(&message, octets, length, NULL) &&
           cose_sign1_verify(&message, key, NULL, 0, NULL);
}

static void refuses_every_bit_changed_and_every_cut(void **state)
{
    (void)state;
    EVP_PKEY *key = kit_ec("P-256");
    uint8_t *octets = NULL;
    size_t length = 0;
    make("application/cbor", false, key, &octets, &length);
    assert_true(accepted(octets, length, key));
    for (size_t i = 0; i < length * 8; i++) {
        octets[i / 8] ^= (uint8_t)(1 << i % 8);
        if (accepted(octets, length, key))
            fail_msg("bit %zu of octet %zu makes no difference", i % 8, i / 8);
        octets[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    for (size_t cut = 0; cut < length; cut++) {
        uint8_t *exact = malloc(cut + (cut == 0));
        assert_non_null(exact);
        memcpy(exact, octets, cut);
        if (accepted(exact, cut, key))
            fail_msg("cut to %zu octets, it is accepted", cut);
        free(exact);
    }
    assert_true(accepted(octets, length, key));
    free(octets);
    EVP_PKEY_free(key);
}

/* 64 octets in place of a signature. */
#define SIGNATURE "5840" ZEROS ZEROS
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static const struct {
    const char *hex;
    size_t offset;
    const char *sentence;
} no_messages[] = {
    {"", 0, "the octets end within an item"},
    {"a0", 0, "the COSE_Sign1 is a map; an array is wanted"},
    {"8343a10126a04161", 0, "the COSE_Sign1 has 3 items, not 4"},
    {"d84d00", 0, "there is a tag"},
    {"8440a04161" SIGNATURE, 1, "the protected header has 0 octets; 1 to 143 are wanted"},
    {"84f6", 1, "the protected header is null; a byte string is wanted"},
    {"8441a0a04161" SIGNATURE, 2, "the protected header has 0 pairs; 1 to 2 are wanted"},
    {"844126a04161" SIGNATURE, 2, "the protected header is an integer; a map is wanted"},
    {"8443a1012aa04161" SIGNATURE, 4, "alg is -11, not -7"},
    {"8443a10105a04161" SIGNATURE, 4, "alg is 5, not -7"},
    {"8446a101654553323536a04161" SIGNATURE, 4, "the octets end within an item"},
    {"8448a101654553323536a04161" SIGNATURE, 4, "alg is a text; an integer is wanted"},
    {"8443a10226a04161" SIGNATURE, 3, "the protected header does not begin with alg (1)"},
    {"8445a201260281a04161" SIGNATURE, 5, "another parameter than alg (1) and content type (3)"},
    {"8445a201260400a04161" SIGNATURE, 5, "another parameter than alg (1) and content type (3)"},
    {"8445a201260100a04161" SIGNATURE, 5, "a key of the protected header stands twice"},
    {"8445a203600126a04161" SIGNATURE, 3, "the protected header does not begin with alg (1)"},
    {"8445a201260300a04161" SIGNATURE, 6, "the content type is an integer; a text is wanted"},
    {"8445a201260360a04161" SIGNATURE, 6, "the content type has 0 octets; 1 to 127 are wanted"},
    {"8444a1012600a04161" SIGNATURE, 5, "has 1 octets too many behind the protected header"},
    {"8443a10126a1044131f6" SIGNATURE, 5, "the unprotected header has 1 pairs, not 0"},
    {"8443a10126f6f6" SIGNATURE, 5, "the unprotected header is null; a map is wanted"},
    {"8443a10126a06161" SIGNATURE, 6, "the payload is neither a byte string nor nil"},
    {"8443a10126a041614100", 8, "the signature has 1 octets, not 64"},
    {"8443a10126a04161f6", 8, "the signature is null; a byte string is wanted"},
    {"8443a10126a04161" SIGNATURE "00", 74, "has 1 octets too many behind the COSE_Sign1"},
};

static void says_why_it_is_no_message(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(no_messages) / sizeof(*no_messages); i++) {
        uint8_t octets[256];
        size_t length = from_hex(no_messages[i].hex, octets, sizeof(octets));
        struct cose_sign1 message;
        struct sti_error err;
        if (cose_sign1_read(&message, octets, length, &err))
            fail_msg("%s: accepted, but wanted: %s", no_messages[i].hex, no_messages[i].sentence);
        kit_check_error(&err, STI_REFUSED, "", no_messages[i].sentence, NULL);
        if (err.offset != no_messages[i].offset)
            fail_msg("%s: byte %zu is wanted, got %zu", no_messages[i].hex, no_messages[i].offset,
                     err.offset);
        assert_false(cose_sign1_read(&message, octets, length, NULL));
    }
}

static void refuses_other_keys(void **state)
{
    (void)state;
    EVP_PKEY *p256 = kit_ec("P-256");
    EVP_PKEY *other = kit_ec("P-256");
    EVP_PKEY *wrong[] = {kit_ec("P-384"), kit_ec("secp256k1"), kit_rsa()};
    struct cose_sign1 message;
    struct sti_error err;
    uint8_t *octets = NULL;
    uint8_t *none = NULL;
    size_t length = 0;
    size_t none_length = 0;
    make(NULL, false, p256, &octets, &length);
    assert_true(cose_sign1_read(&message, octets, length, NULL));
    assert_false(cose_sign1_verify(&message, other, NULL, 0, &err));
    kit_check_error(&err, STI_REFUSED, "", "or another key signed", "RFC 9052 section 4.4");
    for (size_t i = 0; i < 3; i++) {
        const struct cose_content content = {NULL, (const uint8_t *)payload, PAYLOAD_OCTETS, false};
        assert_false(cose_sign1_make(&content, wrong[i], &none, &none_length, &err));
        kit_check_error(&err, STI_REFUSED, "", "the key is not EC P-256", "RFC 9053 section 2.1");
        assert_false(cose_sign1_verify(&message, wrong[i], NULL, 0, &err));
        kit_check_error(&err, STI_REFUSED, "", "the key is not EC P-256", "RFC 9053 section 2.1");
        EVP_PKEY_free(wrong[i]);
    }
    assert_null(none);
    free(octets);
    EVP_PKEY_free(p256);
    EVP_PKEY_free(other);
}

/* A key without its private half signs nothing. */
static void says_that_a_public_key_did_not_sign(void **state)
{
    (void)state;
    EVP_PKEY *key = example_key();
    const struct cose_content content = {NULL, (const uint8_t *)payload, PAYLOAD_OCTETS, false};
    struct sti_error err;
    uint8_t *octets = NULL;
    size_t length = 0;
    assert_false(cose_sign1_make(&content, key, &octets, &length, &err));
    kit_check_error(&err, STI_ENVIRONMENT, "", "the key did not sign: ", NULL);
    assert_null(octets);
    EVP_PKEY_free(key);
}

static void refuses_to_sign_what_it_would_not_read(void **state)
{
    (void)state;
    EVP_PKEY *key = kit_ec("P-256");
    char longest[COSE_MAX_CONTENT_TYPE + 2];
    memset(longest, 'a', sizeof(longest));
    longest[sizeof(longest) - 1] = '\0';
    const struct {
        struct cose_content content;
        const char *sentence;
    } cases[] = {
        {{"", NULL, 0, false}, "the content type has not 1 to 127 octets"},
        {{"a\nb", NULL, 0, false}, "the content type has other than printable ASCII"},
        {{"\xc3\xbc", NULL, 0, false}, "the content type has other than printable ASCII"},
        {{NULL, NULL, COSE_MAX_PAYLOAD + 1, true}, "octets, at most 67108864 are signed"},
    };
    uint8_t *octets = NULL;
    size_t length = 0;
    struct sti_error err;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_false(cose_sign1_make(&cases[i].content, key, &octets, &length, &err));
        kit_check_error(&err, STI_REFUSED, "", cases[i].sentence, NULL);
    }
    struct cose_content content = {longest, (const uint8_t *)payload, PAYLOAD_OCTETS, false};
    assert_int_equal(strlen(longest), COSE_MAX_CONTENT_TYPE + 1);
    assert_false(cose_sign1_make(&content, key, &octets, &length, &err));
    kit_check_error(&err, STI_REFUSED, "", "the content type has not 1 to 127 octets", NULL);
    longest[COSE_MAX_CONTENT_TYPE] = '\0';
    struct cose_sign1 message;
    assert_true(cose_sign1_make(&content, key, &octets, &length, &err));
    assert_true(cose_sign1_read(&message, octets, length, &err));
    assert_string_equal(message.content_type, longest);
    free(octets);
    EVP_PKEY_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_and_reads_integers_rfc8949_appendix_a),
        cmocka_unit_test(writes_and_reads_strings_arrays_and_maps),
        cmocka_unit_test(writes_long_strings),
        cmocka_unit_test(refuses_what_is_not_deterministic_rfc8949_section_4_2_1),
        cmocka_unit_test(refuses_what_is_not_wanted),
        cmocka_unit_test(verifies_the_example_of_rfc9052_appendix_c_2_1),
        cmocka_unit_test(makes_what_it_reads),
        cmocka_unit_test(signs_an_empty_payload),
        cmocka_unit_test(says_which_of_two_payloads),
        cmocka_unit_test(refuses_every_bit_changed_and_every_cut),
        cmocka_unit_test(says_why_it_is_no_message),
        cmocka_unit_test(refuses_other_keys),
        cmocka_unit_test(says_that_a_public_key_did_not_sign),
        cmocka_unit_test(refuses_to_sign_what_it_would_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
