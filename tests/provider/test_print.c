/* SPDX-License-Identifier: Apache-2.0 */
/* Printing: into every kind of BIO, with any indent, and values as hostile as they come. */
#include "cases.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include "jwt_claim_constraints.h"
#include "tnauthlist.h"

static const int all_kinds = 3;

static int nid_of_kind(int kind)
{
    static const char *const oids[] = {TNAUTHLIST_OID, JWT_CLAIM_CONSTRAINTS_OID,
                                       ENHANCED_JWT_CLAIM_CONSTRAINTS_OID};
    return OBJ_txt2nid(oids[kind]);
}

/* An extension over many octets. The caller frees it. */
static X509_EXTENSION *extension_over(int nid, const unsigned char *octets, size_t length)
{
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    check(value != NULL && length <= INT_MAX && ASN1_OCTET_STRING_set(value, octets, (int)length));
    X509_EXTENSION *extension = X509_EXTENSION_create_by_NID(NULL, nid, 0, value);
    check(extension != NULL);
    ASN1_OCTET_STRING_free(value);
    return extension;
}

static void very_long_spc(void)
{
    load_module();
    for (size_t length = 65530; length < 65540; length++) {
        char *text = malloc(length + 1);
        check(text != NULL);
        memcpy(text, "SPC:", 4);
        memset(text + 4, 'A', length - 4);
        text[length] = '\0';
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, list_nid(), text);
        check(extension != NULL);
        char *printed = print(extension);
        check(printed != NULL && strncmp(printed, "  ", 2) == 0);
        check_text(printed + 2, text);
        free(printed);
        free(text);
        X509_EXTENSION_free(extension);
    }
}

/* A disk that is full: the print must not pretend that all is well. */
static void print_into_nowhere(void)
{
    load_module();
    X509_EXTENSION *extension = extension_of(list_nid(), "3008a00616043730394a");
    BIO *out = BIO_new_file("/dev/full", "w");
    check(out != NULL);
    BIO *read_only = BIO_new_mem_buf("x", 1);
    check(read_only != NULL);
    check(!X509V3_EXT_print(read_only, extension, X509V3_EXT_DEFAULT, 0));
    BIO_free(read_only);
    check(X509V3_EXT_print(out, extension, X509V3_EXT_DEFAULT, 0)); /* in stdio's buffer */
    check(BIO_flush(out) <= 0);
    BIO_free(out);
    X509_EXTENSION_free(extension);
    ERR_clear_error();
}

/* ---- BIOs that take only some of what they are given ---- */

/* Gathers what comes out of a pair's other end each time it is full. */
static void drain(BIO *from, char *text, size_t size, size_t *length)
{
    int got;
    while (*length < size && (got = BIO_read(from, text + *length, (int)(size - *length))) > 0)
        *length += (size_t)got;
}

/* A filter that hands on 100 octets at most, and says so. */
static int few_at_a_time(BIO *bio, const char *octets, int length)
{
    return BIO_write(BIO_next(bio), octets, length < 100 ? length : 100);
}

static long pass_on(BIO *bio, int command, long number, void *pointer)
{
    return BIO_ctrl(BIO_next(bio), command, number, pointer);
}

static int ready(BIO *bio)
{
    BIO_set_init(bio, 1);
    return 1;
}

static void written_in_pieces(void)
{
    load_module();
    BIO_METHOD *method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_FILTER, "few at a time");
    check(method != NULL && BIO_meth_set_write(method, few_at_a_time));
    check(BIO_meth_set_ctrl(method, pass_on) && BIO_meth_set_create(method, ready));
    /* 100000 octets: one SPC longer than the page, and then many short lines */
    for (int lines = 1; lines <= 10000; lines += 9999) {
        size_t size = 4 + 100000;
        char *text = malloc(size + 1);
        check(text != NULL);
        memset(text, 'A', size);
        text[size] = '\0';
        for (int line = 0; line < lines; line++)
            memcpy(text + line * 10, line == 0 ? "SPC:" : "\nSPC:", line == 0 ? 4 : 5);
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, list_nid(), text);
        BIO *memory = BIO_new(BIO_s_mem());
        BIO *few = BIO_new(method);
        check(extension != NULL && memory != NULL && few != NULL);
        BIO_push(few, memory);
        check(X509V3_EXT_print(few, extension, X509V3_EXT_DEFAULT, 0));
        char *printed = NULL;
        long length = BIO_get_mem_data(memory, &printed);
        check((size_t)length == size && memcmp(printed, text, size) == 0);
        BIO_free_all(few);
        X509_EXTENSION_free(extension);
        free(text);
    }
    BIO_meth_free(method);
}

/* One end of a pair is full: what does not fit is an error, not lost without a word. */
static void a_full_pair(void)
{
    load_module();
    BIO *near = NULL;
    BIO *far = NULL;
    char text[64];
    size_t length = 0;
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, list_nid(), "SPC:ABCDEFGHIJKLMNOP");
    check(extension != NULL && BIO_new_bio_pair(&near, 10, &far, 10));
    check(!X509V3_EXT_print(near, extension, X509V3_EXT_DEFAULT, 0));
    drain(far, text, sizeof(text), &length);
    check(length == 10 && memcmp(text, "SPC:ABCDEF", 10) == 0);
    BIO_free(near);
    BIO_free(far);
    X509_EXTENSION_free(extension);
    ERR_clear_error();
}

/* ---- the indent ---- */

static void indents(void)
{
    load_module();
    X509_EXTENSION *extension = extension_of(list_nid(), "3010a006160431323334a00616043730394a");
    static const int odd[] = {INT_MIN, -1, 0, 70000};
    for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
        BIO *out = BIO_new(BIO_s_mem());
        char *text = NULL;
        check(out != NULL && X509V3_EXT_print(out, extension, X509V3_EXT_DEFAULT, odd[i]));
        size_t blanks = odd[i] < 0 ? 0 : odd[i] > 1024 ? 1024 : (size_t)odd[i];
        check((size_t)BIO_get_mem_data(out, &text) == 2 * blanks + strlen("SPC:1234\nSPC:709J"));
        check(memcmp(text + blanks, "SPC:1234\n", 9) == 0);
        BIO_free(out);
    }
    X509_EXTENSION_free(extension);
}

/* ---- hostile values ---- */

/* Prints, and looks at every octet that came out. */
static void check_harmless(X509_EXTENSION *extension)
{
    BIO *out = BIO_new(BIO_s_mem());
    char *text = NULL;
    check(out != NULL && X509V3_EXT_print(out, extension, X509V3_EXT_ERROR_UNKNOWN, 2));
    long length = BIO_get_mem_data(out, &text);
    check(length > 0);
    for (long i = 0; i < length; i++)
        check(text[i] == '\n' || (text[i] >= ' ' && text[i] <= '~'));
    BIO_free(out);
}

/* A small generator, so that every run has the same octets. */
static unsigned random_octet(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 24;
}

/* Good values with some octets changed, and octets with no sense at all. */
static void nothing_reaches_the_terminal(void)
{
    static const unsigned char seeds[][64] = {
        "\x30\x2b\xa0\x06\x16\x04\x37\x30\x39\x4a\xa1\x12\x30\x10\x16\x0b"
        "12155550100\x02\x01\x64\xa2\x0d\x16\x0b"
        "12155551212",
        "\x30\x22\xa0\x0a\x30\x08\x16\x06"
        "attest\xa1\x14\x30\x12\x30\x10\x16\x06"
        "attest\x30\x06\x0c\x01"
        "B\x0c\x01"
        "C",
    };
    load_module();
    uint32_t state = 4711;
    for (int round = 0; round < 4000; round++) {
        unsigned char octets[64];
        size_t length =
            round % 3 == 2 ? random_octet(&state) % sizeof(octets) : 2u + seeds[round % 3][1];
        for (size_t i = 0; i < sizeof(octets); i++)
            octets[i] = round % 3 == 2 ? (unsigned char)random_octet(&state) : seeds[round % 3][i];
        for (unsigned change = 1 + random_octet(&state) % 3; change > 0; change--)
            octets[random_octet(&state) % sizeof(octets)] = (unsigned char)random_octet(&state);
        X509_EXTENSION *extension = extension_over(nid_of_kind(round % all_kinds), octets, length);
        check_harmless(extension);
        X509_EXTENSION_free(extension);
    }
    check(ERR_peek_error() == 0);
}

/* Octets of one value, a hundred thousand of them: every element is wrong. */
static void many_faults(void)
{
    load_module();
    static const unsigned char fill[] = {0x00, 0x05, 0x16, 0x30, 0x80, 0xa0, 0xff};
    size_t length = 100000;
    unsigned char *octets = malloc(length);
    check(octets != NULL);
    for (size_t i = 0; i < sizeof(fill); i++) {
        memset(octets, fill[i], length);
        memcpy(octets, "\x30\x83\x01\x86\x9b", 5);
        for (int kind = 0; kind < all_kinds; kind++) {
            X509_EXTENSION *extension = extension_over(nid_of_kind(kind), octets, length);
            check_harmless(extension);
            X509_EXTENSION_free(extension);
        }
    }
    free(octets);
}

/*
 * More octets than a list may have. Were the print to fail, libcrypto would dump them raw, line
 * ends and all.
 */
static void larger_than_a_list_can_be(void)
{
    load_module();
    const X509V3_EXT_METHOD *method = X509V3_EXT_get_nid(list_nid());
    size_t length = TNAUTHLIST_MAX_OCTETS + 1;
    unsigned char *octets = calloc(1, length);
    BIO *out = BIO_new(BIO_s_mem());
    const unsigned char *at = octets;
    check(octets != NULL && out != NULL && length <= LONG_MAX);
    void *value = method->d2i(NULL, &at, (long)length);
    check(value != NULL);
    check(method->i2r(method, value, out, 0));
    BIO_write(out, "", 1);
    char *text = NULL;
    BIO_get_mem_data(out, &text);
    check_text(text,
               "; MALFORMED: TNAuthList: the list has 268435457 octets, the limit is 268435456");
    BIO_free(out);
    method->ext_free(value);
    free(octets);
}

static const struct test_case cases[] = {
    {"an SPC as long as the print buffer", very_long_spc},
    {"a print that cannot be written fails", print_into_nowhere},
    {"a BIO that takes 100 octets at a time gets all of them", written_in_pieces},
    {"a BIO that is full: the print fails", a_full_pair},
    {"no blanks for a negative indent, and never more than 1024", indents},
    {"4000 values at random: no control character is printed", nothing_reaches_the_terminal},
    {"a hundred thousand octets of faults", many_faults},
    {"a value larger than any list", larger_than_a_list_can_be},
};

int main(void)
{
    return run_cases(cases, sizeof(cases) / sizeof(*cases));
}
