/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a CSR (RFC 2986, RFC 2985 section 5.4.2) and what it asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "test_pki_kit.h"
#include "test_token_kit.h"

#define SUBJECT "C=US/O=Example/CN=SHAKEN 709J"
#define ATTRIBUTE_CLAUSE "RFC 2985 section 5.4.2"

static EVP_PKEY *key;

static int set_up(void **state)
{
    (void)state;
    key = kit_ec("P-256");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    return 0;
}

static X509_REQ *request_for(const char *list)
{
    return kit_request(&(struct kit_request){.subject = SUBJECT, .list = list}, key);
}

/* The octets must be refused, with and without a wish for the reason. */
static void refused(const struct kit_octets *in, const char *sentence, const char *clause)
{
    struct sti_error err;
    assert_null(csr_read(in->octets, in->length, &err));
    kit_check_error(&err, STI_REFUSED, "", sentence, clause);
    assert_null(csr_read(in->octets, in->length, NULL));
    assert_int_equal(ERR_peek_error(), 0);
}

static void refused_request(X509_REQ *request, const char *sentence, const char *clause)
{
    struct kit_octets der;
    kit_request_der(request, &der);
    refused(&der, sentence, clause);
    kit_octets_free(&der);
    X509_REQ_free(request);
}

/* ---- form (RFC 2986 section 4) ---- */

static void reads(const struct kit_octets *in)
{
    struct tnauthlist list;
    char text[TNAUTHLIST_ENTRY_TEXT];
    struct csr *csr = csr_read(in->octets, in->length, NULL);
    assert_non_null(csr);
    assert_true(csr_verify(csr, NULL));
    assert_true(csr_list(csr, &list, NULL));
    assert_int_equal(list.count, 2);
    tnauthlist_entry_text(&list, 1, text, sizeof(text));
    assert_string_equal(text, "TN:12155550100-12155550199");
    tnauthlist_free(&list);
    csr_free(csr);
}

static void reads_pem_and_der_rfc2986_section_4(void **state)
{
    (void)state;
    static const char *const labels[] = {"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"};
    struct kit_octets der;
    X509_REQ *request = request_for("SPC:709J,TN:12155550100+100");
    kit_request_der(request, &der);
    reads(&der);
    for (size_t i = 0; i < 2; i++) {
        struct kit_octets pem;
        kit_pem(labels[i], &der, &pem);
        reads(&pem);
        kit_octets_free(&pem);
    }
    kit_octets_free(&der);
    X509_REQ_free(request);
    csr_free(NULL);
}

static void refuses_what_is_no_csr_rfc2986_section_4(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *sentence;
    } junk[] = {
        {"", "is not a CSR in PEM"},
        {"hello", "is not a CSR in PEM"},
        {"-----BEGIN CERTIFICATE REQUEST-----\n", "is not a CSR in PEM"},
        {"-----BEGIN CERTIFICATE REQUEST-----\n!\n-----END CERTIFICATE REQUEST-----\n",
         "is not a CSR in PEM"},
        {"-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n",
         "is not a CSR in DER"},
        {"0", "is not a CSR in DER"},
        {"0\x03\x02\x01\x01", "is not a CSR in DER"},
    };
    for (size_t i = 0; i < sizeof(junk) / sizeof(*junk); i++) {
        struct kit_octets in = {(unsigned char *)(uintptr_t)junk[i].text, strlen(junk[i].text)};
        refused(&in, junk[i].sentence, "RFC 2986 section 4");
    }
}

/* A certificate is no CSR, whatever label it has. */
static void refuses_a_certificate_rfc2986_section_4(void **state)
{
    (void)state;
    static const struct kit_profile profile = {.name = "a certificate"};
    X509 *certificate = kit_certificate(&profile, key, NULL, key);
    struct kit_octets der = {NULL, 0};
    der.length = (size_t)i2d_X509(certificate, &der.octets);
    refused(&der, "is not a CSR in DER", "RFC 2986 section 4");
    struct kit_octets pem;
    kit_pem("CERTIFICATE", &der, &pem);
    refused(&pem, "is not a CSR in PEM", "RFC 2986 section 4");
    kit_octets_free(&pem);
    kit_pem("CERTIFICATE REQUEST", &der, &pem);
    refused(&pem, "is not a CSR in DER", "RFC 2986 section 4");
    kit_octets_free(&pem);
    kit_octets_free(&der);
    X509_free(certificate);
}

static void refuses_octets_behind_the_csr_rfc2986_section_4(void **state)
{
    (void)state;
    struct kit_octets der;
    struct kit_octets pem;
    X509_REQ *request = request_for("SPC:709J");
    kit_request_der(request, &der);
    der.octets = OPENSSL_realloc(der.octets, der.length + 2);
    assert_non_null(der.octets);
    der.octets[der.length++] = 0;
    der.octets[der.length++] = 0;
    refused(&der, "has 2 octets too many behind the CSR", "RFC 2986 section 4");
    kit_pem("CERTIFICATE REQUEST", &der, &pem);
    refused(&pem, "has 2 octets too many behind the CSR", "RFC 2986 section 4");
    der.length -= 3;
    refused(&der, "is not a CSR in DER", "RFC 2986 section 4");
    kit_octets_free(&pem);
    kit_octets_free(&der);
    X509_REQ_free(request);
}

/* The size is judged before anything is read. */
static void refuses_what_is_too_large(void **state)
{
    (void)state;
    static unsigned char octet[1] = {0x30};
    struct kit_octets in = {octet, CSR_MAX_OCTETS + 1};
    refused(&in, "has 67108865 octets, a CSR may have 67108864", NULL);
}

/* A CSR is public: an encrypted one must not make the CA's terminal ask for a passphrase. */
static void refuses_encrypted_pem_without_asking(void **state)
{
    (void)state;
    static const char pem[] = "-----BEGIN CERTIFICATE REQUEST-----\n"
                              "Proc-Type: 4,ENCRYPTED\n"
                              "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
                              "AAAAAAAAAAAAAAAAAAAAAA==\n"
                              "-----END CERTIFICATE REQUEST-----\n";
    struct kit_octets in = {(unsigned char *)(uintptr_t)pem, sizeof(pem) - 1};
    struct sti_error err;
    assert_null(csr_read(in.octets, in.length, &err));
    kit_check_error(&err, STI_REFUSED, "", "is not a CSR in PEM", "RFC 2986 section 4");
    assert_null(strstr(err.sentence, "assword read"));
}

/* ---- attributes (RFC 2985 section 5.4.2) ---- */

/* Adds an attribute with the value of the CSR's own extensionRequest. */
static void add_attribute(X509_REQ *request, int nid, int type, const uint8_t *octets, int length)
{
    assert_int_equal(X509_REQ_add1_attr_by_NID(request, nid, type, octets, length), 1);
    assert_true(X509_REQ_sign(request, key, EVP_sha256()) > 0);
}

static const uint8_t no_extensions[] = {0x30, 0x00};

static void refuses_two_extension_requests_rfc2985_section_5_4_2(void **state)
{
    (void)state;
    /* libcrypto writes no attribute twice, so another's OID is changed in the DER: ...9.7 to 9.14
     */
    static const uint8_t oid[] = {0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x07};
    struct kit_octets der;
    X509_REQ *request = request_for("SPC:709J");
    add_attribute(request, NID_pkcs9_challengePassword, V_ASN1_SEQUENCE, no_extensions,
                  sizeof(no_extensions));
    kit_request_der(request, &der);
    unsigned char *found = memmem(der.octets, der.length, oid, sizeof(oid));
    assert_non_null(found);
    found[sizeof(oid) - 1] = 0x0e;
    refused(&der, "more than one extensionRequest", ATTRIBUTE_CLAUSE);
    kit_octets_free(&der);
    X509_REQ_free(request);
}

static void refuses_two_values_of_one_request_rfc2985_section_5_4_2(void **state)
{
    (void)state;
    X509_REQ *request = request_for("SPC:709J");
    X509_ATTRIBUTE *attribute = X509_REQ_get_attr(request, 0);
    assert_int_equal(
        X509_ATTRIBUTE_set1_data(attribute, V_ASN1_SEQUENCE, no_extensions, sizeof(no_extensions)),
        1);
    add_attribute(request, NID_pkcs9_challengePassword, V_ASN1_UTF8STRING, (const uint8_t *)"x", 1);
    refused_request(request, "more than one extensionRequest", ATTRIBUTE_CLAUSE);
}

static void refuses_a_microsoft_request_rfc2985_section_5_4_2(void **state)
{
    (void)state;
    X509_REQ *request = request_for("SPC:709J");
    add_attribute(request, NID_ms_ext_req, V_ASN1_SEQUENCE, no_extensions, sizeof(no_extensions));
    refused_request(request, "has a Microsoft extension request", ATTRIBUTE_CLAUSE);
}

static void refuses_an_unreadable_request_rfc2985_section_5_4_2(void **state)
{
    (void)state;
    static const uint8_t wrong[] = {0x30, 0x03, 0x02, 0x01, 0x01};
    X509_REQ *request = request_for(NULL);
    add_attribute(request, NID_ext_req, V_ASN1_SEQUENCE, wrong, sizeof(wrong));
    refused_request(request, "the extensionRequest cannot be read", ATTRIBUTE_CLAUSE);
    request = request_for(NULL);
    add_attribute(request, NID_ext_req, V_ASN1_UTF8STRING, (const uint8_t *)"x", 1);
    refused_request(request, "the extensionRequest cannot be read", ATTRIBUTE_CLAUSE);
}

/* Other attributes have no meaning here. */
static void ignores_other_attributes_rfc2986_section_4_1(void **state)
{
    (void)state;
    struct kit_octets der;
    X509_REQ *request = request_for("SPC:709J,TN:12155550100+100");
    add_attribute(request, NID_pkcs9_challengePassword, V_ASN1_UTF8STRING, (const uint8_t *)"x", 1);
    kit_request_der(request, &der);
    reads(&der);
    kit_octets_free(&der);
    X509_REQ_free(request);
}

/* ---- proof of possession (RFC 2986 section 4.2) ---- */

static void bad_signature(const struct kit_octets *der)
{
    struct sti_error err;
    struct csr *csr = csr_read(der->octets, der->length, NULL);
    assert_non_null(csr);
    assert_false(csr_verify(csr, &err));
    kit_check_error(&err, STI_REFUSED, "",
                    "the CSR's signature does not verify with the CSR's own public key: it was "
                    "changed, or the sender does not hold the private key",
                    "RFC 2986 section 4.2");
    assert_int_equal(ERR_peek_error(), 0);
    csr_free(csr);
}

static void refuses_a_flipped_bit_rfc2986_section_4_2(void **state)
{
    (void)state;
    struct kit_octets der;
    X509_REQ *request = request_for("SPC:709J");
    kit_request_der(request, &der);
    der.octets[der.length - 1] ^= 1; /* in the signature's s */
    bad_signature(&der);
    der.octets[der.length - 1] ^= 1;
    unsigned char *list = memmem(der.octets, der.length,
                                 "\xa0\x06\x16\x04"
                                 "709J",
                                 8);
    assert_non_null(list);
    list[7] ^= 1; /* in what is signed */
    bad_signature(&der);
    kit_octets_free(&der);
    X509_REQ_free(request);
}

static void refuses_another_key_rfc2986_section_4_2(void **state)
{
    (void)state;
    struct kit_octets der;
    EVP_PKEY *other = kit_ec("P-256");
    X509_REQ *request = request_for("SPC:709J");
    assert_int_equal(X509_REQ_set_pubkey(request, key), 1);
    assert_true(X509_REQ_sign(request, other, EVP_sha256()) > 0);
    kit_request_der(request, &der);
    bad_signature(&der);
    kit_octets_free(&der);
    X509_REQ_free(request);
    EVP_PKEY_free(other);
}

/* ---- the list (RFC 8226 section 9) ---- */

struct bad_list {
    struct kit_asked extensions[2];
    size_t entry;
    size_t offset;
    const char *sentence;
    const char *clause;
};

static const struct bad_list bad_lists[] = {
    {{{0}}, 0, STI_NOWHERE, "the CSR holds no TNAuthList", "RFC 8226 section 9"},
    {{{TNAUTHLIST_OID, "3008a00616043730394a"}, {TNAUTHLIST_OID, "3008a00616043730394a"}},
     0,
     STI_NOWHERE,
     "the CSR holds two TNAuthList extensions",
     "RFC 5280 section 4.2"},
    {{{KIT_OID_AIA, KIT_AIA}},
     0,
     STI_NOWHERE,
     "holds no TNAuthList by value, its list is by reference at " KIT_AIA_URL,
     "RFC 8226 section 10.1"},
    /* AIA that names an OCSP responder is no list */
    {{{KIT_OID_AIA, "3010300e06082b0601050507300186026161"}},
     0,
     STI_NOWHERE,
     "the CSR holds no TNAuthList",
     "RFC 8226 section 9"},
    {{{TNAUTHLIST_OID, "3000"}}, 0, 2, "the list is empty", "RFC 8226 section 9"},
    {{{TNAUTHLIST_OID, "300680043730394a"}}, 1, 2, NULL, NULL},
    /* the second of two entries has an implicit tag */
    {{{TNAUTHLIST_OID, "300ea00616043730394a80043730394a"}}, 2, 10, NULL, NULL},
    {{{TNAUTHLIST_OID, "3007a2051603317832"}}, 1, 7, NULL, "RFC 8226 section 9"},
    {{{TNAUTHLIST_OID, "3008a00616043730394a00"}}, 0, 10, NULL, NULL},
    {{{TNAUTHLIST_OID, ""}}, 0, 0, NULL, NULL},
};

static void refuses_bad_lists_rfc8226_section_9(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad_lists) / sizeof(*bad_lists); i++) {
        const struct bad_list *bad = &bad_lists[i];
        struct kit_request request = {.subject = SUBJECT};
        memcpy(request.extensions, bad->extensions, sizeof(bad->extensions));
        struct csr *csr = kit_csr(&request, key);
        struct tnauthlist list;
        struct sti_error err;
        assert_false(csr_list(csr, &list, &err));
        kit_check_error(&err, STI_REFUSED, "TNAuthList", bad->sentence, bad->clause);
        assert_int_equal(err.entry, bad->entry);
        assert_int_equal(err.offset, bad->offset);
        assert_int_equal(list.count, 0);
        assert_null(list.kept);
        csr_free(csr);
    }
}

/* ---- Basic Constraints (RFC 5280 section 4.2.1.9, RFC 9448 section 6 step 9) ---- */

#define BC KIT_OID_BASIC_CONSTRAINTS

static const struct {
    struct kit_asked extensions[2];
    bool ca;
    const char *refusal;
} constraints[] = {
    {{{0}}, false, NULL},
    {{{BC, "3000"}}, false, NULL},
    {{{BC, "30030101ff"}}, true, NULL},
    {{{BC, "30060101ff020100"}}, true, NULL},
    {{{BC, "3003"}}, false, "the CSR's Basic Constraints cannot be read"},
    {{{BC, "0500"}}, false, "the CSR's Basic Constraints cannot be read"},
    {{{BC, "3000"}, {BC, "3000"}}, false, "the CSR has two Basic Constraints extensions"},
    {{{BC, "3000"}, {BC, "30030101ff"}}, false, "the CSR has two Basic Constraints extensions"},
};

static void reads_basic_constraints_rfc5280_section_4_2_1_9(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(constraints) / sizeof(*constraints); i++) {
        struct kit_request request = {.subject = SUBJECT, .list = "SPC:709J"};
        memcpy(request.extensions, constraints[i].extensions, sizeof(constraints[i].extensions));
        struct csr *csr = kit_csr(&request, key);
        struct sti_error err;
        bool ca = true;
        bool ok = csr_wants_ca(csr, &ca, &err);
        assert_int_equal(ok, constraints[i].refusal == NULL);
        if (!ok)
            kit_check_error(&err, STI_REFUSED, "", constraints[i].refusal,
                            "RFC 5280 section 4.2.1.9");
        assert_int_equal(ca, constraints[i].ca);
        assert_int_equal(ERR_peek_error(), 0);
        csr_free(csr);
    }
}

/* A CSR without any extension asks for cA FALSE. */
static void no_extension_request_is_no_ca_rfc9448_section_6(void **state)
{
    (void)state;
    struct csr *csr = kit_csr(&(struct kit_request){.subject = SUBJECT}, key);
    bool ca = true;
    assert_true(sk_X509_EXTENSION_num(csr->extensions) <= 0);
    assert_true(csr_wants_ca(csr, &ca, NULL));
    assert_false(ca);
    csr_free(csr);
}

/* ---- the key (RFC 5480 section 2) ---- */

/* What is read is what libcrypto reads from the same octets, whatever key it is. */
static void reads_the_key_that_stands_there_rfc5480_section_2(void **state)
{
    (void)state;
    EVP_PKEY *const keys[] = {kit_ec("P-256"), kit_ec("P-384"), kit_rsa(), kit_ec("P-256")};
    assert_int_equal(EVP_PKEY_set_utf8_string_param(
                         keys[3], OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed"),
                     1);
    for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
        struct kit_request wanted = {.subject = SUBJECT, .list = "SPC:709J"};
        X509_REQ *request = kit_request(&wanted, keys[i]);
        struct csr *csr = kit_csr(&wanted, keys[i]);
        unsigned char *theirs = NULL;
        unsigned char *ours = NULL;
        int length = i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(request), &theirs);
        assert_true(length > 0);
        assert_int_equal(i2d_X509_PUBKEY(csr->spki, &ours), length);
        assert_memory_equal(ours, theirs, (size_t)length);
        assert_int_equal(EVP_PKEY_eq(csr->key, keys[i]), 1);
        assert_true(csr_verify(csr, NULL));
        assert_int_equal(csr_key_check(csr, NULL), i == 0);
        OPENSSL_free(theirs);
        OPENSSL_free(ours);
        csr_free(csr);
        X509_REQ_free(request);
        EVP_PKEY_free(keys[i]);
    }
}

/* A bit is changed in the CSR's DER, so many octets behind these. */
static void refuses_key_with(const uint8_t *before, size_t length, size_t behind)
{
    struct sti_error err;
    struct kit_octets der;
    X509_REQ *request = request_for("SPC:709J");
    kit_request_der(request, &der);
    unsigned char *found = memmem(der.octets, der.length, before, length);
    assert_non_null(found);
    found[length + behind] ^= 1;
    struct csr *csr = csr_read(der.octets, der.length, NULL);
    assert_non_null(csr);
    assert_null(csr->key);
    assert_false(csr_key_check(csr, &err));
    kit_check_error(&err, STI_REFUSED, "",
                    "the CSR's public key cannot be read: ", "RFC 8226 section 4");
    assert_false(csr_verify(csr, &err));
    kit_check_error(&err, STI_REFUSED, "",
                    "the CSR's public key cannot be read: ", "RFC 2986 section 4");
    assert_int_equal(ERR_peek_error(), 0);
    csr_free(csr);
    kit_octets_free(&der);
    X509_REQ_free(request);
}

/* A point that is not on the curve, and what is no key at all. */
static void refuses_what_is_no_key_rfc5480_section_2(void **state)
{
    (void)state;
    static const uint8_t point[] = {0x03, 0x42, 0x00, 0x04};
    static const uint8_t algorithm[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07};
    refuses_key_with(point, sizeof(point), 63);
    refuses_key_with(algorithm, sizeof(algorithm), 0);
    refuses_key_with(algorithm, 2, 0); /* the algorithm is no SEQUENCE */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_pem_and_der_rfc2986_section_4),
        cmocka_unit_test(refuses_what_is_no_csr_rfc2986_section_4),
        cmocka_unit_test(refuses_a_certificate_rfc2986_section_4),
        cmocka_unit_test(refuses_octets_behind_the_csr_rfc2986_section_4),
        cmocka_unit_test(refuses_what_is_too_large),
        cmocka_unit_test(refuses_encrypted_pem_without_asking),
        cmocka_unit_test(refuses_two_extension_requests_rfc2985_section_5_4_2),
        cmocka_unit_test(refuses_two_values_of_one_request_rfc2985_section_5_4_2),
        cmocka_unit_test(refuses_a_microsoft_request_rfc2985_section_5_4_2),
        cmocka_unit_test(refuses_an_unreadable_request_rfc2985_section_5_4_2),
        cmocka_unit_test(ignores_other_attributes_rfc2986_section_4_1),
        cmocka_unit_test(refuses_a_flipped_bit_rfc2986_section_4_2),
        cmocka_unit_test(refuses_another_key_rfc2986_section_4_2),
        cmocka_unit_test(refuses_bad_lists_rfc8226_section_9),
        cmocka_unit_test(reads_basic_constraints_rfc5280_section_4_2_1_9),
        cmocka_unit_test(no_extension_request_is_no_ca_rfc9448_section_6),
        cmocka_unit_test(reads_the_key_that_stands_there_rfc5480_section_2),
        cmocka_unit_test(refuses_what_is_no_key_rfc5480_section_2),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
