/* SPDX-License-Identifier: Apache-2.0 */
/* The rules for a subject name (ATIS-1000080 section 6.4.1). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "subject.h"
#include "test_pki_kit.h"
#include "test_token_kit.h"

#define CLAUSE "ATIS-1000080 section 6.4.1"
#define UMLAUT "\xc3\x9c" /* U+00DC in UTF-8 */

/* ---- end entity ---- */

struct row {
    const char *subject;
    const char *list;
    const char *refusal; /* NULL: it is good */
};

/* Judges the subject of every row; the refusals must be as written. */
static void judge(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct tnauthlist list;
        struct sti_error err;
        X509_NAME *subject = kit_name(rows[i].subject);
        kit_list(rows[i].list, &list);
        sti_error_clear(&err);
        bool ok = subject_check_end_entity(subject, &list, &err);
        if (ok != (rows[i].refusal == NULL))
            fail_msg("%s with %s: %s", rows[i].subject, rows[i].list, err.sentence);
        if (!ok)
            kit_check_error(&err, STI_REFUSED, "", rows[i].refusal, CLAUSE);
        assert_int_equal(subject_check_end_entity(subject, &list, NULL), ok);
        kit_list_free(&list);
        X509_NAME_free(subject);
    }
}
#define JUDGE(rows) judge(rows, sizeof(rows) / sizeof(*(rows)))

static void wants_c_o_and_cn_once_atis1000080_section_6_4_1(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"C=US/O=Example/CN=SHAKEN 709J", "SPC:709J", NULL},
        {"CN=SHAKEN 709J/C=US/O=Example", "SPC:709J", NULL},
        {"C=US/O=" UMLAUT "ber/CN=SHAKEN 709J", "SPC:709J", NULL},
        {"C=US/O=Example/CN=SHAKEN 709J/serialNumber=1", "SPC:709J", NULL},
        {"O=Example/CN=SHAKEN 709J", "SPC:709J", "the subject has no C; it needs C, O and CN"},
        {"C=US/CN=SHAKEN 709J", "SPC:709J", "the subject has no O; it needs C, O and CN"},
        {"C=US/O=Example", "SPC:709J", "the subject has no CN; it needs C, O and CN"},
        {"", "SPC:709J", "the subject has no C; it needs C, O and CN"},
        {"C=US/C=US/O=Example/CN=SHAKEN 709J", "SPC:709J", "the subject has more than one C"},
        {"C=US/O=Example/O=Other/CN=SHAKEN 709J", "SPC:709J", "the subject has more than one O"},
        {"C=US/O=Example/CN=SHAKEN 709J/CN=x", "SPC:709J", "the subject has more than one CN"},
        {"C=US/O=Example/CN=SHAKEN 709J/serialNumber=1/serialNumber=2", "SPC:709J",
         "the subject has more than one serialNumber"},
    };
    JUDGE(rows);
}

static void wants_no_other_attribute_atis1000080_section_6_4_1(void **state)
{
    (void)state;
    static const char sentence[] =
        "the subject has attributes other than C, O, CN and serialNumber";
    static const struct row rows[] = {
        {"C=US/O=Example/OU=Unit/CN=SHAKEN 709J", "SPC:709J", sentence},
        {"C=US/O=Example/CN=SHAKEN 709J/emailAddress=a@example", "SPC:709J", sentence},
        {"C=US/O=Example/CN=SHAKEN 709J/serialNumber=1/L=Town", "SPC:709J", sentence},
    };
    JUDGE(rows);
}

static void wants_a_country_of_two_capitals_atis1000080_section_6_4_1(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"C=DE/O=Example/CN=SHAKEN 709J", "SPC:709J", NULL},
        {"C=us/O=Example/CN=SHAKEN 709J", "SPC:709J", "C of the subject is us, two capital"},
        {"C=Us/O=Example/CN=SHAKEN 709J", "SPC:709J", "C of the subject is Us, two capital"},
        {"C=U1/O=Example/CN=SHAKEN 709J", "SPC:709J", "C of the subject is U1, two capital"},
    };
    JUDGE(rows);
}

/* CN is `SHAKEN <SPC>` when the list has exactly one SPC. */
static void wants_the_spc_as_common_name_atis1000080_section_6_4_1(void **state)
{
    (void)state;
    static const char sentence[] = "; for a list with one SPC it is \"SHAKEN 709J\"";
    static const struct row rows[] = {
        {"C=US/O=Example/CN=SHAKEN 709", "SPC:709J", sentence},
        {"C=US/O=Example/CN=SHAKEN 709JJ", "SPC:709J", sentence},
        {"C=US/O=Example/CN=SHAKEN 709K", "SPC:709J", sentence},
        {"C=US/O=Example/CN=SHAKEN  709J", "SPC:709J", sentence},
        {"C=US/O=Example/CN=SHAKEN 709j", "SPC:709J", sentence},
        {"C=US/O=Example/CN=Shaken 709J", "SPC:709J", sentence},
        {"C=US/O=Example/CN=709J", "SPC:709J",
         "CN of the subject is \"709J\"; for a list with one SPC it is \"SHAKEN 709J\""},
        /* numbers beside the one SPC do not change the rule */
        {"C=US/O=Example/CN=anything", "SPC:709J,TN:12155551212", sentence},
        {"C=US/O=Example/CN=SHAKEN 709J", "TN:12155551212,SPC:709J", NULL},
    };
    JUDGE(rows);
}

/* Without a single SPC there is no name to hold CN against: the TN-level profile. */
static void has_no_common_name_rule_without_one_spc(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"C=US/O=Example/CN=anything", "TN:12155551212", NULL},
        {"C=US/O=Example/CN=anything", "TN:12155550100+100,TN:12155551212", NULL},
        {"C=US/O=Example/CN=anything", "SPC:709J,SPC:1234", NULL},
        {"C=US/O=Example/CN=" UMLAUT, "TN:12155551212", NULL},
    };
    JUDGE(rows);
}

/* ---- values ---- */

/* One CN with these octets: refused, or not. */
static void judge_cn(int type, const char *octets, int length, bool good)
{
    struct tnauthlist list;
    struct sti_error err;
    X509_NAME *subject = kit_name("C=US/O=Example");
    kit_name_add(subject, NID_commonName, type, octets, length);
    kit_list("TN:12155551212", &list);
    assert_int_equal(subject_check_end_entity(subject, &list, &err), good);
    if (!good)
        kit_check_error(&err, STI_REFUSED, "",
                        "CN of the subject is empty, longer than 255 octets or has control "
                        "characters",
                        CLAUSE);
    kit_list_free(&list);
    X509_NAME_free(subject);
}

static void refuses_unprintable_values_atis1000080_section_6_4_1(void **state)
{
    (void)state;
    char many[257];
    memset(many, 'x', sizeof(many));
    judge_cn(V_ASN1_UTF8STRING, "a\nb", 3, false);
    judge_cn(V_ASN1_UTF8STRING, "a\0b", 3, false);
    judge_cn(V_ASN1_UTF8STRING, "\x1b[31m", 5, false);
    judge_cn(V_ASN1_UTF8STRING, "a\x7f", 2, false);
    judge_cn(V_ASN1_UTF8STRING, "", 0, false);
    judge_cn(V_ASN1_UTF8STRING, many, 256, false);
    judge_cn(V_ASN1_UTF8STRING, many, 255, true);
    judge_cn(V_ASN1_UTF8STRING, "\xff\xfe", 2, false); /* no UTF-8 */
    judge_cn(V_ASN1_BMPSTRING, "\0a\0\n", 4, false);
    judge_cn(V_ASN1_BMPSTRING, "\0a\0b", 4, true);
    judge_cn(V_ASN1_T61STRING, "a\x85", 2, false); /* U+0085, a control character */
    judge_cn(V_ASN1_UTF8STRING,
             "a\xc2\x9b"
             "31m",
             6, false); /* U+009B starts a terminal's control sequence */
    judge_cn(V_ASN1_UTF8STRING, "a\xc2\xa0", 3, true);
}

/* A name's string type does not matter, its letters do. */
static void compares_letters_not_octets_atis1000080_section_6_4_1(void **state)
{
    (void)state;
    struct tnauthlist list;
    X509_NAME *subject = kit_name("C=US/O=Example");
    kit_name_add(subject, NID_commonName, V_ASN1_BMPSTRING, "\0S\0H\0A\0K\0E\0N\0 \0001", 16);
    kit_list("SPC:1", &list);
    assert_true(subject_check_end_entity(subject, &list, NULL));
    kit_list_free(&list);
    X509_NAME_free(subject);
}

/* ---- CA ---- */

static void judge_ca(const char *text, bool root, const char *refusal)
{
    struct sti_error err;
    X509_NAME *subject = kit_name(text);
    assert_int_equal(subject_check_ca(subject, root, &err), refusal == NULL);
    if (refusal != NULL)
        kit_check_error(&err, STI_REFUSED, "", refusal, CLAUSE);
    X509_NAME_free(subject);
}

static void wants_shaken_in_a_ca_atis1000080_section_6_4_1(void **state)
{
    (void)state;
    judge_ca("C=US/O=Example/CN=Example SHAKEN CA", false, NULL);
    judge_ca("C=US/O=Example/CN=Example Shaken CA", false,
             "CN of a CA has the word SHAKEN, \"Example Shaken CA\" has not");
    judge_ca("C=US/O=Example/CN=Example ROOT", true, "CN of a CA has the word SHAKEN");
    judge_ca("C=US/CN=SHAKEN CA", false, "the subject has no O");
    judge_ca("C=US/O=Example/OU=x/CN=SHAKEN CA", false, "has attributes other than");
    judge_ca("C=us/O=Example/CN=SHAKEN CA", false, "two capital letters are wanted");
}

static void wants_root_in_a_root_atis1000080_section_6_4_1(void **state)
{
    (void)state;
    judge_ca("C=US/O=Example/CN=SHAKEN ROOT", true, NULL);
    judge_ca("C=US/O=Example/CN=SHAKEN root", true, NULL); /* in any case */
    judge_ca("C=US/O=Example/CN=SHAKEN CA", true,
             "CN of a root has the word ROOT, \"SHAKEN CA\" has not");
}

/* ---- as words ---- */

static void writes(X509_NAME *subject, const char *want)
{
    char *text = subject_text(subject);
    assert_non_null(text);
    assert_string_equal(text, want);
    free(text);
    X509_NAME_free(subject);
}

static void escapes_what_a_terminal_must_not_see(void **state)
{
    (void)state;
    writes(kit_name("C=US/O=Example/CN=SHAKEN 709J"), "C=US, O=Example, CN=SHAKEN 709J");
    writes(kit_name(""), "");
    writes(kit_name("O=a, b=c/CN=d+e"), "O=a\\, b=c, CN=d\\+e");
    writes(kit_name("CN=" UMLAUT), "CN=\\C3\\9C");
    X509_NAME *subject = kit_name("C=US");
    kit_name_add(subject, NID_commonName, V_ASN1_UTF8STRING,
                 "a\n\x1b\0\x7f"
                 "b",
                 6);
    writes(subject, "C=US, CN=a\\0A\\1B\\00\\7Fb");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wants_c_o_and_cn_once_atis1000080_section_6_4_1),
        cmocka_unit_test(wants_no_other_attribute_atis1000080_section_6_4_1),
        cmocka_unit_test(wants_a_country_of_two_capitals_atis1000080_section_6_4_1),
        cmocka_unit_test(wants_the_spc_as_common_name_atis1000080_section_6_4_1),
        cmocka_unit_test(has_no_common_name_rule_without_one_spc),
        cmocka_unit_test(refuses_unprintable_values_atis1000080_section_6_4_1),
        cmocka_unit_test(compares_letters_not_octets_atis1000080_section_6_4_1),
        cmocka_unit_test(wants_shaken_in_a_ca_atis1000080_section_6_4_1),
        cmocka_unit_test(wants_root_in_a_root_atis1000080_section_6_4_1),
        cmocka_unit_test(escapes_what_a_terminal_must_not_see),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
