/* SPDX-License-Identifier: Apache-2.0 */
/* The body of an entry: one value has one body, and nothing else is one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "ledger_entry.h"

static const uint8_t digest[32] = {1, 2, 3};

static struct ledger_entry intent(void)
{
    struct ledger_entry entry = {.event = EVENT_INTENT};
    entry_set_number(&entry, KEY_TIME, -5);
    entry_set_text(&entry, KEY_SERIAL, "AA");
    entry_set_text(&entry, KEY_KIND, "root");
    entry_set_text(&entry, KEY_SUBJECT, "");
    entry_set_octets(&entry, KEY_TBS_DIGEST, digest, sizeof(digest));
    entry_set_number(&entry, KEY_FORMAT, 3);
    return entry;
}

static void what_was_written_is_read(void **state)
{
    struct ledger_entry entry = intent(), read;
    struct sti_error err;
    uint8_t *body, *again;
    size_t length, more;
    (void)state;
    assert_true(entry_write(&entry, &body, &length, &err));
    /* {0: 4, 1: -5, 2: "AA", 3: "root", 4: h'', 8: h'0102...', 33: 3} */
    static const uint8_t start[] =
        "\xa7\x00\x04\x01\x24\x02\x62\x41\x41\x03\x64root\x04\x40\x08\x58\x20";
    assert_memory_equal(body, start, sizeof(start) - 1);
    assert_int_equal(length, sizeof(start) - 1 + 32 + 3);
    assert_true(entry_read(&read, body, length, &err));
    assert_int_equal(read.event, EVENT_INTENT);
    assert_int_equal(read.values[KEY_TIME].number, -5);
    assert_true(read.values[KEY_SUBJECT].there);
    assert_false(read.values[KEY_JTI].there);
    assert_true(entry_write(&read, &again, &more, &err));
    assert_int_equal(more, length);
    assert_memory_equal(again, body, length);
    for (size_t cut = 0; cut < length; cut++)
        assert_false(entry_read(&read, body, cut, &err));
    free(again);
    free(body);
}

static void assert_not_written(const struct ledger_entry *entry, const char *sentence)
{
    struct sti_error err;
    uint8_t *body;
    size_t length;
    assert_false(entry_write(entry, &body, &length, &err));
    assert_string_equal(err.sentence, sentence);
    assert_int_equal(err.code, STI_REFUSED);
}

static void what_may_not_be_is_not_written(void **state)
{
    struct ledger_entry entry = intent();
    (void)state;
    entry.values[KEY_SERIAL].there = false;
    assert_not_written(&entry, "an entry \"intent\" has no serial");
    entry = intent();
    entry.values[KEY_TIME].there = false;
    assert_not_written(&entry, "an entry \"intent\" has no time");
    entry = intent();
    entry_set_text(&entry, KEY_SCOPE, "x");
    assert_not_written(&entry, "an entry \"intent\" has scope, which does not belong there");
    entry = intent();
    entry_set_octets(&entry, KEY_SPKI, digest, 31);
    assert_not_written(&entry, "spki_sha256 has 31 octets; 32 to 32 are wanted");
    entry = intent();
    entry_set_octets(&entry, KEY_SUBJECT, "a\0b", 3);
    assert_not_written(&entry, "subject has an octet 00, which no text has");
    entry = intent();
    entry_set_number(&entry, KEY_FORMAT, 0);
    assert_not_written(&entry, "format is 0; 1 to 1000000 are wanted");
    entry = intent();
    entry.event = EVENTS;
    assert_not_written(&entry, "there is no entry of kind 12");
}

#define BODY(text) (const uint8_t *)(text), sizeof(text) - 1

static void assert_not_read(const uint8_t *body, size_t length, const char *sentence)
{
    struct ledger_entry entry;
    struct sti_error err;
    assert_false(entry_read(&entry, body, length, &err));
    assert_string_equal(err.sentence, sentence);
    assert_int_equal(err.code, STI_REFUSED);
}

static void what_is_no_body_is_not_read(void **state)
{
    struct ledger_entry entry;
    struct sti_error err;
    (void)state;
    /* {0: 7, 1: 0, 2: "AA"} */
    assert_true(entry_read(&entry, BODY("\xa3\x00\x07\x01\x00\x02\x62\x41\x41"), &err));
    assert_int_equal(entry.event, EVENT_UNCERTAIN);
    assert_not_read(BODY("\xa2\x01\x00\x02\x62\x41\x41"), "there is no entry of kind 0");
    assert_not_read(BODY("\xa2\x00\x0c\x01\x00"), "event is 12; 1 to 11 are wanted");
    assert_not_read(BODY("\xa2\x00\x07\x01\x00"), "an entry \"uncertain\" has no serial");
    assert_not_read(BODY("\xa4\x00\x07\x01\x00\x02\x62\x41\x41\x11\x40"),
                    "an entry \"uncertain\" has reason, which does not belong there");
    assert_not_read(BODY("\xa3\x00\x07\x01\x00\x02\x42\x41\x41"),
                    "serial is a byte string; a text is wanted");
    assert_not_read(BODY("\xa3\x00\x07\x02\x62\x41\x41\x01\x00"),
                    "a key of the entry is out of order");
    assert_not_read(BODY("\xa3\x00\x07\x01\x00\x18\x63\x00"),
                    "the entry has a key that is not known");
    assert_not_read(BODY("\xa3\x00\x07\x01\x00\x02\x62\x41\x41\x00"),
                    "has 1 octets too many behind the entry");
    assert_not_read(BODY("\xa3\x00\x07\x01\x18\x00\x02\x62\x41\x41"),
                    "there is an item that is not written in its shortest form");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_written_is_read),
        cmocka_unit_test(what_may_not_be_is_not_written),
        cmocka_unit_test(what_is_no_body_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
