/* SPDX-License-Identifier: Apache-2.0 */
/* PKCS#11 URIs: what is read, and the sentence of every refusal (RFC 7512 section 2.3). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <p11-kit/uri.h>

#include "hsm.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct hsm_uri *parse(const char *text, const char *directory)
{
    struct sti_error err;
    sti_error_clear(&err);
    struct hsm_uri *uri = hsm_uri_parse(text, directory, &err);
    if (uri == NULL)
        print_error("%s: %s\n", text, err.sentence);
    assert_non_null(uri);
    return uri;
}

static void everything_is_read(void **state)
{
    (void)state;
    struct hsm_uri *uri = parse("pkcs11:token=STI%20CA;manufacturer=SoftHSM%20project;"
                                "model=SoftHSM%20v2;serial=0a1b;object=root%3B1;id=%01%00%ff;"
                                "type=private?module-path=/lib/m.so&pin-source=file:/run/pin",
                                "/etc/sti");
    assert_string_equal(uri->token, "STI CA");
    assert_string_equal(uri->manufacturer, "SoftHSM project");
    assert_string_equal(uri->model, "SoftHSM v2");
    assert_string_equal(uri->serial, "0a1b");
    assert_string_equal(uri->object, "root;1");
    assert_int_equal(uri->id_length, 3);
    assert_memory_equal(uri->id, "\x01\x00\xff", 3);
    assert_string_equal(uri->module_path, "/lib/m.so");
    assert_string_equal(uri->pin_file, "/run/pin");
    assert_memory_equal(uri->text, "pkcs11:token=", 13);
    hsm_uri_free(uri);
}

/* The attributes that narrow the choice, in the path component (RFC 7512 section 2.3). */
static void narrowing_attributes_are_read(void **state)
{
    (void)state;
    struct hsm_uri *uri =
        parse("pkcs11:library-description=Cryptoki%20module%20;library-manufacturer=Example&Co;"
              "library-version=2.40;slot-id=4294967296;slot-description=Slot%200%2Fa;"
              "slot-manufacturer=:[]@!$'()*+,=&-._~;token=t;object=o?module-path=/m/x?y|z",
              NULL);
    assert_string_equal(uri->library_description, "Cryptoki module");
    assert_string_equal(uri->library_manufacturer, "Example&Co");
    assert_true(uri->has_library_version);
    assert_int_equal(uri->library_major, 2);
    assert_int_equal(uri->library_minor, 40);
    assert_true(uri->has_slot_id);
    assert_true(uri->slot_id == 4294967296);
    assert_string_equal(uri->slot_description, "Slot 0/a");
    assert_string_equal(uri->slot_manufacturer, ":[]@!$'()*+,=&-._~");
    assert_string_equal(uri->module_path, "/m/x?y|z");
    hsm_uri_free(uri);

    /* Without a minor number it is 0. */
    uri = parse("PKCS11:library-version=3;slot-id=0;token=t;object=o?module-path=/m", NULL);
    assert_int_equal(uri->library_major, 3);
    assert_int_equal(uri->library_minor, 0);
    assert_true(uri->has_slot_id);
    assert_int_equal(uri->slot_id, 0);
    hsm_uri_free(uri);
}

static void a_token_alone_can_be_named(void **state)
{
    (void)state;
    static const char text[] = "pkcs11:token=t?module-path=/m";
    struct sti_error err;
    struct hsm_uri *uri = hsm_uri_parse_token(text, NULL, &err);
    assert_non_null(uri);
    assert_null(uri->object);
    assert_null(uri->id);
    hsm_uri_free(uri);
    uri = hsm_uri_parse_token("pkcs11:token=t;id=%01?module-path=/m", NULL, &err);
    assert_int_equal(uri->id_length, 1);
    hsm_uri_free(uri);
    assert_null(hsm_uri_parse(text, NULL, &err));
    assert_null(hsm_uri_parse_token("pkcs11:object=o?module-path=/m", NULL, &err));
    assert_string_equal(err.sentence, "token is missing; name the token by its label with token=");
}

static void a_pin_may_come_from_a_descriptor(void **state)
{
    (void)state;
    struct hsm_uri *uri = parse("pkcs11:token=t;object=o?module-path=/m&pin-source=fd:3", "/etc");
    assert_int_equal(uri->pin_fd, 3);
    assert_null(uri->pin_file);
    hsm_uri_free(uri);
    uri = parse("pkcs11:token=t;object=o?module-path=/m&pin-source=fd%3A2147483647", "/etc");
    assert_int_equal(uri->pin_fd, 2147483647);
    hsm_uri_free(uri);
    uri = parse("pkcs11:token=t;object=o?module-path=/m&pin-source=file:fd:3", "/etc");
    assert_string_equal(uri->pin_file, "/etc/fd:3");
    assert_int_equal(uri->pin_fd, HSM_NO_FD);
    hsm_uri_free(uri);
}

static void absent_parts_are_null(void **state)
{
    (void)state;
    struct hsm_uri *uri = parse("pkcs11:object=ca;token=t?module-path=/m.so", NULL);
    assert_null(uri->manufacturer);
    assert_null(uri->model);
    assert_null(uri->serial);
    assert_null(uri->id);
    assert_int_equal(uri->id_length, 0);
    assert_null(uri->pin_file);
    assert_int_equal(uri->pin_fd, HSM_NO_FD);
    assert_null(uri->slot_description);
    assert_null(uri->slot_manufacturer);
    assert_false(uri->has_slot_id);
    assert_null(uri->library_description);
    assert_null(uri->library_manufacturer);
    assert_false(uri->has_library_version);
    hsm_uri_free(uri);

    uri = parse("pkcs11:id=%30;token=t?module-path=/m.so", NULL);
    assert_null(uri->object);
    assert_int_equal(uri->id_length, 1);
    hsm_uri_free(uri);
    hsm_uri_free(NULL);
}

static void what_a_module_needs_is_read(void **state)
{
    (void)state;
    struct hsm_uri *uri = parse("pkcs11:token=t;object=o?module-path=/m&x-accept=not-local&"
                                "x-init-reserved=configdir%3D%27sql%3A/nss%27%20flags%3Da%26b",
                                "/etc");
    assert_string_equal(uri->init_reserved, "configdir='sql:/nss' flags=a&b");
    assert_true(uri->accept_not_local);
    hsm_uri_free(uri);

    uri = parse("pkcs11:token=t;object=o?module-path=/m", NULL);
    assert_null(uri->init_reserved);
    assert_false(uri->accept_not_local);
    hsm_uri_free(uri);
}

static void paths_count_from_the_directory(void **state)
{
    (void)state;
    static const struct {
        const char *pin_source;
        const char *directory;
        const char *pin_file;
    } cases[] = {
        {"file:pin", "/etc/sti", "/etc/sti/pin"},
        {"file:../pin", "conf", "conf/../pin"},
        {"file:pin", NULL, "pin"},
        {"file:pin", "", "pin"},
        {"file:/run/pin", "/etc/sti", "/run/pin"},
        {"file:///run/pin", "/etc/sti", "/run/pin"},
        {"file:a%20pin", "/etc", "/etc/a pin"},
        {"file%3Apin", "/etc", "/etc/pin"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[200];
        snprintf(text, sizeof(text), "pkcs11:token=t;object=o?module-path=m.so&pin-source=%s",
                 cases[i].pin_source);
        struct hsm_uri *uri = parse(text, cases[i].directory);
        assert_string_equal(uri->pin_file, cases[i].pin_file);
        hsm_uri_free(uri);
    }
    struct hsm_uri *uri = parse("pkcs11:token=t;object=o?module-path=lib/m.so", "/opt");
    assert_string_equal(uri->module_path, "/opt/lib/m.so");
    hsm_uri_free(uri);
}

#define LONG_33 "123456789012345678901234567890123"

static const struct refusal {
    const char *text;
    size_t offset;
    const char *sentence;
} refusals[] = {
    {"", STI_NOWHERE,
     "a key in an HSM is written as pkcs11:token=TOKEN;object=KEY?module-path=FILE"},
    {"/etc/key.pem", STI_NOWHERE,
     "a key in an HSM is written as pkcs11:token=TOKEN;object=KEY?module-path=FILE"},
    {"pkcs11x:token=t;object=o?module-path=/m", STI_NOWHERE,
     "a key in an HSM is written as pkcs11:token=TOKEN;object=KEY?module-path=FILE"},
    /* characters */
    {"pkcs11:token=a b;object=o?module-path=/m", 14, "this character must be written as %20"},
    {"pkcs11:token=t\n;object=o?module-path=/m", 14, "this character must be written as %0A"},
    {"pkcs11:token=\xc3\xa4;object=o?module-path=/m", 13, "this character must be written as %C3"},
    {"pkcs11:token=t;object=o?module-path=/m#x", 38, "this character must be written as %23"},
    {"pkcs11:token=%4;object=o?module-path=/m", 13,
     "% must be followed by two hexadecimal digits; a % itself is %25"},
    {"pkcs11:token=t;object=o?module-path=/m%", 38,
     "% must be followed by two hexadecimal digits; a % itself is %25"},
    /* attributes */
    {"pkcs11:", 7, "expected an attribute written as name=value"},
    {"pkcs11:token=t;;object=o?module-path=/m", 15, "expected an attribute written as name=value"},
    {"pkcs11:token=t;object=o;?module-path=/m", 24, "expected an attribute written as name=value"},
    {"pkcs11:token=t;object=o?module-path=/m&", 39, "expected an attribute written as name=value"},
    {"pkcs11:token;object=o?module-path=/m", 7, "expected an attribute written as name=value"},
    {"pkcs11:token=t;=o?module-path=/m", 15, "expected an attribute written as name=value"},
    {"pkcs11:token=t;objekt=o?module-path=/m", 15,
     "the attribute 'objekt' is not known; correct or remove it"},
    {"pkcs11:token=t;object-type=o?module-path=/m", 15,
     "the attribute 'object-type' is not known; correct or remove it"},
    {"pkcs11:token=t;object=o?module-path=/m&pinfile=/p", 39,
     "the attribute 'pinfile' is not known; correct or remove it"},
    {"pkcs11:token=t;object=o?module-path=/m&x-vendor=1", 39,
     "the attribute 'x-vendor' is not known; correct or remove it"},
    {"pkcs11:token=t;token=u;object=o?module-path=/m", 15, "token is given twice; give it once"},
    {"pkcs11:token=t;object=o?module-path=/m&module-path=/n", 39,
     "module-path is given twice; give it once"},
    {"pkcs11:token=t;object=o;module-path=/m", 24,
     "module-path belongs after the '?'; move it there"},
    {"pkcs11:token=t;object=o;pin-source=file:p?module-path=/m", 24,
     "pin-source belongs after the '?'; move it there"},
    {"pkcs11:token=t?module-path=/m&object=o", 30, "object belongs before the '?'; move it there"},
    {"pkcs11:token=t;object=?module-path=/m", 15, "object has no value; give it one or remove it"},
    {"pkcs11:token=t;id=?module-path=/m", 15, "id has no value; give it one or remove it"},
    {"pkcs11:token=t;object=o%00p?module-path=/m", 15, "object contains %00; remove it"},
    {"pkcs11:token=t;object=o?module-path=/m%00", 24, "module-path contains %00; remove it"},
    {"pkcs11:token=a/b;object=o?module-path=/m", 14, "this character must be written as %2F"},
    {"pkcs11:token=t;object=a|b?module-path=/m", 23, "this character must be written as %7C"},
    {"pkcs11:token=t;object=o?module-path=/m;n", 38, "this character must be written as %3B"},
    {"pkcs11:token=t;object=`?module-path=/m", 22, "this character must be written as %60"},
    {"pkcs11:to%6ben=t;object=o?module-path=/m", 7,
     "the attribute 'to%6ben' is not known; correct or remove it"},
    {"pkcs11:Token=t;object=o?module-path=/m", 7,
     "the attribute 'Token' is not known; correct or remove it"},
    {"pkcs11:slot-id=x;token=t;object=o?module-path=/m", 7,
     "slot-id=x is no slot number; write it in decimal digits"},
    {"pkcs11:slot-id=-1;token=t;object=o?module-path=/m", 7,
     "slot-id=-1 is no slot number; write it in decimal digits"},
    {"pkcs11:slot-id=1.;token=t;object=o?module-path=/m", 7,
     "slot-id=1. is no slot number; write it in decimal digits"},
    {"pkcs11:slot-id=18446744073709551616;token=t;object=o?module-path=/m", 7,
     "slot-id=18446744073709551616 is no slot number; write it in decimal digits"},
    {"pkcs11:slot-id=100000000000000000000;token=t;object=o?module-path=/m", 7,
     "slot-id has 21 octets, of which there can be 20 at most; correct it"},
    {"pkcs11:library-version=2.;token=t;object=o?module-path=/m", 7,
     "library-version=2. is no version; write it as in 2.40, each part up to 255"},
    {"pkcs11:library-version=.4;token=t;object=o?module-path=/m", 7,
     "library-version=.4 is no version; write it as in 2.40, each part up to 255"},
    {"pkcs11:library-version=2.256;token=t;object=o?module-path=/m", 7,
     "library-version=2.256 is no version; write it as in 2.40, each part up to 255"},
    {"pkcs11:library-version=2.4.0;token=t;object=o?module-path=/m", 7,
     "library-version=2.4.0 is no version; write it as in 2.40, each part up to 255"},
    {"pkcs11:token=t;slot-id=1;slot-id=1;object=o?module-path=/m", 25,
     "slot-id is given twice; give it once"},
    {"pkcs11:token=t;object=o?module-path=/m&slot-id=1", 39,
     "slot-id belongs before the '?'; move it there"},
    {"pkcs11:token=t;object=o?module-name=softhsm2", 24,
     "module-name is not accepted: where modules are installed differs from machine to machine; "
     "name the module's file with module-path="},
    {"pkcs11:token=t;object=o;type=?module-path=/m", 24,
     "type has no value; give it one or remove it"},
    {"pkcs11:token=t;object=o;type=secret-key?module-path=/m", 24,
     "type=secret-key is not accepted; write type=private or leave type out"},
    {"pkcs11:token=t;object=o;type=public?module-path=/m", 24,
     "type=public is not accepted; write type=private or leave type out"},
    {"pkcs11:token=t;object=o;type=cert?module-path=/m", 24,
     "type=cert is not accepted; write type=private or leave type out"},
    /* what a module needs */
    {"pkcs11:token=t;object=o;x-accept=not-local?module-path=/m", 24,
     "x-accept belongs after the '?'; move it there"},
    {"pkcs11:token=t;object=o?module-path=/m&x-accept=extractable", 39,
     "x-accept=extractable is not known; not-local is all that can be accepted"},
    {"pkcs11:token=t;object=o?module-path=/m&x-accept=not-local2", 39,
     "x-accept=not-local2 is not known; not-local is all that can be accepted"},
    {"pkcs11:token=t;object=o?module-path=/m&x-accept=not-local&x-accept=not-local", 58,
     "x-accept is given twice; give it once"},
    {"pkcs11:token=t;object=o?module-path=/m&x-init-reserved=", 39,
     "x-init-reserved has no value; give it one or remove it"},
    {"pkcs11:token=t;object=o?module-path=/m&x-init-reserved=a%00b", 39,
     "x-init-reserved contains %00; remove it"},
    /* PINs */
    {"pkcs11:token=t;object=o?module-path=/m&pin-value=1234", 39,
     "pin-value is not accepted: a PIN in an argument can be read by every user of the machine; "
     "put it in a file of mode 600 and write pin-source=file:PATH"},
    {"pkcs11:token=t;object=o;pin-value=1234?module-path=/m", 24,
     "pin-value is not accepted: a PIN in an argument can be read by every user of the machine; "
     "put it in a file of mode 600 and write pin-source=file:PATH"},
    {"pkcs11:token=t;object=o?module-path=/m&pin-source=|cat", 39,
     "pin-source names neither a file of this machine nor a descriptor; write "
     "pin-source=file:PATH or pin-source=fd:N"},
    {"pkcs11:token=t;object=o?module-path=/m&pin-source=/run/pin", 39,
     "pin-source names neither a file of this machine nor a descriptor; write "
     "pin-source=file:PATH or pin-source=fd:N"},
    {"pkcs11:token=t;object=o?module-path=/m&pin-source=file:", 39,
     "pin-source names neither a file of this machine nor a descriptor; write "
     "pin-source=file:PATH or pin-source=fd:N"},
    {"pkcs11:token=t;object=o?module-path=/m&pin-source=file://host/pin", 39,
     "pin-source names neither a file of this machine nor a descriptor; write "
     "pin-source=file:PATH or pin-source=fd:N"},
    {"pkcs11:token=t;object=o?module-path=/m&pin-source=fd:", 39,
     "pin-source=fd: names no descriptor; write its number, as in fd:3"},
    {"pkcs11:token=t;object=o?module-path=/m&pin-source=fd:3x", 39,
     "pin-source=fd:3x names no descriptor; write its number, as in fd:3"},
    {"pkcs11:token=t;object=o?module-path=/m&pin-source=fd:-3", 39,
     "pin-source=fd:-3 names no descriptor; write its number, as in fd:3"},
    {"pkcs11:token=t;object=o?module-path=/m&pin-source=fd:2147483648", 39,
     "pin-source=fd:2147483648 names no descriptor; write its number, as in fd:3"},
    {"pkcs11:token=t;object=o?module-path=/m&pin-source=fd:0", 39,
     "pin-source=fd:0 is standard input, output or error, and no PIN is read from there; use a "
     "descriptor from 3 on"},
    /* what is missing */
    {"pkcs11:object=o?module-path=/m", STI_NOWHERE,
     "token is missing; name the token by its label with token="},
    {"pkcs11:?module-path=/m", STI_NOWHERE,
     "token is missing; name the token by its label with token="},
    {"pkcs11:token=%20;object=o?module-path=/m", STI_NOWHERE,
     "token is missing; name the token by its label with token="},
    {"pkcs11:token=t?module-path=/m", STI_NOWHERE,
     "object and id are missing; name the key with object= or id="},
    {"pkcs11:token=t;object=o", STI_NOWHERE,
     "module-path is missing; name the PKCS#11 module's file with ?module-path="},
    /* longer than the field of the standard's structure */
    {"pkcs11:token=" LONG_33 ";object=o?module-path=/m", 7,
     "token has 33 octets, of which there can be 32 at most; correct it"},
    {"pkcs11:token=t;serial=12345678901234567;object=o?module-path=/m", 15,
     "serial has 17 octets, of which there can be 16 at most; correct it"},
    {"pkcs11:slot-description=" LONG_33 LONG_33 ";token=t;object=o?module-path=/m", 7,
     "slot-description has 66 octets, of which there can be 64 at most; correct it"},
};

static void faults_are_refused_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refusals); i++) {
        struct sti_error err;
        sti_error_clear(&err);
        assert_null(hsm_uri_parse(refusals[i].text, "/etc", &err));
        if (strcmp(err.sentence, refusals[i].sentence) != 0)
            print_error("of %s\n", refusals[i].text);
        assert_string_equal(err.sentence, refusals[i].sentence);
        assert_int_equal(err.code, STI_USAGE);
        assert_string_equal(err.clause, "RFC 7512 section 2.3");
        assert_string_equal(err.part, "PKCS#11 URI");
        assert_int_equal(err.offset, refusals[i].offset);
        assert_null(strstr(err.sentence, "1234"));
        assert_null(hsm_uri_parse(refusals[i].text, NULL, NULL));
    }
}

static void a_long_unknown_name_is_cut(void **state)
{
    (void)state;
    char text[1000] = "pkcs11:";
    memset(text + 7, 'n', 900);
    memcpy(text + 907, "=1", 3);
    struct sti_error err;
    sti_error_clear(&err);
    assert_null(hsm_uri_parse(text, NULL, &err));
    assert_non_null(strstr(err.sentence, "nnn' is not known"));
    assert_true(strlen(err.sentence) < 200);
}

static char *field(const unsigned char *padded, size_t size)
{
    while (size > 0 && padded[size - 1] == ' ')
        size--;
    return strndup((const char *)padded, size);
}

static void same_text(const char *ours, char *theirs)
{
    assert_string_equal(ours == NULL ? "" : ours, theirs);
    free(theirs);
}

/* Appends name=value with some octets of the value drawn at random, escaped or plain as allowed. */
static void append_random(char *text, size_t size, const char *name, size_t length)
{
    static const char plain[] = "aZ09-._~:[]@!$'()*+,=&";
    size_t used = strlen(text);
    used += (size_t)snprintf(text + used, size - used, "%s=", name);
    for (size_t i = 0; i < length; i++) {
        unsigned c = 1 + (unsigned)rand() % 255;
        /* The last one is no blank: in a padded field it would not count. */
        if (c == ' ' && i + 1 == length)
            c = 'x';
        if (rand() % 2)
            used += (size_t)snprintf(text + used, size - used, "%c",
                                     plain[(size_t)rand() % (sizeof(plain) - 1)]);
        else
            used += (size_t)snprintf(text + used, size - used, rand() % 2 ? "%%%02X" : "%%%02x", c);
    }
}

/* A URI with every attribute that narrows, and random octets in all of them. */
static void random_uri(char *text, size_t size)
{
    static const struct {
        const char *name;
        int most;
    } parts[] = {{"token", 32},
                 {";manufacturer", 32},
                 {";model", 16},
                 {";serial", 16},
                 {";slot-description", 64},
                 {";slot-manufacturer", 32},
                 {";library-description", 32},
                 {";library-manufacturer", 32},
                 {";object", 40},
                 {";id", 40}};
    snprintf(text, size, "pkcs11:");
    for (size_t i = 0; i < COUNT(parts); i++)
        append_random(text, size, parts[i].name, 1 + (size_t)(rand() % parts[i].most));
    size_t used = strlen(text);
    /* 255 would fit, too, and is refused by p11-kit 0.24. */
    snprintf(text + used, size - used, ";slot-id=%d;library-version=%d.%d?module-path=/m%%20n",
             rand(), rand() % 255, rand() % 255);
}

static void same_attribute(P11KitUri *other, CK_ATTRIBUTE_TYPE type, const void *ours,
                           size_t length)
{
    const CK_ATTRIBUTE *theirs = p11_kit_uri_get_attribute(other, type);
    assert_int_equal(length, theirs == NULL ? 0 : theirs->ulValueLen);
    if (length > 0)
        assert_memory_equal(ours, theirs->pValue, length);
}

/* Compares what both readers found; what is not there is empty. */
static void compare(const struct hsm_uri *uri, P11KitUri *other)
{
    const CK_TOKEN_INFO *token = p11_kit_uri_get_token_info(other);
    same_text(uri->token, field(token->label, 32));
    same_text(uri->manufacturer, field(token->manufacturerID, 32));
    same_text(uri->model, field(token->model, 16));
    same_text(uri->serial, field(token->serialNumber, 16));
    const CK_SLOT_INFO *slot = p11_kit_uri_get_slot_info(other);
    same_text(uri->slot_description, field(slot->slotDescription, 64));
    same_text(uri->slot_manufacturer, field(slot->manufacturerID, 32));
    assert_true(!uri->has_slot_id || uri->slot_id == p11_kit_uri_get_slot_id(other));
    const CK_INFO *library = p11_kit_uri_get_module_info(other);
    same_text(uri->library_description, field(library->libraryDescription, 32));
    same_text(uri->library_manufacturer, field(library->manufacturerID, 32));
    if (uri->has_library_version) {
        assert_int_equal(uri->library_major, library->libraryVersion.major);
        assert_int_equal(uri->library_minor, library->libraryVersion.minor);
    }
    same_attribute(other, CKA_LABEL, uri->object, uri->object == NULL ? 0 : strlen(uri->object));
    same_attribute(other, CKA_ID, uri->id, uri->id_length);
    assert_string_equal(uri->module_path, p11_kit_uri_get_module_path(other));
}

/* Another reader of the same grammar finds the same octets in every attribute. */
static void p11_kit_reads_the_same(void **state)
{
    (void)state;
    srand(7512);
    for (int round = 0; round < 300; round++) {
        char text[4000];
        random_uri(text, sizeof(text));
        struct hsm_uri *uri = parse(text, NULL);
        P11KitUri *other = p11_kit_uri_new();
        assert_int_equal(p11_kit_uri_parse(text, P11_KIT_URI_FOR_ANY, other), P11_KIT_URI_OK);
        assert_false(p11_kit_uri_any_unrecognized(other));
        compare(uri, other);
        p11_kit_uri_free(other);
        hsm_uri_free(uri);
    }
}

/* One octet more, less or other. */
static void mutate(char *text, size_t size)
{
    static const char octets[] = "%;?&=:/|0aF \n#,-";
    size_t length = strlen(text);
    char *at = text + (size_t)rand() % length;
    char octet = octets[(size_t)rand() % (sizeof(octets) - 1)];
    if (rand() % 4 == 0)
        octet = (char)(1 + rand() % 255);
    switch (rand() % 4) {
    case 0:
        memmove(at, at + 1, strlen(at));
        break;
    case 1:
        if (length + 2 < size)
            memmove(at + 1, at, strlen(at) + 1);
        *at = octet;
        break;
    case 2:
        *at = octet;
        break;
    default:
        *at = '\0';
    }
}

/* Whatever the text: it is refused with a sentence, or p11-kit reads the same. */
static void a_damaged_uri_is_refused_or_read_the_same(void **state)
{
    (void)state;
    unsigned accepted = 0;
    srand(3986);
    for (int round = 0; round < 20000; round++) {
        char text[4000];
        struct sti_error err;
        random_uri(text, sizeof(text));
        for (int i = rand() % 3; i >= 0 && text[0] != '\0'; i--)
            mutate(text, sizeof(text));
        struct hsm_uri *uri = hsm_uri_parse_token(text, NULL, &err);
        P11KitUri *other = p11_kit_uri_new();
        int rc = p11_kit_uri_parse(text, P11_KIT_URI_FOR_ANY, other);
        if (uri == NULL) {
            assert_true(err.sentence[0] != '\0');
        } else {
            accepted++;
            if (rc == P11_KIT_URI_BAD_VERSION) /* 255, see above */
                assert_true(uri->library_major == 255 || uri->library_minor == 255);
            else
                assert_int_equal(rc, P11_KIT_URI_OK);
            if (rc == P11_KIT_URI_OK)
                compare(uri, other);
        }
        p11_kit_uri_free(other);
        hsm_uri_free(uri);
    }
    assert_true(accepted > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_read),
        cmocka_unit_test(narrowing_attributes_are_read),
        cmocka_unit_test(a_token_alone_can_be_named),
        cmocka_unit_test(a_pin_may_come_from_a_descriptor),
        cmocka_unit_test(absent_parts_are_null),
        cmocka_unit_test(what_a_module_needs_is_read),
        cmocka_unit_test(paths_count_from_the_directory),
        cmocka_unit_test(faults_are_refused_by_name),
        cmocka_unit_test(a_long_unknown_name_is_cut),
        cmocka_unit_test(p11_kit_reads_the_same),
        cmocka_unit_test(a_damaged_uri_is_refused_or_read_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
