/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The auditor's reader against transcripts of the writer: good ones verify, and each attack is
 * found with its own sentence (docs/transcript.md, "What verification finds").
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "test_folder.h"
#include "test_transcript_kit.h"
#include "verify.h"

static struct kit_ceremony ceremony;
static char folder[TEST_FOLDER_SIZE];
static uint8_t last[32];

static const char *path_of(const char *name)
{
    static char path[256];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

/* A transcript with this wrong, as octets. */
static struct kit_octets make(enum kit_wrong wrong, bool keep)
{
    const char *path = path_of("t");
    kit_ceremony_write(&ceremony, path, wrong, keep, 1, last);
    struct kit_octets octets = kit_file_read(path);
    unlink(path);
    return octets;
}

/* ---- what is verified ---- */

/* The ceremony key is known, and nothing else. */
static struct given key_given(void)
{
    static struct item anchor;
    anchor = (struct item){
        .kind = ITEM_BYTES, .octets = ceremony.spki.octets, .length = ceremony.spki.length};
    return (struct given){.folder = -1, .anchors = &anchor, .anchor_count = 1};
}

/* The verdict; sentence (of a check) must be in the outcome unless NULL. */
static const char *verdict(const uint8_t *octets, size_t length, struct given given,
                           enum check check, const char *sentence)
{
    struct verification v;
    struct mapped file = {octets, length};
    bool ok = verify(&v, &file, &given);
    const char *word = verdict_of(&v);
    assert_int_equal(ok, strcmp(word, "verified") == 0);
    if (sentence != NULL) {
        assert_int_equal(v.outcomes[check].status, FAULTY);
        if (strstr(v.outcomes[check].sentence, sentence) == NULL)
            fail_msg("%s: \"%s\" does not say \"%s\"", check_names[check],
                     v.outcomes[check].sentence, sentence);
    }
    verification_free(&v);
    return word;
}

static void finds(struct kit_octets octets, enum check check, const char *sentence)
{
    assert_string_equal(verdict(octets.octets, octets.length, key_given(), check, sentence),
                        "broken");
}

/* Where each entry begins, and behind the last one where that ends. */
static size_t entries_of(struct kit_octets octets, size_t starts[64])
{
    struct reader reader = {.octets = octets.octets, .length = octets.length};
    struct entry entry;
    size_t count = 0;
    for (starts[0] = 0; reader.at < reader.length; starts[++count] = reader.at)
        assert_true(entry_read(&reader, &entry));
    return count;
}

/* ---- good ones ---- */

static void verifies_what_the_writer_wrote(void **state)
{
    (void)state;
    for (int keep = 0; keep < 2; keep++) {
        struct kit_octets octets = make(KIT_GOOD, keep);
        assert_string_equal(verdict(octets.octets, octets.length, key_given(), 0, NULL),
                            "verified");
        struct given given = key_given();
        given.folder = folder_open(path_of("files"));
        given.rederive = true;
        assert_string_equal(verdict(octets.octets, octets.length, given, 0, NULL), "verified");
        close(given.folder);
        free(octets.octets);
    }
}

static void verifies_the_transcript_of_a_failed_ceremony(void **state)
{
    (void)state;
    struct verification v;
    struct kit_octets octets = make(KIT_FAILED, true);
    struct mapped file = {octets.octets, octets.length};
    struct given given = key_given();
    assert_true(verify(&v, &file, &given));
    assert_true(v.failed);
    assert_non_null(strstr(v.outcomes[CHECK_END].sentence, "the ceremony has failed"));
    verification_free(&v);
    free(octets.octets);
}

/* Cut within an entry, resumed and brought to its end. */
static void verifies_what_was_resumed(void **state)
{
    (void)state;
    struct sti_error err;
    size_t cut = 0;
    const char *path = path_of("t");
    const struct transcript_at now = {"", KIT_CEREMONY_TIME, TRANSCRIPT_CLOCK};
    kit_ceremony_write(&ceremony, path, KIT_NO_END, true, 1, last);
    struct kit_octets octets = kit_file_read(path);
    kit_file_write(path, octets.octets, octets.length - 5);
    free(octets.octets);
    struct transcript *transcript = transcript_open(path, NULL, NULL, &cut, &err);
    assert_non_null(transcript);
    assert_true(cut > 0 && transcript_resume(transcript, "the power was cut", &now, &err) &&
                transcript_end(transcript, &now, ceremony.key, &err));
    long long resumed = transcript_last(transcript, last) - 1;
    transcript_close(transcript);
    octets = kit_file_read(path);
    assert_string_equal(verdict(octets.octets, octets.length, key_given(), 0, NULL), "verified");
    free(octets.octets);
    unlink(path);
    char kept[300];
    snprintf(kept, sizeof(kept), "%s.cut-%lld", path, resumed);
    assert_int_equal(unlink(kept), 0);
}

/* ---- entries ---- */

/* Every octet, another bit of it each time: whatever it was, the transcript does not verify. */
static void finds_every_octet_that_was_altered(void **state)
{
    (void)state;
    struct kit_octets octets = make(KIT_GOOD, true);
    for (size_t i = 0; i < octets.length; i++) {
        uint8_t flip = (uint8_t)(1u << i % 8);
        octets.octets[i] ^= flip;
        assert_string_not_equal(verdict(octets.octets, octets.length, key_given(), 0, NULL),
                                "verified");
        octets.octets[i] ^= flip;
    }
    free(octets.octets);
}

/* Cut at every octet: unfinished, never verified, and never called anything else. */
static void finds_every_cut(void **state)
{
    (void)state;
    size_t starts[64];
    struct kit_octets octets = make(KIT_GOOD, true);
    size_t count = entries_of(octets, starts);
    size_t whole = 0; /* entries before the cut */
    for (size_t cut = 1; cut < octets.length; cut++) {
        bool between = cut == starts[whole + 1];
        whole += between;
        /* a copy of its own: a sanitizer sees every octet read behind the cut */
        uint8_t *copy = malloc(cut);
        memcpy(copy, octets.octets, cut);
        assert_string_equal(verdict(copy, cut, key_given(), CHECK_END,
                                    between ? "unfinished: the last entry, "
                                            : "unfinished: the file ends at octet "),
                            "unfinished");
        free(copy);
    }
    assert_int_equal(whole, count - 1);
    assert_string_equal(
        verdict(octets.octets, 0, key_given(), CHECK_FORM, "there is nothing in the file"),
        "broken");
    free(octets.octets);
}

static void finds_every_entry_that_was_removed(void **state)
{
    (void)state;
    size_t starts[64];
    struct kit_octets octets = make(KIT_GOOD, true);
    size_t count = entries_of(octets, starts);
    for (size_t i = 0; i + 1 < count; i++) {
        struct kit_octets without = {malloc(octets.length), octets.length};
        memcpy(without.octets, octets.octets, starts[i]);
        memcpy(without.octets + starts[i], octets.octets + starts[i + 1],
               octets.length - starts[i + 1]);
        without.length -= starts[i + 1] - starts[i];
        finds(without, CHECK_NUMBERS, "one was removed, added or moved");
        free(without.octets);
    }
    free(octets.octets);
}

static void finds_entries_that_changed_places(void **state)
{
    (void)state;
    size_t starts[64];
    struct kit_octets octets = make(KIT_GOOD, true);
    size_t count = entries_of(octets, starts);
    for (size_t i = 0; i + 1 < count; i++) {
        struct kit_octets swapped = {malloc(octets.length), octets.length};
        size_t first = starts[i + 1] - starts[i];
        size_t second = starts[i + 2] - starts[i + 1];
        memcpy(swapped.octets, octets.octets, octets.length);
        memcpy(swapped.octets + starts[i], octets.octets + starts[i + 1], second);
        memcpy(swapped.octets + starts[i] + second, octets.octets + starts[i], first);
        finds(swapped, CHECK_NUMBERS, "one was removed, added or moved");
        free(swapped.octets);
    }
    free(octets.octets);
}

static uint8_t *find(struct kit_octets octets, const char *text)
{
    uint8_t *at = memmem(octets.octets, octets.length, text, strlen(text));
    assert_non_null(at);
    return at;
}

static void finds_an_entry_that_was_edited(void **state)
{
    (void)state;
    struct kit_octets octets = make(KIT_GOOD, true);
    *find(octets, "door is locked") = 'f';
    finds(octets, CHECK_CHAIN,
          "was written behind another entry 6 than stands there now: that one "
          "was altered");
    free(octets.octets);
}

/* Numbers and digests as if what stands there had been written so. How many entries there are. */
static size_t make_chain_anew(struct kit_octets octets)
{
    size_t starts[64];
    size_t count = entries_of(octets, starts);
    for (size_t i = 0; i < count; i++) {
        uint8_t digest[32];
        octets.octets[starts[i] + 1] = (uint8_t)(i + 1); /* there are fewer than 24 */
        if (i == 0)
            continue;
        assert_true(digest_of(octets.octets + starts[i - 1], starts[i] - starts[i - 1], digest));
        /* array, number, head of the digest */
        memcpy(octets.octets + starts[i] + 4, digest, 32);
    }
    return count;
}

/* Who edits can compute the chain again, but not sign the end. */
static void finds_an_edit_with_the_chain_made_anew(void **state)
{
    (void)state;
    size_t starts[64];
    struct kit_octets octets = make(KIT_GOOD, true);
    size_t count = entries_of(octets, starts);
    *find(octets, "door is locked") = 'f';
    assert_int_equal(count, make_chain_anew(octets));
    finds(octets, CHECK_END, "the end was signed for other entries than stand here");
    free(octets.octets);
}

static void finds_what_stands_behind_the_end(void **state)
{
    (void)state;
    struct kit_octets octets = make(KIT_GOOD, true);
    struct kit_octets longer = {malloc(octets.length + 1), octets.length + 1};
    memcpy(longer.octets, octets.octets, octets.length);
    longer.octets[octets.length] = 0;
    finds(longer, CHECK_FORM, "cannot be read, at octet");
    free(longer.octets);
    free(octets.octets);
}

/* ---- people, keys, certificates ---- */

static void finds_each_wrong_ceremony(void **state)
{
    (void)state;
    static const struct {
        enum kit_wrong wrong;
        enum check check;
        const char *sentence;
    } cases[] = {
        {KIT_STRANGER, CHECK_APPROVALS,
         "entry 4: mallory is not one of the approvers, but a stranger"},
        {KIT_STRANGERS_KEY, CHECK_APPROVALS,
         "entry 4: the approval of bob has a signature that is not by this key over these octets"},
        {KIT_TWICE, CHECK_APPROVALS,
         "entry 4: alice has approved before, in entry 3: the same witness counts once"},
        {KIT_OTHER_PLAN, CHECK_APPROVALS, "entry 4: the approval of bob is for another plan"},
        {KIT_OTHER_ID, CHECK_APPROVALS, "entry 4: the approval of bob was signed under another id"},
        {KIT_TOO_FEW, CHECK_APPROVALS,
         "intends to sign, with 1 approvals that count of 2 that are needed"},
        {KIT_OTHER_TBS, CHECK_SIGNED,
         "certificate-1.pem is not what was to be signed: its to-be-signed octets are others"},
        {KIT_OTHER_ISSUER, CHECK_SIGNED, "certificate-1.pem is not signed by the issuer's key"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct kit_octets octets = make(cases[i].wrong, true);
        finds(octets, cases[i].check, cases[i].sentence);
        free(octets.octets);
    }
}

static void finds_a_ceremony_without_an_end(void **state)
{
    (void)state;
    struct kit_octets octets = make(KIT_NO_END, true);
    assert_string_equal(verdict(octets.octets, octets.length, key_given(), CHECK_END,
                                "is of kind output and no end"),
                        "unfinished");
    free(octets.octets);
}

static void finds_an_end_by_another_key_than_the_anchor(void **state)
{
    (void)state;
    struct kit_octets octets = make(KIT_GOOD, true);
    struct given given = key_given();
    struct item anchors[2] = {
        {.kind = ITEM_BYTES,
         .octets = ceremony.witnesses[0].spki.octets,
         .length = ceremony.witnesses[0].spki.length},
        {.kind = ITEM_BYTES, .octets = ceremony.spki.octets, .length = ceremony.spki.length}};
    given.anchors = anchors;
    given.anchor_count = 1;
    assert_string_equal(verdict(octets.octets, octets.length, given, CHECK_ANCHOR,
                                "the end is signed by another key than one that is given"),
                        "broken");
    given.anchor_count = 2;
    assert_string_equal(verdict(octets.octets, octets.length, given, 0, NULL), "verified");
    free(octets.octets);
}

/* A stranger with keys of their own can make all of it: nobody may take that for a proof. */
static void calls_nothing_verified_whose_key_is_not_known(void **state)
{
    (void)state;
    struct verification v;
    struct kit_octets octets = make(KIT_GOOD, true);
    struct mapped file = {octets.octets, octets.length};
    struct given given = {.folder = -1};
    for (int allowed = 0; allowed < 2; allowed++) {
        given.no_anchor = allowed;
        assert_int_equal(verify(&v, &file, &given), allowed);
        assert_string_equal(verdict_of(&v), "unanchored");
        assert_int_equal(v.outcomes[CHECK_ANCHOR].status, NOT_MADE);
        verification_free(&v);
    }
    free(octets.octets);
}

/* What has no end is signed by no key. */
static void compares_no_key_without_an_end(void **state)
{
    (void)state;
    struct verification v;
    struct kit_octets octets = make(KIT_NO_END, true);
    struct mapped file = {octets.octets, octets.length};
    struct given given = key_given();
    given.no_anchor = true;
    assert_false(verify(&v, &file, &given));
    assert_string_equal(verdict_of(&v), "unfinished");
    assert_int_equal(v.outcomes[CHECK_ANCHOR].status, NOT_MADE);
    assert_string_equal(v.outcomes[CHECK_ANCHOR].sentence,
                        "there is no end, which the ceremony key would sign");
    verification_free(&v);
    free(octets.octets);
}

/* ---- from ceremony to ceremony ---- */

static void finds_another_ceremony_before(void **state)
{
    (void)state;
    uint8_t other[32] = {1};
    uint8_t first_last[32];
    struct given given = key_given();
    struct kit_octets first = make(KIT_GOOD, true);
    memcpy(first_last, last, 32);
    given.previous = first_last;
    assert_string_equal(verdict(first.octets, first.length, given, CHECK_PREVIOUS,
                                "begin says that this is the first ceremony, but a transcript"),
                        "broken");
    kit_ceremony_follow(&ceremony, first_last);
    struct kit_octets second = make(KIT_GOOD, true);
    assert_string_equal(verdict(second.octets, second.length, given, 0, NULL), "verified");
    given.previous = other;
    assert_string_equal(verdict(second.octets, second.length, given, CHECK_PREVIOUS,
                                "begin names another last entry than that of the transcript "
                                "before it"),
                        "broken");
    kit_ceremony_follow(&ceremony, NULL);
    free(first.octets);
    free(second.octets);
}

/* ---- files and plan ---- */

static void finds_other_files(void **state)
{
    (void)state;
    struct given given = key_given();
    given.folder = folder_open(path_of("files"));
    struct kit_octets octets = make(KIT_OTHER_OUTPUT, false);
    assert_string_equal(verdict(octets.octets, octets.length, given, CHECK_OUTPUTS,
                                "the file certificate-1.pem is not the one of then"),
                        "broken");
    free(octets.octets);
    octets = make(KIT_GOOD, false);
    kit_file_write(path_of("files/request.bundle"), "another", 7);
    assert_string_equal(verdict(octets.octets, octets.length, given, CHECK_INPUTS,
                                "entry 2: the file request.bundle is not the one of then"),
                        "broken");
    given.rederive = true;
    assert_string_equal(verdict(octets.octets, octets.length, given, CHECK_PLAN,
                                "the file request.bundle is not the plan's input of that name"),
                        "broken");
    unlink(path_of("files/request.bundle"));
    assert_string_equal(verdict(octets.octets, octets.length, given, CHECK_PLAN,
                                "the input request.bundle of the plan is not in the folder"),
                        "broken");
    free(octets.octets);
    kit_ceremony_files(&ceremony, path_of("files"));
    close(given.folder);
}

static void finds_what_is_not_in_the_plan(void **state)
{
    (void)state;
    struct given given = key_given();
    given.folder = folder_open(path_of("files"));
    given.rederive = true;
    struct kit_octets octets = make(KIT_NOT_PLANNED, true);
    assert_string_equal(verdict(octets.octets, octets.length, given, CHECK_STEPS,
                                "step certificate-1.pem has other to-be-signed octets in the plan"),
                        "broken");
    free(octets.octets);
    octets = make(KIT_GOOD, true);
    struct kit_octets plan = kit_file_read(path_of("files/plan"));
    plan.octets[plan.length - 2] ^= 1;
    kit_file_write(path_of("files/plan"), plan.octets, plan.length);
    assert_string_equal(verdict(octets.octets, octets.length, given, CHECK_PLAN,
                                "no file of the folder has the SHA-256 that begin names"),
                        "broken");
    free(plan.octets);
    free(octets.octets);
    kit_ceremony_files(&ceremony, path_of("files"));
    close(given.folder);
}

/* The kit's plan with other octets where these stand is no plan of version 2. */
static void finds_no_plan(const char *text, const char *other)
{
    struct kit_octets plan = kit_file_read(path_of("files/plan"));
    struct verification v;
    struct mapped file = {plan.octets, plan.length};
    memset(&v, 0, sizeof(v));
    uint8_t *at = memmem(plan.octets, plan.length, text, strlen(text));
    assert_non_null(at);
    memcpy(at, other, strlen(other));
    assert_false(plan_take(&v, &file));
    assert_string_equal(v.outcomes[CHECK_PLAN].sentence,
                        "the file with the digest of the plan is no plan of version 2");
    plan_forget(v.plan);
    free(plan.octets);
}

static void finds_what_is_no_plan_of_this_version(void **state)
{
    (void)state;
    static const char version[] = "sti-ca plan\x01\x02";
    static const char profiles[] = "\x09\x81\xa2\x01\x68tn-level\x02\x58\x20";
    finds_no_plan(version, "sti-ca plan\x01\x01");
    finds_no_plan(version, "sti-ca plan\x01\x03");
    finds_no_plan(profiles, "\x09\x81\xa2\x01\x48tn-level");              /* the name is no text */
    finds_no_plan(profiles, "\x09\x81\xa2\x01\x68tn-level\x03");          /* there is no digest */
    finds_no_plan(profiles, "\x09\x81\xa2\x01\x68tn-level\x02\x78");      /* it is a text */
    finds_no_plan(profiles, "\x09\x81\xa2\x01\x69tn-levels\x02\x58\x1f"); /* of 31 octets */
    finds_no_plan(profiles, "\x0a"); /* there are no profiles, not even none */
}

/* ---- keys that are destroyed ---- */

/* The transcript of a ceremony that destroys the key of a witness, which is as good as any. */
static struct kit_octets make_destruction(struct kit_ceremony *destruction, bool failed)
{
    const char *path = path_of("t");
    *destruction = ceremony;
    destruction->kind = "key-destruction";
    destruction->count = 0;
    destruction->doomed = ceremony.witnesses[2].spki;
    destruction->plan = (struct kit_octets){NULL, 0};
    kit_ceremony_follow(destruction, NULL);
    kit_destruction_write(destruction, path, failed);
    struct kit_octets octets = kit_file_read(path);
    unlink(path);
    return octets;
}

static void verifies_a_destruction(void **state)
{
    (void)state;
    struct kit_ceremony destruction;
    struct verification v;
    struct kit_octets octets = make_destruction(&destruction, false);
    struct mapped file = {octets.octets, octets.length};
    struct given given = key_given();
    kit_ceremony_files(&destruction, path_of("files"));
    given.folder = folder_open(path_of("files"));
    given.rederive = true;
    assert_true(verify(&v, &file, &given));
    assert_string_equal(
        v.outcomes[CHECK_DESTROYED].sentence,
        "1 keys that were in the HSM are destroyed, and signed nothing behind that");
    assert_string_equal(v.outcomes[CHECK_STEPS].sentence,
                        "0 to-be-signed octets, and 1 destroyed keys, are the plan's");
    verification_free(&v);
    free(octets.octets);
    free(destruction.plan.octets);
    octets = make_destruction(&destruction, true);
    kit_ceremony_files(&destruction, path_of("files"));
    assert_string_equal(verdict(octets.octets, octets.length, given, 0, NULL), "verified");
    free(octets.octets);
    free(destruction.plan.octets);
    close(given.folder);
    kit_ceremony_files(&ceremony, path_of("files"));
}

/* The entries in another order, or some of them; ends with 0. */
static struct kit_octets arrange(struct kit_octets octets, const size_t *order)
{
    size_t starts[64];
    size_t count = entries_of(octets, starts);
    struct kit_octets made = {malloc(2 * octets.length), 0};
    for (; *order != 0; order++) {
        assert_true(*order <= count);
        size_t length = starts[*order] - starts[*order - 1];
        memcpy(made.octets + made.length, octets.octets + starts[*order - 1], length);
        made.length += length;
    }
    make_chain_anew(made);
    return made;
}

/* 1 begin, 2 input, 3 and 4 approvals, 5 hsm, 6 hsm of the doomed key, 7 destroyed, 8 end. */
static void finds_each_wrong_destruction(void **state)
{
    (void)state;
    static const struct {
        size_t order[16];
        enum check check;
        const char *sentence;
    } cases[] = {
        {{1, 2, 3, 4, 5, 7, 8},
         CHECK_DESTROYED,
         "entry 6: the key that was destroyed is in no hsm entry before"},
        {{1, 2, 3, 4, 5, 6, 7, 6, 8},
         CHECK_DESTROYED,
         "entry 8: a key is in the HSM that entry 7 says was destroyed"},
        {{1, 2, 3, 4, 5, 6, 7, 7, 8},
         CHECK_DESTROYED,
         "entry 8: a key is destroyed once more that entry 7 says was destroyed"},
        {{1, 2, 3, 5, 6, 7, 8},
         CHECK_APPROVALS,
         "entry 6 destroys a key, with 1 approvals that count of 2 that are needed"},
        {{1, 2, 3, 4, 5, 6, 8},
         CHECK_DESTROYED,
         "the ceremony is held to destroy a key and called done, and no key was destroyed"},
    };
    struct kit_ceremony destruction;
    struct kit_octets good = make_destruction(&destruction, false);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct kit_octets octets = arrange(good, cases[i].order);
        finds(octets, cases[i].check, cases[i].sentence);
        free(octets.octets);
    }
    /* the key of the end in place of the doomed one */
    struct kit_octets octets = arrange(good, (const size_t[]){1, 2, 3, 4, 5, 6, 7, 8, 0});
    size_t starts[64];
    entries_of(octets, starts);
    uint8_t *key = memmem(octets.octets + starts[6], starts[7] - starts[6],
                          destruction.doomed.octets, destruction.doomed.length);
    assert_non_null(key);
    memcpy(key, ceremony.spki.octets, ceremony.spki.length);
    make_chain_anew(octets);
    finds(octets, CHECK_DESTROYED, "entry 8: a key signs the end that entry 7 says was destroyed");
    free(octets.octets);
    /* a version that has no such entry */
    octets = arrange(good, (const size_t[]){1, 2, 3, 4, 5, 6, 7, 8, 0});
    uint8_t *version = find(octets, "sti-ca transcript") + strlen("sti-ca transcript") + 1;
    assert_int_equal(*version, 2);
    *version = 1;
    make_chain_anew(octets);
    finds(octets, CHECK_FORM, "entry 7 is of a kind that version 1 has not");
    *version = 3;
    make_chain_anew(octets);
    finds(octets, CHECK_FORM, "this is no transcript of version 1 or 2");
    free(octets.octets);
    free(good.octets);
    free(destruction.plan.octets);
}

static void finds_a_destruction_that_is_not_planned(void **state)
{
    (void)state;
    struct kit_ceremony destruction;
    struct given given = key_given();
    given.rederive = true;
    given.folder = folder_open(path_of("files"));
    struct kit_octets good = make_destruction(&destruction, false);
    kit_ceremony_files(&destruction, path_of("files"));
    struct kit_octets octets = arrange(good, (const size_t[]){1, 2, 3, 4, 5, 6, 8, 0});
    assert_string_equal(verdict(octets.octets, octets.length, given, CHECK_STEPS,
                                "step destruction of the plan was not done"),
                        "broken");
    free(octets.octets);
    octets = arrange(good, (const size_t[]){1, 2, 3, 4, 5, 6, 7, 8, 0});
    size_t starts[64];
    entries_of(octets, starts);
    uint8_t *step = memmem(octets.octets + starts[6], starts[7] - starts[6], "destruction", 11);
    assert_non_null(step);
    *step = 'D';
    make_chain_anew(octets);
    assert_string_equal(verdict(octets.octets, octets.length, given, CHECK_STEPS,
                                "entry 7: the plan has no step Destruction"),
                        "broken");
    *step = 'd';
    uint8_t *key = memmem(octets.octets + starts[6], starts[7] - starts[6],
                          destruction.doomed.octets, destruction.doomed.length);
    memcpy(key, ceremony.spki.octets, ceremony.spki.length);
    make_chain_anew(octets);
    assert_string_equal(verdict(octets.octets, octets.length, given, CHECK_STEPS,
                                "entry 7: step destruction of the plan does not destroy this key"),
                        "broken");
    free(octets.octets);
    free(good.octets);
    free(destruction.plan.octets);
    close(given.folder);
    kit_ceremony_files(&ceremony, path_of("files"));
}

/* ---- form ---- */

static void refuses_other_forms_rfc8949_4_2_1(void **state)
{
    (void)state;
    static const struct {
        const char *octets;
        size_t length;
        const char *sentence;
    } cases[] = {
        {"\x87\x18\x01", 3, "an item is not in its shortest form"},
        {"\x87\x9f\xff", 3, "there is no CBOR item, or one of a kind that is not used here"},
        {"\x87\xd2\x84", 3, "there is no CBOR item, or one of a kind that is not used here"},
        {"\x87\x61\x0a", 3, "there is no CBOR item, or one of a kind that is not used here"},
        {"hello", 5, "no entry begins here: an entry has seven items"},
        {"\x86\x01", 2, "an entry has seven items"},
        {"\x87\x20", 2, "a number is below 0"},
        {"\x87\x01\x41\x00", 4, "a digest has not 32 octets"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        verdict((const uint8_t *)cases[i].octets, cases[i].length, key_given(), CHECK_FORM,
                cases[i].sentence);
}

static int setup(void **state)
{
    (void)state;
    if (!test_folder_make(folder, "test-transcript"))
        return 1;
    kit_ceremony_make(&ceremony, 1, NULL);
    if (mkdir(path_of("files"), 0755) != 0)
        return 1;
    kit_ceremony_files(&ceremony, path_of("files"));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    char command[512];
    snprintf(command, sizeof(command), "rm -rf %s", folder);
    kit_ceremony_free(&ceremony);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verifies_what_the_writer_wrote),
        cmocka_unit_test(verifies_the_transcript_of_a_failed_ceremony),
        cmocka_unit_test(verifies_what_was_resumed),
        cmocka_unit_test(finds_every_octet_that_was_altered),
        cmocka_unit_test(finds_every_cut),
        cmocka_unit_test(finds_every_entry_that_was_removed),
        cmocka_unit_test(finds_entries_that_changed_places),
        cmocka_unit_test(finds_an_entry_that_was_edited),
        cmocka_unit_test(finds_an_edit_with_the_chain_made_anew),
        cmocka_unit_test(finds_what_stands_behind_the_end),
        cmocka_unit_test(finds_each_wrong_ceremony),
        cmocka_unit_test(finds_a_ceremony_without_an_end),
        cmocka_unit_test(finds_an_end_by_another_key_than_the_anchor),
        cmocka_unit_test(calls_nothing_verified_whose_key_is_not_known),
        cmocka_unit_test(compares_no_key_without_an_end),
        cmocka_unit_test(finds_another_ceremony_before),
        cmocka_unit_test(finds_other_files),
        cmocka_unit_test(finds_what_is_not_in_the_plan),
        cmocka_unit_test(finds_what_is_no_plan_of_this_version),
        cmocka_unit_test(verifies_a_destruction),
        cmocka_unit_test(finds_each_wrong_destruction),
        cmocka_unit_test(finds_a_destruction_that_is_not_planned),
        cmocka_unit_test(refuses_other_forms_rfc8949_4_2_1),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
