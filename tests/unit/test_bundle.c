/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles: written, read, and refused whole when one octet is off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "bundle.h"
#include "dcbor.h"
#include "test_token_kit.h"

/* What the parts are is nothing to bundle_read(): a word will do. */
static const char *const words[BUNDLE_KINDS] = {
    [BUNDLE_CRL] = "revoked",  [BUNDLE_CSR] = "request",    [BUNDLE_LIST] = "numbers",
    [BUNDLE_CHAIN] = "signer", [BUNDLE_TOKEN] = "a.to.ken", [BUNDLE_ACCOUNT_KEY] = "spki",
};

#define ALL ((1U << BUNDLE_KINDS) - 1)
#define LEAST (1U << BUNDLE_CSR | 1U << BUNDLE_TOKEN | 1U << BUNDLE_ACCOUNT_KEY)

/* The bundle of the words whose bits are set. */
static struct bundle some(unsigned parts)
{
    struct bundle bundle = {0};
    for (unsigned i = 0; i < BUNDLE_KINDS; i++)
        if ((parts >> i & 1) != 0)
            bundle.parts[i] = (struct bundle_part){.octets = (const uint8_t *)words[i],
                                                   .length = strlen(words[i])};
    return bundle;
}

static uint8_t *written(unsigned parts, size_t *length)
{
    struct bundle bundle = some(parts);
    struct sti_error err;
    uint8_t *octets = NULL;
    if (!bundle_write(&bundle, &octets, length, &err))
        fail_msg("%s", err.sentence);
    return octets;
}

static void reads_what_it_writes_with_every_choice_of_parts(void **state)
{
    (void)state;
    size_t accepted = 0;
    for (unsigned parts = 0; parts <= ALL; parts++) {
        struct bundle bundle = some(parts);
        struct bundle again;
        struct sti_error err;
        uint8_t *octets = NULL;
        size_t length = 0;
        if ((parts & LEAST) != LEAST) {
            assert_false(bundle_write(&bundle, &octets, &length, &err));
            kit_check_error(&err, STI_REFUSED, "", "the bundle has no part ", NULL);
            assert_null(octets);
            continue;
        }
        accepted++;
        assert_true(bundle_write(&bundle, &octets, &length, &err));
        assert_true(bundle_read(&again, octets, length, &err));
        assert_memory_equal(bundle.digest, again.digest, BUNDLE_DIGEST_OCTETS);
        for (unsigned i = 0; i < BUNDLE_KINDS; i++) {
            assert_int_equal(again.parts[i].octets != NULL, parts >> i & 1);
            assert_int_equal(again.parts[i].length, bundle.parts[i].length);
            assert_memory_equal(again.parts[i].digest, bundle.parts[i].digest,
                                BUNDLE_DIGEST_OCTETS);
            if (again.parts[i].octets != NULL)
                assert_memory_equal(again.parts[i].octets, words[i], strlen(words[i]));
        }
        free(octets);
    }
    assert_int_equal(accepted, 8);
}

static void its_digest_is_the_sha256_of_the_file(void **state)
{
    (void)state;
    size_t length = 0;
    unsigned char digest[32];
    struct bundle bundle;
    uint8_t *octets = written(ALL, &length);
    assert_int_equal(EVP_Digest(octets, length, digest, NULL, EVP_sha256(), NULL), 1);
    assert_true(bundle_read(&bundle, octets, length, NULL));
    assert_memory_equal(bundle.digest, digest, sizeof(digest));
    free(octets);
}

static void the_same_parts_make_the_same_file(void **state)
{
    (void)state;
    size_t length = 0;
    size_t other_length = 0;
    uint8_t *octets = written(ALL, &length);
    uint8_t *other = written(ALL, &other_length);
    assert_int_equal(length, other_length);
    assert_memory_equal(octets, other, length);
    free(octets);
    free(other);
}

/* ---- every octet counts ---- */

/* Reads exactly these octets, so that a sanitizer sees what is read behind them. */
static bool reads(const uint8_t *octets, size_t length, struct sti_error *err)
{
    struct bundle bundle;
    uint8_t *exact = malloc(length + (length == 0));
    assert_non_null(exact);
    if (length > 0)
        memcpy(exact, octets, length);
    bool ok = bundle_read(&bundle, exact, length, err);
    for (size_t i = 0; i < BUNDLE_KINDS && !ok; i++)
        assert_null(bundle.parts[i].octets);
    free(exact);
    return ok;
}

static void refuses_every_octet_changed_to_any_other(void **state)
{
    (void)state;
    static const unsigned choices[] = {LEAST, ALL, LEAST | 1U << BUNDLE_CRL,
                                       LEAST | 1U << BUNDLE_LIST, LEAST | 1U << BUNDLE_CHAIN};
    for (size_t choice = 0; choice < sizeof(choices) / sizeof(*choices); choice++) {
        size_t length = 0;
        uint8_t *octets = written(choices[choice], &length);
        for (size_t i = 0; i < length; i++)
            for (unsigned change = 1; change < 256; change++) {
                struct sti_error err;
                octets[i] ^= (uint8_t)change;
                if (reads(octets, length, &err))
                    fail_msg("octet %zu changed by 0x%02X makes no difference", i, change);
                kit_check_error(&err, STI_REFUSED, NULL, NULL, NULL);
                assert_true(err.sentence[0] != '\0');
                octets[i] ^= (uint8_t)change;
            }
        assert_true(reads(octets, length, NULL));
        free(octets);
    }
}

static void refuses_every_cut_and_every_addition(void **state)
{
    (void)state;
    size_t length = 0;
    struct sti_error err;
    uint8_t *octets = written(ALL, &length);
    for (size_t cut = 0; cut < length; cut++) {
        if (reads(octets, cut, &err))
            fail_msg("cut to %zu octets, it is accepted", cut);
        kit_check_error(&err, STI_REFUSED, NULL, NULL, NULL);
    }
    octets = realloc(octets, length + 1);
    assert_non_null(octets);
    for (unsigned more = 0; more < 256; more++) {
        octets[length] = (uint8_t)more;
        assert_false(reads(octets, length + 1, &err));
        kit_check_error(&err, STI_REFUSED, "", "has 1 octets too many behind the bundle", NULL);
        assert_int_equal(err.offset, length);
    }
    /* An octet put in, or taken out, anywhere. */
    for (size_t i = 0; i < length; i++) {
        memmove(octets + i + 1, octets + i, length - i);
        assert_false(reads(octets, length + 1, NULL));
        memmove(octets + i, octets + i + 1, length - i);
    }
    assert_true(reads(octets, length, NULL));
    free(octets);
}

/* The same values, written in another way: with the octet at `at` replaced by `by`. */
static void refuses_written_otherwise(size_t at, const char *by, size_t by_length, const char *more,
                                      const char *part, const char *sentence)
{
    size_t length = 0;
    struct sti_error err;
    uint8_t *octets = written(ALL, &length);
    uint8_t *other = malloc(length + by_length + 1);
    assert_non_null(other);
    memcpy(other, octets, at);
    memcpy(other + at, by, by_length);
    memcpy(other + at + by_length, octets + at + 1, length - at - 1);
    memcpy(other + length + by_length - 1, more, strlen(more));
    assert_false(reads(other, length + by_length - 1 + strlen(more), &err));
    kit_check_error(&err, STI_REFUSED, part, sentence, NULL);
    assert_int_equal(err.offset, at);
    free(other);
    free(octets);
}

static void refuses_another_way_to_write_the_same(void **state)
{
    (void)state;
    size_t length = 0;
    uint8_t *octets = written(ALL, &length);
    uint8_t *word = memmem(octets, length, words[BUNDLE_CSR], strlen(words[BUNDLE_CSR]));
    uint8_t *name = memmem(octets, length, "csr", 3);
    assert_true(word != NULL && name != NULL);
    size_t part = (size_t)(word - octets) - 1;
    size_t key = (size_t)(name - octets) - 1;
    free(octets);
    static const char shortest[] = "not written in its shortest form";
    refuses_written_otherwise(15, "\x18\x01", 2, "", "", shortest); /* the version */
    refuses_written_otherwise(16, "\xb8\x06", 2, "", "", shortest); /* the map */
    refuses_written_otherwise(key, "\x78\x03", 2, "", "", shortest);
    refuses_written_otherwise(key + 4, "\x98\x02", 2, "", "csr", shortest);
    refuses_written_otherwise(part, "\x58\x07", 2, "", "csr", shortest);
    refuses_written_otherwise(part, "\x59\x00\x07", 3, "", "csr", shortest);
    refuses_written_otherwise(16, "\xbf", 1, "\xff", "", "there is an indefinite length");
    refuses_written_otherwise(part, "\x5f\x47", 2, "\xff", "csr", "there is an indefinite length");
}

static void names_the_part_that_is_damaged(void **state)
{
    (void)state;
    size_t length = 0;
    uint8_t *octets = written(ALL, &length);
    for (unsigned i = 0; i < BUNDLE_KINDS; i++) {
        struct sti_error err;
        uint8_t *at = memmem(octets, length, words[i], strlen(words[i]));
        assert_non_null(at);
        at[0] ^= 1;
        assert_false(reads(octets, length, &err));
        kit_check_error(&err, STI_REFUSED, bundle_part_name(i),
                        "its SHA-256 is not the one that stands before it: the bundle was damaged "
                        "or altered; use nothing of it, and have it made again",
                        NULL);
        assert_int_equal(err.offset, at - octets - 1); /* the item: a head of one octet */
        at[0] ^= 1;
        at[-2] ^= 1; /* the last octet of its digest */
        assert_false(reads(octets, length, &err));
        kit_check_error(&err, STI_REFUSED, bundle_part_name(i), "its SHA-256 is not", NULL);
        at[-2] ^= 1;
    }
    assert_true(reads(octets, length, NULL));
    free(octets);
}

/* ---- what is no bundle, made by hand ---- */

/* A bundle that is to be, with a fault. */
struct by_hand {
    const char *names[4]; /* ends with NULL; the part's octets are its name */
    size_t count;         /* of the map's head; 0: as many as there are names */
    int64_t version;      /* 0: 1 */
    size_t in_part;       /* items of the first part's array; 0: 2 */
};

static bool reads_by_hand(const struct by_hand *by_hand, struct sti_error *err)
{
    struct dcbor_writer writer = {0};
    uint8_t *octets = NULL;
    size_t length = 0;
    size_t count = 0;
    while (count < 4 && by_hand->names[count] != NULL)
        count++;
    dcbor_put_array(&writer, 3);
    dcbor_put_text(&writer, "sti-ca bundle");
    dcbor_put_int(&writer, by_hand->version == 0 ? 1 : by_hand->version);
    dcbor_put_map(&writer, by_hand->count == 0 ? count : by_hand->count);
    for (size_t i = 0; i < count; i++) {
        const char *name = by_hand->names[i];
        unsigned char digest[32];
        assert_int_equal(EVP_Digest(name, strlen(name), digest, NULL, EVP_sha256(), NULL), 1);
        dcbor_put_text(&writer, name);
        dcbor_put_array(&writer, by_hand->in_part != 0 && i == 0 ? by_hand->in_part : 2);
        dcbor_put_bytes(&writer, digest, sizeof(digest));
        dcbor_put_bytes(&writer, name, strlen(name));
    }
    assert_true(dcbor_finish(&writer, &octets, &length, NULL));
    bool ok = reads(octets, length, err);
    free(octets);
    return ok;
}

static const struct {
    struct by_hand by_hand;
    const char *part;
    const char *sentence; /* NULL: it is good */
} hands[] = {
    {{{"csr", "token", "account-key"}, 0, 0, 0}, "", NULL},
    {{{"csr", "token", "account-key"}, 0, 2, 0}, "", "the version of the bundle is 2, not 1"},
    {{{"csr", "token", "account-key"}, 0, -1, 0}, "", "the version of the bundle is -1, not 1"},
    {{{"csr", "token"}, 0, 0, 0}, "", "the bundle has no part account-key, without which"},
    {{{"csr", "account-key"}, 0, 0, 0}, "", "the bundle has no part token, without which"},
    {{{"token", "account-key"}, 0, 0, 0}, "", "the bundle has no part csr, without which"},
    {{{"csr", "csr", "token", "account-key"}, 0, 0, 0},
     "",
     "a key of the map of parts stands twice"},
    {{{"token", "csr", "account-key"}, 0, 0, 0}, "", "a key of the map of parts is out of order"},
    {{{"csr", "account-key", "token"}, 0, 0, 0}, "", "a key of the map of parts is out of order"},
    {{{"csr", "key", "token", "account-key"}, 0, 0, 0}, "", "a part has a name that is none of"},
    {{{"csr", "token", "account-key"}, 4, 0, 0}, "", "the octets end within an item"},
    {{{"csr", "token", "account-key"}, 7, 0, 0}, "", "the map of parts has 7 pairs; 1 to 6"},
    {{{"csr", "token", "account-key"}, 2, 0, 0}, "", "octets too many behind the bundle"},
    {{{"csr", "token", "account-key"}, 0, 0, 3}, "csr", "the part has 3 items, not 2"},
};

static void says_why_it_is_no_bundle(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(hands) / sizeof(*hands); i++) {
        struct sti_error err;
        sti_error_clear(&err);
        bool ok = reads_by_hand(&hands[i].by_hand, &err);
        if (ok != (hands[i].sentence == NULL))
            fail_msg("row %zu: wrongly %s: %s", i, ok ? "accepted" : "refused", err.sentence);
        if (!ok)
            kit_check_error(&err, STI_REFUSED, hands[i].part, hands[i].sentence, NULL);
    }
}

static void says_that_other_files_are_no_bundle(void **state)
{
    (void)state;
    static const char *const others[] = {"", "-----BEGIN CERTIFICATE REQUEST-----", "\x83",
                                         "\x83\x6dsti-ca bundlf\x01"};
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        struct sti_error err;
        assert_false(reads((const uint8_t *)others[i], strlen(others[i]), &err));
        kit_check_error(&err, STI_REFUSED, "", "is not a bundle of sti-ca", NULL);
    }
}

/* ---- sizes ---- */

static void refuses_parts_that_are_empty_or_too_large(void **state)
{
    (void)state;
    for (unsigned i = 0; i < BUNDLE_KINDS; i++) {
        struct bundle bundle = some(ALL);
        struct sti_error err;
        uint8_t *octets = NULL;
        size_t length = 0;
        bundle.parts[i].length = 0;
        assert_false(bundle_write(&bundle, &octets, &length, &err));
        kit_check_error(&err, STI_REFUSED, bundle_part_name(i), "has 0 octets; 1 to ", NULL);
        bundle.parts[i].length = bundle_part_limit(i) + 1; /* refused before it is looked at */
        assert_false(bundle_write(&bundle, &octets, &length, &err));
        kit_check_error(&err, STI_REFUSED, bundle_part_name(i), "octets; 1 to ", NULL);
        assert_null(octets);
    }
}

/* The account key has the smallest limit: a part just within it passes, one octet more does not. */
static void reads_up_to_the_limit(void **state)
{
    (void)state;
    size_t limit = bundle_part_limit(BUNDLE_ACCOUNT_KEY);
    uint8_t *large = calloc(1, limit + 1);
    struct bundle bundle = some(LEAST);
    uint8_t *octets = NULL;
    size_t length = 0;
    struct sti_error err;
    assert_non_null(large);
    bundle.parts[BUNDLE_ACCOUNT_KEY] = (struct bundle_part){.octets = large, .length = limit};
    assert_true(bundle_write(&bundle, &octets, &length, &err));
    assert_true(reads(octets, length, &err));
    free(octets);

    struct dcbor_writer writer = {0};
    dcbor_put_array(&writer, 3);
    dcbor_put_text(&writer, "sti-ca bundle");
    dcbor_put_int(&writer, 1);
    dcbor_put_map(&writer, 1);
    dcbor_put_text(&writer, "account-key");
    dcbor_put_array(&writer, 2);
    dcbor_put_bytes(&writer, large, BUNDLE_DIGEST_OCTETS);
    dcbor_put_bytes(&writer, large, limit + 1);
    assert_true(dcbor_finish(&writer, &octets, &length, NULL));
    assert_false(reads(octets, length, &err));
    kit_check_error(&err, STI_REFUSED, "account-key", "the part has 65537 octets; 1 to 65536",
                    NULL);
    free(octets);
    free(large);
}

static void refuses_a_file_that_is_too_long_unread(void **state)
{
    (void)state;
    struct bundle bundle;
    struct sti_error err;
    assert_false(bundle_read(&bundle, (const uint8_t *)"", bundle_limit() + 1, &err));
    kit_check_error(&err, STI_REFUSED, "", "octets, a bundle has ", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_it_writes_with_every_choice_of_parts),
        cmocka_unit_test(its_digest_is_the_sha256_of_the_file),
        cmocka_unit_test(the_same_parts_make_the_same_file),
        cmocka_unit_test(refuses_every_octet_changed_to_any_other),
        cmocka_unit_test(refuses_every_cut_and_every_addition),
        cmocka_unit_test(refuses_another_way_to_write_the_same),
        cmocka_unit_test(names_the_part_that_is_damaged),
        cmocka_unit_test(says_why_it_is_no_bundle),
        cmocka_unit_test(says_that_other_files_are_no_bundle),
        cmocka_unit_test(refuses_parts_that_are_empty_or_too_large),
        cmocka_unit_test(reads_up_to_the_limit),
        cmocka_unit_test(refuses_a_file_that_is_too_long_unread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
