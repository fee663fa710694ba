/* SPDX-License-Identifier: Apache-2.0 */
/* Ceremony files: the shipped ones are read, and everything else in them is refused by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ceremony_file.h"
#include "ceremony_time.h"
#include "test_token_kit.h"

static char text[CEREMONY_FILE_MAX];

/* The shipped file of a kind. */
static void load(const char *kind)
{
    char path[512];
    snprintf(path, sizeof(path), "%s/%s.cnf", SHIPPED_CEREMONIES, kind);
    FILE *in = fopen(path, "r");
    if (in == NULL)
        fail_msg("%s is not there", path);
    text[fread(text, 1, sizeof(text) - 1, in)] = '\0';
    fclose(in);
}

static void reads_the_shipped_files(void **state)
{
    (void)state;
    for (int i = 0; i < CEREMONY_KINDS; i++) {
        struct sti_error err;
        load(ceremony_kind_name((enum ceremony_kind)i));
        struct ceremony_file *file = ceremony_file_read(text, strlen(text), &err);
        if (file == NULL)
            fail_msg("%s: %s %s", ceremony_kind_name((enum ceremony_kind)i), err.part,
                     err.sentence);
        assert_int_equal(file->kind, i);
        assert_int_equal(file->approvals, 2);
        assert_int_equal(file->approver_count, 3);
        assert_string_equal(file->approvers[0].id, "security-officer");
        assert_string_equal(file->approvers[2].key_file, "witness.pem");
        assert_true(file->window_end - file->window_begin == 8 * 3600);
        ceremony_file_free(file);
    }
}

static void reads_what_stands_there(void **state)
{
    (void)state;
    load("intermediate");
    struct ceremony_file *file = ceremony_file_read(text, strlen(text), NULL);
    assert_non_null(file);
    assert_string_equal(file->title, "The intermediate of Example STI-CA");
    assert_string_equal(file->previous, "root.transcript");
    assert_string_equal(file->transcript, "intermediate.transcript");
    assert_string_equal(file->profile, "tn-intermediate");
    assert_string_equal(file->issuer, "root.pem");
    assert_string_equal(file->subject_key, "intermediate-key.pem");
    assert_string_equal(file->policy, "1.3.6.1.4.1.32473.1.1");
    assert_int_equal(file->path_length, 0);
    assert_int_equal(file->key, CEREMONY_KEY_ROOT);
    assert_int_equal(X509_NAME_entry_count(file->subject), 3);
    assert_int_equal(X509_NAME_entry_count(file->crl_issuer), 3);
    ceremony_file_free(file);
    load("root");
    file = ceremony_file_read(text, strlen(text), NULL);
    assert_null(file->previous);
    assert_int_equal(file->path_length, -1);
    ceremony_file_free(file);
    load("batch");
    file = ceremony_file_read(text, strlen(text), NULL);
    assert_int_equal(file->key, CEREMONY_KEY_INTERMEDIATE);
    assert_int_equal(file->requests.count, 2);
    assert_string_equal(file->requests.items[1].name, "other-telecom");
    assert_string_equal(file->requests.items[1].value, "other-telecom.bundle");
    ceremony_file_free(file);
}

/* A shipped file with `old` replaced by `new`: refused at this part with this sentence. */
static void refuses_of(const char *kind, const char *old, const char *new, const char *part,
                       const char *sentence)
{
    struct sti_error err;
    load(kind);
    char *at = strstr(text, old);
    if (at == NULL)
        fail_msg("the file has no %s", old);
    char *rest = strdup(at + strlen(old));
    strcpy(at, new);
    strcat(text, rest);
    free(rest);
    assert_null(ceremony_file_read(text, strlen(text), &err));
    kit_check_error(&err, STI_USAGE, part, sentence, NULL);
}

static void refuses(const char *old, const char *new, const char *part, const char *sentence)
{
    refuses_of("root", old, new, part, sentence);
}

static void refuses_secrets_and_places(void **state)
{
    (void)state;
    const char *sentence =
        "has no place here: this file is read and approved by many, so it names no PIN, PKCS#11 "
        "URI, module, token or slot; those stand in sti-ca.cnf on the machine with the HSM, and a "
        "PIN is asked for";
    refuses("kind  ", "pin = 1234\nkind  ", "[ceremony] pin", sentence);
    refuses("kind  ", "slot = 0\nkind  ", "[ceremony] slot", sentence);
    refuses("kind  ", "Module_Path = /x.so\nkind  ", "[ceremony] Module_Path", sentence);
    refuses("root-key.pem\n", "pkcs11:token=ca;object=root\n", "[certificate] subject_key",
            sentence);
    refuses("root-key.pem\n", "x?pin-value=1\n", "[certificate] subject_key", sentence);
    refuses("kind  ", "x = a;PIN-source=file:y\nkind  ", "[ceremony] x", sentence);
    refuses("kind  ", "x = module-path=/x\nkind  ", "[ceremony] x", sentence);
    refuses("= witness.pem", "= PKCS11:token=w", "[approvers] witness", sentence);
}

static void refuses_unknown_and_missing_keys(void **state)
{
    (void)state;
    refuses("approvals  ", "aprovals  ", "[ceremony] aprovals",
            "is an unknown key; in a ceremony of the kind root this section has: kind, title, "
            "window_begin, window_end, approvals, previous, transcript");
    refuses("profile     =", "issuer = x\nprofile     =", "[certificate] issuer",
            "is an unknown key; in a ceremony of the kind root this section has: profile, "
            "subject_key, subject, valid_from, valid_to, path_length, policy, crl_url, crl_issuer, "
            "out");
    refuses("profile     =", "by_reference = https://x.example/\nprofile     =",
            "[certificate] by_reference", "is an unknown key");
    refuses_of("batch", "# by_reference = https", "by_reference = ldap",
               "[certificate] by_reference", "is not an http or https URL");
    refuses("profile     = shaken-root\n", "", "[certificate] profile", "is missing");
    refuses("kind         = root\n", "", "[ceremony] kind", "is missing");
    refuses("previous     = none\n", "", "[ceremony] previous", "is missing");
    refuses("[root_name]", "[other_name]", "[certificate] subject",
            "names a section that is not there, or empty");
    refuses("[approvers]", "[approver]", "[approver] security-officer",
            "stands in an unknown section");
    refuses("security-officer = security-officer.pem\nauditor          = auditor.pem\n"
            "witness          = witness.pem\n",
            "", "[approvers]", "is missing");
    refuses("[certificate]", "[requests]\na = b\n[certificate]", "[requests] a",
            "stands in a section that this kind of ceremony has not");
    refuses("kind  ", "kind = root\nkind  ", "", "the key stands twice in its section; keep one");
}

static void refuses_bad_values(void **state)
{
    (void)state;
    refuses("= root\n", "= roots\n", "[ceremony] kind",
            "is none of: root, intermediate, cross-certificate, delegate-ca, batch, revocation, "
            "key-destruction");
    refuses("2026-12-01T09:00:00Z", "2026-12-01", "[ceremony] window_begin",
            "is not a time as 2026-12-01T09:00:00Z");
    refuses("2026-12-01T17:00:00Z", "2026-12-01T09:00:00Z", "[ceremony] window_end",
            "is not after window_begin");
    refuses("2046-11-30T23:59:59Z", "2026-12-01T00:00:00Z", "[certificate] valid_to",
            "is not after valid_from");
    refuses("approvals    = 2", "approvals    = 0", "[ceremony] approvals",
            "is not a number between 1 and 32");
    refuses("approvals    = 2", "approvals    = 4", "[ceremony] approvals",
            "asks for more approvals than there are approvers");
    refuses("auditor  ", "Jane Doe  ", "", "cannot be read: missing equal sign");
    refuses("auditor  ", "Auditor  ", "[approvers] Auditor", "is no role: 1 to 64 small letters");
    refuses("The root of", "The r\xc3\xb6\xc3\xb6t of", "[ceremony] title",
            "is not 1 to 120 characters of printable ASCII");
    refuses("profile     =", "policy = 1..2\nprofile     =", "[certificate] policy",
            "is not an OID in dotted form");
    refuses("profile     =", "crl_url = ldap://x\nprofile     =", "[certificate] crl_url",
            "is not an http or https URL");
    refuses("profile     =", "path_length = -1\nprofile     =", "[certificate] path_length",
            "is not a number between 0 and 9");
    refuses("C  = US", "emailAddress = a@b", "[root_name] emailAddress",
            "is no attribute of a name here; C, O, CN and serialNumber are");
    refuses("= root.pem", "= ../root.pem", "[certificate] out",
            "is not the name of a file beside the ceremony file: all that a ceremony reads and "
            "writes is in its one folder");
    refuses("= root.pem", "= /root.pem", "[certificate] out", "is not the name of a file beside");
    refuses("= none", "= a/b", "[ceremony] previous", "is not the name of a file beside");
    refuses("= auditor.pem", "= a/b", "[approvers] auditor", "is not the name of a file beside");
    refuses("kind  ", "x = ${ENV::HOME}\nkind  ", "", "ENV:: takes a value from the environment");
}

static void reads_revocations_and_reports(void **state)
{
    (void)state;
    struct sti_error err;
    struct ceremony_revocation one;
    load("revocation");
    strcat(text, "leaf.pem = superseded   2026-11-30T12:00:00Z\n4d = unspecified\n");
    struct ceremony_file *file = ceremony_file_read(text, strlen(text), &err);
    if (file == NULL)
        fail_msg("%s %s", err.part, err.sentence);
    assert_int_equal(file->key, CEREMONY_KEY_INTERMEDIATE);
    assert_true(file->valid_from == 1796126400 && file->next_update == 1798718400);
    assert_int_equal(file->revocations.count, 3);
    assert_true(ceremony_revocation_read(&file->revocations.items[0], &one, &err));
    assert_true(one.is_serial && one.reason == 1 && one.date == -1);
    assert_string_equal(one.name, "0123456789ABCDEF0123456789ABCDEF");
    assert_true(ceremony_revocation_read(&file->revocations.items[1], &one, &err));
    assert_true(!one.is_serial && one.reason == 4 && one.date == 1796040000);
    assert_true(ceremony_revocation_read(&file->revocations.items[2], &one, &err));
    assert_true(one.is_serial && one.reason == 0);
    ceremony_file_free(file);
    load("indirect-crl");
    file = ceremony_file_read(text, strlen(text), &err);
    assert_non_null(file);
    assert_int_equal(file->kind, CEREMONY_REVOCATION);
    assert_int_equal(file->key, CEREMONY_KEY_CRL);
    assert_string_equal(file->crl_url, "https://sti-pa.example/crl");
    assert_string_equal(file->reports.items[0].value, "example-sti-ca.json");
    ceremony_file_free(file);
}

static void refuses_crls_that_cannot_be(void **state)
{
    (void)state;
    const char *line = "= keyCompromise";
    refuses_of("revocation", "= intermediate\n", "= other\n", "[crl] key",
               "is none of root, intermediate and crl, the sections of sti-ca.cnf that name keys");
    refuses_of("revocation", line, "= stolen", "[revocations] 0123456789ABCDEF0123456789ABCDEF",
               "\"stolen\" is no reason of a whole CRL");
    refuses_of("revocation", line, "= certificateHold",
               "[revocations] 0123456789ABCDEF0123456789ABCDEF",
               "certificateHold is for what may be released again");
    refuses_of("revocation", line, "= superseded 2026-12-01",
               "[revocations] 0123456789ABCDEF0123456789ABCDEF",
               "is not a reason, or a reason and a time as in: superseded 2026-12-01T09:00:00Z");
    refuses_of("revocation", "0123456789ABCDEF0123456789ABCDEF", "a/b.pem", "[revocations] a/b.pem",
               "is neither a serial number in hex nor the name of a file beside the ceremony file");
    refuses_of("revocation", "2026-12-31T", "2026-12-01T", "[crl] next_update",
               "is not after this_update");
    refuses_of("revocation", "2026-12-31T12", "2026-12-01T17", "[crl] next_update",
               "is not after window_end: the CRL could be over when it leaves");
    refuses_of("revocation", "[revocations]", "aia = http://x.example/y\n[revocations]",
               "[crl] aia", "is for key = crl, the indirect CRL of an STI-PA");
    refuses_of("revocation", "[revocations]", "[reports]\na = a.json\n[revocations]", "[reports]",
               "is for key = crl: a plain CRL lists what the ledger has revoked");
    refuses_of("indirect-crl", "url  ", "# ", "[crl] url",
               "is missing: an indirect CRL says where it is published");
    refuses_of("indirect-crl", "[reports]", "[revocations]\n4D = superseded\n[reports]",
               "[revocations]", "is not for key = crl: an indirect CRL lists what the reports of");
    refuses_of("indirect-crl", "example-sti-ca.json", "a/b", "[reports] example-sti-ca",
               "is not the name of a file beside");
    refuses_of("batch", "[requests]", "[reports]\na = a.json\n[requests]", "[reports] a",
               "stands in a section that this kind of ceremony has not");
}

static void refuses_an_end_by_the_destroyed_key(void **state)
{
    (void)state;
    load("key-destruction");
    struct ceremony_file *file = ceremony_file_read(text, strlen(text), NULL);
    assert_non_null(file);
    assert_int_equal(file->key, CEREMONY_KEY_INTERMEDIATE);
    assert_int_equal(file->end_key, CEREMONY_KEY_ROOT);
    assert_string_equal(file->public_key, "intermediate-key.pem");
    assert_string_equal(file->end_public_key, "root-key.pem");
    ceremony_file_free(file);
    refuses_of("key-destruction", "= root\n", "= intermediate\n", "[end] key",
               "is the key that is destroyed, and the end is signed after that: name another "
               "section of sti-ca.cnf; if its key is not there, make one with sti-ca key generate");
    refuses_of("key-destruction", "= root\n", "= root\npin = 1\n", "[end] pin",
               "has no place here");
    refuses_of("key-destruction", "public_key = root-key.pem", "", "[end] public_key",
               "is missing");
    refuses_of("revocation", "[crl]", "[end]\nkey = root\n[crl]", "[end] key", "is an unknown key");
}

static void reads_times_written_one_way(void **state)
{
    (void)state;
    int64_t time = 0;
    char again[CEREMONY_TIME_TEXT];
    assert_true(ceremony_time_read("2026-12-01T09:00:00Z", &time));
    assert_true(time == 1796115600);
    ceremony_time_write(time, again);
    assert_string_equal(again, "2026-12-01T09:00:00Z");
    assert_true(ceremony_time_read("9999-12-31T23:59:59Z", &time) && time == CEREMONY_TIME_MAX);
    assert_true(ceremony_time_read("1970-01-01T00:00:00Z", &time) && time == 0);
    static const char *const bad[] = {"",
                                      "2026-12-01",
                                      "2026-12-01T09:00:00",
                                      "2026-12-01 09:00:00Z",
                                      "2026-12-01T09:00:00z",
                                      "2026-12-01T9:00:00Z",
                                      "2026-12-01T09:00:60Z",
                                      "2026-02-29T00:00:00Z",
                                      "2026-04-31T00:00:00Z",
                                      "1969-12-31T23:59:59Z",
                                      "2026-12-01T09:00:00Z ",
                                      " 2026-12-01T09:00:00Z",
                                      "2026-12-01T09:00:00+00:00"};
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        if (ceremony_time_read(bad[i], &time))
            fail_msg("'%s' is read", bad[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_shipped_files),
        cmocka_unit_test(reads_what_stands_there),
        cmocka_unit_test(refuses_secrets_and_places),
        cmocka_unit_test(refuses_unknown_and_missing_keys),
        cmocka_unit_test(refuses_bad_values),
        cmocka_unit_test(reads_revocations_and_reports),
        cmocka_unit_test(refuses_crls_that_cannot_be),
        cmocka_unit_test(refuses_an_end_by_the_destroyed_key),
        cmocka_unit_test(reads_times_written_one_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
