/* SPDX-License-Identifier: Apache-2.0 */
/* The list in a file of any kind (RFC 8226 section 9). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "base64url.h"
#include "cert.h"
#include "hex.h"
#include "list_file.h"
#include "test_pki_kit.h"
#include "test_token_kit.h"
#include "test_tool_kit.h"

static const uint8_t list_der[] = {0x30, 0x08, 0xa0, 0x06, 0x16, 0x04, '7', '0', '9', 'J'};

static EVP_PKEY *key;
static struct kit_octets certificate; /* by value */
static struct kit_octets reference;   /* by reference */

/* A signed end-entity certificate with the list, or with a URL. */
static void make_certificate(X509 *issuer, const char *url, struct kit_octets *der)
{
    struct cert_content content = {.kind = CERT_END_ENTITY,
                                   .key = key,
                                   .issuer = issuer,
                                   .serial = {[15] = 2},
                                   .not_before = KIT_NOW,
                                   .not_after = KIT_NOW + 60,
                                   .list = url == NULL ? list_der : NULL,
                                   .list_length = sizeof(list_der),
                                   .list_url = url};
    X509_NAME *subject = kit_name("C=US/O=Example/CN=SHAKEN 709J");
    content.subject = subject;
    X509 *made = cert_build(&content, NULL);
    assert_non_null(made);
    assert_true(cert_sign(made, key, &der->octets, &der->length, NULL));
    X509_free(made);
    X509_NAME_free(subject);
}

static int set_up(void **state)
{
    (void)state;
    key = kit_ec("P-256");
    struct cert_content content = {.kind = CERT_ROOT,
                                   .key = key,
                                   .serial = {[15] = 1},
                                   .not_before = KIT_NOW,
                                   .not_after = KIT_NOW + 60,
                                   .path_length = -1};
    X509_NAME *subject = kit_name("C=US/O=Example/CN=SHAKEN ROOT");
    struct kit_octets der;
    content.subject = subject;
    X509 *root = cert_build(&content, NULL);
    assert_non_null(root);
    assert_true(cert_sign(root, key, &der.octets, &der.length, NULL));
    make_certificate(root, NULL, &certificate);
    make_certificate(root, KIT_AIA_URL, &reference);
    kit_octets_free(&der);
    X509_free(root);
    X509_NAME_free(subject);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    EVP_PKEY_free(key);
    kit_octets_free(&certificate);
    kit_octets_free(&reference);
    return 0;
}

/* The file must be of this kind and hold the list of SPC 709J. */
static void is(const char *path, const char *kind)
{
    struct list_file file;
    struct sti_error err;
    sti_error_clear(&err);
    if (!list_file_read(path, &file, &err))
        fail_msg("%s: %s", kind, err.sentence);
    assert_string_equal(file.kind, kind);
    assert_int_equal(file.list.der_length, sizeof(list_der));
    assert_memory_equal(file.list.der, list_der, sizeof(list_der));
    assert_int_equal(file.list.count, 1);
    list_file_free(&file);
    assert_null(file.der);
    assert_int_equal(ERR_peek_error(), 0);
}

static void refused(const char *path, const char *sentence, const char *clause)
{
    struct list_file file;
    struct sti_error err;
    sti_error_clear(&err);
    if (list_file_read(path, &file, &err))
        fail_msg("%s is taken for a %s", sentence, file.kind);
    kit_check_error(&err, STI_REFUSED, NULL, sentence, clause);
    assert_string_equal(err.source, path);
    assert_null(file.der);
    assert_int_equal(file.list.count, 0);
    assert_false(list_file_read(path, &file, NULL));
    assert_int_equal(ERR_peek_error(), 0);
}

/* ---- each kind ---- */

static void recognises_a_bare_list_rfc8226_section_9(void **state)
{
    (void)state;
    is(file_with("list.der", list_der, sizeof(list_der)), "list");
}

static void recognises_text(void **state)
{
    (void)state;
    is(file_with_text("list.txt", "SPC:709J"), "list as text");
    is(file_with_text("list.txt", "\r\n\t SPC:709J\r\n"), "list as text");
    is(file_with_text("list.txt", "; of July\nSPC:709J ; the provider\n"), "list as text");
    struct list_file file;
    assert_true(list_file_read(file_with_text("list.txt", "TN:1,TN:2+3"), &file, NULL));
    assert_int_equal(file.list.count, 2);
    list_file_free(&file);
}

/* base64 of DER that is wrapped after 8 symbols, with `end` behind every line. */
static void wrap(const char *base64, const char *end, char *to)
{
    for (size_t i = 0; base64[i] != '\0'; i++) {
        *to++ = base64[i];
        if (i % 8 == 7)
            to = stpcpy(to, end);
    }
    *to = '\0';
}

static void recognises_base64_rfc4648(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "MAigBhYENzA5Sg",         "MAigBhYENzA5Sg==",         "MAigBhYENzA5Sg\n",
        "MAigBhYENzA5Sg==\r\n",   " \n\tMAigBhYENzA5Sg \n\n", "MAig\nBhYE\nNzA5\nSg==\n",
        "M\r\nAigBhYENzA5Sg=\n=", "MAigBhYENzA5\nSg"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        is(file_with_text("list.b64", texts[i]), "list in base64");
    /* both alphabets; SPC:ab>? has octets that they write in other symbols */
    static const char *const both[] = {"MAigBhYEYWI-Pw",
                                       "MAigBhYEYWI-Pw==", "MAigBhYEYWI+Pw==", "MAigBhYEYWI+Pw"};
    for (size_t i = 0; i < sizeof(both) / sizeof(*both); i++) {
        struct list_file file;
        char text[10];
        assert_true(list_file_read(file_with_text("list.b64", both[i]), &file, NULL));
        tnauthlist_entry_text(&file.list, 0, text, sizeof(text));
        assert_string_equal(text, "SPC:ab>?");
        list_file_free(&file);
    }
    char *base64 = base64_encode(certificate.octets, certificate.length, NULL);
    char *wrapped = malloc(2 * strlen(base64) + 3);
    assert_non_null(wrapped);
    wrap(base64, "\r\n", wrapped);
    is(file_with_text("a.b64", wrapped), "certificate");
    free(wrapped);
    free(base64);
}

static void recognises_a_list_in_pem_rfc7468(void **state)
{
    (void)state;
    is(file_with_text("list.pem", "-----BEGIN TNAUTHLIST-----\nMAigBhYENzA5Sg==\n"
                                  "-----END TNAUTHLIST-----\n"),
       "list in PEM");
    is(file_with_text("list.pem", "the provider\r\n-----BEGIN TNAUTHLIST-----\r\nMAigBhYENz\r\n"
                                  "A5Sg==\r\n-----END TNAUTHLIST-----\r\n"),
       "list in PEM");
}

static void recognises_a_certificate_rfc5280_section_4(void **state)
{
    (void)state;
    struct kit_octets pem;
    kit_pem(PEM_STRING_X509, &certificate, &pem);
    is(file_with("a.der", certificate.octets, certificate.length), "certificate");
    is(file_with("a.pem", pem.octets, pem.length), "certificate");
    char text[4096];
    snprintf(text, sizeof(text), "what this is\n%.*s", (int)pem.length, (char *)pem.octets);
    is(file_with_text("a.pem", text), "certificate");
    kit_octets_free(&pem);
}

static void recognises_a_csr_rfc2986_section_4(void **state)
{
    (void)state;
    static const char *const labels[] = {"CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"};
    struct kit_octets der;
    struct kit_octets pem;
    X509_REQ *request = kit_request(
        &(struct kit_request){.subject = "C=US/O=Example/CN=SHAKEN 709J", .list = "SPC:709J"}, key);
    kit_request_der(request, &der);
    is(file_with("a.der", der.octets, der.length), "CSR");
    for (size_t i = 0; i < 2; i++) {
        kit_pem(labels[i], &der, &pem);
        is(file_with("a.csr", pem.octets, pem.length), "CSR");
        kit_octets_free(&pem);
    }
    kit_octets_free(&der);
    X509_REQ_free(request);
}

static void recognises_a_token_rfc9448_section_5(void **state)
{
    (void)state;
    char *jws = kit_jws(KIT_HEADER, KIT_PAYLOAD, key);
    is(file_with_text("token.jwt", jws), "token");
    size_t length = strlen(jws);
    jws[length - 1] = jws[length - 1] == 'A' ? 'Q' : 'A'; /* nothing is verified */
    is(file_with_text("token.jwt", jws), "token");
    free(jws);
}

static void reads_standard_input(void **state)
{
    (void)state;
    struct list_file file;
    struct list_file nothing;
    struct sti_error err;
    int before = dup(STDIN_FILENO);
    assert_non_null(freopen(file_with_text("in", "SPC:709J"), "rb", stdin));
    bool ok = list_file_read("-", &file, NULL);
    bool again = list_file_read("-", &nothing, &err); /* at its end now */
    dup2(before, STDIN_FILENO);
    close(before);
    list_file_free(&file);
    assert_true(ok);
    assert_false(again);
    assert_string_equal(err.source, "standard input");
    assert_string_equal(err.sentence, "is empty");
}

/* ---- what is no list ---- */

static void refuses_junk(void **state)
{
    (void)state;
    static const char nothing[] =
        "is no TNAuthList (DER, PEM, base64 or text), certificate, CSR or SPC token";
    static const char *const texts[] = {"hello",
                                        " \n",
                                        "709J",
                                        "12155551212",
                                        "{\"spc\":\"709J\"}",
                                        "<html>",
                                        "\xff\xfe",
                                        "\x1b[31mSPC:709J",
                                        "\x31\x08"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        refused(file_with_text("junk", texts[i]), nothing, NULL);
    refused(file_with("junk", "\0SPC:709J", 9), nothing, NULL);
    refused(file_with("empty", "", 0), "is empty", NULL);
}

static void refuses_a_missing_file(void **state)
{
    (void)state;
    struct list_file file;
    struct sti_error err;
    assert_false(list_file_read(in_folder("none"), &file, &err));
    kit_check_error(&err, STI_ENVIRONMENT, "", "cannot be opened", NULL);
}

/* Text with a fault names the line and the column. */
static void refuses_bad_text(void **state)
{
    (void)state;
    struct list_file file;
    struct sti_error err;
    static const struct {
        const char *text;
        size_t line;
    } rows[] = {{"SPC:709J\nTN:12155551212\nTN:12x\n", 3},
                {"SPC:709J\nTN:\x1b[31m\n", 2},
                {"SPC:70\x07"
                 "9J\n",
                 1},
                {"TN:1234567890123456", 1}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *path = file_with_text("list.txt", rows[i].text);
        assert_false(list_file_read(path, &file, &err));
        assert_int_equal(err.code, STI_REFUSED);
        assert_int_equal(err.line, rows[i].line);
        assert_true(err.column > 0);
        char line[1200];
        sti_error_text(&err, line, sizeof(line));
        for (const char *at = line; *at != '\0'; at++)
            assert_true((unsigned char)*at >= 0x20 && *at != 0x7f);
    }
    refused(file_with_text("list.txt", "; nothing but a comment\n"), "empty", NULL);
    refused(file_with("list.txt", "SPC:709J\0TN:1", 13), NULL, NULL);
}

static void refuses_a_malformed_list_rfc8226_section_9(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        size_t entry;
        size_t offset;
    } rows[] = {{"3000", 0, 2},
                {"300680043730394a", 1, 2},
                {"3008a00616043730394a00", 0, 10},
                {"300ea00616043730394a80043730394a", 2, 10},
                {"30", 0, 1},
                {"3080a00616043730394a0000", 0, 1}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct list_file file;
        struct sti_error err;
        uint8_t octets[32];
        size_t length = from_hex(rows[i].hex, octets, sizeof(octets));
        const char *path = file_with("list.der", octets, length);
        assert_false(list_file_read(path, &file, &err));
        kit_check_error(&err, STI_REFUSED, "TNAuthList", NULL, NULL);
        assert_string_equal(err.source, path);
        assert_int_equal(err.entry, rows[i].entry);
        assert_int_equal(err.offset, rows[i].offset);
    }
}

static void refuses_a_bad_certificate_rfc5280_section_4(void **state)
{
    (void)state;
    refused(file_with("a.der", certificate.octets, certificate.length - 1), "the length says",
            NULL);
    unsigned char *longer = malloc(certificate.length + 1);
    assert_non_null(longer);
    memcpy(longer, certificate.octets, certificate.length);
    longer[certificate.length] = 0;
    refused(file_with("a.der", longer, certificate.length + 1), "has octets behind the certificate",
            "X.690 section 8.1");
    free(longer);
    refused(
        file_with("a.der", reference.octets, reference.length),
        "the certificate holds no TNAuthList by value, its list is by reference at " KIT_AIA_URL,
        "RFC 8226 section 10.1");
    refused(file_with_text("a.pem", "-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n"),
            "holds neither a certificate nor a CSR in PEM", NULL);
    refused(file_with_text("a.pem", "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n"
                                    "-----END CERTIFICATE REQUEST-----\n"),
            "is not a CSR in DER", "RFC 2986 section 4");
}

static void refuses_bad_base64_rfc4648(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *sentence;
        const char *clause;
    } rows[] = {
        {"MAigBhYENzA5Sg=", "has base64 with wrong padding: it was cut", "RFC 4648 section 4"},
        {"MAigBhYENzA5Sg===", "wrong padding", "RFC 4648 section 4"},
        {"MAigBhYENzA5Sg==MAigBhYENzA5Sg==", "has base64 behind the padding",
         "RFC 4648 section 3.3"},
        {"MAigBhYEYWI+Pw-_", "mixes base64 (+ /) and base64url (- _)", "RFC 4648 section 5"},
        {"MAigBhYENzA5S", "a length that no octet string has; it was cut", "RFC 4648 section 4"},
        {"MAigBhYENzA5Sh", "the unused bits of the last base64url symbol are not zero",
         "RFC 4648 section 3.5"},
        {"MAAA", "behind the list", NULL},
        {"MAA", "the list is empty", "RFC 8226 section 9"},
        {"MAigBhYENzA5", "the length says", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        refused(file_with_text("list.b64", rows[i].text), rows[i].sentence, rows[i].clause);
    static const char *const others[] = {
        "MA igBhYE", "M", "MQ==", "MAig!", "MAig.BhYE", "MAig\x01"};
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
        refused(file_with_text("junk", others[i]), "is no TNAuthList (DER, PEM, base64", NULL);
    refused(file_with("junk", "MAig\0BhYE", 9), "is no TNAuthList (DER, PEM, base64", NULL);
}

static void refuses_a_bad_list_in_pem_rfc7468(void **state)
{
    (void)state;
    static const char list[] = "-----BEGIN TNAUTHLIST-----\nMAigBhYENzA5Sg==\n"
                               "-----END TNAUTHLIST-----\n";
    char two[300];
    snprintf(two, sizeof(two), "%s%s", list, list);
    refused(file_with_text("a.pem", two), "has a TNAUTHLIST block and another one; give one", NULL);
    snprintf(two, sizeof(two), "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n%s",
             list);
    refused(file_with_text("a.pem", two), "has a TNAUTHLIST block and another one", NULL);
    static const char *const broken[] = {
        "-----BEGIN TNAUTHLIST-----\nMAig!\n-----END TNAUTHLIST-----\n",
        "-----BEGIN TNAUTHLIST-----\nMAigBhYENzA5Sg==\n",
        "-----BEGIN TNAUTHLIST-----\nProc-Type: 4,ENCRYPTED\n\nMAigBhYENzA5Sg==\n"
        "-----END TNAUTHLIST-----\n",
    };
    for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
        refused(file_with_text("a.pem", broken[i]), "has a TNAUTHLIST block that is broken",
                "RFC 7468 section 3");
    refused(file_with_text("a.pem", "-----BEGIN TNAUTHLIST-----\nMAA=\n"
                                    "-----END TNAUTHLIST-----\n"),
            "the list is empty", "RFC 8226 section 9");
}

/* A public document must not make the terminal ask for a passphrase. */
static void refuses_encrypted_pem_without_asking(void **state)
{
    (void)state;
    refused(file_with_text("a.pem", "-----BEGIN CERTIFICATE-----\n"
                                    "Proc-Type: 4,ENCRYPTED\n"
                                    "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
                                    "AAAAAAAAAAAAAAAAAAAAAA==\n"
                                    "-----END CERTIFICATE-----\n"),
            "holds neither a certificate nor a CSR in PEM", NULL);
}

static void refuses_a_csr_without_a_list_rfc8226_section_9(void **state)
{
    (void)state;
    struct kit_octets der;
    X509_REQ *request = kit_request(&(struct kit_request){.subject = "C=US"}, key);
    kit_request_der(request, &der);
    refused(file_with("a.der", der.octets, der.length), "the CSR holds no TNAuthList",
            "RFC 8226 section 9");
    kit_octets_free(&der);
    X509_REQ_free(request);
}

static void refuses_a_token_with_a_bad_list_rfc9448_section_5_4(void **state)
{
    (void)state;
    char *jws =
        kit_jws(KIT_HEADER,
                "{\"exp\":1790003600,\"jti\":\"id1\",\"atc\":{\"tktype\":\"TNAuthList\","
                "\"tkvalue\":\"MAA\",\"ca\":false,\"fingerprint\":\"" KIT_FINGERPRINT "\"}}",
                key);
    refused(file_with_text("token.jwt", jws), "the list is empty", NULL);
    free(jws);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(recognises_a_bare_list_rfc8226_section_9),
        IN_FOLDER(recognises_text),
        IN_FOLDER(recognises_base64_rfc4648),
        IN_FOLDER(recognises_a_list_in_pem_rfc7468),
        IN_FOLDER(recognises_a_certificate_rfc5280_section_4),
        IN_FOLDER(recognises_a_csr_rfc2986_section_4),
        IN_FOLDER(recognises_a_token_rfc9448_section_5),
        IN_FOLDER(reads_standard_input),
        IN_FOLDER(refuses_junk),
        IN_FOLDER(refuses_a_missing_file),
        IN_FOLDER(refuses_bad_text),
        IN_FOLDER(refuses_a_malformed_list_rfc8226_section_9),
        IN_FOLDER(refuses_a_bad_certificate_rfc5280_section_4),
        IN_FOLDER(refuses_bad_base64_rfc4648),
        IN_FOLDER(refuses_a_bad_list_in_pem_rfc7468),
        IN_FOLDER(refuses_encrypted_pem_without_asking),
        IN_FOLDER(refuses_a_csr_without_a_list_rfc8226_section_9),
        IN_FOLDER(refuses_a_token_with_a_bad_list_rfc9448_section_5_4),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
