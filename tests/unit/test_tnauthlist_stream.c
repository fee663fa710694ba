/* SPDX-License-Identifier: Apache-2.0 */
/* Streaming: the same octets and the same refusals as in memory, whatever the blocks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "hex.h"
#include "tnauthlist_stream.h"

/* Octets given out in blocks of at most `block`; a failure can be asked for. */
struct input {
    const uint8_t *octets;
    size_t length;
    size_t at;
    size_t block;
    bool fails;
};

static bool give(void *context, uint8_t *buf, size_t room, size_t *got, struct sti_error *err)
{
    struct input *input = context;
    size_t left = input->length - input->at;
    size_t length = left < input->block ? left : input->block;
    if (input->fails && left == 0)
        return sti_fail(err, "the input is gone");
    *got = length < room ? length : room;
    memcpy(buf, input->octets + input->at, *got);
    input->at += *got;
    return true;
}

/* Octets taken; a failure can be asked for. */
struct output {
    uint8_t *octets;
    size_t length;
    size_t room;
    bool fails;
};

static bool take(void *context, const uint8_t *octets, size_t length, struct sti_error *err)
{
    struct output *output = context;
    if (output->fails)
        return sti_fail(err, "the output is full");
    if (output->length + length > output->room) {
        output->room = 2 * (output->length + length);
        output->octets = realloc(output->octets, output->room);
        assert_non_null(output->octets);
    }
    memcpy(output->octets + output->length, octets, length);
    output->length += length;
    return true;
}

/* Text to DER as a caller would: count, header, entries. */
static bool encode(const char *text, size_t length, size_t block, struct output *output,
                   struct sti_error *err)
{
    struct input first = {(const uint8_t *)text, length, 0, block, false};
    struct input second = first;
    struct tnauthlist_totals totals;
    if (!tnauthlist_stream_encode(give, &first, NULL, NULL, &totals, err))
        return false;
    uint8_t header[TNAUTHLIST_STREAM_HEADER];
    take(output, header, tnauthlist_stream_header(totals.octets, header), NULL);
    return tnauthlist_stream_encode(give, &second, take, output, &totals, err);
}

/* A long text of every kind of entry, with comments, blank lines and CR. */
static char *long_text(size_t entries, size_t *length)
{
    char *text = malloc(entries * 64 + 64);
    assert_non_null(text);
    size_t at = 0;
    for (size_t i = 0; i < entries; i++) {
        if (i % 5 == 0)
            at += (size_t)sprintf(text + at, "SPC:A%zu ; entry %zu, a comment\r\n", i, i);
        else if (i % 5 == 1)
            at += (size_t)sprintf(text + at, "TN:%011zu-%011zu,", i * 1000, i * 1000 + 99);
        else
            at += (size_t)sprintf(text + at, " TN:1%010zu%s", i, i % 5 == 2 ? ", " : "\n\n");
    }
    *length = at;
    return text;
}

static void agrees_with_the_encoder_in_memory(void **state)
{
    (void)state;
    static const size_t blocks[] = {1, 7, 4096, SIZE_MAX};
    for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++) {
        size_t length;
        char *text = long_text(blocks[i] == 1 ? 300 : 60000, &length);
        struct tnauthlist_builder builder = {0};
        struct output output = {0};
        struct sti_error err;
        uint8_t *der = NULL;
        size_t der_length = 0;
        assert_true(tnauthlist_parse(&builder, text, length, NULL));
        assert_true(tnauthlist_builder_finish(&builder, &der, &der_length, NULL));
        if (!encode(text, length, blocks[i], &output, &err))
            fail_msg("block %zu: line %zu: %s", blocks[i], err.line, err.sentence);
        assert_int_equal(output.length, der_length);
        assert_memory_equal(output.octets, der, der_length);
        free(output.octets);
        free(der);
        free(text);
    }
}

static void places_errors_as_in_memory(void **state)
{
    (void)state;
    static const char *const ends[] = {
        "TN:12x", "SPC:a b", "nonsense", "SPC:1,TN:1-", "TN:5,TN:6;TN:7", "SPC:1\nTN:1x ; no",
    };
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        for (size_t entries = 0; entries <= 40000; entries += 20000) {
            size_t length;
            char *text = long_text(entries, &length);
            strcpy(text + length, ends[i]);
            length += strlen(ends[i]);
            struct tnauthlist_builder builder = {0};
            struct sti_error wanted;
            struct sti_error err;
            struct output output = {0};
            assert_false(tnauthlist_parse(&builder, text, length, &wanted));
            assert_false(encode(text, length, 5000, &output, &err));
            assert_string_equal(err.sentence, wanted.sentence);
            assert_int_equal(err.line, wanted.line);
            assert_int_equal(err.column, wanted.column);
            tnauthlist_builder_free(&builder);
            free(output.octets);
            free(text);
        }
    }
}

static void one_line_of_commas_is_cut_at_commas(void **state)
{
    (void)state;
    size_t entries = 50000;
    char *text = malloc(entries * 20);
    size_t at = 0;
    for (size_t i = 0; i < entries; i++)
        at += (size_t)sprintf(text + at, "TN:1%010zu,", i);
    struct output output = {0};
    struct tnauthlist list;
    assert_true(encode(text, at, SIZE_MAX, &output, NULL));
    assert_true(tnauthlist_decode(&list, output.octets, output.length, NULL, NULL));
    assert_int_equal(list.count, entries);
    tnauthlist_free(&list);
    free(output.octets);
    strcpy(text + at - 1, ",TN:1x");
    struct output none = {0};
    struct sti_error err;
    assert_false(encode(text, at + 5, SIZE_MAX, &none, &err));
    assert_int_equal(err.line, 1);
    assert_int_equal(err.column, at + 5);
    free(none.octets);
    free(text);
}

static void refuses_what_fits_no_window(void **state)
{
    (void)state;
    size_t length = TNAUTHLIST_STREAM_WINDOW + 10;
    char *text = malloc(length);
    struct output output = {0};
    struct sti_error err;
    memset(text, 'A', length);
    memcpy(text, "SPC:", 4);
    assert_false(encode(text, length, SIZE_MAX, &output, &err));
    assert_string_equal(err.sentence, "an entry or comment is longer than 262144 octets");
    text[0] = ';';
    assert_false(encode(text, length, SIZE_MAX, &output, &err));
    free(text);
    /* a DER entry of that length */
    struct tnauthlist_builder builder = {0};
    char *spc = malloc(length);
    memset(spc, 'A', length);
    uint8_t *der = NULL;
    size_t der_length = 0;
    assert_true(tnauthlist_builder_spc(&builder, spc, length, NULL));
    assert_true(tnauthlist_builder_finish(&builder, &der, &der_length, NULL));
    struct input input = {der, der_length, 0, SIZE_MAX, false};
    struct tnauthlist_totals totals;
    assert_false(tnauthlist_stream_decode(give, &input, NULL, NULL, &totals, &err));
    assert_string_equal(err.sentence, "the entry is longer than 262144 octets");
    assert_int_equal(err.entry, 1);
    free(der);
    free(spc);
}

static void an_empty_text_is_no_list(void **state)
{
    (void)state;
    struct output output = {0};
    struct sti_error err;
    assert_false(encode("; nothing\n", 10, 3, &output, &err));
    assert_string_equal(err.sentence, "the list is empty, at least one entry is needed");
}

/* DER to text, and back to the same DER. */
static void decodes_what_it_encodes(void **state)
{
    (void)state;
    static const size_t blocks[] = {1, 13, 65536, SIZE_MAX};
    for (size_t i = 0; i < sizeof(blocks) / sizeof(*blocks); i++) {
        size_t length;
        size_t entries = blocks[i] == 1 ? 300 : 70000;
        char *text = long_text(entries, &length);
        struct output der = {0};
        struct output printed = {0};
        struct output again = {0};
        struct tnauthlist_totals totals;
        struct sti_error err;
        assert_true(encode(text, length, SIZE_MAX, &der, NULL));
        struct input input = {der.octets, der.length, 0, blocks[i], false};
        if (!tnauthlist_stream_decode(give, &input, take, &printed, &totals, &err))
            fail_msg("block %zu: entry %zu at %zu: %s", blocks[i], err.entry, err.offset,
                     err.sentence);
        assert_int_equal(totals.entries, entries);
        assert_true(encode((const char *)printed.octets, printed.length, SIZE_MAX, &again, NULL));
        assert_int_equal(again.length, der.length);
        assert_memory_equal(again.octets, der.octets, der.length);
        free(again.octets);
        free(printed.octets);
        free(der.octets);
        free(text);
    }
}

/* Every one-octet change and every cut of a good list: taken only if the strict reader takes it,
 * and refused at the same place for the same reason once inside the list. */
static void is_as_strict_as_the_reader_in_memory(void **state)
{
    (void)state;
    uint8_t good[64];
    size_t length =
        from_hex("302ba00616043730394aa1123010160b3132313535353530313030020164a20d160b313231353535"
                 "3531323132",
                 good, sizeof(good));
    for (size_t cut = 0; cut <= length; cut++) {
        for (unsigned change = 0; change < 256; change += 3) {
            uint8_t copy[64];
            struct tnauthlist list;
            struct tnauthlist_totals totals;
            struct sti_error wanted;
            struct sti_error err;
            size_t octets = change == 0 ? cut : length;
            memcpy(copy, good, length);
            if (cut < length)
                copy[cut] ^= (uint8_t)change;
            bool strict = tnauthlist_decode(&list, copy, octets, NULL, &wanted);
            struct input input = {copy, octets, 0, 1 + change % 9, false};
            bool streamed = tnauthlist_stream_decode(give, &input, NULL, NULL, &totals, &err);
            assert_int_equal(streamed, strict);
            if (!strict && octets == length && wanted.entry != 0 && err.entry == wanted.entry &&
                strcmp(err.sentence, wanted.sentence) == 0)
                assert_int_equal(err.offset, wanted.offset);
            tnauthlist_free(&list);
        }
    }
}

static void passes_failures_on(void **state)
{
    (void)state;
    static const char text[] = "SPC:709J\nTN:12155551212\n";
    struct tnauthlist_totals totals;
    struct sti_error err;
    struct output full = {.fails = true};
    struct input input = {(const uint8_t *)text, sizeof(text) - 1, 0, 5, true};
    assert_false(tnauthlist_stream_encode(give, &input, NULL, NULL, &totals, &err));
    assert_string_equal(err.sentence, "the input is gone");
    input = (struct input){(const uint8_t *)text, sizeof(text) - 1, 0, 5, false};
    assert_false(tnauthlist_stream_encode(give, &input, take, &full, &totals, &err));
    assert_string_equal(err.sentence, "the output is full");
    uint8_t der[32];
    size_t length = from_hex("3008a00616043730394a", der, sizeof(der));
    input = (struct input){der, length - 1, 0, 5, true};
    assert_false(tnauthlist_stream_decode(give, &input, take, &full, &totals, &err));
    assert_string_equal(err.sentence, "the input is gone");
    input = (struct input){der, length, 0, 5, false};
    assert_false(tnauthlist_stream_decode(give, &input, take, &full, &totals, &err));
    assert_string_equal(err.sentence, "the output is full");
    assert_int_equal(err.entry, 0);
}

/* Input that ends in a failure after `left` octets. */
struct failing {
    const uint8_t *octets;
    size_t length;
    size_t at;
    size_t left;
};

static bool give_then_fail(void *context, uint8_t *buf, size_t room, size_t *got,
                           struct sti_error *err)
{
    struct failing *input = context;
    size_t length = input->length - input->at;
    if (length > input->left)
        length = input->left;
    if (length > room)
        length = room;
    if (length == 0 && input->at < input->length)
        return sti_fail(err, "the input is gone");
    memcpy(buf, input->octets + input->at, length);
    input->at += length;
    input->left -= length;
    *got = length;
    return true;
}

/* A list of several windows: whatever the octet the input fails at, the failure is told. */
static void input_can_fail_anywhere(void **state)
{
    (void)state;
    size_t length;
    char *text = long_text(90000, &length);
    struct output der = {0};
    struct tnauthlist_totals totals;
    struct sti_error err;
    assert_true(encode(text, length, SIZE_MAX, &der, NULL));
    for (size_t at = 0; at < der.length; at += 77777) {
        struct failing input = {der.octets, der.length, 0, at};
        assert_false(tnauthlist_stream_decode(give_then_fail, &input, NULL, NULL, &totals, &err));
        assert_string_equal(err.sentence, "the input is gone");
        assert_int_equal(err.entry, 0);
    }
    /* the text is written before the end of the list: the output can fail there too */
    struct output full = {.fails = true};
    struct input input = {der.octets, der.length, 0, SIZE_MAX, false};
    assert_false(tnauthlist_stream_decode(give, &input, take, &full, &totals, &err));
    assert_string_equal(err.sentence, "the output is full");
    free(der.octets);
    free(text);
}

/* The list ends where the window ends: what is behind it is still asked for. */
static void a_list_can_fill_the_window(void **state)
{
    (void)state;
    struct tnauthlist_builder builder = {0};
    struct tnauthlist_totals totals;
    struct sti_error err;
    uint8_t *der = NULL;
    size_t length = 0;
    size_t spc_length = TNAUTHLIST_STREAM_WINDOW - 15; /* three headers of 5 octets */
    char *spc = malloc(spc_length);
    memset(spc, 'A', spc_length);
    assert_true(tnauthlist_builder_spc(&builder, spc, spc_length, NULL));
    assert_true(tnauthlist_builder_finish(&builder, &der, &length, NULL));
    assert_int_equal(length, TNAUTHLIST_STREAM_WINDOW);
    struct input input = {der, length, 0, SIZE_MAX, false};
    assert_true(tnauthlist_stream_decode(give, &input, NULL, NULL, &totals, &err));
    input = (struct input){der, length, 0, SIZE_MAX, true};
    assert_false(tnauthlist_stream_decode(give, &input, NULL, NULL, &totals, &err));
    assert_string_equal(err.sentence, "the input is gone");
    free(der);
    free(spc);
}

static void frames_are_strict(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        const char *sentence;
        size_t offset;
    } rows[] = {
        {"", "a TNAuthList begins with a SEQUENCE (0x30)", 0},
        {"3100", "a TNAuthList begins with a SEQUENCE (0x30)", 0},
        {"30", "the length of the list is not written as DER wants", 0},
        {"308108a00616043730394a", "the length of the list is not written as DER wants", 0},
        {"3000", "the list is empty, at least one entry is needed", 2},
        {"3008a00616043730394a00", "there are octets behind the list", 10},
        {"3010a00616043730394a", "the list ends 8 octets before its length says", 10},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        uint8_t der[32];
        struct sti_error err;
        struct tnauthlist_totals totals;
        size_t length = from_hex(rows[i].hex, der, sizeof(der));
        struct input input = {der, length, 0, 3, false};
        assert_false(tnauthlist_stream_decode(give, &input, NULL, NULL, &totals, &err));
        assert_string_equal(err.sentence, rows[i].sentence);
        assert_int_equal(err.offset, rows[i].offset);
        input.at = 0;
        assert_false(tnauthlist_stream_decode(give, &input, NULL, NULL, &totals, NULL));
    }
}

static void headers_are_as_short_as_can_be(void **state)
{
    (void)state;
    static const struct {
        uint64_t octets;
        const char *header;
    } rows[] = {
        {0, "3000"},
        {127, "307f"},
        {128, "308180"},
        {255, "3081ff"},
        {256, "30820100"},
        {65535, "3082ffff"},
        {65536, "3083010000"},
        {16777216, "308401000000"},
        {UINT32_MAX, "3084ffffffff"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        uint8_t wanted[8];
        uint8_t header[TNAUTHLIST_STREAM_HEADER];
        size_t length = from_hex(rows[i].header, wanted, sizeof(wanted));
        assert_int_equal(tnauthlist_stream_header(rows[i].octets, header), length);
        assert_memory_equal(header, wanted, length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_encoder_in_memory),
        cmocka_unit_test(places_errors_as_in_memory),
        cmocka_unit_test(one_line_of_commas_is_cut_at_commas),
        cmocka_unit_test(refuses_what_fits_no_window),
        cmocka_unit_test(an_empty_text_is_no_list),
        cmocka_unit_test(decodes_what_it_encodes),
        cmocka_unit_test(is_as_strict_as_the_reader_in_memory),
        cmocka_unit_test(passes_failures_on),
        cmocka_unit_test(input_can_fail_anywhere),
        cmocka_unit_test(a_list_can_fill_the_window),
        cmocka_unit_test(frames_are_strict),
        cmocka_unit_test(headers_are_as_short_as_can_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
