/* SPDX-License-Identifier: Apache-2.0 */
#include "test_register_kit.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

uint8_t *make_list(const char *text, size_t *length)
{
    struct tnauthlist_builder builder = {0};
    uint8_t *der = NULL;
    assert_true(tnauthlist_parse(&builder, text, strlen(text), NULL));
    assert_true(tnauthlist_builder_finish(&builder, &der, length, NULL));
    return der;
}

struct tnset make_set(const char *text)
{
    struct tnauthlist entries;
    struct tnset set;
    size_t length;
    uint8_t *der = make_list(text, &length);
    assert_true(tnauthlist_decode(&entries, der, length, NULL, NULL));
    assert_true(tnset_build(&set, &entries, 1, NULL));
    tnauthlist_free(&entries);
    free(der);
    return set;
}

static void add_list(X509 *made, const char *text)
{
    size_t length;
    uint8_t *der = make_list(text, &length);
    ASN1_OBJECT *oid = OBJ_txt2obj(TNAUTHLIST_OID, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    assert_int_equal(ASN1_OCTET_STRING_set(value, der, (int)length), 1);
    X509_EXTENSION *extension = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, value);
    assert_int_equal(X509_add_ext(made, extension, -1), 1);
    X509_EXTENSION_free(extension);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(oid);
    free(der);
}

static void add_key_ids(X509 *made, const struct wanted *wanted)
{
    ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();
    AUTHORITY_KEYID *authority = AUTHORITY_KEYID_new();
    BASIC_CONSTRAINTS *constraints = BASIC_CONSTRAINTS_new();
    if (wanted->key_id != NULL) {
        constraints->ca = 1;
        ASN1_OCTET_STRING_set(id, (const unsigned char *)wanted->key_id,
                              (int)strlen(wanted->key_id));
        assert_int_equal(X509_add1_ext_i2d(made, NID_subject_key_identifier, id, 0, 0), 1);
    }
    assert_int_equal(X509_add1_ext_i2d(made, NID_basic_constraints, constraints, 1, 0), 1);
    if (wanted->authority != NULL) {
        authority->keyid = ASN1_OCTET_STRING_new();
        ASN1_OCTET_STRING_set(authority->keyid, (const unsigned char *)wanted->authority,
                              (int)strlen(wanted->authority));
        assert_int_equal(X509_add1_ext_i2d(made, NID_authority_key_identifier, authority, 0, 0), 1);
    }
    BASIC_CONSTRAINTS_free(constraints);
    AUTHORITY_KEYID_free(authority);
    ASN1_OCTET_STRING_free(id);
}

static int64_t end_of(const struct wanted *wanted)
{
    return wanted->not_after == 0 ? NOW + 1000 : wanted->not_after;
}

static int64_t begin_of(const struct wanted *wanted)
{
    return wanted->not_before == 0 ? NOW : wanted->not_before;
}

uint8_t *make_certificate(const struct wanted *wanted, size_t *length)
{
    static EVP_PKEY *key;
    uint8_t *der = NULL;
    if (key == NULL)
        key = EVP_EC_gen("P-256");
    X509 *made = X509_new();
    assert_int_equal(X509_set_version(made, X509_VERSION_3), 1);
    assert_int_equal(X509_set_pubkey(made, key), 1);
    assert_non_null(ASN1_TIME_set(X509_getm_notBefore(made), (time_t)begin_of(wanted)));
    assert_non_null(ASN1_TIME_set(X509_getm_notAfter(made), (time_t)end_of(wanted)));
    add_key_ids(made, wanted);
    if (wanted->list != NULL)
        add_list(made, wanted->list);
    assert_true(X509_sign(made, key, EVP_sha256()) > 0);
    int octets = i2d_X509(made, &der);
    assert_true(octets > 0);
    *length = (size_t)octets;
    uint8_t *copy = malloc(*length);
    assert_non_null(copy);
    memcpy(copy, der, *length);
    OPENSSL_free(der);
    X509_free(made);
    return copy;
}

void enter(struct ledger *ledger, int serial, const struct wanted *wanted)
{
    struct sti_error err;
    unsigned char holder[LEDGER_DIGEST_OCTETS];
    struct ledger_intent intent = {.kind = wanted->kind == 0 ? LEDGER_END_ENTITY : wanted->kind,
                                   .subject = wanted->subject == NULL ? SUBJECT : wanted->subject,
                                   .time = NOW + 1};
    size_t length, list_length = 0;
    uint8_t *der = make_certificate(wanted, &length);
    uint8_t *beside = wanted->beside == NULL ? NULL : make_list(wanted->beside, &list_length);
    snprintf(intent.serial, sizeof(intent.serial), "%02X", (unsigned)serial);
    memset(holder, wanted->holder == 0 ? HOLDER : wanted->holder, sizeof(holder));
    intent.holder = intent.kind == LEDGER_INTERMEDIATE ? NULL : holder;
    memset(intent.spki, serial, sizeof(intent.spki));
    memset(intent.tbs_digest, serial, sizeof(intent.tbs_digest));
    bool ok = ledger_record_intent(ledger, &intent, &err) &&
              ledger_record_issued(ledger, intent.serial, der, length, beside, list_length, NOW + 2,
                                   &err);
    if (!ok)
        fail_msg("%s", err.sentence);
    free(beside);
    free(der);
}

/* ---- answers ---- */

void say(struct text *text, const char *format, ...)
{
    size_t used = strlen(text->text);
    va_list values;
    va_start(values, format);
    vsnprintf(text->text + used, sizeof(text->text) - used, format, values);
    va_end(values);
}

void say_piece(struct text *text, const struct register_piece *piece)
{
    char first[TN_MAX_SYMBOLS + 1], last[TN_MAX_SYMBOLS + 1];
    if (piece->spc != NULL) {
        say(text, "SPC:%.*s", (int)piece->spc_length, (const char *)piece->spc);
        return;
    }
    tn_unpack(piece->first, first);
    tn_unpack(piece->last, last);
    say(text, piece->first == piece->last ? "%s" : "%s-%s", first, last);
}

bool say_certificate(void *context, const struct register_certificate *found,
                     const struct register_piece *pieces, size_t count, struct sti_error *err)
{
    struct text *text = context;
    (void)err;
    say(text, "%s%s", text->text[0] == '\0' ? "" : " ", found->serial);
    for (size_t i = 0; i < count; i++) {
        say(text, i == 0 ? ":" : ",");
        say_piece(text, &pieces[i]);
    }
    return true;
}

struct ledger *open_one(void **state)
{
    struct sti_error err;
    struct ledger *ledger = open_place(*state, LEDGER_WRITE);
    assert_true(register_ready(ledger, &err));
    return ledger;
}

void assert_who(struct ledger *ledger, const char *asked, int64_t at,
                const struct register_holder *who, const char *expected)
{
    struct sti_error err;
    struct text text = {""};
    struct tnset set = make_set(asked);
    assert_true(register_ask(ledger, &set, at, who, say_certificate, &text, &err));
    assert_string_equal(text.text, expected);
    tnset_free(&set);
}
