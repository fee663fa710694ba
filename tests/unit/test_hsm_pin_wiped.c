/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No PIN is left in memory: after a login and after a failed one, the process's own memory is read
 * from end to end. The PIN is random, and the test itself holds it only veiled.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <unistd.h>

#include "test_hsm_world.h"
#include "test_pin_search.h"

/* A token that never saw the PIN: the search must see one copy more and then none again. */
static void the_search_finds_a_pin(void **state)
{
    (void)state;
    draw_pin();
    assert_int_equal(copies_in_memory(), 0);
    char *pin = malloc(PIN_LENGTH + 1);
    assert_non_null(pin);
    unveil(pin);
    assert_int_equal(copies_in_memory(), 1);
    OPENSSL_cleanse(pin, PIN_LENGTH + 1);
    free(pin);
    assert_int_equal(copies_in_memory(), 0);
}

/* Puts the PIN, and what may stand behind it, into the file `secret`. */
static void write_secret(const char *behind)
{
    char line[PIN_LENGTH + 300];
    unveil(line);
    strcpy(line + PIN_LENGTH, behind);
    world_write("secret", 0600, line, strlen(line));
    OPENSSL_cleanse(line, sizeof(line));
}

/* Gives the token `main` the random PIN. */
static void set_pin(void)
{
    char pin[PIN_LENGTH + 1];
    struct hsm *hsm = world_open();
    draw_pin();
    unveil(pin);
    assert_int_equal(world_list->C_SetPIN(hsm->session, (unsigned char *)WORLD_PIN,
                                          strlen(WORLD_PIN), (unsigned char *)pin, PIN_LENGTH),
                     CKR_OK);
    OPENSSL_cleanse(pin, sizeof(pin));
    hsm_close(hsm);
    assert_int_equal(copies_in_memory(), 0);
}

static bool ask(void *context, const char *token, char pin[HSM_PIN_MAX + 1], struct sti_error *err)
{
    (void)context, (void)token, (void)err;
    unveil(pin);
    return true;
}

static struct hsm_uri *fd_uri(int *fd)
{
    char text[200];
    snprintf(text, sizeof(text), "%s/secret", world_directory);
    *fd = open(text, O_RDONLY);
    assert_true(*fd >= 0);
    snprintf(text, sizeof(text),
             "pkcs11:token=main;object=x?module-path=" WORLD_MODULE "&pin-source=fd:%d", *fd);
    struct hsm_uri *uri = hsm_uri_parse(text, NULL, NULL);
    assert_non_null(uri);
    return uri;
}

/*
 * At the login the PIN stands in one place, the buffer that C_Login is given; libp11 0.4.21 makes
 * the copy that it keeps before, 0.4.12 after it.
 */
static CK_RV searching_login(CK_SESSION_HANDLE session, CK_USER_TYPE user, unsigned char *pin,
                             CK_ULONG length)
{
    unsigned copies = copies_in_memory();
    assert_true(copies == 1 || copies == 2);
    return world_original.C_Login(session, user, pin, length);
}

static bool logged_in;

/* After it, too: libp11 has its copy now, and the buffer is wiped. */
static CK_RV searching_open(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
                            CK_SESSION_HANDLE *session)
{
    CK_SESSION_INFO info;
    CK_RV rv = world_original.C_OpenSession(slot, flags, application, notify, session);
    if (rv == CKR_OK && world_original.C_GetSessionInfo(*session, &info) == CKR_OK &&
        info.state == CKS_RW_USER_FUNCTIONS) {
        assert_int_equal(copies_in_memory(), 1);
        logged_in = true;
    }
    return rv;
}

static void log_in(struct hsm_uri *uri)
{
    logged_in = false;
    world_list->C_Login = searching_login;
    world_list->C_OpenSession = searching_open;
    struct hsm *hsm = hsm_open(uri, ask, NULL, NULL);
    assert_non_null(hsm);
    assert_true(logged_in);
    hsm_close(hsm);
    assert_int_equal(copies_in_memory(), 0);
    hsm_uri_free(uri);
}

static void no_login_leaves_the_pin(void **state)
{
    (void)state;
    int fd = -1;
    set_pin();
    write_secret("\nsecond line\n");
    log_in(world_uri("main;object=x", "secret"));
    log_in(world_uri("main;object=x", NULL));
    log_in(fd_uri(&fd));
    close(fd);
}

/* What was read from the file is wiped before its caller goes on and covers it by chance. */
static void reading_leaves_one_copy(void **state)
{
    (void)state;
    char pin[HSM_PIN_MAX + 1];
    int fd = -1;
    draw_pin();
    write_secret("\nsecond line\n");
    struct hsm_uri *const uris[] = {world_uri("main;object=x", "secret"), fd_uri(&fd)};
    for (size_t i = 0; i < 2; i++) {
        assert_true(hsm_pin_get(uris[i], NULL, NULL, pin, NULL));
        assert_int_equal(copies_in_memory(), 1);
        OPENSSL_cleanse(pin, sizeof(pin));
        assert_int_equal(copies_in_memory(), 0);
        hsm_uri_free(uris[i]);
    }
    close(fd);
}

static void fail_to_log_in(struct hsm_uri *uri, const char *sentence)
{
    struct sti_error err;
    assert_null(hsm_open(uri, ask, NULL, &err));
    world_check(&err, STI_ENVIRONMENT, sentence);
    assert_int_equal(copies_in_memory(), 0);
    hsm_uri_free(uri);
}

static void no_refusal_leaves_the_pin(void **state)
{
    (void)state;
    char behind[300];
    int fd = -1;
    draw_pin(); /* another one than the token's */
    write_secret("");
    fail_to_log_in(world_uri("main;object=x", "secret"), "CKR_PIN_INCORRECT");
    fail_to_log_in(world_uri("main;object=x", NULL), "CKR_PIN_INCORRECT");
    fail_to_log_in(fd_uri(&fd), "CKR_PIN_INCORRECT");
    close(fd);
    memset(behind, 'x', sizeof(behind));
    behind[HSM_PIN_MAX] = '\0';
    write_secret(behind);
    fail_to_log_in(world_uri("main;object=x", "secret"), "is longer than a PIN can be");
    fail_to_log_in(fd_uri(&fd), "is longer than a PIN can be");
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_search_finds_a_pin),
        TEST(reading_leaves_one_copy),
        TEST(no_login_leaves_the_pin),
        TEST(no_refusal_leaves_the_pin),
    };
    if (PIN_SEARCH_SANITIZED) {
        print_message("skipped: the address sanitizer maps too much memory to search\n");
        return 77;
    }
    return cmocka_run_group_tests(tests, world_make, world_remove);
}
