/* SPDX-License-Identifier: Apache-2.0 */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include "hex.h"
#include "tnauthlist.h"

/* A case that hangs is ended by SIGALRM. */
#define SECONDS 60

/* What load_module() loaded. */
static OSSL_PROVIDER *loaded;

static int run_case(const struct test_case *one)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        alarm(SECONDS);
        one->run();
        OSSL_PROVIDER_unload(loaded);
        exit(0); /* not _exit(): the clean-up of libcrypto belongs to the case */
    }
    int status = -1;
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("fork or waitpid");
        return 0;
    }
    if (WIFSIGNALED(status))
        fprintf(stderr, "%s: ended by signal %d\n", one->what, WTERMSIG(status));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int run_cases(const struct test_case *cases, size_t count)
{
    int failed = 0;
    printf("1..%zu\n", count);
    for (size_t i = 0; i < count; i++) {
        int ok = run_case(&cases[i]);
        printf("%s %zu - %s\n", ok ? "ok" : "not ok", i + 1, cases[i].what);
        failed += !ok;
    }
    return failed == 0 ? 0 : 1;
}

void check_at(int holds, const char *condition, const char *file, int line)
{
    if (holds)
        return;
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    ERR_print_errors_fp(stderr);
    fflush(NULL);
    _exit(1);
}

void check_text(const char *text, const char *wanted)
{
    if (text != NULL && strcmp(text, wanted) == 0)
        return;
    fprintf(stderr, "wanted: %s\ngot:    %s\n", wanted, text == NULL ? "(nothing)" : text);
    check(0);
}

static void check_errors(const char *text, int wanted)
{
    BIO *out = BIO_new(BIO_s_mem());
    char *lines = NULL;
    check(out != NULL);
    ERR_print_errors(out);
    BIO_write(out, "", 1);
    BIO_get_mem_data(out, &lines);
    if ((strstr(lines, text) != NULL) != wanted) {
        fprintf(stderr, "the errors %s: %s\n%s", wanted ? "do not say" : "say", text, lines);
        check(0);
    }
    BIO_free(out);
}

void check_errors_say(const char *text)
{
    check_errors(text, 1);
}

void check_errors_do_not_say(const char *text)
{
    check_errors(text, 0);
}

OSSL_PROVIDER *load(OSSL_LIB_CTX *context)
{
    OSSL_PROVIDER *provider = OSSL_PROVIDER_load(context, MODULE);
    check(provider != NULL);
    return provider;
}

void load_module(void)
{
    loaded = load(NULL);
}

void check_load_fails(const char *part, const char *other_part)
{
    check(OSSL_PROVIDER_load(NULL, MODULE) == NULL);
    const char *data = NULL;
    int flags = 0;
    int found = 0;
    while (ERR_get_error_all(NULL, NULL, NULL, &data, &flags) != 0) {
        if (strncmp(data, MODULE ": ", strlen(MODULE) + 2) != 0)
            continue;
        if (strstr(data, part) != NULL && strstr(data, other_part) != NULL)
            found = 1;
        else
            fprintf(stderr, "the module says: %s\n", data);
    }
    check(found);
}

int list_nid(void)
{
    int nid = OBJ_txt2nid(TNAUTHLIST_OID);
    check(nid != NID_undef);
    return nid;
}

X509_EXTENSION *extension_of(int nid, const char *hex)
{
    unsigned char octets[256];
    size_t length = from_hex(hex, octets, sizeof(octets));
    ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
    check(value != NULL && ASN1_OCTET_STRING_set(value, octets, (int)length));
    X509_EXTENSION *extension = X509_EXTENSION_create_by_NID(NULL, nid, 0, value);
    check(extension != NULL);
    ASN1_OCTET_STRING_free(value);
    return extension;
}

char *print(X509_EXTENSION *extension)
{
    BIO *out = BIO_new(BIO_s_mem());
    check(out != NULL);
    char *copy = NULL;
    if (X509V3_EXT_print(out, extension, X509V3_EXT_DEFAULT, 2)) {
        char *text = NULL;
        long length = BIO_get_mem_data(out, &text);
        copy = strndup(text, (size_t)length);
        check(copy != NULL);
    }
    BIO_free(out);
    return copy;
}

void check_worked_example(void)
{
    X509_EXTENSION *extension =
        extension_of(list_nid(), "302ba00616043730394aa1123010160b3132313535353530313030020164"
                                 "a20d160b3132313535353531323132");
    char *text = print(extension);
    check_text(text, "  SPC:709J\n  TN:12155550100-12155550199\n  TN:12155551212");
    free(text);
    void *value = X509V3_EXT_d2i(extension);
    check(value != NULL);
    const X509V3_EXT_METHOD *method = X509V3_EXT_get(extension);
    check(method != NULL);
    method->ext_free(value);
    X509_EXTENSION_free(extension);
}
