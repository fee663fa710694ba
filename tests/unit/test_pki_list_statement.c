/* SPDX-License-Identifier: Apache-2.0 */
/* The CA's signed statement of a list by reference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cose_sign1.h"
#include "dcbor.h"
#include "list_statement.h"
#include "test_pki_kit.h"
#include "test_token_kit.h"

#define URL "https://tn.example/lists/a.der"

static EVP_PKEY *key;
static struct tnauthlist list;

static int set_up(void **state)
{
    (void)state;
    key = kit_ec("P-256");
    kit_list("SPC:709J,TN:12155550100-12155550199", &list);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kit_list_free(&list);
    EVP_PKEY_free(key);
    return 0;
}

static struct list_statement good(const char *url)
{
    struct list_statement statement;
    assert_true(list_statement_of(&statement, &list, NULL));
    statement.time = KIT_NOW;
    strcpy(statement.url, url);
    return statement;
}

static uint8_t *signed_one(const struct list_statement *statement, size_t *length)
{
    uint8_t *octets = NULL;
    struct sti_error err;
    if (!list_statement_sign(statement, key, &octets, length, &err))
        fail_msg("%s", err.sentence);
    return octets;
}

static void says_what_was_approved(void **state)
{
    (void)state;
    static const char *const urls[] = {"", URL};
    for (size_t i = 0; i < 2; i++) {
        const struct list_statement statement = good(urls[i]);
        struct list_statement again;
        size_t length = 0;
        uint8_t *octets = signed_one(&statement, &length);
        assert_true(length < LIST_STATEMENT_MAX_OCTETS);
        assert_true(list_statement_read(&again, octets, length, key, NULL));
        assert_int_equal(again.size, list.der_length);
        assert_int_equal(again.entries, 2);
        assert_int_equal(again.time, KIT_NOW);
        assert_string_equal(again.url, urls[i]);
        assert_memory_equal(again.digest, statement.digest, sizeof(again.digest));
        assert_true(list_statement_fits(&again, list.der, list.der_length, NULL));
        free(octets);
    }
}

/* The longest URL still goes into a statement that is read. */
static void takes_the_longest_url(void **state)
{
    (void)state;
    struct list_statement statement = good("");
    struct list_statement again;
    size_t length = 0;
    memset(statement.url, 'a', LIST_STATEMENT_MAX_URL);
    statement.url[LIST_STATEMENT_MAX_URL] = '\0';
    uint8_t *octets = signed_one(&statement, &length);
    assert_true(length <= LIST_STATEMENT_MAX_OCTETS);
    assert_true(list_statement_read(&again, octets, length, key, NULL));
    assert_string_equal(again.url, statement.url);
    free(octets);
}

static void refuses_every_bit_changed_and_every_cut(void **state)
{
    (void)state;
    const struct list_statement statement = good(URL);
    struct list_statement again;
    size_t length = 0;
    uint8_t *octets = signed_one(&statement, &length);
    for (size_t i = 0; i < length * 8; i++) {
        octets[i / 8] ^= (uint8_t)(1 << i % 8);
        if (list_statement_read(&again, octets, length, key, NULL))
            fail_msg("bit %zu of octet %zu makes no difference", i % 8, i / 8);
        octets[i / 8] ^= (uint8_t)(1 << i % 8);
    }
    for (size_t cut = 0; cut < length; cut++)
        assert_false(list_statement_read(&again, octets, cut, key, NULL));
    assert_true(list_statement_read(&again, octets, length, key, NULL));
    free(octets);
}

static void refuses_another_key(void **state)
{
    (void)state;
    const struct list_statement statement = good(URL);
    struct list_statement again;
    struct sti_error err;
    size_t length = 0;
    uint8_t *octets = signed_one(&statement, &length);
    EVP_PKEY *other = kit_ec("P-256");
    assert_false(list_statement_read(&again, octets, length, other, &err));
    kit_check_error(&err, STI_REFUSED, "", "or another key signed", "RFC 9052 section 4.4");
    EVP_PKEY_free(other);
    free(octets);
}

/* ---- payloads that the key did sign, but that are no statement ---- */

static void refuses_payload(struct dcbor_writer *writer, const char *type, const char *sentence)
{
    uint8_t *payload = NULL;
    uint8_t *octets = NULL;
    size_t payload_length = 0;
    size_t length = 0;
    struct list_statement statement;
    struct sti_error err;
    assert_true(dcbor_finish(writer, &payload, &payload_length, NULL));
    const struct cose_content content = {type, payload, payload_length, false};
    assert_true(cose_sign1_make(&content, key, &octets, &length, NULL));
    if (list_statement_read(&statement, octets, length, key, &err))
        fail_msg("accepted, but wanted: %s", sentence);
    kit_check_error(&err, STI_REFUSED, "", sentence, NULL);
    assert_false(list_statement_read(&statement, octets, length, key, NULL));
    free(octets);
    free(payload);
}

/* The members of a good statement, with what the row says in place of one of them. */
static const struct {
    const char *replaced;
    const char *by; /* another name; NULL: the same */
    int64_t number; /* its value */
    const char *sentence;
} payloads[] = {
    {"url", NULL, 1, "url is an integer; a text is wanted"},
    {"url", "uri", 1, "a member that is none of url, size, time, entries and sha-256"},
    {"size", NULL, 0, "size is 0; 1 to 268435456 are wanted"},
    {"size", NULL, -1, "size is -1; 1 to 268435456 are wanted"},
    {"size", NULL, 268435457, "size is 268435457; 1 to 268435456 are wanted"},
    {"size", "sizf", 1, "a member that is none of"},
    {"time", NULL, -1, "time is -1; 0 to 253402300799 are wanted"},
    {"time", NULL, 253402300800, "time is 253402300800; 0 to 253402300799 are wanted"},
    {"entries", NULL, 0, "entries is 0; 1 to 268435456 are wanted"},
    {"sha-256", NULL, 5, "sha-256 is an integer; a byte string is wanted"},
    {"sha-256", "sha-384", 5, "a member that is none of"},
};

static void put_member(struct dcbor_writer *writer, size_t row, const char *name)
{
    static const unsigned char digest[CERT_DIGEST_OCTETS];
    bool replaced = strcmp(payloads[row].replaced, name) == 0;
    dcbor_put_text(writer, replaced && payloads[row].by != NULL ? payloads[row].by : name);
    if (replaced)
        dcbor_put_int(writer, payloads[row].number);
    else if (strcmp(name, "url") == 0)
        dcbor_put_text(writer, URL);
    else if (strcmp(name, "sha-256") == 0)
        dcbor_put_bytes(writer, digest, sizeof(digest));
    else
        dcbor_put_int(writer, 1);
}

static void refuses_what_is_no_statement(void **state)
{
    (void)state;
    static const char *const names[] = {"url", "size", "time", "entries", "sha-256"};
    struct dcbor_writer writer = {0};
    for (size_t row = 0; row < sizeof(payloads) / sizeof(*payloads); row++) {
        dcbor_put_map(&writer, 5);
        for (size_t i = 0; i < 5; i++)
            put_member(&writer, row, names[i]);
        refuses_payload(&writer, LIST_STATEMENT_TYPE, payloads[row].sentence);
    }
    dcbor_put_map(&writer, 4); /* as many as without a URL, but with one in place of sha-256 */
    for (size_t i = 0; i < 4; i++)
        put_member(&writer, 10, names[i]);
    refuses_payload(&writer, LIST_STATEMENT_TYPE,
                    "the statement has not each of size, time, entries and sha-256");
    dcbor_put_map(&writer, 3);
    for (size_t i = 1; i < 4; i++)
        put_member(&writer, 0, names[i]);
    refuses_payload(&writer, LIST_STATEMENT_TYPE, "the statement has 3 pairs; 4 to 5 are wanted");
    dcbor_put_map(&writer, 4);
    for (size_t i = 1; i < 5; i++)
        put_member(&writer, 0, names[i]);
    dcbor_put_null(&writer);
    refuses_payload(&writer, LIST_STATEMENT_TYPE, "has 1 octets too many behind the statement");
}

/* A thing that the key signed for another purpose is no statement. */
static void refuses_other_content_types(void **state)
{
    (void)state;
    static const char *const types[] = {NULL, "application/cbor",
                                        "application/x.sti-tnlist-statement+cbor2"};
    struct dcbor_writer writer = {0};
    for (size_t i = 0; i < 3; i++) {
        dcbor_put_map(&writer, 0);
        refuses_payload(&writer, types[i], "it is no statement of a list");
    }
}

/* A message without its payload could be about anything. */
static void refuses_a_detached_payload(void **state)
{
    (void)state;
    const struct cose_content content = {LIST_STATEMENT_TYPE, (const uint8_t *)"\xa0", 1, true};
    struct list_statement statement;
    struct sti_error err;
    uint8_t *octets = NULL;
    size_t length = 0;
    assert_true(cose_sign1_make(&content, key, &octets, &length, NULL));
    assert_false(list_statement_read(&statement, octets, length, key, &err));
    kit_check_error(&err, STI_REFUSED, "", "the message holds no payload, and none is given", NULL);
    free(octets);
}

/* ---- the document ---- */

static void refuses_another_document(void **state)
{
    (void)state;
    struct list_statement statement = good("");
    struct sti_error err;
    uint8_t *other = malloc(list.der_length + 1);
    assert_non_null(other);
    memcpy(other, list.der, list.der_length);
    other[list.der_length] = 0;
    assert_false(list_statement_fits(&statement, other, list.der_length + 1, &err));
    kit_check_error(&err, STI_REFUSED, "", "octets, the statement says ", NULL);
    assert_false(list_statement_fits(&statement, other, list.der_length - 1, &err));
    kit_check_error(&err, STI_REFUSED, "", "octets, the statement says ", NULL);
    for (size_t i = 0; i < list.der_length; i++) {
        other[i] ^= 1;
        assert_false(list_statement_fits(&statement, other, list.der_length, &err));
        kit_check_error(&err, STI_REFUSED, "", "is not the list that was approved: its SHA-256 is ",
                        NULL);
        other[i] ^= 1;
    }
    statement.entries = 3;
    assert_false(list_statement_fits(&statement, other, list.der_length, &err));
    kit_check_error(&err, STI_REFUSED, "", "has 2 entries, the statement says 3 although", NULL);
    free(other);
}

/* A CA that approved what is no list would not make it one. */
static void refuses_a_document_that_is_no_list(void **state)
{
    (void)state;
    static const uint8_t document[] = {0x30, 0x00};
    struct list_statement statement = good("");
    struct sti_error err;
    statement.size = sizeof(document);
    assert_true(cert_digest(document, sizeof(document), statement.digest, NULL));
    assert_false(list_statement_fits(&statement, document, sizeof(document), &err));
    kit_check_error(&err, STI_REFUSED, "TNAuthList", NULL, NULL);
}

static void its_time_lies_within_the_signers_validity(void **state)
{
    (void)state;
    static const struct {
        int64_t time;
        bool good;
    } cases[] = {
        {KIT_NOW - KIT_DAY - 1, false}, {KIT_NOW - KIT_DAY, true},      {KIT_NOW, true},
        {KIT_NOW + KIT_DAY, true},      {KIT_NOW + KIT_DAY + 1, false},
    };
    const struct kit_profile profile = {.name = "CA", .ca = true};
    X509 *certificate = kit_certificate(&profile, key, NULL, key);
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct list_statement statement = good("");
        struct sti_error err;
        statement.time = cases[i].time;
        assert_int_equal(list_statement_check_time(&statement, certificate, &err), cases[i].good);
        if (!cases[i].good)
            kit_check_error(&err, STI_REFUSED, "", "lies outside the validity of the signer's",
                            "RFC 5280 section 4.1.2.5");
    }
    X509_free(certificate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_was_approved),
        cmocka_unit_test(takes_the_longest_url),
        cmocka_unit_test(refuses_every_bit_changed_and_every_cut),
        cmocka_unit_test(refuses_another_key),
        cmocka_unit_test(refuses_what_is_no_statement),
        cmocka_unit_test(refuses_other_content_types),
        cmocka_unit_test(refuses_a_detached_payload),
        cmocka_unit_test(refuses_another_document),
        cmocka_unit_test(refuses_a_document_that_is_no_list),
        cmocka_unit_test(its_time_lies_within_the_signers_validity),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
