/* SPDX-License-Identifier: Apache-2.0 */
/* The writer of transcripts: what it refuses, and that a cut or a failing disk loses nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/ec.h>
#include <signal.h>

#include "approval.h"
#include "test_folder.h"
#include "test_transcript_kit.h"

static struct kit_ceremony ceremony;
static char folder[TEST_FOLDER_SIZE];
static char path[TEST_FOLDER_SIZE + 8];

static const struct transcript_at now = {"", KIT_CEREMONY_TIME, TRANSCRIPT_CLOCK};

static void says(const struct sti_error *err, enum sti_code code, const char *text)
{
    assert_int_equal(err->code, code);
    if (strstr(err->sentence, text) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", err->sentence, text);
}

static struct transcript *begin(void)
{
    struct sti_error err;
    unlink(path);
    struct transcript *transcript = kit_ceremony_begin(&ceremony, path, &err);
    assert_non_null(transcript);
    return transcript;
}

static struct transcript_intended intended(void)
{
    return (struct transcript_intended){
        .what = "certificate",
        .name = "root.pem",
        .tbs = {ceremony.planned[0].tbs.octets, ceremony.planned[0].tbs.length},
        .keep = true,
        .issuer = {ceremony.spki.octets, ceremony.spki.length}};
}

static struct transcript_octets der(void)
{
    return (struct transcript_octets){ceremony.planned[0].der.octets,
                                      ceremony.planned[0].der.length};
}

/* ---- making and opening ---- */

static void never_overwrites(void **state)
{
    (void)state;
    struct sti_error err;
    struct transcript *transcript = begin();
    struct kit_octets before = kit_file_read(path);
    assert_null(kit_ceremony_begin(&ceremony, path, &err));
    says(&err, STI_REFUSED, "there is such a file already; a transcript never overwrites one");
    struct kit_octets after = kit_file_read(path);
    assert_int_equal(before.length, after.length);
    assert_memory_equal(before.octets, after.octets, before.length);
    free(before.octets);
    free(after.octets);
    transcript_close(transcript);
}

static void has_one_writer(void **state)
{
    (void)state;
    struct sti_error err;
    size_t cut;
    struct transcript *transcript = begin();
    assert_null(transcript_open(path, NULL, NULL, &cut, &err));
    says(&err, STI_ENVIRONMENT, "another run is writing this transcript");
    transcript_close(transcript);
    transcript = transcript_open(path, NULL, NULL, &cut, &err);
    assert_non_null(transcript);
    transcript_close(transcript);
}

static void leaves_no_file_if_it_cannot_begin(void **state)
{
    (void)state;
    struct sti_error err;
    struct kit_ceremony bad = ceremony;
    unlink(path);
    bad.witnesses[1].id = "b\xc3\xb6rge";
    assert_null(kit_ceremony_begin(&bad, path, &err));
    says(&err, STI_REFUSED, "the id of an approver has other than printable ASCII");
    assert_int_equal(access(path, F_OK), -1);
    assert_null(kit_ceremony_begin(&ceremony, "/nowhere/at/all", &err));
    says(&err, STI_ENVIRONMENT, "the transcript cannot be made");
}

/* ---- order and form ---- */

static void refuses_what_would_not_verify(void **state)
{
    (void)state;
    struct sti_error err;
    struct transcript *transcript = begin();
    struct transcript_intended what = intended();
    struct transcript_at early = {"", KIT_CEREMONY_TIME - 1, TRANSCRIPT_CLOCK};
    assert_false(transcript_note(transcript, &early, "early", &err));
    says(&err, STI_REFUSED, "is before the last entry's, 1790000000: the clock went back");
    assert_false(transcript_note(transcript, &now, "gr\xc3\xbc\xc3\x9f", &err));
    says(&err, STI_REFUSED, "the text has other than printable ASCII");
    assert_false(transcript_note(transcript, &now, "", &err));
    says(&err, STI_REFUSED, "the text has not 1 to 4096 octets");
    assert_false(transcript_input(transcript, &now, "a/b", ceremony.plan_digest, 1, &err));
    says(&err, STI_REFUSED, "a/b is not the name of a file alone");
    assert_false(transcript_input(transcript, &now, "..", ceremony.plan_digest, 1, &err));
    assert_false(transcript_output(transcript, &now, "a", ceremony.plan_digest, -1, &err));
    says(&err, STI_REFUSED, "the length of a is below 0");
    assert_false(transcript_signed(transcript, &now, der(), true, &err));
    says(&err, STI_REFUSED, "nothing is intended, so nothing can have been signed");
    assert_false(transcript_resume(transcript, "why", &now, &err));
    says(&err, STI_REFUSED, "was not opened again, so it is not resumed");
    assert_true(transcript_intended(transcript, &now, &what, &err));
    assert_false(transcript_intended(transcript, &now, &what, &err));
    says(&err, STI_REFUSED, "root.pem is intended and not signed: the transcript takes one");
    assert_false(transcript_end(transcript, &now, ceremony.key, &err));
    says(&err, STI_REFUSED, "root.pem is intended and not signed: the ceremony is not done");
    assert_true(transcript_signed(transcript, &now, der(), true, &err));
    assert_false(transcript_end(transcript, &now, ceremony.key, &err));
    says(&err, STI_REFUSED, "the key that shall sign the end of the transcript is in no hsm entry");
    assert_true(kit_ceremony_hsm(&ceremony, transcript, &now, &err));
    assert_true(transcript_failed(transcript, &now, "the door opened", &err));
    assert_false(transcript_intended(transcript, &now, &what, &err));
    says(&err, STI_REFUSED, "the ceremony has failed: its transcript takes notes and its end");
    assert_true(transcript_end(transcript, &now, ceremony.key, &err));
    assert_false(transcript_note(transcript, &now, "more", &err));
    says(&err, STI_REFUSED, "the transcript has its end");
    transcript_close(transcript);
    size_t cut;
    assert_null(transcript_open(path, NULL, NULL, &cut, &err));
    says(&err, STI_REFUSED, "the transcript has its end: nothing is added behind it");
}

/* A key that was destroyed is used no more, by this run or the next. */
static void uses_no_destroyed_key(void **state)
{
    (void)state;
    struct sti_error err;
    size_t cut = 0;
    struct transcript *transcript = begin();
    struct transcript_intended what = intended();
    const struct transcript_destroyed own = {.spki = {ceremony.spki.octets, ceremony.spki.length}};
    assert_false(transcript_destroyed(transcript, &now, &own, &err));
    says(&err, STI_REFUSED, "the key that shall be destroyed is in no hsm entry of it");
    assert_true(kit_ceremony_hsm(&ceremony, transcript, &now, &err));
    assert_true(transcript_destroyed(transcript, &now, &own, &err));
    for (int again = 0; again < 2; again++) {
        assert_false(transcript_destroyed(transcript, &now, &own, &err));
        says(&err, STI_REFUSED, "the key that shall be destroyed was destroyed by an entry before");
        assert_false(kit_ceremony_hsm(&ceremony, transcript, &now, &err));
        says(&err, STI_REFUSED, "the HSM has a key that was destroyed, it says");
        assert_false(transcript_intended(transcript, &now, &what, &err));
        says(&err, STI_REFUSED, "root.pem shall be signed by a key that was destroyed");
        assert_false(transcript_end(transcript, &now, ceremony.key, &err));
        says(&err, STI_REFUSED, "the end of the transcript was destroyed by an entry before");
        transcript_close(transcript);
        transcript = transcript_open(path, NULL, NULL, &cut, &err);
        assert_non_null(transcript);
        assert_true(transcript_resume(transcript, "again", &now, &err));
    }
    transcript_close(transcript);
}

/* ---- going on ---- */

static bool count_entries(void *context, const struct transcript_entry *entry,
                          struct sti_error *err)
{
    (void)err;
    assert_int_equal(entry->number, ++*(int *)context);
    if (entry->number == 2)
        assert_string_equal(entry->kind, "note");
    return true;
}

/* The power is cut at every octet of the last entry: the rest is seen, kept, and named. */
static void resumes_after_every_cut(void **state)
{
    (void)state;
    struct sti_error err;
    uint8_t last[32];
    char kept[sizeof(path) + 16];
    char resuming[sizeof(path) + 16];
    struct transcript *transcript = begin();
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    size_t first = (size_t)st.st_size;
    assert_true(transcript_note(transcript, &now, "the last one", &err));
    transcript_close(transcript);
    struct kit_octets whole = kit_file_read(path);
    snprintf(kept, sizeof(kept), "%s.cut-2", path);
    snprintf(resuming, sizeof(resuming), "%s.resuming", path);
    for (size_t length = first; length <= whole.length; length++) {
        size_t half = length == whole.length ? 0 : length - first;
        int entries = 0;
        size_t cut = 99;
        kit_file_write(path, whole.octets, length);
        unlink(kept);
        if (half > 0) /* a run that died while it went on has left it */
            kit_file_write(resuming, whole.octets, 7);
        transcript = transcript_open(path, count_entries, &entries, &cut, &err);
        assert_non_null(transcript);
        assert_int_equal(entries, length == whole.length ? 2 : 1);
        assert_int_equal(cut, half);
        assert_false(transcript_note(transcript, &now, "too early", &err));
        says(&err, STI_REFUSED, "was opened again and not resumed yet");
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_size, length); /* nothing is cut without being asked for */
        assert_true(transcript_resume(transcript, "the power was cut", &now, &err));
        assert_int_equal(access(kept, F_OK), half > 0 ? 0 : -1);
        assert_int_equal(access(resuming, F_OK), -1);
        assert_true(transcript_note(transcript, &now, "on", &err));
        assert_int_equal(transcript_last(transcript, last), entries + 2);
        /* the lock is on the new file */
        assert_null(transcript_open(path, NULL, NULL, &cut, &err));
        says(&err, STI_ENVIRONMENT, "another run is writing");
        transcript_close(transcript);
        if (half > 0) {
            struct kit_octets old = kit_file_read(kept);
            assert_int_equal(old.length, length);
            free(old.octets);
        }
        entries = 0;
        transcript = transcript_open(path, NULL, NULL, &cut, &err);
        assert_non_null(transcript);
        assert_int_equal(cut, 0);
        transcript_close(transcript);
    }
    unlink(kept);
    free(whole.octets);
}

static void does_not_go_on_with_what_was_altered(void **state)
{
    (void)state;
    struct sti_error err;
    size_t cut;
    struct transcript *transcript = begin();
    assert_true(transcript_note(transcript, &now, "the door is locked", &err) &&
                transcript_note(transcript, &now, "the last one", &err));
    transcript_close(transcript);
    struct kit_octets whole = kit_file_read(path);
    uint8_t *at = memmem(whole.octets, whole.length, "locked", 6);
    assert_non_null(at);
    *at = 'm';
    kit_file_write(path, whole.octets, whole.length);
    assert_null(transcript_open(path, NULL, NULL, &cut, &err));
    says(&err, STI_REFUSED, "entry 3 was written behind another entry than 2 is now");
    kit_file_write(path, "", 0);
    assert_null(transcript_open(path, NULL, NULL, &cut, &err));
    says(&err, STI_REFUSED, "there is nothing in the file");
    kit_file_write(path, "\x87\x01", 2);
    assert_null(transcript_open(path, NULL, NULL, &cut, &err));
    says(&err, STI_REFUSED, "the octets end within an item");
    free(whole.octets);
}

/* The disk is full at every octet of an entry: what was there stays, and more can be added. */
static void loses_nothing_on_a_full_disk(void **state)
{
    (void)state;
    struct sti_error err;
    struct stat st;
    size_t cut;
    signal(SIGXFSZ, SIG_IGN);
    struct transcript *transcript = begin();
    assert_int_equal(stat(path, &st), 0);
    struct rlimit unlimited;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &unlimited), 0);
    off_t whole = st.st_size;
    for (rlim_t more = 0; more < 60; more++) {
        struct rlimit limit = {(rlim_t)whole + more, unlimited.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        bool added = transcript_note(transcript, &now, "no room for this", &err);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &unlimited), 0);
        assert_int_equal(stat(path, &st), 0);
        assert_false(added);
        says(&err, STI_ENVIRONMENT, "the transcript cannot be written: File too large");
        assert_int_equal(st.st_size, whole);
    }
    assert_true(transcript_note(transcript, &now, "room again", &err));
    transcript_close(transcript);
    transcript = transcript_open(path, NULL, NULL, &cut, &err);
    assert_non_null(transcript);
    assert_int_equal(cut, 0);
    transcript_close(transcript);
}

/* ---- approvals ---- */

static void makes_and_verifies_approvals(void **state)
{
    (void)state;
    struct sti_error err;
    uint8_t *message = NULL;
    size_t length = 0;
    const struct kit_witness *alice = &ceremony.witnesses[0];
    const uint8_t *plan = ceremony.plan_digest;
    assert_true(approval_make(plan, alice->id, alice->key, &message, &length, &err));
    assert_true(approval_verify(message, length, plan, "alice", alice->key, &err));
    assert_false(approval_verify(message, length, plan, "bob", alice->key, &err));
    says(&err, STI_REFUSED, "the approval is signed as alice, not as bob");
    assert_false(approval_verify(message, length, alice->spki.octets, "alice", alice->key, &err));
    says(&err, STI_REFUSED, "another plan is approved, not this one");
    assert_false(approval_verify(message, length, plan, "alice", ceremony.key, &err));
    says(&err, STI_REFUSED, "the signature does not fit the payload and the signer's key");
    for (size_t i = 0; i < length; i++) {
        message[i] ^= 1;
        assert_false(approval_verify(message, length, plan, "alice", alice->key, &err));
        message[i] ^= 1;
    }
    free(message);
    assert_false(approval_make(plan, "", alice->key, &message, &length, &err));
    says(&err, STI_REFUSED, "an approver's id is not 1 to 128 octets of printable ASCII");
    EVP_PKEY *other = EVP_EC_gen("P-384");
    assert_false(approval_make(plan, "alice", other, &message, &length, &err));
    says(&err, STI_REFUSED, "the key is not EC P-256");
    EVP_PKEY_free(other);
}

static int setup(void **state)
{
    (void)state;
    if (!test_folder_make(folder, "test-transcript"))
        return 1;
    snprintf(path, sizeof(path), "%s/t", folder);
    kit_ceremony_make(&ceremony, 1, NULL);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    kit_ceremony_free(&ceremony);
    unlink(path);
    return rmdir(folder); /* no temporary file is left */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_overwrites),
        cmocka_unit_test(has_one_writer),
        cmocka_unit_test(leaves_no_file_if_it_cannot_begin),
        cmocka_unit_test(refuses_what_would_not_verify),
        cmocka_unit_test(uses_no_destroyed_key),
        cmocka_unit_test(resumes_after_every_cut),
        cmocka_unit_test(does_not_go_on_with_what_was_altered),
        cmocka_unit_test(loses_nothing_on_a_full_disk),
        cmocka_unit_test(makes_and_verifies_approvals),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
