/* SPDX-License-Identifier: Apache-2.0 */
/* An intent that a run has left behind, taken up by a run with the same plan and by nobody else. */
#include "test_ledger.h"

#include <sys/wait.h>

#define HSM_NAME "sti-ca 0123"

/* What is intended in these tests, all of it; the pointers lead to what stands beside it. */
struct intended {
    unsigned char holder[LEDGER_DIGEST_OCTETS];
    struct ledger_token token;
    struct ledger_intent intent;
};

static void fill(struct intended *in, const char *serial)
{
    memset(in, 0, sizeof(*in));
    memset(in->holder, HOLDER, sizeof(in->holder));
    memset(in->token.signer, SIGNER, sizeof(in->token.signer));
    in->token.jti = "jti-a";
    in->token.limit = 1;
    in->intent.kind = LEDGER_END_ENTITY;
    in->intent.subject = SUBJECT;
    in->intent.token = &in->token;
    in->intent.holder = in->holder;
    in->intent.profile = "tn-level";
    in->intent.waivers = "one_lint: because";
    in->intent.hsm = HSM_NAME;
    in->intent.out = "/was/here.pem";
    in->intent.time = NOW + 1;
    snprintf(in->intent.serial, sizeof(in->intent.serial), "%s", serial);
    memset(in->intent.spki, KEY, sizeof(in->intent.spki));
    memset(in->intent.tbs_digest, 0xd1, sizeof(in->intent.tbs_digest));
}

/* A run that dies behind its intent. */
static void die_behind_intent(const struct place *place, const char *serial)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct sti_error err;
        struct intended in;
        struct ledger *ledger = ledger_open(place->path, LEDGER_WRITE, NOW, &err);
        fill(&in, serial);
        _exit(ledger != NULL && ledger_record_intent(ledger, &in.intent, &err) ? 7 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 7);
}

static struct ledger_planned planned_of(const char *serial, int digest)
{
    struct ledger_planned planned;
    snprintf(planned.serial, sizeof(planned.serial), "%s", serial);
    memset(planned.tbs_digest, digest, sizeof(planned.tbs_digest));
    return planned;
}

static struct ledger *open_planned(const struct place *place, const struct ledger_planned *planned,
                                   size_t count)
{
    struct sti_error err;
    struct ledger *ledger = ledger_open_planned(place->path, planned, count, NOW, &err);
    if (ledger == NULL)
        print_error("%s\n", err.sentence);
    assert_non_null(ledger);
    return ledger;
}

static void the_plan_lets_its_own_intent_in(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    struct intended in;
    const struct ledger_planned plan[] = {planned_of(SERIAL_B, 0x77),
                                          planned_of("01:a2b3c4d5e6f708192a", 0xd1)};
    die_behind_intent(place, SERIAL_A);
    assert_null(ledger_open(place->path, LEDGER_WRITE, NOW, &err));
    struct ledger *ledger = open_planned(place, plan, 2);
    fill(&in, SERIAL_A);
    in.intent.out = "/is/there.pem"; /* the folder may be elsewhere by now */
    in.intent.note = "accepted today";
    in.intent.time = NOW + 100;
    assert_true(ledger_resume_intent(ledger, &in.intent, &err));
    assert_state(ledger, SERIAL_A, LEDGER_INTENDED);
    assert_true(issue(ledger, SERIAL_A, &err));
    assert_state(ledger, SERIAL_A, LEDGER_ISSUED);
    assert_token(ledger, "jti-a", SERIAL_A);
    ledger_close(ledger);
    ledger_close(open_place(place, LEDGER_WRITE));
}

/* The sentence is that of every other command. */
static void anything_else_is_refused(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    const struct ledger_planned other_octets = planned_of(SERIAL_A, 0xd2);
    const struct ledger_planned other_serial = planned_of(SERIAL_B, 0xd1);
    die_behind_intent(place, SERIAL_A);
    const struct ledger_planned *const plans[] = {NULL, &other_octets, &other_serial};
    for (size_t i = 0; i < sizeof(plans) / sizeof(*plans); i++) {
        assert_null(
            ledger_open_planned(place->path, plans[i], plans[i] == NULL ? 0 : 1, NOW, &err));
        assert_error(
            &err, STI_ENVIRONMENT,
            "a run ended before it could say what became of 1 certificate (serial " SERIAL_A
            "): the HSM may have signed; nothing is issued until that is settled: sti-ca "
            "recover");
    }
}

/* An intent of the plan, and one of somebody else: that one is counted and named. */
static void one_of_two_is_not_enough(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    const struct ledger_planned plan[] = {planned_of(SERIAL_A, 0xd1), planned_of(SERIAL_B, 0xd1)};
    struct intended in;
    struct ledger *ledger = open_place(place, LEDGER_WRITE);
    fill(&in, SERIAL_A);
    assert_true(ledger_record_intent(ledger, &in.intent, &err));
    in.token.jti = "jti-b";
    strcpy(in.intent.serial, SERIAL_B);
    assert_true(ledger_record_intent(ledger, &in.intent, &err));
    ledger_close(ledger);
    assert_null(ledger_open_planned(place->path, plan, 1, NOW, &err));
    assert_error(&err, STI_ENVIRONMENT,
                 "a run ended before it could say what became of 1 certificate (serial " SERIAL_B
                 "): the HSM may have signed; nothing is issued until that is settled: sti-ca "
                 "recover");
    ledger = open_planned(place, plan, 2);
    assert_true(ledger_resume_intent(ledger, &in.intent, &err));
    assert_true(issue(ledger, SERIAL_B, &err));
    ledger_close(ledger);
    /* The other one is as open as before. */
    assert_null(ledger_open(place->path, LEDGER_WRITE, NOW, &err));
    ledger_close(open_planned(place, plan, 2));
}

static void assert_differs(struct ledger *ledger, const struct intended *in, const char *what)
{
    struct sti_error err;
    char sentence[300];
    snprintf(sentence, sizeof(sentence),
             "serial " SERIAL_A " was intended with another %s than now, and so it is not signed "
             "again; bring back what it was then, or give it up: sti-ca recover",
             what);
    assert_false(ledger_resume_intent(ledger, &in->intent, &err));
    assert_error(&err, STI_REFUSED, sentence);
}

static void what_is_intended_otherwise_is_not_taken_up(void **state)
{
    struct place *place = *state;
    const struct ledger_planned plan = planned_of(SERIAL_A, 0xd1);
    struct intended in;
    die_behind_intent(place, SERIAL_A);
    struct ledger *ledger = open_planned(place, &plan, 1);
    fill(&in, SERIAL_A);
    in.intent.tbs_digest[31] ^= 1;
    assert_differs(ledger, &in, "octets to be signed");
    fill(&in, SERIAL_A);
    in.intent.kind = LEDGER_DELEGATE_CA;
    assert_differs(ledger, &in, "kind");
    fill(&in, SERIAL_A);
    in.intent.subject = "CN=other";
    assert_differs(ledger, &in, "subject");
    fill(&in, SERIAL_A);
    in.intent.spki[0] ^= 1;
    assert_differs(ledger, &in, "key");
    fill(&in, SERIAL_A);
    in.holder[0] ^= 1;
    assert_differs(ledger, &in, "holder");
    fill(&in, SERIAL_A);
    in.intent.holder = NULL;
    assert_differs(ledger, &in, "holder");
    fill(&in, SERIAL_A);
    in.token.jti = "jti-b";
    assert_differs(ledger, &in, "token");
    fill(&in, SERIAL_A);
    in.token.signer[0] ^= 1;
    assert_differs(ledger, &in, "token");
    fill(&in, SERIAL_A);
    in.token.limit = 2;
    assert_differs(ledger, &in, "token");
    fill(&in, SERIAL_A);
    in.intent.token = NULL;
    assert_differs(ledger, &in, "token");
    fill(&in, SERIAL_A);
    in.intent.profile = "delegate-ca";
    assert_differs(ledger, &in, "profile");
    fill(&in, SERIAL_A);
    in.intent.waivers = NULL;
    assert_differs(ledger, &in, "waivers");
    fill(&in, SERIAL_A);
    in.intent.hsm = "sti-ca 4567";
    assert_differs(ledger, &in, "HSM");
    ledger_close(ledger);
}

static void what_has_ended_is_not_taken_up(void **state)
{
    struct place *place = *state;
    struct sti_error err;
    struct intended in;
    die_behind_intent(place, SERIAL_A);
    struct ledger *ledger = open_place(place, LEDGER_RECOVER);
    assert_true(ledger_record_uncertain(ledger, SERIAL_A, NOW + 2, &err));
    fill(&in, SERIAL_A);
    assert_false(ledger_resume_intent(ledger, &in.intent, &err));
    assert_error(&err, STI_REFUSED,
                 "serial " SERIAL_A " is recorded as uncertain, and that is final");
    fill(&in, SERIAL_B);
    assert_false(ledger_resume_intent(ledger, &in.intent, &err));
    assert_error(&err, STI_REFUSED,
                 "no certificate with serial " SERIAL_B
                 " in this ledger; `sti-ca list` shows them");
    ledger_close(ledger);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_PLACE(the_plan_lets_its_own_intent_in),
        IN_PLACE(anything_else_is_refused),
        IN_PLACE(one_of_two_is_not_enough),
        IN_PLACE(what_is_intended_otherwise_is_not_taken_up),
        IN_PLACE(what_has_ended_is_not_taken_up),
    };
    return cmocka_run_group_tests_name("ledger_resume", tests, NULL, NULL);
}
