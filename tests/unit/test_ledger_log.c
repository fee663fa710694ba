/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger's log: what each record leaves in it, groups, revocations, CRLs, the head mark. */
#include "test_ledger.h"

#include <openssl/evp.h>

/* ---- what stands in the log ---- */

struct told {
    char text[4096];
    unsigned char hash[LEDGER_DIGEST_OCTETS]; /* of the entry before */
};

static bool tell_entry(void *context, const struct ledger_log_entry *entry, struct sti_error *err)
{
    struct told *told = context;
    struct ledger_log_value value;
    uint8_t hashed[1024];
    unsigned char hash[LEDGER_DIGEST_OCTETS];
    char *at = told->text + strlen(told->text);
    char *end = told->text + sizeof(told->text);
    (void)err;
    /* hash = SHA-256(hash before || body) */
    assert_true(entry->length + sizeof(told->hash) <= sizeof(hashed));
    memcpy(hashed, told->hash, sizeof(told->hash));
    memcpy(hashed + sizeof(told->hash), entry->body, entry->length);
    assert_int_equal(
        EVP_Digest(hashed, sizeof(told->hash) + entry->length, hash, NULL, EVP_sha256(), NULL), 1);
    assert_memory_equal(hash, entry->hash, sizeof(hash));
    memcpy(told->hash, hash, sizeof(hash));
    at += snprintf(at, (size_t)(end - at), "%lld %s %lld", (long long)entry->number, entry->event,
                   (long long)(entry->time - NOW));
    for (size_t i = 0; ledger_log_value(entry, i, &value); i++) {
        if (value.is_number)
            at += snprintf(at, (size_t)(end - at), " %s=%lld", value.name, (long long)value.number);
        else if (value.is_text)
            at += snprintf(at, (size_t)(end - at), " %s=%.*s", value.name, (int)value.length,
                           (const char *)value.octets);
        else
            at += snprintf(at, (size_t)(end - at), " %s:%zu", value.name, value.length);
    }
    snprintf(at, (size_t)(end - at), "\n");
    return true;
}

static void assert_log(struct ledger *ledger, const char *expected)
{
    struct told told = {.text = ""};
    struct sti_error err;
    if (!ledger_log(ledger, 1, tell_entry, &told, &err))
        fail_msg("%s", err.sentence);
    assert_string_equal(told.text, expected);
}

static void assert_verified(struct ledger *ledger)
{
    struct ledger_verified verified;
    struct sti_error err;
    if (!ledger_verify(ledger, NULL, &verified, &err))
        fail_msg("%s", err.sentence);
}

static void every_record_is_an_entry(void **state)
{
    struct sti_error err;
    int64_t entry = 0;
    unsigned char digest[LEDGER_DIGEST_OCTETS] = {7};
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    struct ledger_verdict verdict = {.request = "a.csr",
                                     .csr_digest = digest,
                                     .profile = "tn-level",
                                     .check = "list",
                                     .reason = "r\xc3\xa9sum\xc3\xa9",
                                     .time = NOW + 1};
    assert_true(ledger_record_verdict(ledger, &verdict, &entry, &err));
    assert_int_equal(entry, 2);
    struct ledger_intent intent = {.serial = "AA",
                                   .kind = LEDGER_ROOT,
                                   .subject = "CN=Root",
                                   .profile = "shaken-root",
                                   .waivers = "w: because",
                                   .hsm = "token, serial 1",
                                   .out = "/root.pem",
                                   .verdict = entry,
                                   .time = NOW + 2};
    assert_true(ledger_record_intent(ledger, &intent, &err));
    assert_true(ledger_record_issued(ledger, "AA", certificate, sizeof(certificate), list,
                                     sizeof(list), NOW + 3, &err));
    assert_true(ledger_record_delivered(ledger, "AA", "/root.pem", NOW + 4, &err));
    assert_true(intend(ledger, "BB", "token-1", &err));
    assert_true(ledger_record_abandoned(ledger, "BB", "no", NOW + 6, &err));
    assert_true(intend(ledger, "CC", NULL, &err));
    assert_true(ledger_record_uncertain(ledger, "CC", NOW + 8, &err));
    assert_log(ledger,
               "1 created 0 format=3 ledger_id:16\n"
               "2 verdict 1 profile=tn-level reason=r\xc3\xa9sum\xc3\xa9 request=a.csr"
               " csr_sha256:32 accepted=0 check=list\n"
               "3 intent 2 serial=AA kind=root subject=CN=Root tbs_sha256:32 spki_sha256:32"
               " profile=shaken-root waivers=w: because hsm=token, serial 1 out=/root.pem"
               " verdict=2\n"
               "4 issued 3 serial=AA certificate:8 list:2\n"
               "5 delivered 4 serial=AA out=/root.pem\n"
               "6 intent 1 serial=BB kind=end-entity subject=" SUBJECT
               " jti=token-1 signer:32 token_limit=1 tbs_sha256:32 spki_sha256:32 holder:32\n"
               "7 abandoned 6 serial=BB reason=no\n"
               "8 intent 1 serial=CC kind=end-entity subject=" SUBJECT
               " tbs_sha256:32 spki_sha256:32 holder:32\n"
               "9 uncertain 8 serial=CC\n");
    assert_verified(ledger);
    ledger_close(ledger);
}

/* ---- groups ---- */

static void a_group_is_there_as_a_whole(void **state)
{
    struct sti_error err;
    struct place *place = *state;
    struct ledger *ledger = open_place(place, LEDGER_WRITE);
    struct ledger *reader = open_place(place, LEDGER_READ);
    assert_true(ledger_group_begin(ledger, &err));
    assert_false(ledger_group_begin(ledger, &err));
    assert_error(&err, STI_ENVIRONMENT, "a group of records is open in this ledger");
    assert_true(intend(ledger, "AA", "token-1", &err));
    assert_false(ledger_show(reader, "AA", note_state, &(enum ledger_state){0}, &err));
    assert_true(intend(ledger, "BB", "token-2", &err));
    assert_true(ledger_group_end(ledger, true, &err));
    assert_state(reader, "AA", LEDGER_INTENDED);
    assert_state(reader, "BB", LEDGER_INTENDED);
    assert_false(ledger_group_end(ledger, true, &err));
    assert_error(&err, STI_ENVIRONMENT, "no group of records is open in this ledger");
    ledger_close(reader);
    assert_true(issue(ledger, "AA", &err));
    assert_true(issue(ledger, "BB", &err));
    assert_verified(ledger);
    ledger_close(ledger);
}

static void a_failure_in_a_group_leaves_nothing_of_it(void **state)
{
    struct sti_error err;
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(ledger_group_begin(ledger, &err));
    assert_true(intend(ledger, "AA", "token-1", &err));
    assert_false(intend(ledger, "BB", "token-1", &err)); /* the group's own intent counts */
    assert_begins(&err, STI_REFUSED, "token id \"token-1\" was already used for 1 of at most 1 ");
    assert_false(intend(ledger, "CC", "token-3", &err));
    assert_error(&err, STI_ENVIRONMENT,
                 "a record of this group has failed before, so none of it is kept");
    assert_false(ledger_group_end(ledger, true, &err));
    assert_error(&err, STI_ENVIRONMENT,
                 "a record of this group has failed before, so none of it is kept");
    assert_log(ledger, "1 created 0 format=3 ledger_id:16\n");

    assert_true(ledger_group_begin(ledger, &err));
    assert_true(intend(ledger, "AA", "token-1", &err));
    assert_false(ledger_group_end(ledger, false, &err));
    assert_log(ledger, "1 created 0 format=3 ledger_id:16\n");
    /* And the record goes on as if nothing had been. */
    assert_true(intend(ledger, "AA", "token-1", &err));
    assert_true(issue(ledger, "AA", &err));
    assert_verified(ledger);
    ledger_close(ledger);
}

/* ---- uncertain, delivered, revoked ---- */

static bool note_all(void *context, const struct ledger_record *record, struct sti_error *err)
{
    char *text = context;
    size_t length = strlen(text);
    (void)err;
    snprintf(text + length, 400 - length, "%s %s %lld %d %s %zu|", record->serial,
             ledger_state_name(record->state),
             record->revoked_at == 0 ? 0LL : (long long)record->revoked_at - NOW,
             record->revocation_reason,
             record->revocation_note == NULL ? "-" : record->revocation_note,
             record->certificate_length);
    return true;
}

static void an_uncertain_one_frees_its_token_and_keeps_its_serial(void **state)
{
    struct sti_error err;
    char text[400] = "";
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(intend(ledger, "AA", "token-1", &err));
    assert_true(ledger_open_intents(ledger, note_all, text, &err));
    assert_string_equal(text, "AA intended 0 -1 - 0|");
    assert_true(ledger_record_uncertain(ledger, "AA", NOW + 5, &err));
    text[0] = '\0';
    assert_true(ledger_open_intents(ledger, note_all, text, &err));
    assert_string_equal(text, "");
    assert_false(issue(ledger, "AA", &err));
    assert_error(&err, STI_REFUSED, "serial AA is recorded as uncertain, and that is final");
    assert_false(intend(ledger, "AA", "token-2", &err));
    assert_true(intend(ledger, "BB", "token-1", &err));
    assert_true(issue(ledger, "BB", &err));
    assert_token(ledger, "token-1", "BB");
    assert_verified(ledger);
    ledger_close(ledger);
}

static void a_delivery_is_noted_once(void **state)
{
    struct sti_error err;
    char text[400] = "";
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(intend(ledger, "AA", NULL, &err));
    assert_false(ledger_record_delivered(ledger, "AA", "/a", NOW, &err));
    assert_error(&err, STI_REFUSED,
                 "serial AA is recorded as intended, so there is nothing to deliver");
    assert_true(issue(ledger, "AA", &err));
    assert_true(ledger_undelivered(ledger, note_all, text, &err));
    assert_string_equal(text, "AA issued 0 -1 - 8|");
    assert_true(ledger_record_delivered(ledger, "AA", "/a", NOW, &err));
    text[0] = '\0';
    assert_true(ledger_undelivered(ledger, note_all, text, &err));
    assert_string_equal(text, "");
    assert_false(ledger_record_delivered(ledger, "AA", "/a", NOW, &err));
    assert_error(&err, STI_ENVIRONMENT,
                 "the ledger could not be written: an ended row of the ledger never changes");
    assert_verified(ledger);
    ledger_close(ledger);
}

static bool take_back(struct ledger *ledger, const char *serial, int reason, struct sti_error *err)
{
    struct ledger_revocation revocation = {
        .serial = serial, .reason = reason, .date = NOW + 7, .note = "lost"};
    return ledger_record_revoked(ledger, &revocation, NOW + 8, err);
}

static void what_was_or_may_have_been_issued_is_revoked_once(void **state)
{
    struct sti_error err;
    char text[400] = "";
    int64_t last;
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(intend(ledger, "AA", NULL, &err));
    assert_true(intend(ledger, "BB", NULL, &err));
    assert_true(intend(ledger, "CC", NULL, &err));
    assert_true(issue(ledger, "AA", &err));
    assert_true(ledger_record_uncertain(ledger, "BB", NOW + 2, &err));
    assert_true(ledger_record_abandoned(ledger, "CC", "no", NOW + 2, &err));
    assert_true(take_back(ledger, "bb", LEDGER_NO_REASON, &err));
    assert_true(take_back(ledger, "AA", 1, &err));
    assert_false(take_back(ledger, "AA", 1, &err));
    assert_error(&err, STI_REFUSED, "certificate AA is revoked already, and that is final");
    assert_false(take_back(ledger, "CC", 1, &err));
    assert_error(&err, STI_REFUSED,
                 "serial CC is recorded as abandoned, so there is nothing to revoke");
    assert_false(take_back(ledger, "DD", 1, &err));
    assert_error(&err, STI_REFUSED,
                 "no certificate with serial DD in this ledger; `sti-ca list` shows them");
    static const int none[] = {-2, 7, 8, 11};
    for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
        assert_false(take_back(ledger, "AA", none[i], &err));
        assert_int_equal(err.code, STI_USAGE);
        assert_string_equal(err.clause, "RFC 5280 section 5.3.1");
    }
    assert_true(ledger_revocations(ledger, note_all, text, &err));
    assert_string_equal(text, "BB uncertain 7 -1 lost 0|AA issued 7 1 lost 8|");
    assert_true(ledger_last_time(ledger, &last, &err));
    assert_int_equal(last, NOW + 8);
    assert_verified(ledger);
    ledger_close(ledger);
}

/* ---- CRLs ---- */

static bool put_crl(struct ledger *ledger, const char *scope, const void *number, size_t length,
                    struct sti_error *err)
{
    struct ledger_crl crl = {.scope = scope,
                             .number = number,
                             .number_length = length,
                             .der = certificate,
                             .der_length = sizeof(certificate),
                             .this_update = NOW,
                             .next_update = NOW + 86400};
    return ledger_record_crl(ledger, &crl, NOW + 3, err);
}

static bool note_crl(void *context, const struct ledger_crl *crl, struct sti_error *err)
{
    (void)err;
    assert_int_equal(crl->der_length, sizeof(certificate));
    assert_memory_equal(crl->der, certificate, sizeof(certificate));
    assert_int_equal(crl->this_update, NOW);
    assert_int_equal(crl->next_update, NOW + 86400);
    snprintf(context, 64, "%s %zu %d", crl->scope, crl->number_length, crl->number[0]);
    return true;
}

static void the_number_of_a_crl_only_rises_within_its_scope(void **state)
{
    struct sti_error err;
    char last[64] = "";
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(ledger_last_crl(ledger, "CN=a", note_crl, last, &err));
    assert_string_equal(last, "");
    assert_true(put_crl(ledger, "CN=a", "\x00\x09", 2, &err)); /* leading zeros do not count */
    assert_false(put_crl(ledger, "CN=a", "\x09", 1, &err));
    assert_error(&err, STI_REFUSED,
                 "the number of a CRL only rises, and the record has one with number 09 (hex) "
                 "already");
    assert_string_equal(err.clause, "RFC 5280 section 5.2.3");
    assert_false(put_crl(ledger, "CN=a", "\x00\x00\x08", 3, &err));
    assert_true(put_crl(ledger, "CN=b", "\x01", 1, &err)); /* another series */
    assert_true(put_crl(ledger, "CN=a", "\x01\x00", 2, &err));
    assert_false(put_crl(ledger, "CN=a", "\xff", 1, &err));
    assert_true(ledger_last_crl(ledger, "CN=a", note_crl, last, &err));
    assert_string_equal(last, "CN=a 2 1");
    assert_true(ledger_last_crl(ledger, "CN=b", note_crl, last, &err));
    assert_string_equal(last, "CN=b 1 1");
    assert_false(put_crl(ledger, "CN=c",
                         "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e"
                         "\x0f\x10\x11\x12\x13\x14\x15",
                         21, &err));
    assert_error(&err, STI_REFUSED, "crl_number has 21 octets; 1 to 20 are wanted");
    assert_verified(ledger);
    ledger_close(ledger);
}

#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_PLACE(every_record_is_an_entry),
        IN_PLACE(a_group_is_there_as_a_whole),
        IN_PLACE(a_failure_in_a_group_leaves_nothing_of_it),
        IN_PLACE(an_uncertain_one_frees_its_token_and_keeps_its_serial),
        IN_PLACE(a_delivery_is_noted_once),
        IN_PLACE(what_was_or_may_have_been_issued_is_revoked_once),
        IN_PLACE(the_number_of_a_crl_only_rises_within_its_scope),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
