/* SPDX-License-Identifier: Apache-2.0 */
/* A TNAuthList as JSON: the tree and what is written as it comes say the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "list_json.h"
#include "test_pki_kit.h"

/* What list_json_write() writes. */
static char *written(const struct tnauthlist *list, const char *indent)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_true(list_json_write(list, indent, out));
    assert_int_equal(fclose(out), 0);
    return text;
}

static void writes_a_line_an_entry(void **state)
{
    (void)state;
    struct tnauthlist list;
    kit_list("SPC:709J,TN:12155550100-12155550199,TN:*67#", &list);
    char *text = written(&list, "    ");
    assert_string_equal(text, "[\n"
                              "      {\"spc\": \"709J\"},\n"
                              "      {\"range\": {\"start\": \"12155550100\", \"count\": 100}},\n"
                              "      {\"one\": \"*67#\"}\n"
                              "    ]");
    free(text);
    kit_list_free(&list);
}

static void writes_one_entry(void **state)
{
    (void)state;
    char text[80] = "";
    struct tnauthlist list;
    kit_list("TN:1,TN:000000000000000+999999999999999", &list);
    FILE *out = fmemopen(text, sizeof(text), "w");
    assert_non_null(out);
    assert_true(list_json_write_entry(&list, 1, out));
    fclose(out);
    assert_string_equal(
        text, "{\"range\": {\"start\": \"000000000000000\", \"count\": 999999999999999}}");
    kit_list_free(&list);
}

/* Quotes and escapes in an SPC, and an SPC that is longer than any buffer. */
static void says_what_the_tree_says(void **state)
{
    (void)state;
    char long_spc[5000] = "SPC:";
    memset(long_spc + 4, '"', sizeof(long_spc) - 5);
    const char *const texts[] = {"SPC:709J", "SPC:a\\x00b\\x1B\\x20\\x7F\\x5C\"/'", long_spc,
                                 "TN:0,TN:00-01,SPC:x,TN:#"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct tnauthlist list;
        kit_list(texts[i], &list);
        char *text = written(&list, "");
        json_t *read = json_loads(text, 0, NULL);
        json_t *tree = list_json(&list);
        assert_non_null(read);
        assert_true(json_equal(read, tree));
        json_decref(read);
        json_decref(tree);
        free(text);
        kit_list_free(&list);
    }
}

static void writes_strings(void **state)
{
    (void)state;
    char text[80] = "";
    FILE *out = fmemopen(text, sizeof(text), "w");
    assert_non_null(out);
    list_json_write_string("a\"b\\c\x01\n\x7f/", out);
    fclose(out);
    assert_string_equal(text, "\"a\\\"b\\\\c\\u0001\\u000a\\u007f/\"");
}

/* The caller sees with ferror() what the file cannot take. */
static void leaves_errors_in_the_file(void **state)
{
    (void)state;
    struct tnauthlist list;
    kit_list("SPC:709J,TN:1", &list);
    FILE *out = fopen("/dev/full", "w");
    assert_non_null(out);
    setvbuf(out, NULL, _IONBF, 0);
    assert_true(list_json_write(&list, "", out));
    assert_true(ferror(out) != 0);
    fclose(out);
    kit_list_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_a_line_an_entry),    cmocka_unit_test(writes_one_entry),
        cmocka_unit_test(says_what_the_tree_says),   cmocka_unit_test(writes_strings),
        cmocka_unit_test(leaves_errors_in_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
