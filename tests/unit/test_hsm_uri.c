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
    hsm_uri_free(uri);

    uri = parse("pkcs11:id=%30;token=t?module-path=/m.so", NULL);
    assert_null(uri->object);
    assert_int_equal(uri->id_length, 1);
    hsm_uri_free(uri);
    hsm_uri_free(NULL);
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
    {"pkcs11:slot-id=1;token=t;object=o?module-path=/m", 7,
     "slot-id is not accepted: slot numbers change; name the token by its label with token="},
    {"pkcs11:slot-description=1;token=t;object=o?module-path=/m", 7,
     "slot-description is not accepted: name the token by its label with token="},
    {"pkcs11:slot-manufacturer=1;token=t;object=o?module-path=/m", 7,
     "slot-manufacturer is not accepted: name the token by its label with token="},
    {"pkcs11:library-version=2.6;token=t;object=o?module-path=/m", 7,
     "library-version is not accepted: name the module's file with module-path="},
    {"pkcs11:library-description=2;token=t;object=o?module-path=/m", 7,
     "library-description is not accepted: name the module's file with module-path="},
    {"pkcs11:library-manufacturer=2;token=t;object=o?module-path=/m", 7,
     "library-manufacturer is not accepted: name the module's file with module-path="},
    {"pkcs11:token=t;object=o?module-name=softhsm2", 24,
     "module-name is not accepted: name the module's file with module-path="},
    {"pkcs11:token=t;object=o;type=public?module-path=/m", 24,
     "type=public is not accepted; write type=private or leave type out"},
    {"pkcs11:token=t;object=o;type=cert?module-path=/m", 24,
     "type=cert is not accepted; write type=private or leave type out"},
    /* PINs */
    {"pkcs11:token=t;object=o?module-path=/m&pin-value=1234", 39,
     "pin-value is not accepted: a PIN in an argument can be read by every user of the machine; "
     "put it in a file of mode 600 and write pin-source=file:PATH"},
    {"pkcs11:token=t;object=o;pin-value=1234?module-path=/m", 24,
     "pin-value is not accepted: a PIN in an argument can be read by every user of the machine; "
     "put it in a file of mode 600 and write pin-source=file:PATH"},
    {"pkcs11:token=t;object=o?module-path=/m&pin-source=|cat", STI_NOWHERE,
     "pin-source names no file of this machine; write pin-source=file:PATH"},
    {"pkcs11:token=t;object=o?module-path=/m&pin-source=/run/pin", STI_NOWHERE,
     "pin-source names no file of this machine; write pin-source=file:PATH"},
    {"pkcs11:token=t;object=o?module-path=/m&pin-source=file:", STI_NOWHERE,
     "pin-source names no file of this machine; write pin-source=file:PATH"},
    {"pkcs11:token=t;object=o?module-path=/m&pin-source=file://host/pin", STI_NOWHERE,
     "pin-source names no file of this machine; write pin-source=file:PATH"},
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
    {"pkcs11:token=" LONG_33 ";object=o?module-path=/m", STI_NOWHERE,
     "token or manufacturer is longer than 32 octets, or model or serial longer than 16; no token "
     "has such a name"},
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everything_is_read),
        cmocka_unit_test(absent_parts_are_null),
        cmocka_unit_test(paths_count_from_the_directory),
        cmocka_unit_test(faults_are_refused_by_name),
        cmocka_unit_test(a_long_unknown_name_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
