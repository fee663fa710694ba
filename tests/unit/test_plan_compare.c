/* SPDX-License-Identifier: Apache-2.0 */
/* A plan and the same once more: whatever is different is named, down to the field that is signed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/x509v3.h>

#include "crl_build.h"
#include "plan_compare.h"
#include "planned.h"
#include "tbs_compare.h"
#include "test_pki_kit.h"
#include "test_plan_kit.h"
#include "test_token_kit.h"

/* ---- plans ---- */

/* The kit's plan with one change is told from the kit's plan. */
static void assert_differs(void (*change)(struct plan *plan), const char *sentence)
{
    struct sti_error err;
    struct plan *plan = kit_plan();
    struct plan *made = kit_plan();
    change(plan);
    assert_false(plan_compare(plan, made, &err));
    assert_string_equal(err.sentence, sentence);
    assert_int_equal(err.code, STI_REFUSED);
    assert_false(plan_compare(made, plan, &err)); /* neither way */
    plan_free(plan);
    plan_free(made);
}

static void same_is_the_same(void **state)
{
    (void)state;
    struct sti_error err;
    struct plan *plan = kit_plan();
    struct plan *made = kit_plan();
    if (!plan_compare(plan, made, &err))
        fail_msg("%s", err.sentence);
    plan_free(plan);
    plan_free(made);
}

#define CHANGE(name, statement)                                                                    \
    static void name(struct plan *plan)                                                            \
    {                                                                                              \
        statement;                                                                                 \
    }
CHANGE(kind, plan->kind = CEREMONY_ROOT)
CHANGE(title, plan->name[0] = 'B')
CHANGE(made_at, plan->made++)
CHANGE(program, plan->tool[7] = '1')
CHANGE(window_begin, plan->window_begin++)
CHANGE(window_end, plan->window_end--)
CHANGE(needed, plan->needed = 1)
CHANGE(approver, plan->approvers[0].id[0] = 'b')
CHANGE(approver_key, plan->approvers[1].spki.octets[0] ^= 1)
CHANGE(previous, plan->previous[31] ^= 1)
CHANGE(no_previous, plan->has_previous = false; memset(plan->previous, 0, sizeof(plan->previous)))
CHANGE(transcript, plan->transcript[0] = 'b')
CHANGE(input, plan->inputs[0].digest[0] ^= 1)
CHANGE(input_length, plan->inputs[0].length++)
CHANGE(input_name, plan->inputs[0].path[0] = 'R')
CHANGE(profile, plan->profiles[0].digest[31] ^= 1)
CHANGE(profile_and_more, profile(plan); title(plan); plan->steps[3].tbs.octets[4] ^= 1)

static void names_what_stands_before_the_steps(void **state)
{
    (void)state;
    static const char approvers[] = "the approvers, or how many must approve, differs";
    static const char before[] = "the last entry of the ceremony before differs";
    assert_differs(kind, "the kind differs");
    assert_differs(title, "the title differs");
    assert_differs(made_at, "the time or the program that made it differs");
    assert_differs(program, "the time or the program that made it differs");
    assert_differs(window_begin, "the window differs");
    assert_differs(window_end, "the window differs");
    assert_differs(needed, approvers);
    assert_differs(approver, approvers);
    assert_differs(approver_key, approvers);
    assert_differs(previous, before);
    assert_differs(no_previous, before);
    assert_differs(transcript, "the name of the transcript differs");
    assert_differs(input, "input 1 differs: root.pem in place of root.pem");
    assert_differs(input_length, "input 1 differs: root.pem in place of root.pem");
    assert_differs(input_name, "input 1 differs: Root.pem in place of root.pem");
    assert_differs(profile, "the profile shaken-intermediate is another one than then");
    /* It says why, so it comes first. */
    assert_differs(profile_and_more, "the profile shaken-intermediate is another one than then");
}

CHANGE(step_file, plan->steps[3].out[0] = 'I')
CHANGE(step_key, plan->steps[3].spki.octets[0] ^= 1)
CHANGE(step_section, plan->steps[2].key = CEREMONY_KEY_ROOT)
CHANGE(step_profile, plan->steps[3].profile[0] = 'S')
CHANGE(step_text, plan->steps[6].text[0] = 'd')
CHANGE(step_who, plan->steps[1].who[0] = 'O')
CHANGE(step_reason, plan->steps[5].reason[0] = 'I')
CHANGE(step_octets, plan->steps[3].tbs.octets[4] ^= 1)
CHANGE(step_request, free(plan->steps[3].request); plan->steps[3].request = strdup("a.bundle"))
CHANGE(step_is_another, plan->steps[1].action = PLAN_CONFIRM)

static void names_the_step(void **state)
{
    (void)state;
    assert_differs(step_key, "step 4 (certificate intermediate.pem): its key differs");
    assert_differs(step_section, "step 3 (hsm): its key differs");
    assert_differs(step_profile, "step 4 (certificate intermediate.pem): its profile differs");
    assert_differs(step_request, "step 4 (certificate intermediate.pem): its request differs");
    assert_differs(step_text, "step 7 (end): its text differs");
    assert_differs(step_who, "step 2 (clock): its text differs");
    assert_differs(step_reason, "step 6 (destroy): its reason differs");
    assert_differs(step_is_another, "step 2 (confirm): what is done differs");
    assert_differs(step_file,
                   "step 4 (certificate Intermediate.pem): the name of its file differs");
    /* What is no certificate has no fields. */
    assert_differs(step_octets, "step 4 (certificate intermediate.pem): its to-be-signed octets "
                                "differ at octet 4");
}

static void names_a_step_too_many(void **state)
{
    (void)state;
    struct sti_error err;
    struct plan *plan = kit_plan();
    struct plan *made = kit_plan();
    struct plan_step *step = plan_add_step(plan);
    step->action = PLAN_CONFIRM;
    step->id = strdup("8");
    step->who = strdup("operator");
    step->text = strdup("Once more.");
    assert_false(plan_compare(plan, made, &err));
    assert_string_equal(err.sentence, "it has 8 steps in place of 7");
    plan_free(plan);
    plan_free(made);
}

/* ---- to-be-signed octets ---- */

static EVP_PKEY *key;
static EVP_PKEY *other;

static int setup(void **state)
{
    (void)state;
    key = EVP_EC_gen("P-256");
    other = EVP_EC_gen("P-256");
    return key == NULL || other == NULL;
}

static int teardown(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
    return 0;
}

static struct cert_content content(X509_NAME *subject)
{
    return (struct cert_content){
        .kind = CERT_ROOT,
        .subject = subject,
        .key = key,
        .serial = {0xAB, 0xCD, 1},
        .not_before = 1796115600,
        .not_after = 1827651599,
        .path_length = -1,
    };
}

/* With an extension more, or NULL; and changed by `change`, or NULL. */
static struct plan_octets certificate(const struct cert_content *content, X509_EXTENSION *more,
                                      void (*change)(X509 *certificate))
{
    struct sti_error err;
    struct plan_octets tbs;
    X509 *built = cert_build(content, &err);
    if (built == NULL)
        fail_msg("%s", err.sentence);
    if (more != NULL)
        assert_int_equal(X509_add_ext(built, more, -1), 1);
    if (change != NULL)
        change(built);
    assert_true(cert_tbs(built, &tbs.octets, &tbs.length, &err));
    X509_free(built);
    X509_EXTENSION_free(more);
    return tbs;
}

static void assert_place(const struct plan_octets *one, const struct plan_octets *two, bool is_crl,
                         const char *field)
{
    char text[TBS_PLACE_TEXT];
    char wanted[TBS_PLACE_TEXT];
    size_t at = strspn(field, " ");
    tbs_compare(one, two, is_crl, text);
    /* The octet where they differ is the first one that does. */
    size_t octet = 0;
    while (octet < one->length && octet < two->length && one->octets[octet] == two->octets[octet])
        octet++;
    if (strncmp(text, "at octet ", 9) != 0 || strstr(text, ", in ") == NULL)
        fail_msg("%s", text);
    assert_string_equal(strstr(text, ", in ") + 5, field + at);
    if (one->length == two->length) {
        snprintf(wanted, sizeof(wanted), "at octet %zu, ", octet);
        assert_memory_equal(text, wanted, strlen(wanted));
    }
}

static void assert_field(const struct cert_content *content, X509_EXTENSION *more,
                         const struct plan_octets *from, const char *field)
{
    struct plan_octets tbs = certificate(content, more, NULL);
    assert_place(&tbs, from, false, field);
    OPENSSL_free(tbs.octets);
}

static void without_last_extension(X509 *certificate)
{
    X509_EXTENSION_free(X509_delete_ext(certificate, X509_get_ext_count(certificate) - 1));
}

/* RFC 5280 section 4.1: the fields of a TBSCertificate. */
static void names_the_field_of_a_certificate(void **state)
{
    (void)state;
    X509_NAME *subject = kit_name("C=US/CN=SHAKEN Example ROOT");
    X509_NAME *another = kit_name("C=US/CN=SHAKEN Example WORT");
    const struct cert_content usual = content(subject);
    struct plan_octets tbs = certificate(&usual, NULL, NULL);
    struct cert_content changed = usual;
    changed.serial[15] = 1;
    assert_field(&changed, NULL, &tbs, "the serial number");
    changed = usual;
    changed.not_after--;
    assert_field(&changed, NULL, &tbs, "the validity");
    changed = usual;
    changed.subject = another;
    assert_field(&changed, NULL, &tbs, "the issuer"); /* which is the subject, of a root */
    changed = usual;
    changed.key = other;
    assert_field(&changed, NULL, &tbs, "the subject's public key");
    assert_field(&usual, kit_extension("1.3.6.1.5.5.7.1.26", "3000"), &tbs,
                 "the extension 1.3.6.1.5.5.7.1.26 (TNAuthList), which is one too many");
    struct plan_octets more =
        certificate(&usual, kit_extension("1.3.6.1.4.1.32473.9", "0500"), NULL);
    assert_place(&tbs, &more, false, "the extension 1.3.6.1.4.1.32473.9, which it lacks");
    OPENSSL_free(more.octets);
    more = certificate(&usual, NULL, without_last_extension);
    assert_place(&more, &tbs, false,
                 "the extension 2.5.29.14 (X509v3 Subject Key Identifier), which it lacks");
    OPENSSL_free(more.octets);
    OPENSSL_free(tbs.octets);
    X509_NAME_free(subject);
    X509_NAME_free(another);
}

/* A CRL that revokes serial 5, for this reason, if any is wanted; and has this number. */
static struct plan_octets crl(long number, long serial, int64_t date, int64_t next)
{
    struct sti_error err;
    struct plan_octets tbs;
    X509_CRL *crl = X509_CRL_new();
    ASN1_TIME *time = ASN1_TIME_set(NULL, 1796115600);
    ASN1_INTEGER *integer = ASN1_INTEGER_new();
    X509_NAME *issuer = kit_name("CN=x");
    X509_CRL_set_version(crl, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl, issuer);
    X509_CRL_set1_lastUpdate(crl, time);
    X509_CRL_set1_nextUpdate(crl, ASN1_TIME_set(time, (time_t)next));
    if (serial != 0) {
        X509_REVOKED *revoked = X509_REVOKED_new();
        ASN1_INTEGER_set(integer, serial);
        X509_REVOKED_set_serialNumber(revoked, integer);
        X509_REVOKED_set_revocationDate(revoked, ASN1_TIME_set(time, (time_t)date));
        X509_CRL_add0_revoked(crl, revoked);
    }
    ASN1_INTEGER_set(integer, number);
    assert_int_equal(X509_CRL_add1_ext_i2d(crl, NID_crl_number, integer, 0, 0), 1);
    assert_true(crl_tbs(crl, &tbs.octets, &tbs.length, &err));
    X509_CRL_free(crl);
    ASN1_TIME_free(time);
    ASN1_INTEGER_free(integer);
    X509_NAME_free(issuer);
    return tbs;
}

static void assert_crl(struct plan_octets one, struct plan_octets two, const char *field)
{
    assert_place(&one, &two, true, field);
    OPENSSL_free(one.octets);
    OPENSSL_free(two.octets);
}

/* RFC 5280 section 5.1.2: the fields of a TBSCertList, of which revokedCertificates may be absent.
 */
static void names_the_field_of_a_crl(void **state)
{
    (void)state;
    const int64_t date = 1796000000, next = 1798707600;
    assert_crl(crl(1, 0xABC, date, next + 1), crl(1, 0xABC, date, next), "the nextUpdate");
    assert_crl(crl(2, 0xABC, date, next), crl(1, 0xABC, date, next),
               "the extension 2.5.29.20 (X509v3 CRL Number)");
    assert_crl(crl(1, 0xABC, date, next), crl(1, 0xABC, date + 1, next),
               "the entry of serial 0ABC");
    assert_crl(crl(1, 0xABCDEF, date, next), crl(1, 0xABC, date, next),
               "the entry of serial ABCDEF");
    assert_crl(crl(1, 0, date, next), crl(1, 0xABC, date, next), "the entries");
    assert_crl(crl(1, 0xABC, date, next), crl(1, 0, date, next), "the entries");
}

/* Whatever the octets are, they are only looked at within their bounds. */
static void looks_at_any_octets(void **state)
{
    (void)state;
    X509_NAME *subject = kit_name("C=US/CN=SHAKEN Example ROOT");
    const struct cert_content usual = content(subject);
    struct plan_octets tbs = certificate(&usual, NULL, NULL);
    char text[TBS_PLACE_TEXT];
    for (size_t i = 0; i < tbs.length; i++) {
        uint8_t *copy = malloc(tbs.length);
        memcpy(copy, tbs.octets, tbs.length);
        copy[i] ^= 0x81;
        tbs_compare(&(struct plan_octets){copy, tbs.length}, &tbs, false, text);
        assert_memory_equal(text, "at octet ", 9);
        tbs_compare(&tbs, &(struct plan_octets){copy, tbs.length}, true, text);
        assert_memory_equal(text, "at octet ", 9);
        free(copy);
        copy = malloc(i + 1);
        memcpy(copy, tbs.octets, i + 1);
        if (i + 1 < tbs.length)
            tbs_compare(&(struct plan_octets){copy, i + 1}, &tbs, false, text);
        free(copy);
    }
    OPENSSL_free(tbs.octets);
    X509_NAME_free(subject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_is_the_same),
        cmocka_unit_test(names_what_stands_before_the_steps),
        cmocka_unit_test(names_the_step),
        cmocka_unit_test(names_a_step_too_many),
        cmocka_unit_test(names_the_field_of_a_certificate),
        cmocka_unit_test(names_the_field_of_a_crl),
        cmocka_unit_test(looks_at_any_octets),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
