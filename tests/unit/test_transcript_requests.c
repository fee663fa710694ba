/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The auditor's reader: what a plan has signed, compared with the request in its bundle and with
 * the issuer's certificate, both inputs of the plan.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "asked.h"
#include "dcbor.h"
#include "tbs.h"
#include "test_folder.h"
#include "test_transcript_kit.h"
#include "verify.h"

#define LIST "\x30\x03\x80\x01\x41"
#define OTHER_LIST "\x30\x03\x80\x01\x42"
#define LIST_LENGTH 5
#define TNAUTHLIST "1.3.6.1.5.5.7.1.26"
#define BASE "https://lists.example/"

static char folder[TEST_FOLDER_SIZE];
static EVP_PKEY *root, *applicant, *stranger;

static const char *path_of(const char *name)
{
    static char path[256];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static int setup(void **state)
{
    (void)state;
    root = EVP_EC_gen("P-256");
    applicant = EVP_EC_gen("P-256");
    stranger = EVP_EC_gen("P-256");
    assert_true(test_folder_make(folder, "test-requests"));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(path_of("a.bundle"));
    unlink(path_of("root.pem"));
    assert_int_equal(rmdir(folder), 0);
    EVP_PKEY_free(root);
    EVP_PKEY_free(applicant);
    EVP_PKEY_free(stranger);
    return 0;
}

static struct kit_octets spki_of(EVP_PKEY *key)
{
    struct kit_octets spki = {NULL, 0};
    int length = i2d_PUBKEY(key, &spki.octets);
    assert_true(length > 0);
    spki.length = (size_t)length;
    return spki;
}

/* ---- certificates ---- */

/* What stands in a certificate; NULL: no such extension. */
struct wish {
    const char *subject;
    EVP_PKEY *key;
    const char *issuer;
    const char *authority; /* one letter, as key identifier */
    const char *key_id;
    const char *list; /* of LIST_LENGTH */
    const char *url;
};

static void add_name(X509_NAME *name, const char *text)
{
    assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                                (const unsigned char *)text, -1, -1, 0),
                     1);
}

static X509_EXTENSION *extension(const char *oid, const void *octets, size_t length)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    assert_int_equal(ASN1_OCTET_STRING_set(value, octets, (int)length), 1);
    X509_EXTENSION *made = X509_EXTENSION_create_by_OBJ(NULL, object, 0, value);
    assert_non_null(made);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(object);
    return made;
}

static void add(STACK_OF(X509_EXTENSION) * *list, const char *oid, const void *octets,
                size_t length)
{
    X509_EXTENSION *made = extension(oid, octets, length);
    assert_non_null(X509v3_add_ext(list, made, -1));
    X509_EXTENSION_free(made);
}

static STACK_OF(X509_EXTENSION) * extensions_of(const struct wish *wish)
{
    STACK_OF(X509_EXTENSION) *list = NULL;
    unsigned char octets[300];
    if (wish->authority != NULL)
        add(&list, "2.5.29.35", (unsigned char[]){0x30, 3, 0x80, 1, (uint8_t)*wish->authority}, 5);
    if (wish->key_id != NULL)
        add(&list, "2.5.29.14", (unsigned char[]){0x04, 1, (uint8_t)*wish->key_id}, 3);
    if (wish->list != NULL)
        add(&list, TNAUTHLIST, wish->list, LIST_LENGTH);
    if (wish->url != NULL) {
        static const unsigned char method[] = {6, 8, 0x2b, 6, 1, 5, 5, 7, 48, 14};
        size_t length = strlen(wish->url);
        assert_true(length < 110);
        octets[0] = 0x30;
        octets[1] = (unsigned char)(length + 14);
        octets[2] = 0x30;
        octets[3] = (unsigned char)(length + 12);
        memcpy(octets + 4, method, 10);
        octets[14] = 0x86;
        octets[15] = (unsigned char)length;
        memcpy(octets + 16, wish->url, length);
        add(&list, "1.3.6.1.5.5.7.1.1", octets, length + 16);
    }
    return list;
}

static X509 *certificate(const struct wish *wish)
{
    X509 *made = X509_new();
    X509_NAME *subject = X509_NAME_new();
    X509_NAME *issuer = X509_NAME_new();
    STACK_OF(X509_EXTENSION) *extensions = extensions_of(wish);
    add_name(subject, wish->subject);
    add_name(issuer, wish->issuer);
    X509_set_version(made, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 7);
    X509_set_subject_name(made, subject);
    X509_set_issuer_name(made, issuer);
    ASN1_TIME_set(X509_getm_notBefore(made), KIT_CEREMONY_TIME);
    ASN1_TIME_set(X509_getm_notAfter(made), KIT_CEREMONY_TIME + 86400);
    X509_set_pubkey(made, wish->key);
    for (int i = 0; i < sk_X509_EXTENSION_num(extensions); i++)
        X509_add_ext(made, sk_X509_EXTENSION_value(extensions, i), -1);
    assert_true(X509_sign(made, root, EVP_sha256()) > 0);
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    X509_NAME_free(subject);
    X509_NAME_free(issuer);
    return made;
}

static struct kit_octets tbs_of(const struct wish *wish)
{
    struct kit_octets tbs = {NULL, 0};
    X509 *made = certificate(wish);
    int length = i2d_re_X509_tbs(made, &tbs.octets);
    assert_true(length > 0);
    tbs.length = (size_t)length;
    X509_free(made);
    return tbs;
}

static const struct wish root_wish = {.subject = "root", .issuer = "root", .key_id = "R"};

static void write_certificate(const char *name, struct wish wish, EVP_PKEY *key)
{
    wish.key = key;
    X509 *made = certificate(&wish);
    FILE *file = fopen(path_of(name), "w");
    assert_non_null(file);
    assert_int_equal(PEM_write_X509(file, made), 1);
    assert_int_equal(fclose(file), 0);
    X509_free(made);
}

/* ---- bundles ---- */

/* A CSR for this subject, key and list (NULL: none), in PEM or DER. */
static struct kit_octets csr_of(const char *subject, EVP_PKEY *key, const char *list, bool pem)
{
    struct kit_octets csr = {NULL, 0};
    X509_REQ *made = X509_REQ_new();
    X509_NAME *name = X509_NAME_new();
    add_name(name, subject);
    X509_REQ_set_subject_name(made, name);
    X509_REQ_set_pubkey(made, key);
    if (list != NULL) {
        const struct wish wish = {.list = list};
        STACK_OF(X509_EXTENSION) *extensions = extensions_of(&wish);
        assert_int_equal(X509_REQ_add_extensions(made, extensions), 1);
        sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    }
    assert_true(X509_REQ_sign(made, key, EVP_sha256()) > 0);
    BIO *bio = BIO_new(BIO_s_mem());
    assert_int_equal(pem ? PEM_write_bio_X509_REQ(bio, made) : i2d_X509_REQ_bio(bio, made), 1);
    char *octets = NULL;
    csr.length = (size_t)BIO_get_mem_data(bio, &octets);
    csr.octets = malloc(csr.length);
    memcpy(csr.octets, octets, csr.length);
    BIO_free(bio);
    X509_NAME_free(name);
    X509_REQ_free(made);
    return csr;
}

static void put_part(struct dcbor_writer *writer, const char *name, const void *octets,
                     size_t length)
{
    uint8_t digest[DIGEST];
    assert_true(digest_of(octets, length, digest));
    dcbor_put_text(writer, name);
    dcbor_put_array(writer, 2);
    dcbor_put_bytes(writer, digest, sizeof(digest));
    dcbor_put_bytes(writer, octets, length);
}

/* The bundle of a CSR, with a list beside it unless NULL. Frees the CSR. */
static struct kit_octets bundle_of(struct kit_octets csr, const char *beside)
{
    struct dcbor_writer writer = {0};
    struct kit_octets bundle;
    dcbor_put_array(&writer, 3);
    dcbor_put_text(&writer, "sti-ca bundle");
    dcbor_put_int(&writer, 1);
    dcbor_put_map(&writer, beside == NULL ? 2 : 3);
    put_part(&writer, "csr", csr.octets, csr.length);
    if (beside != NULL)
        put_part(&writer, "list", beside, LIST_LENGTH);
    put_part(&writer, "token", "a.b.c", 5);
    assert_true(dcbor_finish(&writer, &bundle.octets, &bundle.length, NULL));
    free(csr.octets);
    return bundle;
}

static void write_bundle(struct kit_octets bundle)
{
    kit_file_write(path_of("a.bundle"), bundle.octets, bundle.length);
    free(bundle.octets);
}

/* ---- plans ---- */

static void put_inputs(struct dcbor_writer *writer)
{
    static const char *const names[] = {"a.bundle", "root.pem"};
    dcbor_put_int(writer, 4);
    dcbor_put_array(writer, 2);
    for (size_t i = 0; i < 2; i++) {
        uint8_t digest[DIGEST];
        struct kit_octets file = kit_file_read(path_of(names[i]));
        assert_true(digest_of(file.octets, file.length, digest));
        dcbor_put_map(writer, 3);
        dcbor_put_text_at(writer, 1, names[i]);
        dcbor_put_bytes_at(writer, 2, digest, sizeof(digest));
        dcbor_put_int_at(writer, 3, (int64_t)file.length);
        free(file.octets);
    }
}

/* A plan whose step 4 signs these octets, by the root, for the request in this bundle ("": none).
 */
static struct kit_octets plan_of(const char *what, struct kit_octets tbs, const char *request)
{
    struct dcbor_writer writer = {0};
    struct kit_octets plan;
    struct kit_octets spki = spki_of(root);
    dcbor_put_map(&writer, 5);
    dcbor_put_text_at(&writer, 0, "sti-ca plan");
    dcbor_put_int_at(&writer, 1, KIT_PLAN_VERSION);
    put_inputs(&writer);
    dcbor_put_int(&writer, 6);
    dcbor_put_array(&writer, 1);
    dcbor_put_map(&writer, 6);
    dcbor_put_text_at(&writer, 1, "4");
    dcbor_put_text_at(&writer, 2, what);
    dcbor_put_bytes_at(&writer, 3, tbs.octets, tbs.length);
    dcbor_put_bytes_at(&writer, 4, spki.octets, spki.length);
    dcbor_put_text_at(&writer, 5, "a.pem");
    dcbor_put_int(&writer, 8);
    dcbor_put_array(&writer, 3);
    dcbor_put_text(&writer, "root");
    dcbor_put_text(&writer, KIT_PROFILE);
    dcbor_put_text(&writer, request);
    dcbor_put_int(&writer, 9);
    dcbor_put_array(&writer, 0); /* nothing asks for it here */
    assert_true(dcbor_finish(&writer, &plan.octets, &plan.length, NULL));
    OPENSSL_free(spki.octets);
    OPENSSL_free(tbs.octets);
    return plan;
}

/* The first sentence about requests, and how many there are; NULL: no fault. Frees the plan. */
static void assert_requests(struct kit_octets plan, size_t faults, const char *sentence)
{
    struct verification v;
    struct mapped file = {plan.octets, plan.length};
    memset(&v, 0, sizeof(v));
    v.given.folder = folder_open(folder);
    plan_take(&v, &file);
    assert_true(plan_end(&v));
    const struct outcome *outcome = &v.outcomes[CHECK_REQUESTS];
    if (sentence != NULL)
        assert_string_equal(outcome->sentence, sentence);
    if (outcome->faults != faults)
        fail_msg("%zu faults: %s", outcome->faults, outcome->sentence);
    assert_int_equal(outcome->count, 1);
    close(v.given.folder);
    issuer_free(v.issuer);
    plan_forget(v.plan);
    free(plan.octets);
}

/* The good certificate, with one thing changed. */
static struct wish good(void)
{
    return (struct wish){.subject = "applicant",
                         .key = applicant,
                         .issuer = "root",
                         .authority = "R",
                         .key_id = "A",
                         .list = LIST};
}

static void assert_certificate(struct wish wish, const char *sentence)
{
    assert_requests(plan_of("certificate", tbs_of(&wish), "a.bundle"), sentence != NULL, sentence);
}

static void begin(void)
{
    write_certificate("root.pem", root_wish, root);
    write_bundle(bundle_of(csr_of("applicant", applicant, LIST, true), NULL));
}

/* ---- the tests ---- */

/* RFC 2986 section 4: subject and key of a certificate are those that the CSR asks for. */
static void compares_name_and_key_with_the_request(void **state)
{
    (void)state;
    begin();
    assert_certificate(good(), NULL);
    struct wish wish = good();
    wish.subject = "another";
    assert_certificate(wish, "step 4: its subject is not that of the request's CSR");
    wish = good();
    wish.key = stranger;
    assert_certificate(wish, "step 4: its public key is not that of the request's CSR");
    write_bundle(bundle_of(csr_of("applicant", applicant, LIST, false), NULL)); /* DER */
    assert_certificate(good(), NULL);
}

/* RFC 8226 section 9: by value it is the list of the CSR. */
static void compares_a_list_by_value(void **state)
{
    (void)state;
    begin();
    struct wish wish = good();
    wish.list = OTHER_LIST;
    assert_certificate(wish, "step 4: its list is not the one that the request has");
    wish.list = NULL;
    assert_certificate(wish, "step 4: it has no list, or two: one by value and one by reference");
    wish = good();
    wish.url = BASE "a.der";
    assert_certificate(wish, "step 4: it has no list, or two: one by value and one by reference");
    write_bundle(bundle_of(csr_of("applicant", applicant, NULL, true), NULL));
    assert_certificate(good(), "step 4: its request asks for no list");
    write_bundle(bundle_of(csr_of("applicant", applicant, NULL, true), LIST));
    assert_certificate(good(), "step 4: its list is not the one that the request has");
}

/* RFC 8226 section 10.1: by reference the URL names it, and here by its digest. */
static void compares_a_list_by_reference(void **state)
{
    (void)state;
    /* printf '\x30\x03\x80\x01\x41' | sha256sum */
    char url[128];
    uint8_t digest[DIGEST];
    int used = snprintf(url, sizeof(url), BASE);
    assert_true(digest_of((const uint8_t *)LIST, LIST_LENGTH, digest));
    for (size_t i = 0; i < DIGEST; i++)
        used += snprintf(url + used, sizeof(url) - (size_t)used, "%02x", digest[i]);
    snprintf(url + used, sizeof(url) - (size_t)used, ".der");
    begin();
    struct wish wish = good();
    wish.list = NULL;
    wish.url = url;
    assert_certificate(wish, NULL); /* the CSR has it */
    write_bundle(bundle_of(csr_of("applicant", applicant, NULL, true), LIST));
    assert_certificate(wish, NULL); /* it came beside */
    write_bundle(bundle_of(csr_of("applicant", applicant, NULL, true), OTHER_LIST));
    static const char other[] =
        "step 4: the URL of its list does not end with the SHA-256 of the request's list";
    assert_certificate(wish, other);
    write_bundle(bundle_of(csr_of("applicant", applicant, NULL, true), LIST));
    url[strlen(BASE)] ^= 1;
    assert_certificate(wish, other);
    wish.url = ".der";
    assert_certificate(wish, other);
}

static void needs_the_bundle(void **state)
{
    (void)state;
    begin();
    struct wish wish = good();
    assert_requests(plan_of("certificate", tbs_of(&wish), "b.bundle"), 1,
                    "step 4: its request b.bundle is no input of the plan that is here");
    struct kit_octets plan = plan_of("certificate", tbs_of(&wish), "a.bundle");
    write_bundle(bundle_of(csr_of("another", applicant, LIST, true), NULL));
    assert_requests(plan, 1, "step 4: its request a.bundle is no input of the plan that is here");
    struct kit_octets bundle = bundle_of(csr_of("applicant", applicant, LIST, true), NULL);
    bundle.octets[bundle.length - 1] ^= 1; /* the token is not what its digest says */
    write_bundle(bundle);
    assert_certificate(good(), "step 4: its request a.bundle cannot be read: it is no bundle of "
                               "version 1");
    write_bundle(bundle_of((struct kit_octets){calloc(1, 1), 1}, NULL));
    assert_certificate(good(),
                       "step 4: its request a.bundle cannot be read: its CSR cannot be read");
    begin();
    assert_requests(plan_of("certificate", tbs_of(&wish), ""), 0, NULL); /* nobody asked */
}

/* RFC 5280 sections 4.1.2.4 and 4.2.1.1: the issuer is the subject of the one that signs. */
static void compares_the_issuer(void **state)
{
    (void)state;
    static const char other_issuer[] =
        "step 4: its issuer is not the subject of the certificate of the key that signs";
    static const char other_key[] =
        "step 4: its authorityKeyIdentifier is not the subjectKeyIdentifier of its issuer";
    begin();
    struct wish wish = good();
    wish.issuer = "another";
    assert_certificate(wish, other_issuer);
    wish = good();
    wish.authority = "X";
    assert_certificate(wish, other_key);
    write_certificate("root.pem", root_wish, stranger);
    assert_certificate(good(), "step 4: no input of the plan is the certificate of the key that "
                               "signs");
    /* which signs itself: the certificate is not there yet */
    wish = root_wish;
    wish.key = root;
    wish.authority = "R";
    assert_requests(plan_of("certificate", tbs_of(&wish), ""), 0, NULL);
    wish.issuer = "another";
    assert_requests(plan_of("certificate", tbs_of(&wish), ""), 1, other_issuer);
    wish.issuer = "root";
    wish.authority = "X";
    assert_requests(plan_of("certificate", tbs_of(&wish), ""), 1, other_key);
}

/* A CRL of this issuer, with or without an entry and a nextUpdate. */
static struct kit_octets crl_of(const char *issuer, const char *authority, bool full)
{
    struct kit_octets tbs = {NULL, 0};
    X509_CRL *crl = X509_CRL_new();
    X509_NAME *name = X509_NAME_new();
    ASN1_TIME *time = ASN1_TIME_set(NULL, KIT_CEREMONY_TIME);
    add_name(name, issuer);
    X509_CRL_set_version(crl, X509_CRL_VERSION_2);
    X509_CRL_set_issuer_name(crl, name);
    X509_CRL_set1_lastUpdate(crl, time);
    if (full) {
        X509_REVOKED *revoked = X509_REVOKED_new();
        X509_CRL_set1_nextUpdate(crl, time);
        X509_REVOKED_set_revocationDate(revoked, time);
        X509_CRL_add0_revoked(crl, revoked);
    }
    X509_EXTENSION *key =
        extension("2.5.29.35", (unsigned char[]){0x30, 3, 0x80, 1, (uint8_t)*authority}, 5);
    X509_CRL_add_ext(crl, key, -1);
    assert_true(X509_CRL_sign(crl, root, EVP_sha256()) > 0);
    int length = i2d_re_X509_CRL_tbs(crl, &tbs.octets);
    assert_true(length > 0);
    tbs.length = (size_t)length;
    X509_EXTENSION_free(key);
    X509_CRL_free(crl);
    X509_NAME_free(name);
    ASN1_TIME_free(time);
    return tbs;
}

/* RFC 5280 section 5.1.2.3: the same of a CRL. */
static void compares_the_issuer_of_a_crl(void **state)
{
    (void)state;
    begin();
    for (int full = 0; full < 2; full++) {
        assert_requests(plan_of("crl", crl_of("root", "R", full), ""), 0, NULL);
        assert_requests(
            plan_of("crl", crl_of("another", "R", full), ""), 1,
            "step 4: its issuer is not the subject of the certificate of the key that signs");
        assert_requests(
            plan_of("crl", crl_of("root", "X", full), ""), 1,
            "step 4: its authorityKeyIdentifier is not the subjectKeyIdentifier of its issuer");
    }
}

/* Whatever the octets are, they are only looked at within their bounds. */
static void looks_at_any_octets(void **state)
{
    (void)state;
    begin();
    struct wish wish = good();
    wish.url = BASE "a.der";
    struct kit_octets whole = tbs_of(&wish);
    struct kit_octets bundle = bundle_of(csr_of("applicant", applicant, LIST, false), LIST);
    for (size_t i = 0; i < whole.length; i++) {
        struct tbs tbs;
        uint8_t *copy = malloc(whole.length);
        memcpy(copy, whole.octets, whole.length);
        copy[i] ^= 0x83;
        const struct item octets = {.kind = ITEM_BYTES, .octets = copy, .length = whole.length};
        tbs_read(&octets, &tbs);
        tbs_read_crl(&octets, &tbs);
        free(copy);
    }
    for (size_t i = 0; i < bundle.length; i++) {
        struct asked asked;
        uint8_t *copy = malloc(i + 1);
        memcpy(copy, bundle.octets, i);
        assert_non_null(asked_read(copy, i, &asked));
        asked_free(&asked);
        free(copy);
    }
    assert_requests(plan_of("certificate", (struct kit_octets){OPENSSL_memdup("0", 1), 1}, ""), 1,
                    "step 4: its to-be-signed octets cannot be read");
    OPENSSL_free(whole.octets);
    free(bundle.octets);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares_name_and_key_with_the_request),
        cmocka_unit_test(compares_a_list_by_value),
        cmocka_unit_test(compares_a_list_by_reference),
        cmocka_unit_test(needs_the_bundle),
        cmocka_unit_test(compares_the_issuer),
        cmocka_unit_test(compares_the_issuer_of_a_crl),
        cmocka_unit_test(looks_at_any_octets),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
