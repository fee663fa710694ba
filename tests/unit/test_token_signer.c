/* SPDX-License-Identifier: Apache-2.0 */
/* The header and the signer: alg, typ, crit, x5u, x5c, chain and key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>

#include "test_token_kit.h"

#define STEPS "RFC 9448 section 6"

static struct kit kit;

static int set_up(void **state)
{
    (void)state;
    kit_make(&kit);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    kit_free(&kit);
    return 0;
}

/* A header with these members behind alg and typ. Good until the next call. */
static const char *header_with(const char *members)
{
    static char header[65536];
    snprintf(header, sizeof(header), "{\"alg\":\"ES256\",\"typ\":\"JWT\"%s}", members);
    return header;
}

static void refuses(const char *header, const char *part, const char *sentence, const char *clause)
{
    kit_refuses(&kit, header, KIT_PAYLOAD, part, sentence, clause);
}

/* RFC 8555 section 6.2: never "none", never a MAC. */
static void test_alg_none(void **state)
{
    (void)state;
    static const char header[] = "{\"alg\":\"none\",\"typ\":\"JWT\",\"x5u\":\"" KIT_URL "\"}";
    static const char sentence[] = "alg is \"none\"; only ES256 is accepted";
    char *jws = kit_jws_with(header, KIT_PAYLOAD, NULL, 0);
    assert_true(token_looks_like(jws, strlen(jws)));
    kit_expect_refusal(&kit, jws, "header alg", sentence, "RFC 8555 section 6.2");
    free(jws);
    refuses(header, "header alg", sentence, "RFC 8555 section 6.2");
    jws = kit_jws_with(KIT_HEADER, KIT_PAYLOAD, NULL, 0);
    kit_expect_refusal(&kit, jws, "signature", "the signature, is empty", "RFC 7515 section 7.1");
    free(jws);
}

/* The confusion of RFC 8725 section 2.1: a MAC keyed with the public key, which everybody has. */
static void test_hs256_keyed_with_public_key(void **state)
{
    (void)state;
    static const char header[] = "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"x5u\":\"" KIT_URL "\"}";
    BIO *pem = BIO_new(BIO_s_mem());
    char *secret = NULL;
    PEM_write_bio_PUBKEY(pem, kit.signer_key);
    int secret_length = (int)BIO_get_mem_data(pem, &secret);
    char *input = kit_jws_with(header, KIT_PAYLOAD, NULL, 0);
    uint8_t mac[32];
    HMAC(EVP_sha256(), secret, secret_length, (unsigned char *)input, strlen(input) - 1, mac, NULL);
    char *jws = kit_jws_with(header, KIT_PAYLOAD, mac, sizeof(mac));
    kit_expect_refusal(&kit, jws, "header alg", "alg is \"HS256\"; only ES256 is accepted",
                       "RFC 8555 section 6.2");
    free(jws);
    /* The same MAC under the name ES256. */
    jws = kit_jws_with(KIT_HEADER, KIT_PAYLOAD, mac, sizeof(mac));
    kit_expect_refusal(&kit, jws, "signature", "the signature has 32 octets",
                       "RFC 7518 section 3.4");
    free(jws);
    free(input);
    BIO_free(pem);
}

/* RFC 8725 section 3.1: no other algorithm, however good, and no other spelling. */
static void test_alg_others_rfc8725_section_3_1(void **state)
{
    (void)state;
    static const char *const algs[] = {"RS256", "PS256", "ES384",  "ES512", "ES256K",
                                       "EdDSA", "es256", "ES256 ", "None",  ""};
    for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
        char header[200];
        char sentence[100];
        snprintf(header, sizeof(header), "{\"alg\":\"%s\",\"typ\":\"JWT\",\"x5u\":\"%s\"}", algs[i],
                 KIT_URL);
        snprintf(sentence, sizeof(sentence), "alg is \"%s\"; only ES256 is accepted", algs[i]);
        refuses(header, "header alg", sentence, "RFC 8725 section 3.1");
    }
    refuses("{\"typ\":\"JWT\"}", "header alg", "alg is missing", "RFC 7515 section 4.1.1");
    refuses("{\"alg\":[\"ES256\"]}", "header alg", "alg is an array", "RFC 7515 section 4.1.1");
    refuses("{\"alg\":null}", "header alg", "alg is null", "RFC 7515 section 4.1.1");
}

static void test_typ_rfc9448_section_5(void **state)
{
    (void)state;
    refuses("{\"alg\":\"ES256\",\"x5u\":\"" KIT_URL "\"}", "header typ", "typ is missing",
            "RFC 9448 section 5");
    refuses("{\"alg\":\"ES256\",\"typ\":\"passport\"}", "header typ", "typ is \"passport\"",
            "RFC 9448 section 5");
    refuses("{\"alg\":\"ES256\",\"typ\":\"jwt\"}", "header typ", "it must be \"JWT\"",
            "RFC 9448 section 5");
    refuses("{\"alg\":\"ES256\",\"typ\":1}", "header typ", "typ is a number", "RFC 9448 section 5");
}

static void test_crit_rfc7515_section_4_1_11(void **state)
{
    (void)state;
    static const char *const crits[] = {"[\"b64\"]", "[\"exp\"]", "[]", "null", "\"b64\""};
    for (size_t i = 0; i < sizeof(crits) / sizeof(crits[0]); i++) {
        char members[200];
        snprintf(members, sizeof(members), ",\"b64\":false,\"crit\":%s,\"x5u\":\"%s\"", crits[i],
                 KIT_URL);
        refuses(header_with(members), "header crit", "none is understood",
                "RFC 7515 section 4.1.11");
    }
}

/* Every word of x5u that is not a plain https URL. */
static void test_x5u_form(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        const char *sentence;
        const char *clause;
    } cases[] = {
        {"http://pa.example.org/signer.pem", "is not an https URL", STEPS},
        {"file:///etc/signer.pem", "is not an https URL", STEPS},
        {"", "is not an https URL", STEPS},
        {"https:pa.example.org", "is not an https URL", STEPS},
        {"https://user:pw@pa.example.org/s.pem", "has user information", "RFC 3986 section 3.2.1"},
        {"https://pa.example.org@evil.example/s.pem", "has user information",
         "RFC 3986 section 3.2.1"},
        {"https://pa.example.org/s.pem?x=1", "has a query", "RFC 3986 section 3.4"},
        {"https://pa.example.org?", "has a query", "RFC 3986 section 3.4"},
        {"https://pa.example.org/s.pem#x", "has a fragment", "RFC 3986 section 3.5"},
        {"https:///s.pem", "has no host", "RFC 9110 section 4.2.2"},
        {"https://:443/s.pem", "has no host", "RFC 9110 section 4.2.2"},
        {"https://pa.example.org/a b", "a character that no URL has", "RFC 3986 section 2"},
        {"https://pa.example.org\\\\@evil.example/", "a character that no URL has",
         "RFC 3986 section 2"},
        {"https://pa.example.org/\\n", "a character that no URL has", "RFC 3986 section 2"},
        {"https://pa.example.org/\xc3\xa4", "a character that no URL has", "RFC 3986 section 2"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char members[200];
        snprintf(members, sizeof(members), ",\"x5u\":\"%s\"", cases[i].url);
        refuses(header_with(members), "header x5u", cases[i].sentence, cases[i].clause);
    }
    refuses(header_with(",\"x5u\":[\"" KIT_URL "\"]"), "header x5u", "x5u is an array",
            "RFC 7515 section 4.1.5");
    char members[4000] = ",\"x5u\":\"https://a/";
    memset(members + strlen(members), 'a', 2100);
    strcat(members, "\"");
    refuses(header_with(members), "header x5u", "at most 2048 are read", NULL);
}

static void test_x5u_unknown(void **state)
{
    (void)state;
    const char *other = header_with(",\"x5u\":\"https://pa.example.org/other.pem\"");
    refuses(other, "header x5u", "x5u is not in the table", NULL);
    struct token_trust trust = kit.trust;
    kit.trust.find_x5u = NULL;
    refuses(KIT_HEADER, "header x5u", "no certificates for x5u are known here", STEPS);
    kit.trust = trust;
    STACK_OF(X509) *chain = kit.chain;
    kit.chain = sk_X509_new_null();
    refuses(KIT_HEADER, "header x5u", "no certificate is behind x5u", STEPS);
    sk_X509_free(kit.chain);
    kit.chain = chain;
}

/* RFC 9448 section 6 steps 2 to 4; keys that nobody vouches for do not count. */
static void test_nothing_identifies_the_signer(void **state)
{
    (void)state;
    refuses(header_with(""), "header", "nothing identifies the signer", STEPS);
    refuses(header_with(",\"kid\":\"1\",\"jku\":\"https://pa.example.org/jwks\",\"jwk\":{\"kty\":"
                        "\"EC\",\"crv\":\"P-256\",\"x\":\"\",\"y\":\"\"}"),
            "header", "nothing identifies the signer", STEPS);
}

static char *x5c_members(X509 *first, X509 *second)
{
    static char members[16384];
    char *a = kit_x5c(first);
    char *b = second == NULL ? NULL : kit_x5c(second);
    snprintf(members, sizeof(members), ",\"x5c\":[\"%s\"%s%s%s]", a, b == NULL ? "" : ",\"",
             b == NULL ? "" : b, b == NULL ? "" : "\"");
    free(a);
    free(b);
    return members;
}

/* RFC 9448 section 6 step 3: the signer by x5c alone; unknown members do not matter. */
static void test_x5c_accepted(void **state)
{
    (void)state;
    kit.trust.find_x5u = NULL;
    char members[20000];
    snprintf(members, sizeof(members), "%s,\"kid\":\"x\",\"b64\":true",
             x5c_members(kit.signer, kit.middle));
    char *jws = kit_jws(header_with(members), KIT_PAYLOAD, kit.signer_key);
    struct token_claim *claim = kit_expect_accepted(&kit, jws);
    assert_null(claim->x5u);
    assert_int_equal(X509_cmp(claim->signer, kit.signer), 0);
    token_claim_free(claim);
    free(jws);
}

static void test_x5c_form_rfc7515_section_4_1_6(void **state)
{
    (void)state;
    static const struct {
        const char *members;
        const char *sentence;
    } cases[] = {
        {",\"x5c\":\"MAA=\"", "x5c is a string; it must be an array"},
        {",\"x5c\":[]", "x5c is empty"},
        {",\"x5c\":[1]", "a number is in x5c"},
        {",\"x5c\":[\"\"]", "is not one DER certificate"},
        {",\"x5c\":[\"MAA=\"]", "is not one DER certificate"},
        {",\"x5c\":[\"MAA\"]", "must be a multiple of 4"},
        {",\"x5c\":[\"-_-_\"]", "is base64url; write standard base64"},
        {",\"x5c\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "x5c has 17 certificates; at most 16"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        refuses(header_with(cases[i].members), "header x5c", cases[i].sentence, NULL);

    /* Octets behind the certificate, and which entry it is. */
    unsigned char *der = NULL;
    int length = i2d_X509(kit.signer, &der);
    char members[8192] = ",\"x5c\":[\"";
    char *first = kit_x5c(kit.signer);
    strcat(members, first);
    strcat(members, "\",\"");
    unsigned char *longer = calloc(1, (size_t)length + 3);
    memcpy(longer, der, (size_t)length);
    size_t at = strlen(members);
    EVP_EncodeBlock((unsigned char *)members + at, longer, (length + 3) / 3 * 3);
    strcat(members, "\"]");
    char *jws = kit_jws(header_with(members), KIT_PAYLOAD, kit.signer_key);
    struct sti_error err;
    assert_null(token_verify(jws, strlen(jws), &kit.trust, &err));
    kit_check_error(&err, STI_REFUSED, "header x5c", "is not one DER certificate",
                    "RFC 7515 section 4.1.6");
    assert_int_equal(err.entry, 2);
    free(jws);
    free(first);
    free(longer);
    OPENSSL_free(der);
}

static void test_x5u_and_x5c_must_agree(void **state)
{
    (void)state;
    char members[20000];
    snprintf(members, sizeof(members), ",\"x5u\":\"" KIT_URL "\"%s", x5c_members(kit.signer, NULL));
    char *jws = kit_jws(header_with(members), KIT_PAYLOAD, kit.signer_key);
    token_claim_free(kit_expect_accepted(&kit, jws));
    free(jws);

    struct kit_profile twin = {.name = "PA Twin", .key_usage = "digitalSignature"};
    X509 *other = kit_certificate(&twin, kit.signer_key, kit.middle, kit.middle_key);
    snprintf(members, sizeof(members), ",\"x5u\":\"" KIT_URL "\"%s", x5c_members(other, NULL));
    refuses(header_with(members), "header x5c", "\"CN = PA Twin\" and x5u with another", STEPS);
    X509_free(other);
}

/* Expects the refusal of a token signed with key whose x5c has these three, NULL for none. */
static void refuses_chain(EVP_PKEY *key, X509 *const chain[3], const char *sentence)
{
    char members[20000] = ",\"x5c\":[";
    for (int i = 0; i < 3 && chain[i] != NULL; i++) {
        char *certificate = kit_x5c(chain[i]);
        strcat(members, i == 0 ? "\"" : ",\"");
        strcat(members, certificate);
        strcat(members, "\"");
        free(certificate);
    }
    strcat(members, "]");
    char *jws = kit_jws(header_with(members), KIT_PAYLOAD, key);
    kit_expect_refusal(&kit, jws, "signer", sentence, STEPS);
    free(jws);
}

/* RFC 9447 section 3: the issuer must be trusted; what comes with the token is no anchor. */
static void test_untrusted_root(void **state)
{
    (void)state;
    static const struct kit_profile root_profile = {.name = "Other Root", .ca = true};
    static const struct kit_profile signer_profile = {.name = "Other Signer"};
    EVP_PKEY *root_key = kit_ec("P-256");
    EVP_PKEY *key = kit_ec("P-256");
    X509 *root = kit_certificate(&root_profile, root_key, NULL, root_key);
    X509 *signer = kit_certificate(&signer_profile, key, root, root_key);
    X509 *self = kit_certificate(&signer_profile, key, NULL, key);
    refuses_chain(key, (X509 *[3]){signer},
                  "\"CN = Other Signer\": unable to get local issuer certificate");
    /* The root in x5c helps nothing. */
    refuses_chain(key, (X509 *[3]){signer, root}, "self-signed certificate in certificate chain");
    refuses_chain(key, (X509 *[3]){self}, "\"CN = Other Signer\": self-signed certificate");
    X509_free(root);
    X509_free(signer);
    X509_free(self);
    EVP_PKEY_free(root_key);
    EVP_PKEY_free(key);
}

/* The names of the real STI-PA over other keys. */
static void test_impostor(void **state)
{
    (void)state;
    struct kit impostor;
    kit_make(&impostor);
    refuses_chain(impostor.signer_key, (X509 *[3]){impostor.signer, impostor.middle},
                  "\"CN = PA Intermediate\": certificate signature failure");
    kit_free(&impostor);
}

static void test_no_anchors(void **state)
{
    (void)state;
    STACK_OF(X509) *anchors = kit.trust.anchors;
    kit.trust.anchors = NULL;
    refuses(KIT_HEADER, "signer", "the signer is not trusted", STEPS);
    kit.trust.anchors = anchors;
}

/* Another's key, the right certificate: the classic forgery. */
static void test_other_key(void **state)
{
    (void)state;
    EVP_PKEY *key = kit_ec("P-256");
    char *jws = kit_jws(KIT_HEADER, KIT_PAYLOAD, key);
    kit_expect_refusal(&kit, jws, "signature", "does not fit", "RFC 7515 section 5.2");
    free(jws);
    EVP_PKEY_free(key);
}

/* An anchor need not be self-signed, and the signer may be an anchor itself. */
static void test_partial_chain(void **state)
{
    (void)state;
    X509 *anchors[] = {kit.middle, kit.signer};
    char *jws = kit_jws(KIT_HEADER, KIT_PAYLOAD, kit.signer_key);
    for (int i = 0; i < 2; i++) {
        sk_X509_set(kit.trust.anchors, 0, anchors[i]);
        token_claim_free(kit_expect_accepted(&kit, jws));
    }
    free(jws);
}

static void put_signer(const struct kit_profile *profile, EVP_PKEY *key)
{
    kit_replace_signer(&kit, kit_certificate(profile, key, kit.middle, kit.middle_key));
}

/* RFC 5280 section 6.1: dates, at the time the caller says, not at the time of the test. */
static void test_signer_dates(void **state)
{
    (void)state;
    struct kit_profile old = {.name = "PA Old", .from = -2 * KIT_DAY, .to = -60};
    put_signer(&old, kit.signer_key);
    refuses(KIT_HEADER, "signer",
            "not trusted at 2026-09-21T14:13:20Z: certificate \"CN = PA Old\": certificate has "
            "expired",
            STEPS);
    struct kit_profile early = {.name = "PA Early", .from = 60, .to = KIT_DAY};
    put_signer(&early, kit.signer_key);
    refuses(KIT_HEADER, "signer", "\"CN = PA Early\": certificate is not yet valid", STEPS);
    kit.trust.now = KIT_NOW + 120;
    char *jws = kit_jws(KIT_HEADER, KIT_PAYLOAD, kit.signer_key);
    token_claim_free(kit_expect_accepted(&kit, jws));
    free(jws);
}

/* A chain through a certificate that is no CA. */
static void test_issuer_is_no_ca(void **state)
{
    (void)state;
    struct kit_profile profile = {.name = "PA Signer 2"};
    X509 *below = kit_certificate(&profile, kit.signer_key, kit.signer, kit.signer_key);
    X509_up_ref(kit.signer);
    X509 *above = kit.signer;
    kit_replace_signer(&kit, below);
    sk_X509_insert(kit.chain, above, 1);
    refuses(KIT_HEADER, "signer", "the signer is not trusted", STEPS);
    X509_free(above);
}

/* RFC 7518 section 3.4: P-256 and nothing else, even if the chain is good. */
static void test_signer_keys(void **state)
{
    (void)state;
    EVP_PKEY *keys[] = {kit_ec("P-384"), kit_rsa(), kit_ec("secp256k1")};
    struct kit_profile profile = {.name = "PA \"Odd\""};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        put_signer(&profile, keys[i]);
        char *jws = kit_jws(KIT_HEADER, KIT_PAYLOAD, keys[i]);
        kit_expect_refusal(&kit, jws, "signer", "is not EC P-256", "RFC 7518 section 3.4");
        free(jws);
        EVP_PKEY_free(keys[i]);
    }
}

/* RFC 5280 section 4.2.1.3: without keyUsage any use is allowed, with it only the named. */
static void test_signer_key_usage(void **state)
{
    (void)state;
    struct kit_profile profile = {.name = "PA Usage", .key_usage = "critical,keyAgreement"};
    put_signer(&profile, kit.signer_key);
    refuses(KIT_HEADER, "signer", "\"CN = PA Usage\" has a keyUsage without digitalSignature",
            "RFC 5280 section 4.2.1.3");
    profile.key_usage = NULL;
    put_signer(&profile, kit.signer_key);
    char *jws = kit_jws(KIT_HEADER, KIT_PAYLOAD, kit.signer_key);
    token_claim_free(kit_expect_accepted(&kit, jws));
    free(jws);
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_alg_none),
        CASE(test_hs256_keyed_with_public_key),
        CASE(test_alg_others_rfc8725_section_3_1),
        CASE(test_typ_rfc9448_section_5),
        CASE(test_crit_rfc7515_section_4_1_11),
        CASE(test_x5u_form),
        CASE(test_x5u_unknown),
        CASE(test_nothing_identifies_the_signer),
        CASE(test_x5c_accepted),
        CASE(test_x5c_form_rfc7515_section_4_1_6),
        CASE(test_x5u_and_x5c_must_agree),
        CASE(test_untrusted_root),
        CASE(test_impostor),
        CASE(test_no_anchors),
        CASE(test_other_key),
        CASE(test_partial_chain),
        CASE(test_signer_dates),
        CASE(test_issuer_is_no_ca),
        CASE(test_signer_keys),
        CASE(test_signer_key_usage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
