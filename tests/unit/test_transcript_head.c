/* SPDX-License-Identifier: Apache-2.0 */
/* The head mark of a transcript: entries that are cut from its end are noticed, whichever and how.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "dcbor.h"
#include "test_transcript_kit.h"
#include "transcript_head.h"
#include "transcript_last.h"

#define NOTES 5
#define ENTRIES (2 + NOTES) /* begin, hsm */

static struct kit_ceremony ceremony;
static char folder[] = "/tmp/test-transcript-head.XXXXXX";
static char path[64];
static char mark[80];

static const struct transcript_at now = {"", KIT_CEREMONY_TIME, TRANSCRIPT_CLOCK};

/* Where the entries end, and what was there. */
static struct kit_octets whole;
static size_t ends[ENTRIES + 1];
static struct kit_octets marks[ENTRIES + 1]; /* the mark's file, behind each entry */

static void says(const struct sti_error *err, enum sti_code code, const char *text)
{
    assert_int_equal(err->code, code);
    if (strstr(err->sentence, text) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err->sentence, text);
}

static void note_end(size_t number)
{
    struct kit_octets octets = kit_file_read(path);
    ends[number] = octets.length;
    free(octets.octets);
    marks[number] = kit_file_read(mark);
}

static int make(void **state)
{
    struct sti_error err;
    char text[32];
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/t", folder);
    snprintf(mark, sizeof(mark), "%s.head", path);
    kit_ceremony_make(&ceremony, 1, NULL);
    struct transcript *transcript = kit_ceremony_begin(&ceremony, path, &err);
    assert_non_null(transcript);
    assert_true(transcript_head_keep(transcript, &err));
    note_end(1);
    assert_true(kit_ceremony_hsm(&ceremony, transcript, &now, &err));
    note_end(2);
    for (size_t i = 3; i <= ENTRIES; i++) {
        snprintf(text, sizeof(text), "note %zu", i);
        assert_true(transcript_note(transcript, &now, text, &err));
        note_end(i);
    }
    transcript_close(transcript);
    whole = kit_file_read(path);
    return 0;
}

static int remove_all(void **state)
{
    (void)state;
    unlink(path);
    unlink(mark);
    for (size_t i = 1; i <= ENTRIES; i++)
        free(marks[i].octets);
    free(whole.octets);
    kit_ceremony_free(&ceremony);
    return rmdir(folder);
}

/* The transcript up to an octet, with the mark behind entry `number`; 0: none. */
static struct transcript *open_cut(size_t length, size_t number, struct sti_error *err)
{
    size_t cut = 0;
    kit_file_write(path, whole.octets, length);
    unlink(mark);
    if (number > 0)
        kit_file_write(mark, marks[number].octets, marks[number].length);
    return transcript_open(path, NULL, NULL, &cut, err);
}

static void remove_kept(void)
{
    char name[120];
    for (int i = 1; i <= ENTRIES + 2; i++) {
        snprintf(name, sizeof(name), "%s.cut-%d", path, i);
        unlink(name);
    }
}

/* At every octet: whole entries or a half one are missing, and the mark knows. */
static void finds_every_cut(void **state)
{
    (void)state;
    struct sti_error err;
    char text[240];
    for (size_t length = ends[1]; length < whole.length; length++) {
        size_t last = ENTRIES;
        while (ends[last] > length)
            last--;
        struct transcript *transcript = open_cut(length, ENTRIES, &err);
        assert_non_null(transcript);
        assert_int_equal(transcript_head(transcript), TRANSCRIPT_HEAD_LOST);
        assert_false(transcript_resume(transcript, "why", &now, &err));
        snprintf(text, sizeof(text),
                 "ends with entry %zu, and its head mark remembers entry %d: entries were cut from "
                 "it; put the whole file back, or end the ceremony as failed with --entries-lost",
                 last, ENTRIES);
        says(&err, STI_REFUSED, text);
        assert_false(transcript_note(transcript, &now, "note", &err));
        transcript_close(transcript);
        struct kit_octets left = kit_file_read(path);
        assert_int_equal(left.length, length);
        free(left.octets);
    }
}

/* The power failed behind an entry and before its mark, or within the next entry. */
static void goes_on_with_an_older_mark(void **state)
{
    (void)state;
    struct sti_error err;
    for (size_t marked = 1; marked < ENTRIES; marked++)
        for (int place = 0; place < 5; place++) {
            const size_t lengths[5] = {ends[marked], ends[marked] + 1,
                                       (ends[marked] + ends[marked + 1]) / 2, ends[marked + 1] - 1,
                                       ends[marked + 1]};
            const size_t length = lengths[place];
            struct transcript *transcript = open_cut(length, marked, &err);
            assert_non_null(transcript);
            assert_int_equal(transcript_head(transcript), TRANSCRIPT_HEAD_THERE);
            assert_true(transcript_resume(transcript, "the power failed", &now, &err));
            transcript_close(transcript);
            /* And the mark goes on, too. */
            struct kit_octets resumed = kit_file_read(path);
            kit_file_write(path, resumed.octets, ends[marked]);
            free(resumed.octets);
            size_t cut = 0;
            transcript = transcript_open(path, NULL, NULL, &cut, &err);
            assert_non_null(transcript);
            assert_int_equal(transcript_head(transcript), TRANSCRIPT_HEAD_LOST);
            transcript_close(transcript);
            remove_kept();
        }
}

/* Cut, and written on by somebody who has no mark: another entry stands in its place. */
/*
 * Half an entry is taken away by a new file. If that does not get the name, the old one is what is
 * there, and the mark must not remember more than it has.
 */
static void marks_no_entry_of_a_file_that_did_not_get_the_name(void **state)
{
    (void)state;
    struct sti_error err;
    char kept[100];
    size_t cut = 0;
    struct transcript *transcript = open_cut(ends[ENTRIES - 1] + 1, ENTRIES - 1, &err);
    assert_non_null(transcript);
    snprintf(kept, sizeof(kept), "%s.cut-%d", path, ENTRIES);
    kit_file_write(kept, (const uint8_t *)"another file", 12);
    assert_false(transcript_resume(transcript, "the power failed", &now, &err));
    says(&err, STI_ENVIRONMENT, "the transcript as it was cannot be kept");
    transcript_close(transcript);

    transcript = transcript_open(path, NULL, NULL, &cut, &err);
    assert_non_null(transcript);
    assert_int_equal(transcript_head(transcript), TRANSCRIPT_HEAD_THERE);
    unlink(kept);
    assert_true(transcript_resume(transcript, "the power failed", &now, &err));
    transcript_close(transcript);
    transcript = transcript_open(path, NULL, NULL, &cut, &err);
    assert_non_null(transcript);
    assert_int_equal(transcript_head(transcript), TRANSCRIPT_HEAD_THERE);
    transcript_close(transcript);
    remove_kept();
}

static void finds_another_entry_in_its_place(void **state)
{
    (void)state;
    struct sti_error err;
    struct transcript *transcript = open_cut(ends[ENTRIES - 1], 0, &err);
    assert_non_null(transcript);
    assert_int_equal(transcript_head(transcript), TRANSCRIPT_HEAD_NONE);
    assert_true(transcript_resume(transcript, "why", &now, &err));
    transcript_close(transcript);
    struct kit_octets octets = kit_file_read(path);
    kit_file_write(mark, marks[ENTRIES].octets, marks[ENTRIES].length);
    size_t cut = 0;
    transcript = transcript_open(path, NULL, NULL, &cut, &err);
    assert_non_null(transcript);
    assert_false(transcript_resume(transcript, "why", &now, &err));
    says(&err, STI_REFUSED, "has another entry 7 than its head mark remembers");
    transcript_close(transcript);
    free(octets.octets);
}

static void gives_up_what_is_lost_and_nothing_else(void **state)
{
    (void)state;
    struct sti_error err;
    size_t cut = 0;
    int64_t number = 0;
    uint8_t digest[TRANSCRIPT_DIGEST_OCTETS];
    struct transcript *transcript = open_cut(ends[3], ENTRIES, &err);
    assert_non_null(transcript);
    assert_true(transcript_give_up(transcript, &now, &err));
    assert_false(transcript_hsm(transcript, &now, &(struct transcript_hsm){0}, &err));
    transcript_close(transcript);
    struct kit_octets octets = kit_file_read(path);
    static const char text[] =
        "entries are lost: the transcript ends with entry 3, and its head mark remembers entry 7, "
        "SHA-256 ";
    assert_non_null(memmem(octets.octets, octets.length, text, strlen(text)));
    assert_true(transcript_last_entry(octets.octets, octets.length, &number, digest, &err));
    assert_int_equal(number, 5);
    free(octets.octets);
    /* The mark is that of what there is now. */
    assert_true(transcript_head_fits(path, number, digest, &err));
    transcript = transcript_open(path, NULL, NULL, &cut, &err);
    assert_non_null(transcript);
    assert_int_equal(transcript_head(transcript), TRANSCRIPT_HEAD_THERE);
    assert_false(transcript_give_up(transcript, &now, &err));
    says(&err, STI_REFUSED,
         "none is lost, and the ceremony is gone on with without --entries-lost");
    transcript_close(transcript);
    transcript = open_cut(ends[3], 0, &err);
    assert_false(transcript_give_up(transcript, &now, &err));
    says(&err, STI_REFUSED, "has no head mark, so nobody can say that entries are lost");
    transcript_close(transcript);
}

static void is_not_begun_again_when_it_is_gone(void **state)
{
    (void)state;
    struct sti_error err;
    kit_file_write(mark, marks[4].octets, marks[4].length);
    unlink(path);
    assert_false(transcript_head_is_free(path, &err));
    says(&err, STI_REFUSED,
         "is not there, and its head mark (its name with \".head\" added) "
         "remembers 4 entries of it");
    unlink(mark);
    assert_true(transcript_head_is_free(path, &err));
}

static void refuses_a_damaged_mark(void **state)
{
    (void)state;
    struct sti_error err;
    transcript_close(open_cut(whole.length, 0, &err));
    unsigned char octets[128] = "STI-MARK, and nothing that it is the sum of";
    kit_file_write(mark, octets, sizeof(octets));
    size_t cut = 0;
    assert_null(transcript_open(path, NULL, NULL, &cut, &err));
    says(&err, STI_ENVIRONMENT, "is damaged, so nobody can say whether entries were cut");
    assert_string_equal(err.source, mark);
    assert_false(transcript_head_is_free(path, &err));
    /* One slot is enough: the other may have been on its way when the power failed. */
    memcpy(octets + 64, marks[ENTRIES].octets + (ENTRIES % 2 == 1 ? 64 : 0), 64);
    kit_file_write(mark, octets, sizeof(octets));
    struct transcript *transcript = transcript_open(path, NULL, NULL, &cut, &err);
    assert_non_null(transcript);
    assert_int_equal(transcript_head(transcript), TRANSCRIPT_HEAD_THERE);
    transcript_close(transcript);
}

static void compares_a_ceremony_that_is_over(void **state)
{
    (void)state;
    struct sti_error err;
    uint8_t digest[TRANSCRIPT_DIGEST_OCTETS] = {0};
    kit_file_write(mark, marks[4].octets, marks[4].length);
    assert_false(transcript_head_fits(path, 3, digest, &err));
    says(&err, STI_REFUSED,
         "ends with entry 3, and its head mark remembers entry 4: entries were "
         "cut from it; put the whole file back");
    assert_false(transcript_head_fits(path, 4, digest, &err));
    says(&err, STI_REFUSED, "has another entry 4 than its head mark remembers");
    assert_true(transcript_head_fits(path, 5, digest, &err));
    unlink(mark);
    assert_true(transcript_head_fits(path, 3, digest, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_every_cut),
        cmocka_unit_test(goes_on_with_an_older_mark),
        cmocka_unit_test(marks_no_entry_of_a_file_that_did_not_get_the_name),
        cmocka_unit_test(finds_another_entry_in_its_place),
        cmocka_unit_test(gives_up_what_is_lost_and_nothing_else),
        cmocka_unit_test(is_not_begun_again_when_it_is_gone),
        cmocka_unit_test(refuses_a_damaged_mark),
        cmocka_unit_test(compares_a_ceremony_that_is_over),
    };
    return cmocka_run_group_tests(tests, make, remove_all);
}
