/* SPDX-License-Identifier: Apache-2.0 */
/* The revocation report: what is written is read again, and nothing else is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/err.h>

#include "crl_build.h"
#include "report.h"
#include "test_pki_kit.h"
#include "test_token_kit.h"
#include "test_tool_kit.h"

static void add(struct revocations *all, const char *issuer, unsigned long serial, int reason,
                bool uncertain)
{
    struct revocation one = {.issuer = kit_name(issuer),
                             .serial = ASN1_INTEGER_new(),
                             .date = KIT_NOW,
                             .reason = reason,
                             .not_after = uncertain ? 0 : KIT_NOW + KIT_DAY,
                             .uncertain = uncertain};
    assert_int_equal(ASN1_INTEGER_set_uint64(one.serial, serial), 1);
    assert_true(revocations_add(all, &one, NULL));
}

static void make(struct revocations *all)
{
    *all = (struct revocations){0};
    add(all, "C=US/O=B\xc3\xa4r, \"Tel\"/CN=SHAKEN Root", 0xf00d, 1, false);
    add(all, "C=US/O=A/CN=SHAKEN", 0x80, CRL_NO_REASON, true);
}

/* Writes a report, its SHA-256 made anew if `sealed`; returns its path. */
static const char *write_down(json_t *report, bool sealed)
{
    char digest[65];
    if (sealed) {
        assert_true(report_digest(report, digest));
        json_object_set_new(report, "sha256", json_string(digest));
    }
    char *text = json_dumps(report, JSON_INDENT(2));
    const char *path = file_with_text("report.json", text);
    free(text);
    json_decref(report);
    return path;
}

static json_t *report(void)
{
    struct revocations all;
    make(&all);
    json_t *json = report_json(&all, KIT_NOW, NULL);
    assert_non_null(json);
    revocations_free(&all);
    return json;
}

static json_t *entry(json_t *json)
{
    return json_array_get(json_object_get(json, "entries"), 0);
}

static void refused(const char *path, const char *part, const char *sentence)
{
    struct revocations all = {0};
    struct sti_error err;
    if (report_read(path, &all, &err))
        fail_msg("accepted, but wanted: %s", sentence);
    kit_check_error(&err, STI_REFUSED, part, sentence, NULL);
    assert_string_equal(err.source, path);
    revocations_free(&all);
    assert_false(report_read(path, &all, NULL));
    revocations_free(&all);
    assert_int_equal(ERR_peek_error(), 0);
}

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    struct revocations before;
    struct revocations after = {0};
    make(&before);
    json_t *json = report();
    assert_string_equal(json_string_value(json_object_get(entry(json), "issuer")),
                        "CN=SHAKEN Root,O=B\\C3\\A4r\\, \\\"Tel\\\",C=US");
    assert_true(report_read(write_down(json, false), &after, NULL));
    assert_int_equal(after.count, before.count);
    for (size_t i = 0; i < after.count; i++) {
        const struct revocation *one = &before.items[i];
        const struct revocation *other = &after.items[i];
        assert_int_equal(X509_NAME_cmp(one->issuer, other->issuer), 0);
        assert_int_equal(ASN1_INTEGER_cmp(one->serial, other->serial), 0);
        assert_int_equal(one->date, other->date);
        assert_int_equal(one->reason, other->reason);
        assert_int_equal(one->not_after, other->not_after);
        assert_int_equal(one->uncertain, other->uncertain);
    }
    revocations_free(&before);
    revocations_free(&after);
}

static void refuses_what_was_changed(void **state)
{
    (void)state;
    json_t *json = report();
    json_object_set_new(entry(json), "serial", json_string("F00E"));
    refused(write_down(json, false), "", "was changed on its way: its SHA-256 is not the one");
    refused(file_with_text("report.json", "{"), "", "is not JSON");
    refused(file_with_text("report.json", "{}"), "", "is no revocation report of the format");
    refused(file_with_text("report.json", "[]"), "", "is no revocation report of the format");
    json = report();
    json_object_set_new(json, "more", json_true());
    refused(write_down(json, true), "", "does not have format, made_at, entries and sha256");
}

/* Each member has one form; each change breaks it although the digest fits. */
static void refuses_other_forms(void **state)
{
    (void)state;
    static const struct {
        const char *member;
        const char *value; /* NULL: taken out */
        const char *part;
        const char *sentence;
    } rows[] = {
        {"issuer", NULL, "entry 1, issuer", "is missing or is no string"},
        {"issuer", "CN=Other", "entry 1, issuer", "is not the name that issuer_der has"},
        {"issuer_der", "MAA", "entry 1, issuer_der", "is not the base64 of a name in DER"},
        {"issuer_der", "", "entry 1, issuer_der", "is not the base64 of a name in DER"},
        {"issuer_der", "!!!!", "entry 1, issuer_der", "is not the base64 of a name in DER"},
        {"issuer_der", "MAAA", "entry 1, issuer_der", "is not the base64 of a name in DER"},
        {"serial", "f00d", "entry 1, serial", "is no serial number in upper-case hex"},
        {"serial", "00F00D", "entry 1, serial", "is no serial number in upper-case hex"},
        {"serial", "F0D", "entry 1, serial", "is no serial number in upper-case hex"},
        {"serial", "", "entry 1, serial", "is no serial number in upper-case hex"},
        {"serial", "-1F", "entry 1, serial", "is no serial number in upper-case hex"},
        {"date", NULL, "entry 1, date", "is missing or is no string"},
        {"date", "2026-09-21", "entry 1, date", "is no time as in"},
        {"date", "2026-09-21T16:13:20+02:00", "entry 1, date", "is no time as in"},
        {"reason", "unspecified", "entry 1, reason", "\"unspecified\" is left out instead"},
        {"reason", "removeFromCRL", "entry 1, reason", "is no reason of RFC 5280 section 5.3.1"},
        {"not_after", NULL, "entry 1, not_after", "goes with every certificate"},
        {"uncertain", "yes", "entry 1, uncertain", "is not true"},
        {"color", "red", "entry 1, the whole", "has an unknown member"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        json_t *json = report();
        if (rows[i].value == NULL)
            json_object_del(entry(json), rows[i].member);
        else
            json_object_set_new(entry(json), rows[i].member, json_string(rows[i].value));
        refused(write_down(json, true), rows[i].part, rows[i].sentence);
    }
    json_t *json = report();
    json_array_set_new(json_object_get(json, "entries"), 0, json_integer(1));
    refused(write_down(json, true), "entry 1, the whole", "is no object");
}

/* Two reports may say the same of a certificate; what they say otherwise stays to be refused. */
static void drops_what_is_said_twice(void **state)
{
    (void)state;
    struct revocations all = {0};
    add(&all, "CN=B", 1, 1, false);
    add(&all, "CN=A", 2, 1, false);
    add(&all, "CN=B", 1, 1, false);
    add(&all, "CN=A", 2, 4, false);
    revocations_sort(&all);
    assert_int_equal(all.count, 3);
    revocations_sort(&all);
    assert_int_equal(all.count, 3);
    revocations_free(&all);
    revocations_sort(&all);
    assert_int_equal(all.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(what_is_written_is_read_again),
        IN_FOLDER(refuses_what_was_changed),
        IN_FOLDER(refuses_other_forms),
        IN_FOLDER(drops_what_is_said_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
