/* SPDX-License-Identifier: Apache-2.0 */
/* Plans: what is written is read, and one octet more or less is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/sha.h>

#include "test_plan_kit.h"
#include "test_token_kit.h"

static uint8_t *written(struct plan *plan, size_t *length)
{
    uint8_t digest[PLAN_DIGEST_OCTETS];
    uint8_t *octets = NULL;
    struct sti_error err;
    if (!plan_write(plan, &octets, length, digest, &err))
        fail_msg("%s", err.sentence);
    return octets;
}

static void reads_what_it_writes(void **state)
{
    (void)state;
    struct plan *plan = kit_plan();
    size_t length = 0;
    uint8_t *octets = written(plan, &length);
    uint8_t digest[PLAN_DIGEST_OCTETS];
    uint8_t sha[32];
    struct plan *again = plan_read(octets, length, digest, NULL);
    assert_non_null(again);
    SHA256(octets, length, sha);
    assert_memory_equal(digest, sha, sizeof(sha));
    assert_int_equal(again->kind, plan->kind);
    assert_string_equal(again->name, plan->name);
    assert_true(again->made == plan->made && again->window_end == plan->window_end);
    assert_true(again->has_previous);
    assert_memory_equal(again->previous, plan->previous, PLAN_DIGEST_OCTETS);
    assert_int_equal(again->step_count, 7);
    assert_int_equal(again->steps[3].action, PLAN_SIGN);
    assert_string_equal(again->steps[3].out, "intermediate.pem");
    assert_int_equal(again->steps[3].tbs.length, plan->steps[3].tbs.length);
    assert_string_equal(again->steps[5].reason, "it is old");
    assert_string_equal(again->approvers[1].id, "witness");
    assert_string_equal(again->inputs[0].path, "root.pem");
    assert_int_equal(again->steps[3].key, CEREMONY_KEY_CRL);
    assert_int_equal(again->profile_count, 1);
    assert_string_equal(again->profiles[0].name, "shaken-intermediate");
    assert_memory_equal(again->profiles[0].digest, plan->profiles[0].digest, PLAN_DIGEST_OCTETS);
    size_t length_again = 0;
    uint8_t *octets_again = written(again, &length_again);
    assert_int_equal(length, length_again);
    assert_memory_equal(octets, octets_again, length);
    free(octets_again);
    free(octets);
    plan_free(again);
    plan_free(plan);
}

/* No octet may be missing or added; a changed one gives another plan, or none. */
static void refuses_it_cut_or_longer(void **state)
{
    (void)state;
    struct plan *plan = kit_plan();
    size_t length = 0;
    uint8_t *octets = written(plan, &length);
    uint8_t digest[PLAN_DIGEST_OCTETS];
    uint8_t other[PLAN_DIGEST_OCTETS];
    struct sti_error err;
    plan_free(plan_read(octets, length, digest, &err));
    for (size_t cut = 0; cut < length; cut++) {
        uint8_t *copy = malloc(cut == 0 ? 1 : cut); /* nothing behind it, for the sanitizer */
        memcpy(copy, octets, cut);
        assert_null(plan_read(copy, cut, other, &err));
        assert_int_equal(err.code, STI_REFUSED);
        free(copy);
    }
    for (size_t i = 0; i < length; i++) {
        octets[i] ^= 1;
        struct plan *changed = plan_read(octets, length, other, &err);
        if (changed != NULL)
            assert_memory_not_equal(digest, other, PLAN_DIGEST_OCTETS);
        plan_free(changed);
        octets[i] ^= 1;
    }
    uint8_t *longer = realloc(octets, length + 1);
    longer[length] = 0xf6;
    assert_null(plan_read(longer, length + 1, other, &err));
    free(longer);
    plan_free(plan);
}

static void refuses(struct plan *plan, const char *sentence)
{
    uint8_t digest[PLAN_DIGEST_OCTETS];
    uint8_t *octets = NULL;
    size_t length = 0;
    struct sti_error err;
    assert_false(plan_write(plan, &octets, &length, digest, &err));
    kit_check_error(&err, STI_REFUSED, "", sentence, NULL);
    plan_free(plan);
}

static void refuses_what_makes_no_sense(void **state)
{
    (void)state;
    struct plan *plan = kit_plan();
    plan->needed = 3;
    refuses(plan, "the plan asks for 3 approvals of 2 approvers");
    plan = kit_plan();
    strcpy(plan->approvers[1].id, "auditor");
    refuses(plan, "the approver 'auditor' stands there twice");
    plan = kit_plan();
    plan->approvers[1].spki.octets[4] = 'a';
    refuses(plan, "the approvers 'auditor' and 'witness' have the same key: they would count as "
                  "two, and be one");
    plan = kit_plan();
    plan->window_end = plan->window_begin;
    refuses(plan, "the plan's window ends before it begins");
    plan = kit_plan();
    strcpy(plan->steps[1].id, "1");
    refuses(plan, "step 2 of the plan has the id '1'");
    plan = kit_plan();
    plan->steps[6].action = PLAN_HSM;
    refuses(plan, "the plan does not end with its one step 'end'");
    plan = kit_plan();
    plan->steps[3].spki.octets[0] = 'X';
    refuses(plan, "step 4 of the plan uses a key that no step 'hsm' opens");
    plan = kit_plan();
    plan->steps[3].key = CEREMONY_KEY_ROOT;
    refuses(plan, "step 4 of the plan uses a key that no step 'hsm' opens");
    plan = kit_plan();
    plan->steps[6].spki.octets[0] = 'K';
    plan->steps[6].key = CEREMONY_KEY_INTERMEDIATE;
    refuses(plan, "step 7 of the plan uses the key that step 6 destroys");
    plan = kit_plan();
    plan->steps[3].tbs.octets[0] = 0x31;
    refuses(plan, "what step 4 of the plan signs is neither a TBSCertificate nor a TBSCertList");
    plan = kit_plan();
    strcpy(plan->steps[3].what, "certificat?");
    refuses(plan, "the step 'certificat?' is unknown to this version of sti-ca");
    plan = kit_plan();
    strcpy(plan->steps[3].out, "../x");
    refuses(plan, "'../x' is not the name of a file in the folder of the ceremony");
    plan = kit_plan();
    strcpy(plan->inputs[0].path, "a/b");
    refuses(plan, "'a/b' is not the name of a file in the folder of the ceremony");
    plan = kit_plan();
    strcpy(plan->name, "A\nceremony");
    size_t length = 0;
    uint8_t *octets = NULL;
    uint8_t digest[PLAN_DIGEST_OCTETS];
    struct sti_error err;
    assert_false(plan_write(plan, &octets, &length, digest, &err));
    kit_check_error(&err, STI_REFUSED, "", "there is a text with other than printable ASCII",
                    "RFC 8949 section 4.2.1");
    plan_free(plan);
}

/* A text in place of a plan, and another map. */
static void refuses_what_is_no_plan(void **state)
{
    (void)state;
    static const char *const octets[] = {"the plan is here", "\xa2\x01\x01\x02\x02", ""};
    uint8_t digest[PLAN_DIGEST_OCTETS];
    struct sti_error err;
    for (size_t i = 0; i < 3; i++) {
        assert_null(plan_read((const uint8_t *)octets[i], strlen(octets[i]), digest, &err));
        kit_check_error(&err, STI_REFUSED, "",
                        "is no plan of a ceremony; sti-ca ceremony plan makes one, NAME.plan, of a "
                        "ceremony file",
                        NULL);
    }
}

/* ---- profiles ---- */

static const uint8_t some_digest[PLAN_DIGEST_OCTETS] = {1};

static void refuses_other_profiles_than_its_steps_have(void **state)
{
    (void)state;
    struct plan *plan = kit_plan();
    strcpy(plan->profiles[0].name, "Shaken-intermediate");
    refuses(plan, "step 4 has the profile 'shaken-intermediate', and the plan has no digest of it");
    plan = kit_plan();
    plan->steps[3].profile[0] = '\0';
    refuses(plan, "step 4 has the profile '', and the plan has no digest of it");
    plan = kit_plan();
    assert_true(plan_note_profile(plan, "tn-level", some_digest, NULL));
    refuses(plan, "no step has the profile 'tn-level' of the plan");
    plan = kit_plan();
    struct plan_profile *twice = plan_add_profile(plan);
    twice->name = strdup("shaken-intermediate");
    refuses(plan,
            "the profile 'shaken-intermediate' stands in the plan twice, or not in its place");
    plan = kit_plan();
    twice = plan_add_profile(plan);
    twice->name = strdup("delegate");
    refuses(plan, "the profile 'delegate' stands in the plan twice, or not in its place");
    plan = kit_plan();
    strcpy(plan->steps[3].what, "crl");
    refuses(plan, "step 4 of the plan signs a CRL, which has no profile");
}

/* What signs CRLs alone has none. */
static void needs_no_profile_for_a_crl(void **state)
{
    (void)state;
    struct plan *plan = kit_plan();
    strcpy(plan->steps[3].what, "crl");
    plan->steps[3].profile[0] = '\0';
    free(plan->profiles[--plan->profile_count].name);
    size_t length = 0;
    free(written(plan, &length));
    plan_free(plan);
}

static void notes_a_profile_once_and_in_its_place(void **state)
{
    (void)state;
    static const char *const names[] = {"b", "c", "a", "b", "d", "a"};
    struct plan *plan = plan_new();
    struct sti_error err;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        assert_true(plan_note_profile(plan, names[i], some_digest, &err));
    assert_int_equal(plan->profile_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(plan->profiles[i].name[0], "abcd"[i]);
        assert_memory_equal(plan->profiles[i].digest, some_digest, PLAN_DIGEST_OCTETS);
    }
    const uint8_t other[PLAN_DIGEST_OCTETS] = {2};
    assert_false(plan_note_profile(plan, "c", other, &err));
    kit_check_error(&err, STI_REFUSED, "",
                    "the profile c was changed while the plan was made; start again", NULL);
    plan_free(plan);
}

/* ---- versions ---- */

/* The one before had no profiles; of the next ones nobody knows what they have. */
static void refuses_another_version(void **state)
{
    (void)state;
    static const uint8_t before[] = "\251\000\153sti-ca plan\001\001";
    static const uint8_t later[] = "\253\000\153sti-ca plan\001\031\001\000";
    uint8_t digest[PLAN_DIGEST_OCTETS];
    struct sti_error err;
    assert_null(plan_read(before, sizeof(before) - 1, digest, &err));
    kit_check_error(&err, STI_REFUSED, "",
                    "is a plan of version 1, and this version of sti-ca knows version 2; plan and "
                    "approve anew, or use the version of sti-ca that made it",
                    NULL);
    assert_null(plan_read(later, sizeof(later) - 1, digest, &err));
    kit_check_error(&err, STI_REFUSED, "",
                    "is a plan of version 256, and this version of sti-ca knows version 2; plan "
                    "and approve anew, or use the version of sti-ca that made it",
                    NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_what_it_writes),
        cmocka_unit_test(refuses_it_cut_or_longer),
        cmocka_unit_test(refuses_what_makes_no_sense),
        cmocka_unit_test(refuses_what_is_no_plan),
        cmocka_unit_test(refuses_other_profiles_than_its_steps_have),
        cmocka_unit_test(needs_no_profile_for_a_crl),
        cmocka_unit_test(notes_a_profile_once_and_in_its_place),
        cmocka_unit_test(refuses_another_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
