/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Test cases of the provider. What the provider registers stays for the life of the process, so
 * each case runs in a process of its own. The result is printed as TAP.
 *
 * The module is found by the environment variable OPENSSL_MODULES.
 */
#ifndef TEST_PROVIDER_CASES_H
#define TEST_PROVIDER_CASES_H

#include <stddef.h>

#include <openssl/provider.h>
#include <openssl/x509v3.h>

#define MODULE "tnauthlist"

struct test_case {
    const char *what;
    void (*run)(void);
};

/* Runs every case in a child process of its own; returns the exit status of the program. */
int run_cases(const struct test_case *cases, size_t count);

/* Ends the case as failed unless the condition holds. OpenSSL's error queue is printed. */
#define check(condition) check_at((condition) != 0, #condition, __FILE__, __LINE__)
void check_at(int holds, const char *condition, const char *file, int line);

/* The texts must be equal. */
void check_text(const char *text, const char *wanted);

/* OpenSSL's error queue must hold the text in one of its errors. The queue is emptied. */
void check_errors_say(const char *text);

/* ... and in none of them. */
void check_errors_do_not_say(const char *text);

/* Loads the module into a library context (NULL: the default one), which must succeed. */
OSSL_PROVIDER *load(OSSL_LIB_CTX *context);

/* Loads the module into the default library context until the case ends. */
void load_module(void);

/* Loading must fail with an error of the module that has both texts. The queue is emptied. */
void check_load_fails(const char *part, const char *other_part);

/* The NID of TNAuthList, which must exist. */
int list_nid(void);

/* An extension of this NID, not critical, with the octets given in hex. The caller frees it. */
X509_EXTENSION *extension_of(int nid, const char *hex);

/* What X509V3_EXT_print() writes with an indent of 2, or NULL when it fails. The caller frees. */
char *print(X509_EXTENSION *extension);

/* The extension with the list 709J, 12155550100-199, 12155551212 must be read and printed. */
void check_worked_example(void);

#endif
