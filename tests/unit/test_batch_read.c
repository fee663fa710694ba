/* SPDX-License-Identifier: Apache-2.0 */
/* Which requests a folder or a manifest names. What is refused is in the stories, too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "batch.h"
#include "test_token_kit.h"
#include "test_tool_kit.h"

static const struct tool_command command = {.name = "issue",
                                            .options = {{"account-key", "FILE", "", false}}};

static struct tool_arguments arguments;

static struct batch read_it(const char *source, struct sti_error *err, bool good)
{
    arguments.command = &command;
    struct batch batch = {.arguments = &arguments, .source = source};
    bool ok = batch_read(&batch, err);
    if (ok != good && err != NULL)
        fprintf(stderr, "%s\n", err->sentence);
    assert_int_equal(ok, good);
    return batch;
}

static void forget(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct batch_item *item = &batch->items[i];
        char *const texts[] = {item->name,        item->bundle, item->csr,          item->token,
                               item->account_key, item->list,   item->profile_name, item->base};
        for (size_t j = 0; j < sizeof(texts) / sizeof(*texts); j++)
            free(texts[j]);
    }
    free(batch->items);
}

static void refuses(const char *source, enum sti_code code, const char *sentence)
{
    struct sti_error err;
    struct batch batch = read_it(source, &err, false);
    kit_check_error(&err, code, "", sentence, NULL);
    forget(&batch);
}

/* Names that sort between each other's files: `a-1.csr` stands before `a.csr`. */
static void takes_the_files_of_a_folder_in_the_order_of_names(void **state)
{
    (void)state;
    static const char *const files[] = {"a.csr",   "a.jwt", "a.pub",    "a-1.csr", "a-1.jwt",
                                        "a-1.pub", "b.csr", "b.bundle", "a.b.csr", "a.b.jwt",
                                        "a.b.pub", ".x",    "a.list"};
    struct sti_error err;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        if (strcmp(files[i], "b.csr") != 0)
            file_with_text(files[i], "");
    struct batch batch = read_it(folder, &err, true);
    assert_int_equal(batch.count, 4);
    assert_string_equal(batch.items[0].name, "a");
    assert_string_equal(batch.items[1].name, "a-1");
    assert_string_equal(batch.items[2].name, "a.b");
    assert_string_equal(batch.items[3].name, "b");
    assert_string_equal(batch.items[0].csr, in_folder("a.csr"));
    assert_string_equal(batch.items[0].token, in_folder("a.jwt"));
    assert_string_equal(batch.items[0].account_key, in_folder("a.pub"));
    assert_string_equal(batch.items[0].list, in_folder("a.list"));
    assert_null(batch.items[1].list);
    assert_null(batch.items[3].csr);
    assert_string_equal(batch.items[3].bundle, in_folder("b.bundle"));
    forget(&batch);
    file_with_text("b.csr", "");
    refuses(folder, STI_USAGE, "request b has a bundle and other files, too");
}

static void gives_the_account_key_to_those_without_one(void **state)
{
    (void)state;
    struct sti_error err;
    file_with_text("a.csr", "");
    file_with_text("a.jwt", "");
    file_with_text("b.csr", "");
    file_with_text("b.jwt", "");
    file_with_text("b.pub", "");
    refuses(folder, STI_USAGE, "request a has no account key");
    arguments.values[0] = "shared.pem";
    struct batch batch = read_it(folder, &err, true);
    assert_string_equal(batch.items[0].account_key, "shared.pem");
    assert_string_equal(batch.items[1].account_key, in_folder("b.pub"));
    forget(&batch);
    arguments.values[0] = NULL;
}

static void reads_a_manifest(void **state)
{
    (void)state;
    struct sti_error err;
    const char *path = file_with_text(
        "m.json", "{\"batch\": 1, \"requests\": [{\"name\": \"z\", \"bundle\": \"/abs/z\"},"
                  " {\"name\": \"y\", \"csr\": \"c\", \"token\": \"t\", \"account_key\": \"k\","
                  " \"list\": \"l\", \"profile\": \"p\", \"by_reference\": \"https://x/\"}]}");
    struct batch batch = read_it(path, &err, true);
    assert_int_equal(batch.count, 2);
    assert_string_equal(batch.items[0].name, "y");
    assert_int_equal(strncmp(batch.items[0].csr, folder, strlen(folder)), 0);
    assert_string_equal(batch.items[0].profile_name, "p");
    assert_string_equal(batch.items[0].base, "https://x/");
    assert_string_equal(batch.items[1].bundle, "/abs/z");
    forget(&batch);
}

/* A manifest is read or refused, never read in part; none of these has all it needs. */
static void refuses_every_cut_manifest(void **state)
{
    (void)state;
    static const char whole[] =
        "{\"batch\":1,\"requests\":[{\"name\":\"a\",\"bundle\":\"b\",\"profile\":\"p\"}]}";
    for (size_t length = 0; length + 1 < sizeof(whole); length++) {
        const char *path = file_with("m.json", whole, length);
        struct sti_error err;
        struct batch batch = read_it(path, &err, false);
        assert_int_equal(err.code, STI_USAGE);
        assert_int_equal(batch.count, 0);
        forget(&batch);
    }
}

static void holds_names_to_what_a_file_can_be_called(void **state)
{
    (void)state;
    static const char *const bad[] = {"", ".", "..", "-a", ".a", "a/b", "a b", "\xc3\xa4", "a\n"};
    char longest[BATCH_NAME_MAX + 2];
    struct batch batch = {.source = ""};
    struct sti_error err;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_null(batch_add(&batch, bad[i], &err));
        kit_check_error(&err, STI_USAGE, "", "cannot be the name of a request", NULL);
    }
    memset(longest, 'x', sizeof(longest));
    longest[BATCH_NAME_MAX + 1] = '\0';
    assert_null(batch_add(&batch, longest, &err));
    longest[BATCH_NAME_MAX] = '\0';
    assert_non_null(batch_add(&batch, longest, &err));
    assert_non_null(batch_add(&batch, "A-9_z.y", &err));
    forget(&batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(takes_the_files_of_a_folder_in_the_order_of_names),
        IN_FOLDER(gives_the_account_key_to_those_without_one),
        IN_FOLDER(reads_a_manifest),
        IN_FOLDER(refuses_every_cut_manifest),
        cmocka_unit_test(holds_names_to_what_a_file_can_be_called),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
