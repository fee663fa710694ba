/* SPDX-License-Identifier: Apache-2.0 */
/* Bundles of files: written, read, and refused whole; no name leads out of a folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "bundle_files.h"
#include "dcbor.h"
#include "test_token_kit.h"

#define OCTETS(text) (const uint8_t *)(text), strlen(text)

static uint8_t *written(size_t *length)
{
    struct bundle_files files = {.count = 0};
    struct sti_error err;
    uint8_t *octets = NULL;
    assert_true(bundle_files_add(&files, "root.plan", OCTETS("the plan"), &err));
    assert_true(bundle_files_add(&files, "b", OCTETS(""), &err));
    assert_true(bundle_files_add(&files, "root.cnf", OCTETS("the file"), &err));
    assert_true(bundle_files_write(&files, &octets, length, &err));
    bundle_files_free(&files);
    return octets;
}

/* RFC 8949 section 4.2.1: one octet string for the same files, whatever their order. */
static void writes_the_names_in_order(void **state)
{
    (void)state;
    struct bundle_files files;
    struct sti_error err;
    size_t length;
    unsigned char digest[BUNDLE_DIGEST_OCTETS];
    uint8_t *octets = written(&length);
    assert_true(bundle_files_begin(octets, length));
    assert_true(bundle_files_read(&files, octets, length, &err));
    assert_int_equal(files.count, 3);
    assert_string_equal(files.files[0].name, "b");
    assert_int_equal(files.files[0].part.length, 0);
    assert_string_equal(files.files[1].name, "root.cnf");
    assert_memory_equal(files.files[1].part.octets, "the file", 8);
    assert_string_equal(files.files[2].name, "root.plan");
    assert_int_equal(EVP_Digest(octets, length, digest, NULL, EVP_sha256(), NULL), 1);
    assert_memory_equal(files.digest, digest, sizeof(digest));
    assert_int_equal(EVP_Digest("the plan", 8, digest, NULL, EVP_sha256(), NULL), 1);
    assert_memory_equal(files.files[2].part.digest, digest, sizeof(digest));
    bundle_files_free(&files);
    free(octets);
}

static void takes_no_name_that_leads_out_of_a_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"",     ".",    "..",    ".profile", "a/b", "/etc",
                                        "../a", "a\nb", "a\x7f", "\xc3\xa4", "a/",  "\033[2J"};
    struct bundle_files files = {.count = 0};
    struct sti_error err;
    char longest[BUNDLE_FILES_NAME + 2];
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        assert_false(bundle_files_add(&files, names[i], OCTETS("x"), &err));
        kit_check_error(&err, STI_REFUSED, "",
                        "a name in a bundle is 1 to 128 characters of printable ASCII, without a "
                        "slash and without a dot in front, so that no file gets out of its folder",
                        NULL);
        /* And one who writes bundles by other means gets no further. */
        struct dcbor_writer writer = {0};
        uint8_t *octets = NULL;
        size_t length;
        unsigned char digest[BUNDLE_DIGEST_OCTETS];
        assert_int_equal(EVP_Digest("x", 1, digest, NULL, EVP_sha256(), NULL), 1);
        dcbor_put_array(&writer, 3);
        dcbor_put_text(&writer, "sti-ca files");
        dcbor_put_int(&writer, 1);
        dcbor_put_map(&writer, 1);
        dcbor_put_text(&writer, names[i]);
        dcbor_put_array(&writer, 2);
        dcbor_put_bytes(&writer, digest, sizeof(digest));
        dcbor_put_bytes(&writer, "x", 1);
        assert_true(dcbor_finish(&writer, &octets, &length, &err));
        assert_false(bundle_files_read(&files, octets, length, &err));
        assert_int_equal(err.code, STI_REFUSED);
        assert_null(files.files);
        free(octets);
    }
    memset(longest, 'n', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    assert_false(bundle_files_add(&files, longest, OCTETS("x"), &err));
    longest[BUNDLE_FILES_NAME] = '\0';
    assert_true(bundle_files_add(&files, longest, OCTETS("x"), &err));
    assert_false(bundle_files_add(&files, longest, OCTETS("y"), &err));
    kit_check_error(&err, STI_REFUSED, "", "two files are called nnn", NULL);
    bundle_files_free(&files);
}

static void refuses_what_is_too_much_or_nothing(void **state)
{
    (void)state;
    struct bundle_files files = {.count = 0};
    struct sti_error err;
    uint8_t *octets = NULL;
    size_t length;
    char name[16];
    assert_false(bundle_files_write(&files, &octets, &length, &err));
    kit_check_error(&err, STI_REFUSED, "", "a bundle without a file carries nothing", NULL);
    assert_false(bundle_files_add(&files, "a", (const uint8_t *)"", BUNDLE_FILES_ONE + 1, &err));
    kit_check_error(&err, STI_REFUSED, "",
                    "has 268435457 octets; a file in a bundle has 268435456 at most", NULL);
    for (size_t i = 0; i < BUNDLE_FILES_MOST; i++) {
        snprintf(name, sizeof(name), "%zu", i);
        assert_true(bundle_files_add(&files, name, OCTETS("x"), &err));
    }
    assert_false(bundle_files_add(&files, "one more", OCTETS("x"), &err));
    kit_check_error(&err, STI_REFUSED, "", "a bundle has 8192 files at most; make two", NULL);
    bundle_files_free(&files);
}

/* Every octet of it, cut off before it or another in its place: refused, or another digest. */
static void notices_every_octet(void **state)
{
    (void)state;
    struct bundle_files files;
    struct sti_error err;
    size_t length;
    size_t taken = 0;
    unsigned char digest[BUNDLE_DIGEST_OCTETS];
    uint8_t *octets = written(&length);
    assert_true(bundle_files_read(&files, octets, length, &err));
    memcpy(digest, files.digest, sizeof(digest));
    bundle_files_free(&files);
    for (size_t i = 0; i < length; i++) {
        assert_false(bundle_files_read(&files, octets, i, &err));
        assert_int_equal(err.code, STI_REFUSED);
        for (int bit = 0; bit < 8; bit++) {
            octets[i] ^= (uint8_t)(1 << bit);
            if (bundle_files_read(&files, octets, length, &err)) {
                taken++; /* another letter in a name */
                assert_memory_not_equal(files.digest, digest, sizeof(digest));
            } else {
                assert_int_equal(err.code, STI_REFUSED);
            }
            bundle_files_free(&files);
            octets[i] ^= (uint8_t)(1 << bit);
        }
    }
    assert_true(taken < 18 * 8);
    free(octets);
}

static void refuses_what_begins_as_something_else(void **state)
{
    (void)state;
    struct bundle_files files;
    struct bundle request;
    struct sti_error err;
    size_t length;
    uint8_t *octets = written(&length);
    assert_false(bundle_files_read(&files, OCTETS("\x83\x6dsti-ca bundle\x01\xa0"), &err));
    kit_check_error(&err, STI_REFUSED, "",
                    "is not a bundle of files: it does not begin as one does; sti-ca bundle pack "
                    "makes them",
                    NULL);
    assert_false(bundle_read(&request, octets, length, &err));
    kit_check_error(&err, STI_REFUSED, "",
                    "is a bundle of files, not of a request; sti-ca bundle unpack puts them into a "
                    "folder",
                    NULL);
    octets[14] = 2;
    assert_false(bundle_files_read(&files, octets, length, &err));
    kit_check_error(&err, STI_REFUSED, "", "the version of the bundle", NULL);
    free(octets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_the_names_in_order),
        cmocka_unit_test(takes_no_name_that_leads_out_of_a_folder),
        cmocka_unit_test(refuses_what_is_too_much_or_nothing),
        cmocka_unit_test(notices_every_octet),
        cmocka_unit_test(refuses_what_begins_as_something_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
