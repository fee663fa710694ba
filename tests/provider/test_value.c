/* SPDX-License-Identifier: Apache-2.0 */
/* The extension method through libcrypto's functions: octets in, text out, text in, octets out. */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/conf.h>
#include <openssl/err.h>

#include "hex.h"

struct vector {
    const char *hex;
    const char *text;
};

/* RFC 8226 section 9; the seventh was made by another implementation. */
static const struct vector good[] = {
    {"3008a00616043730394a", "  SPC:709J"},
    {"3010a006160431323334a00616043730394a", "  SPC:1234\n  SPC:709J"},
    {"300fa20d160b3132313535353531323132", "  TN:12155551212"},
    {"3008a20616042a363723", "  TN:*67#"},
    {"3015a1133011160b3132313235353531303030020203e8", "  TN:12125551000-12125551999"},
    {"302ba00616043730394aa1123010160b3132313535353530313030020164a20d160b3132313535353531323132",
     "  SPC:709J\n  TN:12155550100-12155550199\n  TN:12155551212"},
    {"302ba0071605626f677573a1123010160a3537313535353132313202020314a20c160a37303335353531323132",
     "  SPC:bogus\n  TN:5715551212-5715551999\n  TN:7035551212"},
    /* the extension marker: a NULL behind count */
    {"300ea10c300a16033130300201050500", "  TN:100-104"},
    /* nothing in an SPC reaches the terminal as a control character */
    {"300ca00a16081b5b316d2c3b5c0a", "  SPC:\\x1B[1m\\x2C\\x3B\\x5C\\x0A"},
};

static const struct vector bad[] = {
    {"", "there are no octets"},
    {"3000", "the list is empty"},
    {"300680043730394a", "entry 1 at byte 2: tag 0x80 is implicit"},
    {"3008a30616043730394a", "context tag [3] is no arm of TNEntry"},
    {"3008a0060c043730394a", "tag 0x0C stands where ServiceProviderCode"},
    {"3008a00616043730394a00", "1 octets too many behind the list"},
    {"3007a2051603317832", "'x' is not a symbol of a TN"},
    {"300ca10a30081603313030020101", "count of 1, at least 2"},
    {"3014a212161031323334353637383930313233343536", "TN has 16 digits"},
};

static const ASN1_OCTET_STRING *octets_of(X509_EXTENSION *extension)
{
    return X509_EXTENSION_get_data(extension);
}

static void check_octets(const unsigned char *octets, int length, const char *hex)
{
    unsigned char wanted[256];
    size_t wanted_length = from_hex(hex, wanted, sizeof(wanted));
    check(length >= 0 && (size_t)length == wanted_length);
    check(wanted_length == 0 || memcmp(octets, wanted, wanted_length) == 0);
}

static void good_lists(void)
{
    load_module();
    const X509V3_EXT_METHOD *method = X509V3_EXT_get_nid(list_nid());
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        X509_EXTENSION *extension = extension_of(list_nid(), good[i].hex);
        char *text = print(extension);
        check_text(text, good[i].text);
        free(text);
        void *value = X509V3_EXT_d2i(extension);
        check(value != NULL);
        X509_EXTENSION *again = X509V3_EXT_i2d(list_nid(), 1, value);
        check(again != NULL && X509_EXTENSION_get_critical(again));
        check(ASN1_OCTET_STRING_cmp(octets_of(again), octets_of(extension)) == 0);
        method->ext_free(value);
        X509_EXTENSION_free(again);
        X509_EXTENSION_free(extension);
    }
}

/* A malformed list is a value that can only be printed and written back as it was. */
static void bad_lists(void)
{
    load_module();
    const X509V3_EXT_METHOD *method = X509V3_EXT_get_nid(list_nid());
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        X509_EXTENSION *extension = extension_of(list_nid(), bad[i].hex);
        char *text = print(extension);
        check(strncmp(text, "  ; MALFORMED: TNAuthList ", 26) == 0);
        check(strstr(text, bad[i].text) != NULL);
        check(strstr(text, "; byte ") != NULL);
        free(text);
        void *value = X509V3_EXT_d2i(extension);
        check(value != NULL);
        unsigned char *octets = NULL;
        int length = method->i2d(value, &octets);
        check_octets(octets, length, bad[i].hex);
        OPENSSL_free(octets);
        method->ext_free(value);
        X509_EXTENSION_free(extension);
        check(ERR_peek_error() == 0);
    }
}

/* The three ways to call an i2d function. */
static void i2d_buffers(void)
{
    load_module();
    const X509V3_EXT_METHOD *method = X509V3_EXT_get_nid(list_nid());
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        X509_EXTENSION *extension = extension_of(list_nid(), good[i].hex);
        void *value = X509V3_EXT_d2i(extension);
        check(value != NULL);
        int length = method->i2d(value, NULL);
        check(length > 0);
        unsigned char *made = NULL;
        check(method->i2d(value, &made) == length);
        check_octets(made, length, good[i].hex);
        OPENSSL_free(made);
        unsigned char *given = malloc((size_t)length);
        check(given != NULL);
        unsigned char *end = given;
        check(method->i2d(value, &end) == length && end == given + length);
        check_octets(given, length, good[i].hex);
        free(given);
        method->ext_free(value);
        X509_EXTENSION_free(extension);
    }
}

/* No octets are a bad list, not a lack of memory. */
static void no_octets(void)
{
    load_module();
    X509_EXTENSION *extension = extension_of(list_nid(), "");
    char *text = print(extension);
    check(strstr(text, "there are no octets, a SEQUENCE (0x30) is wanted") != NULL);
    check(ERR_peek_error() == 0);
    free(text);
    X509_EXTENSION_free(extension);
}

/* d2i() steps over what it has taken, and over nothing when it takes nothing. */
static void d2i_pointer(void)
{
    load_module();
    const X509V3_EXT_METHOD *method = X509V3_EXT_get_nid(list_nid());
    unsigned char octets[64];
    size_t length = from_hex(good[0].hex, octets, sizeof(octets));
    const unsigned char *at = octets;
    void *value = method->d2i(NULL, &at, (long)length);
    check(value != NULL && at == octets + length);
    method->ext_free(value);
    at = octets;
    value = method->d2i(NULL, &at, (long)length - 1); /* a list cut short, kept as it is */
    check(value != NULL && at == octets + length - 1);
    method->ext_free(value);
    at = octets;
    check(method->d2i(NULL, &at, -1) == NULL && at == octets);
    ERR_clear_error();
}

/* A value that holds no list cannot be written down: at least one entry is needed. */
static void empty_value(void)
{
    load_module();
    const X509V3_EXT_METHOD *method = X509V3_EXT_get_nid(list_nid());
    void *value = method->ext_new();
    check(value != NULL);
    check(X509V3_EXT_i2d(list_nid(), 0, value) == NULL);
    unsigned char room[8];
    unsigned char *at = room;
    check(method->i2d(value, NULL) <= 0);
    check(method->i2d(value, &at) <= 0 && at == room);
    method->ext_free(value);
    check(X509V3_EXT_i2d(list_nid(), 0, NULL) == NULL);
    method->ext_free(NULL);
    ERR_clear_error();
}

static void in_a_certificate(void)
{
    load_module();
    X509 *certificate = X509_new();
    X509_EXTENSION *extension = extension_of(list_nid(), good[5].hex);
    check(certificate != NULL && X509_add_ext(certificate, extension, -1));
    int critical = -1;
    void *value = X509_get_ext_d2i(certificate, list_nid(), &critical, NULL);
    check(value != NULL && critical == 0);
    check(X509_add1_ext_i2d(certificate, list_nid(), value, 0, X509V3_ADD_REPLACE));
    check(X509_get_ext_count(certificate) == 1);
    check(ASN1_OCTET_STRING_cmp(X509_EXTENSION_get_data(X509_get_ext(certificate, 0)),
                                octets_of(extension)) == 0);
    X509V3_EXT_get(extension)->ext_free(value);
    X509_EXTENSION_free(extension);
    X509_free(certificate);
}

static void check_made(X509V3_CTX *ctx, const char *text, const char *hex)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, ctx, list_nid(), text);
    check(extension != NULL);
    check_octets(ASN1_STRING_get0_data(octets_of(extension)),
                 ASN1_STRING_length(octets_of(extension)), hex);
    X509_EXTENSION_free(extension);
}

static void check_not_made(X509V3_CTX *ctx, const char *text, const char *sentence)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, ctx, list_nid(), text);
    check(extension == NULL);
    check_errors_say(sentence);
}

static void from_text_without_configuration(void)
{
    load_module();
    X509V3_CTX ctx = {0};
    X509V3_CTX *contexts[] = {&ctx, NULL};
    for (size_t i = 0; i < 2; i++) {
        check_made(contexts[i], "SPC:709J", good[0].hex);
        check_made(contexts[i], "SPC:709J, TN:12155550100+100, TN:12155551212", good[5].hex);
        check_made(contexts[i], "DER:3008a00616043730394a", good[0].hex);
        check_not_made(contexts[i], "@tns", "there is no section [tns] in the configuration");
        check_not_made(contexts[i], "@", "there is no section [] in the configuration");
        check_not_made(contexts[i], "", "the list is empty");
        check_not_made(contexts[i], "TN:1215x", "line 1 column 8: 'x' is not a symbol of a TN");
    }
}

/* What is said when a # may have cut the value before the provider has seen it. */
#define HASH                                                                                       \
    "; if a # stood here: it starts a comment in OpenSSL's configuration and -addext, write \\#"

static void cut_by_a_comment(void)
{
    load_module();
    static const char *const cut[][2] = {
        {"TN:", "line 1 column 4: TN is empty, it has 1 to 15 symbols" HASH},
        {"SPC:709J,SPC:", "line 1 column 14: SPC is empty, it names no provider" HASH},
        {"file:", "file: without a path; file:PATH names a file with entries" HASH},
    };
    for (size_t i = 0; i < sizeof(cut) / sizeof(*cut); i++)
        check_not_made(NULL, cut[i][0], cut[i][1]);
    /* A value that ends elsewhere, or another kind of failure, gets no such hint. */
    check(X509V3_EXT_conf_nid(NULL, NULL, list_nid(), "TN:,SPC:709J") == NULL);
    check_errors_do_not_say("#");
    check(X509V3_EXT_conf_nid(NULL, NULL, list_nid(), "file:/nowhere/list:") == NULL);
    check_errors_do_not_say("#");
}

static void from_a_section(void)
{
    load_module();
    static const char text[] = "[tns]\nSPC.1 = 709J\nTN.1 = 12155550100+100\nTN.2 = 12155551212\n"
                               "[no_tn]\nSPC = 709J\nTN.7 = 1215x\n"
                               "[no_kind]\nOCN = 709J\n"
                               "[cut]\nTN.1 = 12155551212\nTN.2 = #31\n"
                               "[empty]\n";
    BIO *in = BIO_new_mem_buf(text, -1);
    CONF *configuration = NCONF_new(NULL);
    check(in != NULL && configuration != NULL && NCONF_load_bio(configuration, in, NULL) > 0);
    X509V3_CTX ctx = {0};
    X509V3_set_nconf(&ctx, configuration);
    check_made(&ctx, "@tns", good[5].hex);
    check_not_made(&ctx, "@no_tn", "no_tn: TN.7: 'x' is not a symbol of a TN");
    check_not_made(&ctx, "@no_kind",
                   "no_kind: OCN: no kind of entry; the section's keys are SPC.1, SPC.2, ... and "
                   "TN.1, TN.2, ..., and none stands twice");
    /* `TN.2 = #31`: the CONF reader leaves nothing of it. */
    check_not_made(&ctx, "@cut", "cut: TN.2: TN is empty, it has 1 to 15 symbols" HASH);
    check_not_made(&ctx, "@empty", "empty: the list is empty");
    check_not_made(&ctx, "@missing", "there is no section [missing] in the configuration");
    NCONF_free(configuration);
    BIO_free(in);
}

static const struct test_case cases[] = {
    {"good lists are printed, read and written", good_lists},
    {"bad lists are printed as far as they can be, and written back as they were", bad_lists},
    {"no octets are a bad list and nothing else", no_octets},
    {"i2d counts, makes a buffer, fills a given one", i2d_buffers},
    {"d2i moves the pointer over what it has taken", d2i_pointer},
    {"a value without a list is not written", empty_value},
    {"taken out of a certificate and put back", in_a_certificate},
    {"text needs no configuration, @section without one is an error",
     from_text_without_configuration},
    {"a value that a # may have cut: the error says so", cut_by_a_comment},
    {"a section of the configuration", from_a_section},
};

int main(void)
{
    return run_cases(cases, sizeof(cases) / sizeof(*cases));
}
