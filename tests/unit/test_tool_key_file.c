/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A person's private key in a file, its passphrase typed on a terminal: read whatever form it has,
 * and no copy of the passphrase stays in the memory of the process, right or wrong.
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
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "key_file.h"
#include "test_pin_search.h"

#define PATH "key_file.test.pem"
#define PROMPT "Passphrase of " PATH ": "

enum form { PKCS8, TRADITIONAL };

/* A key whose passphrase is the PIN that was drawn; its public half is the caller's. */
static EVP_PKEY *write_key(enum form form)
{
    char passphrase[PIN_LENGTH + 1];
    EVP_PKEY *key = EVP_EC_gen("P-256");
    BIO *file = BIO_new_file(PATH, "w");
    assert_true(key != NULL && file != NULL);
    unveil(passphrase);
    int ok = form == PKCS8 ? PEM_write_bio_PKCS8PrivateKey(file, key, EVP_aes_256_cbc(), passphrase,
                                                           PIN_LENGTH, NULL, NULL)
                           : PEM_write_bio_PrivateKey_traditional(file, key, EVP_aes_256_cbc(),
                                                                  (unsigned char *)passphrase,
                                                                  PIN_LENGTH, NULL, NULL);
    OPENSSL_cleanse(passphrase, sizeof(passphrase));
    BIO_free(file);
    assert_int_equal(ok, 1);
    return key;
}

/* ---- the process that asks, on a terminal of its own: 0, or which of its checks failed ---- */

static int read_and_search(EVP_PKEY *expected, const char *sentence)
{
    struct sti_error err = {0};
    EVP_PKEY *key = key_file_read(PATH, &err);
    int result = 0;
    if (expected != NULL && (key == NULL || EVP_PKEY_eq(key, expected) != 1))
        result = 2;
    else if (expected == NULL && (key != NULL || strstr(err.sentence, sentence) == NULL))
        result = 3;
    /* The address sanitizer maps too much memory to search. */
    else if (!PIN_SEARCH_SANITIZED && copies_in_memory() != 0)
        result = 4;
    EVP_PKEY_free(key);
    return result;
}

static void ask_and_exit(const char *terminal, EVP_PKEY *expected, const char *sentence)
{
    /* The first terminal that the leader of a session opens is the session's. */
    int fd = setsid() < 0 ? -1 : open(terminal, O_RDWR);
    _exit(fd < 0 ? 1 : read_and_search(expected, sentence));
}

/* Types the PIN that was drawn, once the prompt stands there; `more` behind it. */
static void type(int keyboard, const char *more)
{
    char screen[256] = "";
    size_t length = 0;
    char line[PIN_LENGTH + 8];
    while (strstr(screen, PROMPT) == NULL) {
        ssize_t got = read(keyboard, screen + length, sizeof(screen) - 1 - length);
        assert_true(got > 0);
        length += (size_t)got;
        screen[length] = '\0';
    }
    unveil(line);
    snprintf(line + PIN_LENGTH, 8, "%s\n", more);
    assert_int_equal(write(keyboard, line, strlen(line)), strlen(line));
    OPENSSL_cleanse(line, sizeof(line));
}

static void talk(EVP_PKEY *expected, const char *more, const char *sentence)
{
    int status = -1;
    int keyboard = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(keyboard >= 0 && grantpt(keyboard) == 0 && unlockpt(keyboard) == 0);
    pid_t asking = fork();
    assert_true(asking >= 0);
    if (asking == 0)
        ask_and_exit(ptsname(keyboard), expected, sentence);
    type(keyboard, more);
    assert_int_equal(waitpid(asking, &status, 0), asking);
    close(keyboard);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void the_right_passphrase_opens_the_key_and_goes(void **state)
{
    (void)state;
    for (int form = PKCS8; form <= TRADITIONAL; form++) {
        draw_pin();
        EVP_PKEY *key = write_key((enum form)form);
        assert_true(PIN_SEARCH_SANITIZED || copies_in_memory() == 0);
        talk(key, "", NULL);
        EVP_PKEY_free(key);
    }
}

static void a_wrong_passphrase_is_asked_for_once_and_goes(void **state)
{
    (void)state;
    for (int form = PKCS8; form <= TRADITIONAL; form++) {
        draw_pin();
        EVP_PKEY *key = write_key((enum form)form);
        talk(NULL, "x",
             "what was typed is not the passphrase of this private key; it is asked "
             "for once");
        EVP_PKEY_free(key);
    }
}

/* Nobody is asked, so this needs no terminal. */
static void a_key_without_a_passphrase_is_read_in_both_forms(void **state)
{
    (void)state;
    for (int form = PKCS8; form <= TRADITIONAL; form++) {
        EVP_PKEY *key = EVP_EC_gen("P-256");
        BIO *file = BIO_new_file(PATH, "w");
        assert_true(key != NULL && file != NULL);
        if (form == PKCS8) {
            assert_int_equal(PEM_write_bio_PKCS8PrivateKey(file, key, NULL, NULL, 0, NULL, NULL),
                             1);
        } else {
            /* As `openssl ecparam -genkey` has it: the curve stands before the key. */
            BIO_puts(file, "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n"
                           "-----END EC PARAMETERS-----\n");
            assert_int_equal(
                PEM_write_bio_PrivateKey_traditional(file, key, NULL, NULL, 0, NULL, NULL), 1);
        }
        BIO_free(file);
        EVP_PKEY *read = key_file_read(PATH, NULL);
        assert_true(read != NULL && EVP_PKEY_eq(read, key) == 1);
        EVP_PKEY_free(read);
        EVP_PKEY_free(key);
    }
}

static void what_is_no_private_key_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "hello\n",
        "-----BEGIN PUBLIC KEY-----\nMFk=\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nMFk=\n-----END PRIVATE KEY-----\n",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMFk=\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "-----BEGIN EC PRIVATE KEY-----\nMFk=\n-----END EC PRIVATE KEY-----\n",
        "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: NONE,00\n\nMFk=\n"
        "-----END EC PRIVATE KEY-----\n"};
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        struct sti_error err = {0};
        BIO *file = BIO_new_file(PATH, "w");
        BIO_puts(file, texts[i]);
        BIO_free(file);
        assert_null(key_file_read(PATH, &err));
        assert_int_equal(err.code, STI_REFUSED);
        assert_string_equal(err.sentence, "holds no private EC key in PEM");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_passphrase_opens_the_key_and_goes),
        cmocka_unit_test(a_wrong_passphrase_is_asked_for_once_and_goes),
        cmocka_unit_test(a_key_without_a_passphrase_is_read_in_both_forms),
        cmocka_unit_test(what_is_no_private_key_is_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(PATH);
    return failed;
}
