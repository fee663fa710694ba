/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes the seed corpus of the targets about requests: a good token and a good CSR, and changes to
 * them. FOLDER/token/, json/ and csr/ must exist.
 *
 * usage: make_request_seeds FOLDER
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>

#include "../unit/hex.h"
#include "base64url.h"
#include "fuzz_world.h"

static const char *folder;

static void write_seed(const char *kind, const void *octets, size_t length)
{
    static unsigned number;
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s/%03u", folder, kind, number++);
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(octets, 1, length, file) != length || fclose(file) != 0) {
        fprintf(stderr, "make_request_seeds: %s cannot be written\n", path);
        exit(3);
    }
}

/* ---- tokens ---- */

#define HEADER "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5u\":\"" FUZZ_URL "\"}"
#define TKVALUE                                                                                    \
    "MCugBhYENzA5SqESMBAWCzEyMTU1NTUwMTAwAgFkog0WCzEyMTU1NTUxMjEy" /* FUZZ_LIST in base64url */
#define FINGERPRINT                                                                                \
    "SHA256 A0:A2:32:C2:F1:94:A5:35:53:CB:13:10:DD:BC:08:21:E4:14:B9:D7:EB:FC:29:0B:32:30:84:D7:"  \
    "D1:02:0F:E5"
#define ATC(tktype, tkvalue, ca, fingerprint)                                                      \
    "{\"tktype\":" tktype ",\"tkvalue\":" tkvalue ",\"ca\":" ca ",\"fingerprint\":" fingerprint "}"
#define GOOD_ATC ATC("\"TNAuthList\"", "\"" TKVALUE "\"", "false", "\"" FINGERPRINT "\"")
#define PAYLOAD(more, atc) "{\"exp\":1790003600,\"jti\":\"id1\"" more ",\"atc\":" atc "}"
#define GOOD_PAYLOAD PAYLOAD("", GOOD_ATC)

static const char *const headers[] = {
    HEADER,
    "{\"alg\":\"none\",\"typ\":\"JWT\",\"x5u\":\"" FUZZ_URL "\"}",
    "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"x5u\":\"" FUZZ_URL "\"}",
    "{\"alg\":256,\"typ\":\"JWT\",\"x5u\":\"" FUZZ_URL "\"}",
    "{\"typ\":\"JWT\",\"x5u\":\"" FUZZ_URL "\"}",
    "{\"alg\":\"ES256\",\"typ\":\"jose\",\"x5u\":\"" FUZZ_URL "\"}",
    "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"crit\":[\"exp\"],\"x5u\":\"" FUZZ_URL "\"}",
    "{\"alg\":\"ES256\",\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5u\":\"" FUZZ_URL "\"}",
    "{\"alg\":\"ES256\",\"typ\":\"JWT\"}",
    "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5u\":\"http://pa.example.org/signer.pem\"}",
    "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5u\":\"https://a@pa.example.org/signer.pem?q#f\"}",
    "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5u\":[]}",
    "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5c\":[]}",
    "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5c\":[\"MAA=\",1]}",
    "[1]",
    "{",
};

static const char *const payloads[] = {
    GOOD_PAYLOAD,
    PAYLOAD(",\"iss\":\"https://pa.example.org\",\"nbf\":1789990000,\"iat\":1", GOOD_ATC),
    PAYLOAD(",\"nbf\":1790000001", GOOD_ATC),
    PAYLOAD(",\"aud\":\"them\"", GOOD_ATC),
    PAYLOAD(",\"jti\":\"id2\"", GOOD_ATC),
    PAYLOAD(",\"iss\":\"\\u0007\"", GOOD_ATC),
    "{\"exp\":1789999999,\"jti\":\"id1\",\"atc\":" GOOD_ATC "}",
    "{\"exp\":1790003600.5,\"jti\":\"id1\",\"atc\":" GOOD_ATC "}",
    "{\"exp\":1e300,\"jti\":\"id1\",\"atc\":" GOOD_ATC "}",
    "{\"exp\":\"1790003600\",\"jti\":\"id1\",\"atc\":" GOOD_ATC "}",
    "{\"exp\":-9223372036854775808,\"jti\":\"\",\"atc\":" GOOD_ATC "}",
    "{\"exp\":9223372036854775807,\"jti\":\"id1\",\"atc\":" GOOD_ATC "}",
    "{\"jti\":\"\\u0000\",\"exp\":1790003600,\"atc\":" GOOD_ATC "}",
    PAYLOAD("", "[]"),
    PAYLOAD("", "{}"),
    PAYLOAD("", ATC("\"JWTClaimConstraints\"", "\"" TKVALUE "\"", "false", "\"" FINGERPRINT "\"")),
    PAYLOAD("", ATC("\"TNAuthList\"", "\"MAigBhYENzA5Sg\"", "true", "\"" FINGERPRINT "\"")),
    PAYLOAD("", ATC("\"TNAuthList\"", "\"MAigBhYENzA5Sg==\"", "true", "\"" FINGERPRINT "\"")),
    PAYLOAD("", ATC("\"TNAuthList\"", "\"MAA\"", "false", "\"" FINGERPRINT "\"")),
    PAYLOAD("", ATC("\"TNAuthList\"", "\"\"", "0", "\"SHA256 00\"")),
    PAYLOAD("", ATC("\"TNAuthList\"", "1", "\"false\"",
                    "\"oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U\"")),
    "{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}",
    "{\"a\":[[[[[[[[]]]]]]]]}",
    "{\"a\":\"\\\"[[[[[[[[[[\",\"b\":true,\"c\":null,\"d\":-0.5e-3}",
    "{\"a\":\"\xc3\xa9\xf0\x9f\x98\x80\",\"\\ud83d\\ude00\":\"\\ud83d\"}",
    "{\"a\":\"\xff\"}",
    "{} {}",
    "",
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The octet that says what the rest is, and the rest. */
static void write_token(int what, const char *text, const char *more)
{
    char seed[8192];
    int length = snprintf(seed, sizeof(seed), "%c%s%s%s", '0' + what, text,
                          more == NULL ? "" : "\n", more == NULL ? "" : more);
    FUZZ_HOLDS(length > 0 && (size_t)length < sizeof(seed));
    write_seed("token", seed, (size_t)length);
}

/* A token as it stands, with the signer's certificate in it. */
static void write_by_value(void)
{
    unsigned char *der = NULL;
    char header[2048];
    int length = i2d_X509(fuzz_world()->signer, &der);
    char *text = base64_encode(der, (size_t)length, NULL);
    snprintf(header, sizeof(header), "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5c\":[\"%s\"]}", text);
    write_token(1, header, GOOD_PAYLOAD);
    char *jws = fuzz_jws(header, strlen(header), GOOD_PAYLOAD, strlen(GOOD_PAYLOAD),
                         fuzz_world()->signer_key);
    write_token(0, jws, NULL);
    write_token(0, jws, ""); /* with a line end */
    free(jws);
    free(text);
    OPENSSL_free(der);
}

static void write_by_reference(void)
{
    char *jws = fuzz_jws(HEADER, strlen(HEADER), GOOD_PAYLOAD, strlen(GOOD_PAYLOAD),
                         fuzz_world()->signer_key);
    write_token(0, jws, NULL);
    jws[strlen(jws) - 2] ^= 1; /* in s */
    write_token(0, jws, NULL);
    *(strrchr(jws, '.') + 1) = '\0';
    write_token(0, jws, NULL); /* unsigned */
    *strrchr(jws, '.') = '\0';
    write_token(0, jws, NULL); /* two parts */
    free(jws);
}

static void write_tokens(void)
{
    write_by_value();
    write_by_reference();
    for (size_t i = 0; i < COUNT(headers); i++) {
        write_token(1, headers[i], GOOD_PAYLOAD);
        write_seed("json", headers[i], strlen(headers[i]));
    }
    write_token(2, HEADER, GOOD_PAYLOAD);
    for (size_t i = 0; i < COUNT(payloads); i++) {
        write_token(3, payloads[i], NULL);
        write_seed("json", payloads[i], strlen(payloads[i]));
    }
}

/* ---- CSRs ---- */

#define BASIC_CONSTRAINTS "2.5.29.19"
#define KEY_USAGE "2.5.29.15"

/* A CSR that asks for these extensions, up to the first NULL. */
struct request {
    const char *subject; /* the CN; NULL: the good one */
    int nid;             /* of the attribute that asks; 0: extensionRequest */
    bool two_values;     /* that attribute has a second one */
    struct {
        const char *oid;
        const char *hex;
    } asked[3];
};

/* One number more; the same in another order. */
#define MORE                                                                                       \
    "303aa00616043730394aa1123010160b3132313535353530313030020164a20d160b3132313535353531323132"   \
    "a20d160b3132313535353539393939"
#define ORDER                                                                                      \
    "302ba20d160b3132313535353531323132a00616043730394aa1123010160b3132313535353530313030020164"

static const struct request requests[] = {
    {.asked = {{TNAUTHLIST_OID, FUZZ_LIST}}},
    {.asked = {{TNAUTHLIST_OID, MORE}}},
    {.asked = {{TNAUTHLIST_OID, ORDER}}},
    {.asked = {{NULL, NULL}}},
    {.asked = {{TNAUTHLIST_OID, FUZZ_LIST}, {TNAUTHLIST_OID, FUZZ_LIST}}},
    {.asked = {{TNAUTHLIST_OID, "3008a00616043730394a"}}},
    {.asked = {{TNAUTHLIST_OID, "3008a0061604373039"}}},
    {.asked = {{TNAUTHLIST_OID, "300ea10c300a16033130300201050500"}}},
    {.asked = {{TNAUTHLIST_OID, FUZZ_LIST}, {BASIC_CONSTRAINTS, "30030101ff"}}},
    {.asked = {{TNAUTHLIST_OID, FUZZ_LIST}, {BASIC_CONSTRAINTS, "3000"}, {KEY_USAGE, "03020780"}}},
    {.asked = {{TNAUTHLIST_OID, FUZZ_LIST}, {BASIC_CONSTRAINTS, "3001"}}},
    {.asked = {{TNAUTHLIST_OID, FUZZ_LIST}, {KEY_USAGE, "03020106"}}},
    {.asked = {{TNAUTHLIST_OID, FUZZ_LIST}, {"2.5.29.37", "300a06082b06010505070302"}}},
    {.asked = {{"1.3.6.1.5.5.7.1.1",
                "3024302206082b0601050507300e861668747470733a2f2f746e2e6578616d706c652f6c2f31"}}},
    {.subject = "SHAKEN 1234", .asked = {{TNAUTHLIST_OID, FUZZ_LIST}}},
    {.two_values = true, .asked = {{TNAUTHLIST_OID, FUZZ_LIST}}},
    {.nid = NID_ms_ext_req, .asked = {{TNAUTHLIST_OID, FUZZ_LIST}}},
};

static STACK_OF(X509_EXTENSION) * extensions_of(const struct request *request)
{
    STACK_OF(X509_EXTENSION) *extensions = sk_X509_EXTENSION_new_null();
    for (size_t i = 0; i < COUNT(request->asked) && request->asked[i].oid != NULL; i++) {
        uint8_t octets[128];
        size_t length = from_hex(request->asked[i].hex, octets, sizeof(octets));
        ASN1_OBJECT *oid = OBJ_txt2obj(request->asked[i].oid, 1);
        ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
        ASN1_OCTET_STRING_set(value, octets, (int)length);
        sk_X509_EXTENSION_push(extensions, X509_EXTENSION_create_by_OBJ(NULL, oid, 0, value));
        ASN1_OCTET_STRING_free(value);
        ASN1_OBJECT_free(oid);
    }
    return extensions;
}

static X509_REQ *csr_of(const struct request *request, EVP_PKEY *key)
{
    const char *names[][2] = {{"C", "US"}, {"O", "Example"}, {"CN", "SHAKEN 709J"}};
    X509_REQ *csr = X509_REQ_new();
    X509_NAME *subject = X509_NAME_new();
    if (request->subject != NULL)
        names[2][1] = request->subject;
    for (size_t i = 0; i < COUNT(names); i++)
        X509_NAME_add_entry_by_txt(subject, names[i][0], MBSTRING_UTF8,
                                   (const unsigned char *)names[i][1], -1, -1, 0);
    FUZZ_HOLDS(X509_REQ_set_subject_name(csr, subject) == 1 && X509_REQ_set_pubkey(csr, key) == 1);
    X509_NAME_free(subject);
    STACK_OF(X509_EXTENSION) *extensions = extensions_of(request);
    if (sk_X509_EXTENSION_num(extensions) > 0)
        FUZZ_HOLDS(X509_REQ_add_extensions_nid(
                       csr, extensions, request->nid == 0 ? NID_ext_req : request->nid) == 1);
    if (request->two_values)
        FUZZ_HOLDS(X509_ATTRIBUTE_set1_data(X509_REQ_get_attr(csr, 0), V_ASN1_SEQUENCE, "\x30\x00",
                                            2) == 1);
    sk_X509_EXTENSION_pop_free(extensions, X509_EXTENSION_free);
    FUZZ_HOLDS(X509_REQ_sign(csr, key, EVP_sha256()) > 0);
    return csr;
}

static void write_csr(const struct request *request, EVP_PKEY *key)
{
    unsigned char *der = NULL;
    X509_REQ *csr = csr_of(request, key);
    int length = i2d_X509_REQ(csr, &der);
    FUZZ_HOLDS(length > 0);
    write_seed("csr", der, (size_t)length);
    OPENSSL_free(der);
    X509_REQ_free(csr);
}

/* The good CSR in PEM; with another bit in its signature; with an octet too many. */
static void write_forms(void)
{
    char *pem;
    unsigned char *der = NULL;
    X509_REQ *csr = csr_of(&requests[0], fuzz_world()->csr_key);
    BIO *bio = BIO_new(BIO_s_mem());
    FUZZ_HOLDS(PEM_write_bio_X509_REQ(bio, csr) == 1);
    long pem_length = BIO_get_mem_data(bio, &pem);
    write_seed("csr", pem, (size_t)pem_length);
    int length = i2d_X509_REQ(csr, &der);
    der[length - 1] ^= 1;
    write_seed("csr", der, (size_t)length);
    write_seed("csr", der, (size_t)length - 1);
    BIO_free(bio);
    OPENSSL_free(der);
    X509_REQ_free(csr);
}

/* A key on P-256 that is written in another way than usual. */
static void write_odd_key(const char *parameter, const char *value)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    FUZZ_HOLDS(EVP_PKEY_set_utf8_string_param(key, parameter, value) == 1);
    write_csr(&requests[0], key);
    EVP_PKEY_free(key);
}

static void write_csrs(void)
{
    EVP_PKEY *p384 = EVP_EC_gen("P-384");
    for (size_t i = 0; i < COUNT(requests); i++)
        write_csr(&requests[i], fuzz_world()->csr_key);
    write_csr(&requests[0], fuzz_world()->account_key);
    write_csr(&requests[0], p384);
    write_odd_key(OSSL_PKEY_PARAM_EC_ENCODING, "explicit");
    write_odd_key(OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed");
    write_odd_key(OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "hybrid");
    write_forms();
    EVP_PKEY_free(p384);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: make_request_seeds FOLDER\n");
        return 2;
    }
    folder = argv[1];
    write_tokens();
    write_csrs();
    return 0;
}
